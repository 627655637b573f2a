/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The run: a pure state machine. What happened goes in, what is to be done comes out. No I/O, no
 * clock, no globals, so a whole night's worth of misery is tested in microseconds.
 *
 *   LOCKING → PREPARING → PUSHING → LOADING → TESTING → UNLOADING → SETTLING ─────────────┐
 *                             │ oops, BUG, panic …      │ silence, a step that never ends │
 *                             v                         v                                 v
 *                         COLLECTING <────────────── PROBING                            DONE
 *                             └──> RECOVERING (reset, wait for ready, try again) ─────────┘
 *
 * Every phase has a deadline: a run can't last for ever. Deadlines stand still while the board's
 * NFS server is away, for at most stall_us.
 */
#ifndef KDEV_HARNESS_RUN_MACHINE_H
#define KDEV_HARNESS_RUN_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "console/detector/crash.h"
#include "console/monotime.h"
#include "watchdog/board_state.h"

enum run_phase {
	RUN_IDLE,
	RUN_LOCKING,   /* the board is asked for */
	RUN_PREPARING, /* until it is up, clean and reachable */
	RUN_PUSHING,
	RUN_LOADING,
	RUN_TESTING,
	RUN_UNLOADING,
	RUN_SETTLING,   /* all is over; a delayed crash may still come */
	RUN_PROBING,    /* it hangs: make it say where */
	RUN_COLLECTING, /* it crashed: let it finish its report */
	RUN_RECOVERING, /* reset, until it is ready again */
	RUN_DONE,
};

const char *run_phase_name(enum run_phase p); /* "locking", "load" …: also the step's name */

/* From the least to the worst; where several apply, the worst is the verdict. */
enum run_verdict {
	RUN_PASS,
	RUN_INFRA,
	RUN_FAIL,
	RUN_INTERRUPTED,
	RUN_RESET,
	RUN_HANG,
	RUN_CRASH,
};

const char *run_verdict_name(enum run_verdict v); /* "pass", "infra" … as in run.json */
int run_verdict_exit_code(enum run_verdict v);

/* What is to be run, and how long each part of it may take (microseconds). */
struct run_plan {
	bool module; /* false: only bring the board up (`kdev up`) */
	bool test;
	bool allow_warn; /* a WARNING is not a crash */
	bool cycles;     /* the load step is a batch of loads and unloads */
	bool keep;       /* after a crash, no reset as long as the board answers */
	int64_t boot_us, push_us, load_us, test_us, unload_us, settle_us, collect_us, stall_us;
	int64_t reset_us;    /* for RUN_DO_RESET to report back, all its steps included */
	unsigned boot_tries; /* resets in a row before the board is given up */
};

enum run_action {
	RUN_DO_LOCK,
	RUN_DO_UP, /* services and power on */
	RUN_DO_PUSH,
	RUN_DO_LOAD,
	RUN_DO_TEST,
	RUN_DO_UNLOAD,
	RUN_DO_CANCEL,  /* the step that is under way */
	RUN_DO_STOP,    /* a batch, after the iteration that is under way */
	RUN_DO_STUCK,   /* where is the load or unload that does not return? */
	RUN_DO_HARVEST, /* ask the kernel what it does: watchdog/harvest.h */
	RUN_DO_RESET,
	RUN_DO_UNLOCK,
};

enum run_event_type {
	RUN_EV_START,
	RUN_EV_INTERRUPT,    /* Ctrl-C */
	RUN_EV_LOCKED,       /* dirty: why the board must be reset first, or "" */
	RUN_EV_REFUSED,      /* another has the board, or it can't be used; text says why */
	RUN_EV_BOARD,        /* board, ssh, text: its state as of now and why */
	RUN_EV_SELF_RESET,   /* text: why we think so */
	RUN_EV_CRASH_BEGIN,  /* klass, secondary, text: title so far */
	RUN_EV_CRASH_END,    /* the same, text: title */
	RUN_EV_STEP_DONE,    /* ok, harmless, text: what went wrong, for people */
	RUN_EV_PROGRESS,     /* a batch has come to its next iteration */
	RUN_EV_STEP_BROKEN,  /* the connection broke under the step: wait for the reason */
	RUN_EV_ANSWERED,     /* to RUN_DO_STUCK and RUN_DO_HARVEST, whatever came of it */
	RUN_EV_RESET_DONE,   /* ok: it boots; text: how, or all that was tried in vain */
	RUN_EV_UP_DONE,      /* ok, text */
	RUN_EV_SERVICE_LOST, /* text: which service of the board is given up, and why */
	RUN_EV_LOST,         /* the attendant is gone */
	RUN_EV_TICK,
};

struct run_event {
	enum run_event_type type;
	const char *text; /* never NULL */
	enum board_state board;
	enum crash_class klass;
	bool ssh, secondary, ok;
	bool harmless;  /* it went wrong, and the kernel is as it was */
	bool old_boot;  /* of the board: it was not booted that we know of */
	bool root_gone; /* of the board: what it runs from does not come back but by a boot */
};

struct run_machine;

struct run_machine_ops {
	void (*act)(void *arg, enum run_action action);
	/* A phase was entered; `why` is a sentence. Called before the phase's actions. */
	void (*enter)(void *arg, enum run_phase from, enum run_phase to, const char *why);
	/* The verdict became known or worse. The run goes on to recover the board. */
	void (*verdict)(void *arg, enum run_verdict v, const char *reason);
	/* All is over and nothing crashed: what else was expected and did not come? A sentence,
	 * or NULL. May be NULL itself. */
	const char *(*unmet)(void *arg);
};

/* Owned by the caller; initialised by run_machine_init(); fields are for reading. */
struct run_machine {
	struct run_plan plan;
	struct run_machine_ops ops;
	void *arg;
	enum run_phase phase;
	enum run_verdict verdict;
	char reason[512];
	struct monotime entered;
	struct monotime deadline; /* of the phase */
	struct monotime next;     /* something to do before it (probing, collecting) */
	struct monotime stalled;  /* since when the NFS server is away; MONO_NEVER: it is not */

	enum board_state board;
	char board_why[384];
	bool ssh;
	bool root_gone;
	bool need_reset; /* before the board may be used again */
	char need_reset_why[384];
	bool resetting;  /* RUN_DO_RESET is under way */
	bool self_reset; /* it seems to have reset by itself, and so needs none */
	unsigned tries;  /* resets since the board was last ready */
	unsigned open_reports;
	unsigned probe;   /* what was sent already while probing */
	bool harvested;   /* a hung board was asked what there is to ask */
	bool cancel;      /* the step that hangs, once it has been asked where */
	bool loaded;      /* the module is, or may be, in the kernel */
	bool silent;      /* the hang is the whole board's: no heartbeat */
	bool reason_open; /* the reason is a title that its report's end makes better */
	bool broken;      /* the step's connection is gone */
	char broken_why[160];
	char service_lost[256]; /* why no boot can succeed; "": nothing is known against it */
	bool interrupted;
	bool board_lost; /* it could not be brought up, or back */
	char board_lost_why[512];
};

void run_machine_init(struct run_machine *m, const struct run_plan *plan,
		      const struct run_machine_ops *ops, void *arg);

/* Feed one event. Actions are called from inside and must not feed the machine. */
void run_machine_event(struct run_machine *m, const struct run_event *ev, struct monotime now);

/* When a RUN_EV_TICK is wanted at the latest; MONO_NEVER once DONE. */
struct monotime run_machine_wakeup(const struct run_machine *m);

#endif
