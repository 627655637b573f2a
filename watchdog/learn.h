/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which times does a board need? Found by trial, from the shortest on: a pure state machine, no I/O
 * and no clock.
 *
 *   reset button → power button, held and then pressed → mains → (none of them: any reset at all)
 *
 * A press was long enough when the board began to boot, and it is believed when it did so twice. It
 * was too short when the boot before is still heard. A board that is neither heard of nor boots was
 * confused by it: that is too short as well, but three times in a row ends it all. How long each
 * boot took to its first sign and to ready is measured meanwhile.
 */
#ifndef KDEV_WATCHDOG_LEARN_H
#define KDEV_WATCHDOG_LEARN_H

#include <stdbool.h>
#include <stdint.h>

#include "console/monotime.h"
#include "watchdog/power/power.h"

enum learn_time {
	LEARN_RESET, /* the reset button's pulse */
	LEARN_HOLD,  /* the power button's, until the board is off */
	LEARN_PRESS, /* the power button's, that starts one that is off */
	LEARN_OFF,   /* without mains, until the supply is empty */
	LEARN_SIGN,  /* from the press to the first sign of a boot */
	LEARN_READY, /* … to ready */
	LEARN_TIMES,
};

const char *learn_time_key(enum learn_time t); /* in the configuration: "reset_time" … */

struct learn_config {
	/* Whose times are ours to choose: relays. */
	bool reset_button, power_button, mains;
	int64_t boot_us; /* a board that did not boot for so long is not coming */
};

enum learn_what {
	LEARN_DO,   /* `verb`, with the time of `time` being `us`; then learn_did() */
	LEARN_LOOK, /* what is heard of the board? At `at`, learn_saw() */
	LEARN_DONE, /* err 0: what was found is in `found` */
};

struct learn_action {
	enum learn_what what;
	enum power_verb verb;
	enum learn_time time; /* LEARN_TIMES: the verb has none */
	int64_t us;
	struct monotime at;
	int err;
};

/* What is heard of the board since the last verb began: µs after that, -1: nothing. */
struct learn_seen {
	int64_t sign_us, ready_us; /* of a new boot */
	int64_t old_us;            /* the last word of the boot before */
};

/* Owned by the caller; learn_begin() sets it up. Fields are for reading. */
struct learn {
	struct learn_config cfg;
	enum learn_time time; /* that is being tried */
	unsigned tried[LEARN_TIMES];
	bool off;        /* the board was switched off, and is to be started */
	unsigned proofs; /* of what is being tried */
	unsigned losses; /* trials in a row that the board did not come back from */
	enum learn_what awaited;
	bool booted; /* the sign has come, ready has not */
	struct monotime until;
	int64_t found[LEARN_TIMES]; /* 0: not found out */
	char said[192];             /* what came of the last trial, for people; "": goes on */
};

/* The board is ready. -EOPNOTSUPP as LEARN_DONE: it has no button at all. */
struct learn_action learn_begin(struct learn *l, const struct learn_config *cfg,
				struct monotime now);
/* The verb is done, verified as far as its driver can; or a negative errno and why, -ETIME if the
 * board did not follow. */
struct learn_action learn_did(struct learn *l, int err, const char *why, struct monotime now);
struct learn_action learn_saw(struct learn *l, const struct learn_seen *seen, struct monotime now);

/* What to configure: what was found, and something for a day when all is slower. 0 if it was
 * not found out. */
int64_t learn_advice(const struct learn *l, enum learn_time t);

#endif
