/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A directory as a root. */
#ifndef KDEV_HARNESS_ROOTFS_ROOT_COPY_H
#define KDEV_HARNESS_ROOTFS_ROOT_COPY_H

#include "harness/netboot/parts.h"

/* Copy what is in `from`, which ends in "/", with owners, times, links, devices, ACLs and extended
 * attributes into the empty directory `to`, by cp(1). Mounts below it stay out: a running system's
 * "/" can be taken. 0 or a negative errno with a line. */
int root_copy(struct setup *s, const char *from, const char *to);

#endif
