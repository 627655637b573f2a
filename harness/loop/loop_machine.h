/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rules of a loop: what became of an iteration goes in, what is to be done next comes out.
 * No I/O, no clock. A resumed loop is fed what its journal says and is then where it was.
 *
 * Iterations are numbered from 0 on; scenario_at() says what each runs. One counts when its
 * result went in: one that was under way when everything died is run again.
 */
#ifndef KDEV_HARNESS_LOOP_MACHINE_H
#define KDEV_HARNESS_LOOP_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console/monotime.h"
#include "harness/loop/scenario.h"
#include "harness/run/run_machine.h"

#define LOOP_INFRA_MAX 10 /* failures of the infrastructure in a row before it is given up */

/* When to stop; zero or MONO_NEVER: not for that reason. None of them: after a round. */
struct loop_limits {
	uint64_t count;           /* iterations in all, those before a resume included */
	struct monotime deadline; /* no iteration begins after it */
	bool until_fail;          /* at the first that is not as expected */
};

struct loop_result {
	uint64_t iteration;
	enum run_verdict verdict;
	bool ok;         /* as expected */
	bool warned;     /* the kernel is tainted by a WARNING that was allowed */
	bool locks_off;  /* lockdep has switched itself off */
	bool board_lost; /* it could not be brought back afterwards */
};

enum loop_do {
	LOOP_RUN,
	LOOP_WAIT, /* until `until`, then ask again */
	LOOP_STOP,
};

struct loop_step {
	enum loop_do what;
	uint64_t iteration;
	struct scenario_item item;
	uint64_t n;            /* so many iterations in a row may be run as one; at least 1 */
	bool fresh;            /* boot the board first */
	struct monotime until; /* of LOOP_WAIT */
	char why[256];         /* of waiting, stopping and fresh boots: a sentence */
};

/* What a case has come to. */
struct loop_case {
	uint64_t runs, bad;
	unsigned in_a_row; /* crashes, hangs and resets that were not expected */
	bool quarantined;
};

/* Owned by the caller. Fields are for reading. */
struct loop_machine {
	const struct scenario *scenario; /* borrowed */
	struct loop_limits limits;
	uint64_t next;    /* the iteration that is due */
	uint64_t done;    /* results that went in */
	uint64_t skipped; /* iterations of cases in quarantine */
	uint64_t bad;     /* not as expected */
	uint64_t by_verdict[RUN_CRASH + 1];
	struct loop_case *cases; /* one for each of the scenario's */
	unsigned infra;          /* in a row */
	struct monotime again;   /* not before that, after a failure of the infrastructure */
	char infra_why[160];
	bool fresh;
	char fresh_why[80];
	bool interrupted;
	bool failed;            /* an iteration was not as expected */
	enum run_verdict worst; /* of those that were not as expected */
};

/* 0 or -ENOMEM. */
int loop_machine_init(struct loop_machine *m, const struct scenario *s,
		      const struct loop_limits *limits);
void loop_machine_free(struct loop_machine *m);

/* An iteration has come to its end. Those of the infrastructure and interrupted ones do not count:
 * theirs are loop_machine_infra() and loop_machine_interrupt(). A result for another iteration than
 * the one that is due is ignored: false. */
bool loop_machine_result(struct loop_machine *m, const struct loop_result *r);

/* The board, or what it needs, failed: the iteration will be run again, later. */
void loop_machine_infra(struct loop_machine *m, const char *why, struct monotime now);

/* No further iteration, please. */
void loop_machine_interrupt(struct loop_machine *m);

/* What is to be done now. Passes over iterations of cases in quarantine. */
void loop_machine_next(struct loop_machine *m, struct monotime now, struct loop_step *step);

/* The exit code by the worst that happened: crash before hang before reset before fail. */
int loop_machine_exit_code(const struct loop_machine *m);

#endif
