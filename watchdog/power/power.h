/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Power drivers: who presses the board's buttons. One driver a file, each ending
 * in a const table of operations. No operation sleeps or exits: it begins, and `done` follows
 * from the loop, exactly once for each operation that returned 0, with 0 or a negative errno
 * and a line for people.
 */
#ifndef KDEV_WATCHDOG_POWER_POWER_H
#define KDEV_WATCHDOG_POWER_POWER_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

enum power_verb {
	POWER_STATUS, /* done's `on` tells: 1 on, 0 off, -1 the device can't say */
	POWER_ON,
	POWER_OFF,   /* as holding the button until it is off */
	POWER_PRESS, /* a short press: ACPI request, or on when it is off */
	POWER_HOLD,
	POWER_RESET, /* the reset button */
	POWER_CYCLE, /* off, wait, on */
	POWER_NMI,   /* front-panel NMI */
	POWER_BREAK, /* BREAK on the console, where the power device carries it (QMP does) */
};

const char *power_verb_name(enum power_verb v);
int power_verb_parse(const char *name); /* a verb, or -EINVAL */

typedef void (*power_done_fn)(void *arg, int err, int on, const char *why);

struct power;

struct power_ops {
	const char *name; /* as in the configuration: "qmp" */
	/* `where`: what the driver needs to find its device (a socket path, a by-id path …). */
	int (*open)(uv_loop_t *loop, const char *where, struct power **out);
	/* One at a time; -EBUSY while one is under way, -EOPNOTSUPP if it can't. */
	int (*act)(struct power *p, enum power_verb verb, power_done_fn done, void *arg);
	/* Release every button, close; an unfinished operation's done gets -ECANCELED from
	 * inside. Memory goes when libuv has closed the handles. Accepts NULL. */
	void (*close)(struct power *p);
};

extern const struct power_ops power_qmp;

#endif
