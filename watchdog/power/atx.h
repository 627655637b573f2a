/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a verb means to an ATX board's buttons and mains: a pure state machine, no I/O and no clock.
 * Its owner begins it, does what the returned action says, and hands back what came of it, or the
 * time when the action's deadline has passed; each gives the next action, until ATX_DONE.
 *
 * The power button (ACPI specification, 4.8.3.1): pressed for less than 4 s it starts a board that
 * is off and asks a running system to stop; held longer it forces it off, and would start a board
 * that is off first. So the state is looked at before a button is touched, and again afterwards
 * where something can tell it.
 */
#ifndef KDEV_WATCHDOG_POWER_ATX_H
#define KDEV_WATCHDOG_POWER_ATX_H

#include "console/monotime.h"
#include "watchdog/power/power.h"

enum atx_line { ATX_POWER, ATX_RESET, ATX_NMI, ATX_MAINS, ATX_LINES };

const char *atx_line_name(enum atx_line line); /* "power button", "mains relay" … */

struct atx_config {
	bool has[ATX_LINES];
	int64_t press_us, reset_us, hold_us;
	int64_t off_us;    /* without power, until the supply's capacitors are empty */
	int64_t verify_us; /* how long the board's state may take to follow */
};

enum atx_what {
	ATX_LOOK,     /* is the board on? Then atx_looked() */
	ATX_ACTIVATE, /* press `line`, or cut the mains: for us, or for good if 0. atx_acted() */
	ATX_RELEASE,  /* let go of `line`. atx_acted() */
	ATX_WAIT,     /* do nothing */
	ATX_DONE,
};

struct atx_action {
	enum atx_what what;
	struct monotime until; /* then atx_time(), if nothing came by then */
	enum atx_line line;
	int64_t us;
	/* ATX_DONE: 0 or a negative errno; is the board on now: 1, 0, -1 not known; the reason
	 * in one line, "" if there is none, valid as long as the machine. */
	int err, on;
	const char *why;
};

struct atx {
	const struct atx_config *cfg;
	const unsigned char *step; /* of the verb's programme */
	enum atx_what awaited;
	enum atx_line line;
	struct monotime until; /* the deadline of the step */
	int before, on;        /* as last looked at */
	int err;               /* what the release that is under way leads to */
	bool can_cut;          /* if the button does not help, the mains may be cut */
	char why[256];
};

/* Forgets what the machine did before. -EOPNOTSUPP comes as ATX_DONE at once: the board has no line
 * for that verb. `cfg` must outlive the machine. */
struct atx_action atx_begin(struct atx *m, const struct atx_config *cfg, enum power_verb verb,
			    struct monotime now);

/* 1, 0, or -1: nothing can tell. */
struct atx_action atx_looked(struct atx *m, int on, struct monotime now);

/* Activated (and let go again, if there was a time) or released: 0, or a negative errno and why. */
struct atx_action atx_acted(struct atx *m, int err, const char *why, struct monotime now);

struct atx_action atx_time(struct atx *m, struct monotime now);

#endif
