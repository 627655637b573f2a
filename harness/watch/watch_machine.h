/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When kdev watch builds, runs and gives a run up. Pure: what happened and `now` in, what to do
 * out. Changes come in bursts (an editor writes, renames, formats): a build waits until it was
 * quiet for a moment. A change gives up what is under way, since its result is of no use.
 */
#ifndef KDEV_HARNESS_WATCH_MACHINE_H
#define KDEV_HARNESS_WATCH_MACHINE_H

#include <stdbool.h>

#include "console/monotime.h"

#define WATCH_QUIET_US    200000
#define WATCH_PATIENCE_US 2000000 /* whoever never stops writing gets a build all the same */

enum watch_action {
	WATCH_NOTHING,
	WATCH_BUILD,
	WATCH_STOP_BUILD,
	WATCH_RUN,
	WATCH_STOP_RUN, /* ask it to end in good order */
	WATCH_END,      /* all has ended, and that was wanted */
};

/* All zeroes: nothing is known yet. */
struct watch_machine {
	bool building, stopping_build;
	bool running, stopping_run; /* while a run ends, the next build may begin */
	bool dirty;                 /* there is a change that no build has seen */
	bool built;                 /* there is a module that no run has seen */
	bool ending;
	struct monotime first, last; /* change since the last build began */
};

void watch_changed(struct watch_machine *m, struct monotime now);
void watch_built(struct watch_machine *m, bool ok); /* the build has ended */
void watch_ran(struct watch_machine *m);            /* the run has ended */
void watch_end(struct watch_machine *m);            /* the person wants to go */

/* What to do now; it is taken for done. Ask until it is WATCH_NOTHING. *wake: when to ask again
 * at the latest, MONO_NEVER if only something that happens can change it. */
enum watch_action watch_next(struct watch_machine *m, struct monotime now, struct monotime *wake);

#endif
