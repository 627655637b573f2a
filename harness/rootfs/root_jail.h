/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Work inside a root file system that others have made. Its symbolic links may point anywhere:
 * what runs here has that tree as its root, so a path can lead nowhere else.
 */
#ifndef KDEV_HARNESS_ROOTFS_ROOT_JAIL_H
#define KDEV_HARNESS_ROOTFS_ROOT_JAIL_H

#include "harness/netboot/parts.h"

/*
 * Run `work` in a child whose root and working directory are `tree`; file descriptors that were
 * open before stay usable. 0, or what it returned, its line in s->err; -EINTR when we were told to
 * end; -ECHILD when it was killed. The child ends with us. Needs CAP_SYS_CHROOT.
 */
int root_jail(struct setup *s, const char *tree, int (*work)(struct setup *s, void *arg),
	      void *arg);

#endif
