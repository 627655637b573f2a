/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Relay drivers: devices with contacts that can be closed and opened, across a board's buttons or
 * in its mains. One driver a file, each ending in a const table of operations. They
 * know nothing of boards and times: atx.h does. They run in the relay holder (relay_holder.h), so
 * that a USB transfer that the kernel waits for stops nobody else.
 *
 * No operation sleeps or exits: it begins, and `done` follows from the loop, exactly
 * once for each operation that returned 0. The device is opened by the first operation that needs
 * it and again after it was unplugged: `where` is a path that survives that (/dev/serial/by-id/…).
 */
#ifndef KDEV_WATCHDOG_POWER_RELAY_H
#define KDEV_WATCHDOG_POWER_RELAY_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

/* How long a device may take to answer. */
#define RELAY_REPLY_MS 1000

struct relay_driver;

/* What every driver's own struct begins with. */
struct relay {
	const struct relay_driver *driver;
};

/* err is 0 and `closed` 1, 0 or -1 (the device can't say), or err is a negative errno and `why`
 * one line for people, without control characters. */
typedef void (*relay_done_fn)(void *arg, int err, int closed, const char *why);

struct relay_driver {
	const char *name;     /* as in the configuration */
	unsigned first, last; /* how the device numbers its channels */
	unsigned outputs;     /* channels from here on can only be read; 0: all can be set */
	const void *protocol; /* of the drivers that share an engine */
	const char *const
		*names; /* of the channels where they have some, NULL at the end; or NULL */

	/* `where` is copied. 0 or a negative errno. */
	int (*open)(const struct relay_driver *d, uv_loop_t *loop, const char *where,
		    struct relay **out);
	/* Close or open one channel, and read it back where the device can. -EBUSY while another
	 * operation is under way. */
	int (*set)(struct relay *r, unsigned channel, bool closed, relay_done_fn done, void *arg);
	/* NULL: the device can't say. Else as above. */
	int (*get)(struct relay *r, unsigned channel, relay_done_fn done, void *arg);
	/*
	 * For the guard, a forked child, when the holder may be dead: send what sets the channel,
	 * now, on what the holder has open, and wait for nothing. Safe to repeat. 0 or a negative
	 * errno.
	 */
	int (*force)(struct relay *r, unsigned channel, bool closed);
	/* An operation under way gets -ECANCELED from inside. Memory goes when libuv has closed.
	 * Accepts NULL. */
	void (*close)(struct relay *r);
};

/* NULL if there is none of that name. */
const struct relay_driver *relay_driver_find(const char *name);

/* "3" or "dtr" to a channel of that driver; -EINVAL if it has none such. */
int relay_channel_parse(const struct relay_driver *d, const char *text);

extern const struct relay_driver relay_lcus, relay_numato, relay_kmtronic, relay_kmtronic4,
	relay_kmtronic8, relay_devantech, relay_line, relay_dcttech, relay_lcus_hid, relay_gpio;

#endif
