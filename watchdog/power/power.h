/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Power: who presses the board's buttons. One driver a file, each ending in a const
 * table of operations; the configuration chooses one by name. No operation sleeps or exits: it
 * begins, and `done` follows from the loop, exactly once for each operation that returned 0, with 0
 * or a negative errno and a line for people.
 *
 * Relays of every kind (relay.h) are one driver here, power_relay.c: it makes of a verb what atx.h
 * says, and has the presses done by the relay holder (relay_holder.h), so that a button is let go
 * whatever becomes of us. The other drivers hold no button: QEMU, pdudaemon and a command are told
 * what is to become of the board, and what they began they end without us.
 */
#ifndef KDEV_WATCHDOG_POWER_POWER_H
#define KDEV_WATCHDOG_POWER_POWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

enum power_verb {
	POWER_STATUS, /* done's `on` tells: 1 on, 0 off, -1 the device can't say */
	POWER_ON,
	POWER_OFF,   /* as holding the button until it is off; if that does not help, the mains */
	POWER_PRESS, /* a short press: ACPI request, or on when it is off */
	POWER_HOLD,
	POWER_RESET, /* the reset button */
	POWER_CYCLE, /* off, wait, on: by the mains where there is a relay in them */
	POWER_NMI,   /* front-panel NMI */
	POWER_BREAK, /* BREAK on the console, where the power device carries it (QMP does) */
};

const char *power_verb_name(enum power_verb v);
int power_verb_parse(const char *name); /* a verb, or -EINVAL */

typedef void (*power_done_fn)(void *arg, int err, int on, const char *why);

/* What a driver is told of a board. Strings are copied where they are kept. */
struct power_settings {
	const char *driver; /* "qmp", "command", "pdudaemon", or a relay's: "lcus", "gpio" … */
	const char *device; /* the driver's own: a socket's path, a by-id path, a program … */

	/* Of relays: a channel as relay_channel_parse() takes it, or "none". */
	const char *power_button, *reset_button, *nmi_button, *mains;
	const char *sense; /* a channel that can be read: closed while the board is on */
	bool mains_opens;  /* it cuts the mains when it opens (else when it closes) */
	int64_t press_us, reset_us, hold_us, off_us, verify_us; /* atx.h */

	/* Is the board on, as far as others than the device know: 1, 0, or -1. NULL: nobody does.
	 * Asked where there is no `sense`. */
	int (*board_on)(void *arg);
	void *board_arg;
};

struct power;

/* How long a button is pressed, and the mains are cut. */
struct power_times {
	int64_t press_us, reset_us, hold_us, off_us;
};

struct power_driver {
	const char *name; /* as in the configuration */
	int (*open)(uv_loop_t *loop, const struct power_settings *s, struct power **out, char *err,
		    size_t err_len);
	/* One at a time; -EBUSY while one is under way, -EOPNOTSUPP if it can't. */
	int (*act)(struct power *p, enum power_verb verb, power_done_fn done, void *arg);
	/* Let go of every button. NULL: it holds none. Else as act(). */
	int (*release)(struct power *p, power_done_fn done, void *arg);
	/* From the next press on. NULL: it does not know such times. */
	int (*set_times)(struct power *p, const struct power_times *t);
	/* An unfinished operation's done gets -ECANCELED from inside. Memory goes when libuv
	 * has closed the handles. Accepts NULL. */
	void (*close)(struct power *p);
};

/* What every driver's own struct begins with. */
struct power {
	const struct power_driver *driver;
};

/*
 * Choose the driver and open it; its device is first touched when it is first needed. 0; -EINVAL:
 * the settings are wrong, with a line for people that names the key; or another negative errno,
 * with a line.
 */
int power_open(uv_loop_t *loop, const struct power_settings *s, struct power **out, char *err,
	       size_t err_len);

/* done gets -ETIME where the board did not do what its button should make it do. */
int power_act(struct power *p, enum power_verb verb, power_done_fn done, void *arg);

/*
 * To be called once after the opening: what a kdev that died may have left pressed is let go. Waits
 * for a device that a guard still has (relay_guard.h), and a verb that comes meanwhile waits for
 * its end. -EOPNOTSUPP: the driver holds no buttons.
 */
int power_release(struct power *p, power_done_fn done, void *arg);

/* Other times than the settings had; a press that is under way keeps its own. 0, -EOPNOTSUPP. */
int power_set_times(struct power *p, const struct power_times *t);

void power_close(struct power *p);

extern const struct power_driver power_driver_qmp, power_driver_command, power_driver_pdudaemon,
	power_driver_relay;

#endif
