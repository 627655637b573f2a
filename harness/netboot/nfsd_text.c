/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "harness/netboot/nfsd_text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define BLANKS " \t\n"

/* The next word and its length; 0 at the end. */
static size_t next_word(const char **at)
{
	*at += strspn(*at, BLANKS);
	return strcspn(*at, BLANKS);
}

bool nfsd_text_has(const char *versions, const char *version)
{
	size_t n, len = strlen(version);

	for (const char *at = versions; (n = next_word(&at)) > 0; at += n)
		if ((*at == '+' || *at == '-') && n == len + 1 && !memcmp(at + 1, version, len))
			return true;
	return false;
}

int nfsd_text_only(const char *versions, const char *version, char *out, size_t size)
{
	size_t n, used = 0;

	if (!nfsd_text_has(versions, version))
		return -EINVAL;
	/* A minor version goes with its major one, and may not be named without it. */
	for (const char *at = versions; (n = next_word(&at)) > 0; at += n) {
		bool wanted = n == strlen(version) + 1 && !memcmp(at + 1, version, n - 1);

		if (wanted || (*at != '+' && *at != '-') || memchr(at, '.', n))
			continue;
		used += (size_t)snprintf(out + used, size - used, "-%.*s ", (int)n - 1, at + 1);
		if (used >= size)
			return -ENOSPC;
	}
	used += (size_t)snprintf(out + used, size - used, "+%s\n", version);
	return used < size ? 0 : -ENOSPC;
}

void nfsd_export_args(const char *rootfs, const char *address, struct service_args *a)
{
	service_arg(a, "exportfs");
	service_arg(a, "-i"); /* nothing of /etc/exports */
	service_arg(a, "-o");
	/* fsid: file handles are the same after a restart, and a file system without a UUID,
	 * tmpfs or overlayfs, has handles at all. */
	service_arg(a, "ro,no_root_squash,no_subtree_check,fsid=107");
	service_arg(a, "%s/32:%s", address, rootfs);
}
