/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reaching a board's attendant: connect, or start one and connect. */
#ifndef KDEV_HARNESS_LINK_START_H
#define KDEV_HARNESS_LINK_START_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/commands/command.h"
#include "harness/config/config.h"

/* A connected socket, or a negative errno with one line in err. See link_open(). */
int link_connect(const struct board_config *cfg, const struct common_flags *flags, bool start,
		 char *err, size_t err_len);

#endif
