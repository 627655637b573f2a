/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The escalation ladder: how a board is got to boot anew, by the cheapest step that is enough. A
 * pure state machine, no I/O and no clock.
 *
 *   agent reboot → SysRq-b → reset button → power button held, then pressed → mains
 *
 * A step is not believed because somebody did it, but because the board began to boot: a firmware's
 * banner, a kernel's, or an agent with another boot id. Where none of them came in time, the next
 * step follows. A step that failed on this board three times in a row is passed over, and tried
 * again now and then: buttons get rewired. What does nothing to a board that is off is not blamed
 * where it may have been.
 */
#ifndef KDEV_WATCHDOG_LADDER_H
#define KDEV_WATCHDOG_LADDER_H

#include <stdbool.h>
#include <stdint.h>

#include "console/monotime.h"

enum ladder_rung {
	LADDER_AGENT, /* kdev-agent is asked to reboot: it must be alive */
	LADDER_SYSRQ, /* SysRq-b by BREAK on the console: the kernel's interrupts must work */
	LADDER_RESET, /* the reset button */
	LADDER_HOLD,  /* the power button: held until it is off, then pressed */
	LADDER_MAINS, /* a relay in the mains */
	LADDER_RUNGS,
};

const char *ladder_rung_name(enum ladder_rung r); /* "agent reboot", "SysRq-b" … */
/* The name in files: "agent", "sysrq", "reset", "hold", "mains". */
const char *ladder_rung_key(enum ladder_rung r);
int ladder_rung_parse(const char *key); /* a rung, or -EINVAL */

/* What is remembered of a board from one recovery to the next. */
struct ladder_memory {
	unsigned failed[LADDER_RUNGS]; /* in a row */
	unsigned passed_over[LADDER_RUNGS];
};

struct ladder_config {
	bool has[LADDER_RUNGS]; /* can it be tried at all, here and now */
	bool maybe_off;         /* nothing was heard of the board that proves it to be on */
	int64_t ask_us;         /* for agent or kernel to have been asked */
	int64_t act_us;         /* for a press to be done */
	int64_t verify_us;      /* from then to the first sign of a boot */
};

enum ladder_what {
	LADDER_ACT,  /* do `rung`, then ladder_acted() */
	LADDER_WAIT, /* for ladder_booted(), or until `until` */
	LADDER_DONE, /* err 0: it boots, by `rung`; else nothing helped */
};

struct ladder_action {
	enum ladder_what what;
	enum ladder_rung rung;
	struct monotime until; /* then ladder_time() */
	int err;
};

/* Owned by the caller; ladder_begin() sets it up. */
struct ladder {
	struct ladder_config cfg;
	struct ladder_memory *memory;
	enum ladder_rung rung;
	enum ladder_what what;
	struct monotime until, began;
	bool booted;     /* a sign came before the step's own end was reported */
	char story[512]; /* each step and what came of it, for people; valid from the first on */
};

/*
 * Begin with `from`, or the next that is there and not known to fail; above the highest, with that.
 * memory is borrowed, and updated. If the board has nothing at all: LADDER_DONE, -EOPNOTSUPP.
 */
struct ladder_action ladder_begin(struct ladder *l, const struct ladder_config *cfg,
				  struct ladder_memory *memory, enum ladder_rung from,
				  struct monotime now);

/* The step was done, or could not be: a negative errno and why. */
struct ladder_action ladder_acted(struct ladder *l, int err, const char *why, struct monotime now);

/* The board boots; `sign` is how we know: "its firmware started". */
struct ladder_action ladder_booted(struct ladder *l, const char *sign, struct monotime now);

struct ladder_action ladder_time(struct ladder *l, struct monotime now);

#endif
