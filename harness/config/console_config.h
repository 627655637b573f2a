/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a board's configuration says of its console, for the console sources. */
#ifndef KDEV_HARNESS_CONSOLE_CONFIG_H
#define KDEV_HARNESS_CONSOLE_CONFIG_H

#include "console/sources/source.h"
#include "harness/config/config.h"

struct console {
	const struct source_driver *driver;
	struct source *source;
};

/*
 * Choose the source and open it. `qemu_socket` is the place of a console that is "qemu". 0, or a
 * negative errno with one line for people that names the key. A device or server that is away is
 * no error: the source tells, and waits for it.
 */
int console_open(uv_loop_t *loop, const struct board_config *b, const char *qemu_socket,
		 const struct source_ops *ops, void *arg, struct console *out, char *err,
		 size_t err_len);

#endif
