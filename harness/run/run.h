/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One run, at the edge: the run machine's actions become requests to the attendant, the
 * attendant's events become the machine's events, and all of it is shown and recorded.
 *
 * run.c          from its start to its end
 * run_feed.c     what the machine is told, and what it says
 * run_plan.c     what is to be done, and how long it may take
 * run_actions.c  what the machine wants, as requests to the attendant
 * run_events.c   what the attendant says
 * run_salvage.c  what it did not live to say
 * run_steps.c    what is done in each step
 * run_output.c   what the board says in it
 * run_batch.c    iterations that the agent does by itself
 * run_jobs.c     pushes, commands on the board and on the host, one after the other
 * run_shell.c    what the board's shell is given
 * run_checks.c   what else is expected: the kernel's log, KTAP, taint
 * run_crashes.c  reports: source lines, files, screen
 * run_dir.c      the run's directory and run.json
 * run_screen.c   what a person sees
 */
#ifndef KDEV_HARNESS_RUN_H
#define KDEV_HARNESS_RUN_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <uv.h>

#include "console/detector/crash.h"
#include "console/strbuf.h"
#include "harness/attendant/link.h"
#include "harness/commands/command.h"
#include "harness/config/config.h"
#include "harness/ktap/ktap.h"
#include "harness/loop/iteration_line.h"
#include "harness/loop/scenario.h"
#include "harness/module/module_file.h"
#include "harness/netboot/setup.h"
#include "harness/run/record.h"
#include "harness/run/run_machine.h"

/* A module that another one needs, or works with. */
struct run_module {
	const struct module_file *file;
	char *const *params; /* "name=value", checked */
	size_t n_params;
};

/* Many iterations as one run: see kdev-agent's cycle. */
struct run_batch {
	uint64_t first, n;
	int64_t for_us; /* none begins later; at least one is run */
};

/* Somebody else than a person looks on: a loop. */
struct run_watcher {
	void *arg;
	void (*tick)(void *arg); /* now and then, and at each phase */
	/* An iteration of the batch is over, and well; -1: times that were not seen. */
	void (*iteration)(void *arg, uint64_t i, int64_t load_us, int64_t unload_us);
	void (*interrupted)(void *arg);
};

/* What to run. Strings are borrowed for the run's time. */
struct run_options {
	const struct module_file *module; /* NULL: only bring the board up */
	char *const *params;              /* "name=value", checked */
	size_t n_params;
	const struct run_module *before; /* loaded before it, in this order */
	size_t n_before;
	const char *test_command; /* for the board's shell, or NULL */
	const char *test_file;    /* a script on the host, or NULL */
	bool allow_warn;
	const struct scenario_case *c; /* further commands and what is expected, or NULL */
	struct scenario_values values; /* for these */
	const struct run_batch *batch; /* NULL: loaded once */
	const char *fresh_why;         /* why the board must be booted first, or NULL */
	const char *loop;              /* the loop's id, or NULL */
	const struct run_watcher *watcher;
};

struct run_crash {
	struct crash_report *report;
	unsigned n;           /* crash-N */
	enum run_phase phase; /* during which it came */
};

/* ---- run_jobs.c ---- */

enum run_job_kind {
	JOB_EXEC, /* by the board's shell */
	JOB_PUSH,
	JOB_HOST, /* by our own */
};

struct run_job {
	enum run_job_kind kind;
	char *command;    /* of JOB_EXEC and JOB_HOST */
	char *file, *to;  /* of JOB_PUSH */
	bool facts;       /* likewise: what kernel runs there? */
	bool harmless;    /* if it fails, the kernel is as it was */
	const char *what; /* "board_before": whose failure it is; NULL: the step's own */
};

enum { QUEUE_BOARD, QUEUE_HOST, RUN_QUEUES }; /* the second: host_during */

/* Jobs of a step, one after the other. */
struct run_queue {
	struct run_job *jobs;
	size_t n, next;
	json_int_t request;  /* under way at the attendant; 0: none */
	uv_process_t *child; /* on the host; NULL: none */
};

struct run {
	uv_loop_t loop;
	const struct board_config *cfg;
	const struct common_flags *flags;
	const struct run_options *opt;
	struct netboot_paths paths;

	struct link *link;
	bool link_lost; /* the attendant is gone */
	struct run_machine machine;
	uv_timer_t timer, ticker, waiter, mourning;
	uv_signal_t sigint, sigterm;
	unsigned interrupts;
	bool recording;      /* the attendant writes to our directory: board events count now */
	int64_t serial_from; /* where in the board's serial log that begins */
	json_t *board;       /* the last board event that came */

	char id[128];
	char *dir;         /* STATE/runs/ID; NULL: only `kdev up` */
	char *module_copy; /* the very bytes that are pushed */
	struct record *record;

	bool test_cancelled;
	struct run_queue queues[RUN_QUEUES];
	struct strbuf output[2]; /* of the step on the board: stdout, stderr */
	char *host_log;          /* what commands on the host say; NULL: no directory */
	struct monotime began;   /* of the run, of the phase and of its steps */
	int64_t step_us[RUN_DONE + 1];
	long taint_before, taint_after; /* -1: not read */
	bool locks_off;                 /* lockdep has switched itself off */
	int64_t iteration;              /* of the batch, that is under way; -1: none yet */
	int64_t batch_done;             /* the last one that is over, and well; -1: none */
	struct ktap *ktap;              /* what the test said, or the kernel's log; or NULL */
	char tests[256];                /* which of the tests failed; "": none */
	char unmet[256];                /* what was expected and did not come; "": nothing */
	bool checked;
	char reset_method[16]; /* by which the board was last got to boot; "": none */

