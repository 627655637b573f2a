/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The root of a disk image or disk: copied out of a read-only mount that has no place in any
 * directory tree, on a loop device that goes with it. However we end, nothing of it is left.
 */
#ifndef KDEV_HARNESS_ROOTFS_DISK_IMAGE_H
#define KDEV_HARNESS_ROOTFS_DISK_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/netboot/parts.h"

/* A qcow2 begins with these bytes (QEMU's docs/interop/qcow2.txt). Is it one, and if so, is all of
 * it in this file? 1: yes; 0: it is no qcow2; -EINVAL with a line: it needs another file, which
 * could be any file of this host. Pure. */
#define QCOW2_HEADER 104
int qcow2_check(struct setup *s, const uint8_t *header, size_t len);

/* Copy the root that is on `path` (-1: the one that partitions_root() finds, or a partition's
 * number) to the new directory `tree`. *note: what is to be known of it, new string or NULL. */
int disk_image_copy(struct setup *s, const char *path, int number, const char *tree, char **note);

#endif
