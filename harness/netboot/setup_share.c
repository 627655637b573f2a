/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Set-up for others: whose what was made is, and who may read it. */
#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/netboot/files.h"
#include "harness/netboot/setup.h"
#include "harness/paths.h"

static int find_group(const char *name, gid_t *gid)
{
	const struct group *g = getgrnam(name);
	char *end = NULL;

	*gid = g ? g->gr_gid : (gid_t)strtoul(name, &end, 10);
	return g || (*name && !*end && *gid) ? 0 : -ENOENT;
}

/* The boards' own key stays root's alone, and nobody else can write anything. */
int netboot_share(const char *group, char *err, size_t err_len)
{
	static const struct {
		const char *leaf;
		mode_t mode;
	} shared[] = {{"", 0750}, {"/keys", 0750}, {"/keys/" KEY_CLIENT, 0640}};
	gid_t gid;
	int rc = find_group(group, &gid);

	if (rc) {
		snprintf(err, err_len, "there is no group %s: groupadd --system %s", group, group);
		return rc;
	}
	for (size_t i = 0; i < sizeof(shared) / sizeof(*shared) && !rc; i++) {
		char *path = path_format("%s%s", path_cache(), shared[i].leaf);

		rc = path ? 0 : -ENOMEM;
		if (path && (chown(path, 0, gid) || chmod(path, shared[i].mode)))
			rc = -errno;
		if (rc)
			snprintf(err, err_len, "%s: %s", path ? path : group, strerror(-rc));
		free(path);
	}
	return rc;
}