	struct run_crash *crashes;
	size_t n_crashes, n_explained;
	unsigned n_begun, n_ended;   /* reports of which we were told */
	enum run_phase report_phase; /* in which the open report began */
	enum run_phase hung_phase;   /* from which the board was asked where it hangs */

	FILE *out; /* for people */
	bool tty, colour;
	bool line_open; /* a progress line without its '\n' */
};

/* Open a board for any number of runs: 0, or an exit code after having said why. */
int run_open(struct run *r, const struct board_config *cfg, const struct common_flags *flags);
/* One run. 0, or a negative errno with a line in err when it could not begin: no directory, no
 * attendant. Otherwise r tells what became of it until the next one begins. cfg may be another one
 * for the same board, with other times. */
int run_once(struct run *r, const struct board_config *cfg, const struct run_options *opt,
	     char *err, size_t err_len);
void run_close(struct run *r);
/* Nothing, for so long, or until a signal comes. */
void run_wait(struct run *r, int64_t us);

/* All of it once, with words for a person. Returns an exit code. */
int run_execute(const struct board_config *cfg, const struct common_flags *flags,
		const struct run_options *opt);

/* run_feed.c */
extern const struct run_machine_ops run_ops;
void run_feed(struct run *r, struct run_event ev); /* ev.text may be NULL */
void run_lost(void *run);                          /* the attendant is gone */

/* run_plan.c */
void run_plan_of(const struct run *r, struct run_plan *p);

/* run_actions.c */
void run_act(void *run, enum run_action action);

/* run_events.c */
void run_event_came(void *run, json_t *ev);
void run_feed_board(struct run *r); /* the last board event, now that it counts */

/* run_steps.c */
void run_step_push(struct run *r);
void run_step_load(struct run *r);
void run_step_test(struct run *r);
void run_step_unload(struct run *r);
void run_step_cancel(struct run *r);
void run_step_stop(struct run *r); /* the batch, after the iteration under way */
/* A job of the queue is over. status: its exit status, -1: it could not be run, and text says why.
 */
void run_step_job_done(struct run *r, const struct run_job *job, int status, const char *text);

/* run_output.c */
void run_step_output(struct run *r, const json_t *ev);
/* The step's job is over: what the agent said for us, by the machine's phase. */
void run_output_words(struct run *r);
/* The last line of what the step said, stderr first: what a person wants to read. In buf, or "". */
const char *run_output_last_line(const struct run *r, char *buf, size_t size);
/* The agent's line "kdev-KEY VALUE" is for us: take it out of what the step said. False if there is
 * none. */
bool run_output_take(struct run *r, const char *key, char *value, size_t size);
void run_output_taint(struct run *r, long *taint); /* unchanged if the agent told none */

/* run_batch.c */
void run_batch_line(struct run *r, const struct iteration_line *line); /* an iteration begins */
/* The batch's job is over: the last one has no successor whose line tells of it. */
void run_batch_output(struct run *r);
/* Which iteration of the batch the verdict is of: the one that was under way, or the last. */
int64_t run_iteration(const struct run *r);

/* run.c: the step ended; text is NULL when it went well. */
void run_step_done(struct run *r, const char *text, bool harmless);
void run_step_broken(struct run *r, const char *why);

/* run_jobs.c */
/* Add to the queue; the strings are taken over; a NULL among them is a lack of memory. */
void run_job_add(struct run *r, int queue, struct run_job job);
void run_jobs_start(struct run *r);
void run_jobs_cancel(struct run *r); /* what is under way, and what waits */
void run_jobs_free(struct run *r);
bool run_jobs_over(const struct run *r);

/* run_shell.c: commands for the board. New strings; NULL: out of memory. Pure. */
#define BOARD_DIR "/run/kdev" /* tmpfs: in RAM, new at each boot */
char *run_shell_load(const struct run_options *opt);
char *run_shell_batch(const struct run_options *opt);
char *run_shell_test(const struct run_options *opt, long seconds);
char *run_shell_unload(const struct run_options *opt, bool test_cancelled);

/* run_checks.c */
/* Once, when all is over: what was expected and did not come; NULL: nothing. */
const char *run_checks(void *run);
void run_checks_record(struct run *r); /* KTAP results */

/* run_crashes.c */
/* A report began, and was whole: klass, secondary and the title of ev count. It belongs to the step
 * in which it began. The report is taken over; NULL: it could not be read. n: that of crash-N. */
void run_crash_begun(struct run *r, struct run_event ev);
void run_crash_ended(struct run *r, struct run_event ev, struct crash_report *report, unsigned n);
void run_crashes_explain(struct run *r);
void run_crashes_free(struct run *r);
/* The verdict's reason; a hang's with the place where it hangs, if that is known. */
void run_reason(const struct run *r, char *buf, size_t size);

/* run_salvage.c: after the attendant's death, in its place. */
/*
 * Take from the board's serial log what came since the run began and the attendant did not tell:
 * iterations, crashes, the bytes themselves. Events are fed as if the attendant had.
 */
void run_salvage(struct run *r);

/* run_dir.c */
int run_dir_make(struct run *r, char *err, size_t err_len);
void run_dir_record(struct run *r); /* run.json, as of now */
void run_dir_step_output(struct run *r, enum run_phase phase);

/* run_screen.c */
void run_screen_init(struct run *r);
void run_screen_progress(struct run *r); /* the phase under way, on terminals */
void run_screen_phase(struct run *r, enum run_phase phase, int64_t took_us, const char *why);
void run_screen_output(struct run *r, const void *bytes, size_t n);
void run_screen_note(struct run *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void run_screen_block(struct run *r, const char *text); /* many lines, safe already */
void run_screen_verdict(struct run *r);
const char *run_colour(const struct run *r, const char *sgr); /* "" when not wanted */

#endif
