/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Work by hand in a board's root: to install things there. */
#ifndef KDEV_HARNESS_ROOTFS_ROOT_ENTER_H
#define KDEV_HARNESS_ROOTFS_ROOT_ENTER_H

#include "harness/config/config.h"

/*
 * Run a command (argv[0] NULL: a shell) in the root, writable, with this host's network and
 * devices, in mount and PID namespaces of its own: nothing that it starts or mounts outlives it.
 * Afterwards an imported root is adapted anew, since what was installed may have services. *status:
 * as the shell would have it. Refused while the board is up, which has files of it in its caches.
 * 0 or a negative errno with a line.
 */
int root_enter(const struct board_config *b, char *const *argv, int *status, char *err,
	       size_t err_len);

#endif
