/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The partitions of a disk, as libblkid finds them. */
#include <blkid/blkid.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/log.h"
#include "harness/rootfs/partitions.h"

#define SECTOR 512 /* libblkid counts in these whatever the disk has */

/* ext2 to ext4: struct ext4_super_block of fs/ext4/ext4.h */
#define EXT_SUPER          1024
#define EXT_INCOMPAT       96
#define EXT_RECOVER        4
#define EXT_LAST_MOUNTED   136
#define EXT_LAST_MOUNTED_N 64

static void value(blkid_probe pr, const char *key, char *buf, size_t size)
{
	const char *text = NULL;

	if (blkid_probe_lookup_value(pr, key, &text, NULL) || !text)
		return;
	snprintf(buf, size, "%s", text);
	log_make_safe(buf);
}

static void look_at_ext(int fd, struct partition *p)
{
	unsigned char super[EXT_LAST_MOUNTED + EXT_LAST_MOUNTED_N];

	if (pread(fd, super, sizeof(super), (off_t)p->start + EXT_SUPER) != sizeof(super))
		return;
	p->dirty = super[EXT_INCOMPAT] & EXT_RECOVER;
	snprintf(p->mounted_on, sizeof(p->mounted_on), "%.*s", EXT_LAST_MOUNTED_N - 1,
		 (const char *)super + EXT_LAST_MOUNTED);
	log_make_safe(p->mounted_on);
}

/* Which file system is in it? Ambivalent ones (more than one superblock) stay unknown. */
static void look_into(int fd, struct partition *p)
{
	blkid_probe pr = blkid_new_probe();

	if (!pr)
		return;
	if (!blkid_probe_set_device(pr, fd, (blkid_loff_t)p->start, (blkid_loff_t)p->size) &&
	    !blkid_probe_enable_superblocks(pr, 1) &&
	    !blkid_probe_set_superblocks_flags(pr, BLKID_SUBLKS_TYPE | BLKID_SUBLKS_UUID |
							   BLKID_SUBLKS_LABEL) &&
	    !blkid_do_safeprobe(pr)) {
		value(pr, "TYPE", p->fs, sizeof(p->fs));
		value(pr, "UUID", p->uuid, sizeof(p->uuid));
		value(pr, "LABEL", p->label, sizeof(p->label));
	}
	blkid_free_probe(pr);
	if (!strncmp(p->fs, "ext", 3))
		look_at_ext(fd, p);
}

static void take(int fd, blkid_partition from, struct partition *p)
{
	const char *type = blkid_partition_get_type_string(from);
	const char *name = blkid_partition_get_name(from);

	p->number = blkid_partition_get_partno(from);
	p->start = (uint64_t)blkid_partition_get_start(from) * SECTOR;
	p->size = (uint64_t)blkid_partition_get_size(from) * SECTOR;
	if (type)
		snprintf(p->type, sizeof(p->type), "%s", type);
	else
		snprintf(p->type, sizeof(p->type), "%#x", (unsigned)blkid_partition_get_type(from));
	for (char *c = p->type; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	snprintf(p->name, sizeof(p->name), "%s", name ? name : "");
	log_make_safe(p->name);
	look_into(fd, p);
}

static int read_table(struct setup *s, int fd, blkid_partlist table, struct partitions *p)
{
	int n = blkid_partlist_numof_partitions(table);

	if (n < 0 || n > PARTITIONS_MAX)
		return setup_fail(s, -E2BIG, "%d partitions: at most %d are expected", n,
				  PARTITIONS_MAX);
	p->list = calloc((size_t)n + 1, sizeof(*p->list));
	if (!p->list)
		return setup_fail(s, -ENOMEM, "out of memory");
	for (int i = 0; i < n; i++) {
		blkid_partition from = blkid_partlist_get_partition(table, i);

		if (from && !blkid_partition_is_extended(from))
			take(fd, from, &p->list[p->n++]);
	}
	return 0;
}

/* A file system, or LVM, on all of it. */
static int read_whole(struct setup *s, int fd, uint64_t size, struct partitions *p)
{
	p->list = calloc(1, sizeof(*p->list));
	if (!p->list)
		return setup_fail(s, -ENOMEM, "out of memory");
	p->list[0].size = size;
	look_into(fd, &p->list[0]);
	if (!p->list[0].fs[0])
		return setup_fail(s, -ENOENT,
				  "it is no tar, and has neither a partition table nor a file "
				  "system that is known");
	p->n = 1;
	return 0;
}

int partitions_read(struct setup *s, int fd, struct partitions *p)
{
	off_t size = lseek(fd, 0, SEEK_END);
	blkid_probe pr = blkid_new_probe();
	blkid_partlist table = NULL;
	int err;

	*p = (struct partitions){0};
	if (!pr || size <= 0 || blkid_probe_set_device(pr, fd, 0, size)) {
		err = setup_fail(s, -EIO, "it can't be read as a disk: %s", strerror(errno));
	} else {
		blkid_probe_enable_partitions(pr, 1);
		table = blkid_probe_get_partitions(pr);
		err = table && blkid_partlist_numof_partitions(table) > 0
			      ? read_table(s, fd, table, p)
			      : read_whole(s, fd, (uint64_t)size, p);
	}
	if (pr)
		blkid_free_probe(pr);
	if (err)
		partitions_free(p);
	return err;
}

void partitions_free(struct partitions *p)
{
	free(p->list);
	*p = (struct partitions){0};
}
