/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside the run machine, which is in four parts, each deciding for some phases:
 *
 * run_machine.c    what came, interrupts, deadlines: who is to decide
 * run_cycle.c      push, load, test, unload, settle
 * run_evidence.c   probing and collecting
 * run_recovery.c   preparing and recovering
 * run_moves.c      the moves they all are made of
 *
 * Nobody but these includes this.
 */
#ifndef KDEV_HARNESS_RUN_MOVES_H
#define KDEV_HARNESS_RUN_MOVES_H

#include "harness/run/run_machine.h"

/* ---- moves ---- */

/* The only place where the verdict changes: it can only get worse. */
void machine_judge(struct run_machine *m, enum run_verdict v, const char *reason);

/* The only place where the phase changes. It may last for_us from now on. */
void machine_enter(struct run_machine *m, enum run_phase to, int64_t for_us, struct monotime now,
		   const char *why);

/* Let the board go and be done. */
void machine_finish(struct run_machine *m, struct monotime now, const char *why);

/* The board must be reset before it is used again; the first reason stays. */
void machine_want_reset(struct run_machine *m, const char *why);

bool machine_is_step(enum run_phase p); /* push, load, test, unload */
bool machine_lives(enum run_phase p);   /* those, and settling: the module may do harm */

/* ---- preparing and recovering ---- */

/* The board can't be brought up, or not back: infrastructure, unless the module is to blame. */
void machine_give_up(struct run_machine *m, struct monotime now, const char *why);
/* Reset what must be, wait, try again; go on when the board is ready. */
void machine_bring_up(struct run_machine *m, struct monotime now);
void machine_recover(struct run_machine *m, struct monotime now, const char *why);
void machine_board(struct run_machine *m, const struct run_event *ev, struct monotime now);
void machine_self_reset(struct run_machine *m, const struct run_event *ev, struct monotime now);
void machine_reset_done(struct run_machine *m, const struct run_event *ev, struct monotime now);
void machine_service_lost(struct run_machine *m, const struct run_event *ev, struct monotime now);

/* ---- the module's life ---- */

void machine_start_step(struct run_machine *m, enum run_phase step, struct monotime now,
			const char *why);
void machine_step_done(struct run_machine *m, const struct run_event *ev, struct monotime now);
void machine_step_broken(struct run_machine *m, const struct run_event *ev, struct monotime now);
void machine_step_timed_out(struct run_machine *m, struct monotime now);
void machine_settled(struct run_machine *m, struct monotime now);

/* ---- evidence ---- */

/* Wait until the kernel has told all of its crash, then recover. */
void machine_collect(struct run_machine *m, struct monotime now, const char *why);
/* It did: was it a hang, then the board is asked where before it is reset. */
void machine_collected(struct run_machine *m, struct monotime now);
/* The board hangs: ask it where. */
void machine_hang(struct run_machine *m, struct monotime now, const char *reason);
void machine_probe_next(struct run_machine *m, struct monotime now);
void machine_crash_begin(struct run_machine *m, const struct run_event *ev, struct monotime now);
void machine_crash_end(struct run_machine *m, const struct run_event *ev, struct monotime now);

#endif
