/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A partition of an image as a directory, read-only. */
#ifndef KDEV_HARNESS_ROOTFS_DISK_MOUNT_H
#define KDEV_HARNESS_ROOTFS_DISK_MOUNT_H

#include "harness/rootfs/partitions.h"

/*
 * A new file descriptor of its top directory. The mount is in no directory tree, and it and its
 * loop device end when the descriptor is closed. A negative errno with a line otherwise. Needs
 * CAP_SYS_ADMIN, /dev/loop-control and a kernel with the file system.
 */
int disk_mount(struct setup *s, int image, const struct partition *p);

#endif
