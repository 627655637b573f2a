/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The root file system that `kdev setup --root` chose for a board: STATE/boards/NAME/root. */
#ifndef KDEV_HARNESS_ROOTFS_ROOT_CHOICE_H
#define KDEV_HARNESS_ROOTFS_ROOT_CHOICE_H

#include "harness/config/config.h"

/* Fill root and root_packages if the configuration names neither: from the last choice, or with
 * "debian". */
void root_choice_read(struct board_config *b);

/* Keep them. 0 or a negative errno. */
int root_choice_write(const struct board_config *b);

#endif
