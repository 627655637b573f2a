/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel that `kdev setup --kernel` chose for a board: STATE/boards/NAME/kernel. */
#ifndef KDEV_HARNESS_NETBOOT_KERNEL_CHOICE_H
#define KDEV_HARNESS_NETBOOT_KERNEL_CHOICE_H

#include "harness/config/config.h"

/* Fill the kernel's keys if the configuration does not name one: from the last choice, or with
 * "debian". */
void kernel_choice_read(struct board_config *b);

/* Keep them. 0 or a negative errno. */
int kernel_choice_write(const struct board_config *b);

#endif
