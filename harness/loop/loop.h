/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A loop, at the edge: what the loop machine decides becomes runs, what these come to goes to the
 * journal first and then to the machine.
 *
 * cmd_loop.c       options, files, the cycle
 * loop_plan.c      what is to be run: scenario, modules, limits
 * loop_journal.c   the journal's events, written; loop.json
 * loop_replay.c    the journal's events, read again: --resume
 * loop_prepare.c   what one run is told
 * loop_run.c       one run: an iteration, or a batch of them, and what came of it
 * loop_quota.c     which directories go when they are too many
 * loop_bugs.c      what crashed, how often
 * loop_screen.c    what a person sees
 *
 * STATE/loops/ID/ has journal.jsonl, loop.json (the sums as of now) and scenario.ini. The journal's
 * events: `loop` begins it; `begin` (i, c) announces iterations i to i + c - 1; `run` names their
 * directory in STATE/runs; `end` (i, verdict, ok …) is the record of one; `infra`, `resume` and
 * `stop` say why.
 */
#ifndef KDEV_HARNESS_LOOP_H
#define KDEV_HARNESS_LOOP_H

#include <jansson.h>

#include "harness/loop/journal.h"
#include "harness/loop/loop_machine.h"
#include "harness/loop/loop_quota.h"
#include "harness/module/module_file.h"
#include "harness/run/run.h"

/* One bug, as its crashes show it. */
struct loop_bug {
	char signature[17]; /* "": none could be made */
	char title[160];
	uint64_t count, first; /* iteration in which it was first seen */
};

/* The modules of a case, read and checked. */
struct loop_modules {
	struct module_file *files;
	char *test; /* path, or NULL */
	size_t n;
};

/* What the command was told. */
struct loop_options {
	const char *what; /* scenario or module; NULL: resume */
	char *const *params;
	size_t n_params;
	const char *modules; /* directory; NULL: the scenario's */
	uint64_t count, seed;
	int64_t for_us;
	int64_t until_us; /* wall clock; 0: no */
	int64_t keep;     /* bytes of runs */
	const char *kept; /* on a resume: the scenario as it was, or NULL */
	bool until_fail, full, has_seed;
	bool or_go_on; /* with the board's last loop, if it is the same and unfinished */
};

struct loop {
	const struct board_config *cfg;
	const struct common_flags *flags;
	char id[96];
	char *dir;
	char *source; /* path of the scenario or module */
	char *text;   /* the scenario's file as it was read; NULL: a module */
	size_t text_len;
	char *modules_dir;
	struct scenario scenario;
	struct loop_modules *modules; /* one for each case */
	uint64_t seed;
	bool full;                    /* no batches */
	int64_t started_us, until_us; /* wall clock */

	struct loop_machine machine;
	struct journal *journal;
	int journal_err; /* of the last sync */
	struct run run;

	/* the run under way */
	struct board_config run_cfg;
	struct run_options opt;
	struct run_batch batch;
	struct run_watcher watcher;
	struct loop_step step;
	struct scenario_list *params; /* one for each module */
	bool run_told;                /* the journal has its directory's name */
	int64_t pending;       /* an iteration that is over, but may yet be blamed; -1: none */
	int64_t pending_us[2]; /* its load and unload */

	struct loop_bug *bugs;
	size_t n_bugs;
	uint64_t kept; /* directories of iterations that passed */
	struct loop_quota quota;
	struct monotime began, shown, summed;
	uint64_t began_at; /* iterations that were done when this process began */
	bool tty, line_open;
};

/* loop_plan.c: 0, or an exit code after having said why */
int loop_read_scenario(struct loop *l, const struct loop_options *o);
int loop_check(struct loop *l);
int loop_limits(struct loop *l, const struct loop_options *o, struct loop_limits *limits);
void loop_modules_free(struct loop *l);

/* loop_journal.c */
/* A new one. 0, or an exit code after having said why. */
int loop_begin(struct loop *l, const struct loop_options *o);
void loop_tell(struct loop *l, json_t *event); /* steals it */
/* Until it is on disk; waits for room. False: interrupted before. */
bool loop_sync(struct loop *l);
void loop_sum_up(struct loop *l, const char *state, const char *why); /* loop.json */
json_t *loop_sums(const struct loop *l, const char *state, const char *why);

/* loop_replay.c: the one that is to be gone on with. 0, or an exit code after having said why. */
int loop_resume(struct loop *l, const struct loop_options *o);
/* Is the board's last loop one of `source` (an absolute path) that did not come to its end? */
bool loop_is_unfinished(const char *board, const char *source);

/* loop_prepare.c */
/* Nothing but loading and unloading, and nothing but a pass is expected. */
bool loop_batchable(const struct loop *l, const struct scenario_case *c);
/* Fills in l->opt for l->step; loop_forget_params() in any case. 0 or a negative errno. */
int loop_prepare(struct loop *l, bool batch);
void loop_forget_params(struct loop *l);

/* loop_run.c */
void loop_run(struct loop *l);
/* An iteration's result: to the journal and the machine. */
void loop_end(struct loop *l, const struct loop_result *r, const char *reason, int64_t load_us,
	      int64_t unload_us);

/* loop_bugs.c: NULL: out of memory */
struct loop_bug *loop_bug(struct loop *l, const char *signature, const char *title, uint64_t i);

/* loop_screen.c */
void loop_screen_init(struct loop *l);
void loop_screen_tick(struct loop *l);
void loop_screen_end(struct loop *l, uint64_t i, const char *verdict, const char *reason,
		     const char *run);
void loop_screen_note(struct loop *l, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void loop_screen_sums(struct loop *l, const char *why);

int64_t loop_wall_us(void);

#endif
