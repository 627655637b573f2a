/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fstab(5) of a root that came from a disk. */
#include "harness/rootfs/fstab.h"

#include <stdbool.h>
#include <string.h>

static const char blanks[] = " \t\r";

static bool from_nothing(const char *type, size_t len)
{
	static const char *const types[] = {
		"tmpfs",   "proc",       "sysfs",     "devpts", "devtmpfs",   "debugfs",
		"tracefs", "securityfs", "hugetlbfs", "mqueue", "configfs",   "bpf",
		"cgroup",  "cgroup2",    "fusectl",   "pstore", "binfmt_misc"};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strlen(types[i]) == len && !memcmp(type, types[i], len))
			return true;
	}
	return false;
}

static size_t field(const char **p, const char *end)
{
	size_t n = 0;

	while (*p < end && strchr(blanks, **p))
		(*p)++;
	while (*p + n < end && !strchr(blanks, (*p)[n]))
		n++;
	return n;
}

static bool stays(const char *line, const char *end, struct strbuf *dropped)
{
	const char *device = line, *place, *type;
	size_t device_len = field(&device, end), place_len, type_len;

	if (!device_len || *device == '#')
		return true;
	place = device + device_len;
	place_len = field(&place, end);
	type = place + place_len;
	type_len = field(&type, end);
	if (from_nothing(type, type_len))
		return true;
	strbuf_add(dropped, device, device_len);
	strbuf_adds(dropped, " on ");
	strbuf_add(dropped, place, place_len);
	strbuf_addc(dropped, '\n');
	return false;
}

void fstab_adapt(const char *text, struct strbuf *out, struct strbuf *dropped)
{
	while (*text) {
		size_t n = strcspn(text, "\n");

		if (!stays(text, text + n, dropped))
			strbuf_adds(out, "# kdev: ");
		strbuf_add(out, text, n);
		strbuf_addc(out, '\n');
		text += n + (text[n] == '\n');
	}
}
