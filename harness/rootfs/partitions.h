/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is on a disk, by its partition table (GPT or MBR) and by the superblocks of its file
 * systems: libblkid reads both. Nothing is mounted to see what it is.
 */
#ifndef KDEV_HARNESS_ROOTFS_PARTITIONS_H
#define KDEV_HARNESS_ROOTFS_PARTITIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/netboot/parts.h"

#define PARTITIONS_MAX 128

struct partition {
	int number;           /* 0: the whole disk, which has no table */
	uint64_t start, size; /* bytes */
	char type[40]; /* a GUID in small letters, or an MBR's as "0x83"; "" without a table */
	char name[64]; /* in a GPT */
	char fs[24], label[64], uuid[40]; /* as blkid(8) has them; fs "": nothing known */
	char mounted_on[64];              /* ext2 to ext4: where it was last; "" if not known */
	bool dirty;                       /* ext3, ext4: its journal has to be replayed */
};

struct partitions {
	struct partition *list; /* owned */
	size_t n;
};

/* Read those of an image or a block device. -ENOENT when it has neither a table nor a file system.
 * 0 or a negative errno with a line. */
int partitions_read(struct setup *s, int fd, struct partitions *p);
void partitions_free(struct partitions *p);

/* A file system that holds files of Linux and that the kernel reads. Pure. */
bool partition_fs_usable(const char *fs);

/*
 * The one with the root: the one that `wanted` numbers (-1: none is named), else by its type
 * (Discoverable Partitions Specification), else where its file system was last mounted on "/",
 * else the only one whose label says so, else the only usable one. NULL with a line that lists
 * what is there. Pure.
 */
const struct partition *partitions_root(struct setup *s, const struct partitions *p, int wanted);

#endif
