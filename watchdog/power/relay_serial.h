/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The engine of relays on a serial line: a command goes out, and what the device says of it,
 * if it says anything, comes back within RELAY_REPLY_MS. A device that can be read is read
 * after each change. What a protocol is made of is pure functions, one table a device.
 */
#ifndef KDEV_WATCHDOG_POWER_RELAY_SERIAL_H
#define KDEV_WATCHDOG_POWER_RELAY_SERIAL_H

#include <stdint.h>

#include "watchdog/power/relay.h"

#define RELAY_COMMAND_MAX 32

/* 0 open, 1 closed, -1 done but it did not say; -EAGAIN: more is to come; -EPROTO: no answer
 * of such a device. (-1 is -EPERM, which is none of these.) */
#define RELAY_UNSAID (-1)

struct serial_relay_protocol {
	unsigned baud;
	/* Write a command of at most RELAY_COMMAND_MAX bytes; its length. */
	size_t (*set)(uint8_t *out, unsigned channel, bool closed);
	size_t (*get)(uint8_t *out, unsigned channel); /* NULL: it can't be read */
	/* What came since the command. NULL: nothing comes. */
	int (*set_reply)(unsigned channel, const uint8_t *reply, size_t n);
	int (*get_reply)(unsigned channel, const uint8_t *reply, size_t n);
};

int serial_relay_open(const struct relay_driver *d, uv_loop_t *loop, const char *where,
		      struct relay **out);
int serial_relay_set(struct relay *r, unsigned channel, bool closed, relay_done_fn done, void *arg);
int serial_relay_get(struct relay *r, unsigned channel, relay_done_fn done, void *arg);
int serial_relay_force(struct relay *r, unsigned channel, bool closed);
void serial_relay_close(struct relay *r);

#endif
