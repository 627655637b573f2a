/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which partition of a disk is the root. */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "console/strbuf.h"
#include "harness/rootfs/partitions.h"

/* "root" of x86-64: uapi-group.org/specifications, discoverable_partitions_specification */
#define GUID_ROOT "4f68bce3-e8cd-4db1-96e7-fbcaf984b709"

/* What else the same document gives a place of its own. */
static const char *const elsewhere[] = {
	"c12a7328-f81f-11d2-ba4b-00a0c93ec93b", /* EFI system */
	"bc13c2ff-59e6-4262-a352-b275fd6f7172", /* /boot */
	"933ac7e1-2eb4-4f13-b844-0e14e2aef915", /* /home */
	"3b8f8425-20e0-4f3b-907f-1a25a76f98e8", /* /srv */
	"4d21b016-b534-45c2-a9fb-5c16e091fd2d", /* /var */
	"7ec6f557-3bc5-4aca-b293-16ef5df639d1", /* /var/tmp */
	"8484680c-9521-48c6-9c11-b0720656f69e", /* /usr, x86-64 */
	"0657fd6d-a4ab-43c4-84e5-0933c84b4f4f", /* swap */
};

static const struct {
	const char *fs, *what;
} unsupported[] = {
	{"LVM2_member", "LVM"},
	{"crypto_LUKS", "an encrypted volume (LUKS)"},
	{"linux_raid_member", "a part of a RAID"},
	{"zfs_member", "ZFS"},
};

bool partition_fs_usable(const char *fs)
{
	static const char *const usable[] = {"ext2",  "ext3",     "ext4",  "xfs",
					     "btrfs", "squashfs", "erofs", "f2fs"};

	for (size_t i = 0; i < sizeof(usable) / sizeof(usable[0]); i++) {
		if (!strcmp(fs, usable[i]))
			return true;
	}
	return false;
}

static const char *unsupported_name(const char *fs)
{
	for (size_t i = 0; i < sizeof(unsupported) / sizeof(unsupported[0]); i++) {
		if (!strcmp(fs, unsupported[i].fs))
			return unsupported[i].what;
	}
	return NULL;
}

static bool any(const struct partition *p)
{
	for (size_t i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++) {
		if (!strcmp(p->type, elsewhere[i]))
			return false;
	}
	return true;
}

static bool typed_root(const struct partition *p)
{
	return !strcmp(p->type, GUID_ROOT);
}

static bool was_root(const struct partition *p)
{
	return !strcmp(p->mounted_on, "/");
}

static bool called_root(const struct partition *p)
{
	return any(p) && (strcasestr(p->label, "root") || strcasestr(p->name, "root"));
}

/* The only usable one of which this is true; NULL if there is none or more than one. */
static const struct partition *the_one(const struct partitions *p,
				       bool (*is)(const struct partition *p))
{
	const struct partition *found = NULL;

	for (size_t i = 0; i < p->n; i++) {
		if (!partition_fs_usable(p->list[i].fs) || !is(&p->list[i]))
			continue;
		if (found)
			return NULL;
		found = &p->list[i];
	}
	return found;
}

static const struct partition *numbered(const struct partitions *p, int number)
{
	for (size_t i = 0; i < p->n; i++) {
		if (p->list[i].number == number)
			return &p->list[i];
	}
	return NULL;
}

/* "1 vfat 200 MiB EFI, 2 LVM2_member 10000 MiB" */
static void say_what_is_there(struct setup *s, const struct partitions *p)
{
	const char *never = NULL;
	struct strbuf b = {0};
	int at = 0;

	for (size_t i = 0; i < p->n; i++) {
		const struct partition *q = &p->list[i];
		const char *label = q->label[0] ? q->label : q->name;

		strbuf_addf(&b, "%s%d %s %llu MiB%s%s", i ? ", " : "", q->number,
			    q->fs[0] ? q->fs : "unknown", (unsigned long long)(q->size >> 20),
			    label[0] ? " " : "", label);
		if (!never) {
			never = unsupported_name(q->fs);
			at = q->number;
		}
	}
	if (never)
		setup_complain(s,
			       "partition %d holds %s, which is not supported: make it accessible, "
			       "mount it and give the directory (there are: %s)",
			       at, never, strbuf_str(&b));
	else
		setup_complain(s,
			       "which partition is the root? Give its number as SOURCE:N (there "
			       "are: %s)",
			       strbuf_str(&b));
	strbuf_free(&b);
}

const struct partition *partitions_root(struct setup *s, const struct partitions *p, int wanted)
{
	bool (*const rules[])(const struct partition *p) = {typed_root, was_root, called_root, any};
	const struct partition *found = NULL;

	if (wanted >= 0) {
		found = numbered(p, wanted);
		if (found && partition_fs_usable(found->fs))
			return found;
		setup_complain(s, "partition %d: %s%s", wanted,
			       found ? "no file system that is supported: " : "there is none",
			       found && found->fs[0] ? found->fs
			       : found               ? "unknown"
						     : "");
		return NULL;
	}
	for (size_t i = 0; !found && i < sizeof(rules) / sizeof(rules[0]); i++)
		found = the_one(p, rules[i]);
	if (!found)
		say_what_is_there(s, p);
	return found;
}
