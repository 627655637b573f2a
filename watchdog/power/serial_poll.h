/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A serial port that is read when the loop says so, opened when it is needed and anew after it was
 * unplugged. */
#ifndef KDEV_WATCHDOG_POWER_SERIAL_POLL_H
#define KDEV_WATCHDOG_POWER_SERIAL_POLL_H

#include <uv.h>

#include "console/sources/serial_port.h"

/* Zeroes are a closed one. */
struct serial_poll {
	struct serial_port port;
	uv_poll_t *poll; /* NULL: closed */
};

/* What is open already stays so. 0, or a negative errno with one line in err. readable's handle
 * has `arg` as its data. */
int serial_poll_open(struct serial_poll *s, uv_loop_t *loop, const char *path, unsigned baud,
		     uv_poll_cb readable, void *arg, char *err, size_t err_len);

/* Accepts a closed one. */
void serial_poll_shut(struct serial_poll *s);

#endif
