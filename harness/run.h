/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One run, at the edge: the run machine's actions become requests to the attendant, the
 * attendant's events become the machine's events, and all of it is shown and recorded.
 *
 * run.c          the loop between machine and attendant
 * run_actions.c  what the machine wants, as requests to the attendant
 * run_events.c   what the attendant says
 * run_steps.c    what is done on the board in each step
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

#include "console/crash.h"
#include "console/strbuf.h"
#include "harness/command.h"
#include "harness/config.h"
#include "harness/link.h"
#include "harness/module_file.h"
#include "harness/netboot/setup.h"
#include "harness/record.h"
#include "harness/run_machine.h"

/* What to run. Strings are borrowed for the run's time. */
struct run_options {
	const struct module_file *module; /* NULL: only bring the board up */
	char *const *params;              /* "name=value", checked */
	size_t n_params;
	const char *test_command; /* for the board's shell, or NULL */
	const char *test_file;    /* a script on the host, or NULL */
	bool allow_warn;
};

struct run_crash {
	struct crash_report *report;
	unsigned n;           /* crash-N */
	enum run_phase phase; /* during which it came */
};

struct run {
	uv_loop_t loop;
	const struct board_config *cfg;
	const struct common_flags *flags;
	const struct run_options *opt;
	struct netboot_paths paths;

	struct link *link;
	struct run_machine machine;
	uv_timer_t timer, ticker;
	uv_signal_t sigint, sigterm;
	unsigned interrupts;
	bool recording; /* the attendant writes to our directory: board events count now */
	json_t *board;  /* the last board event that came */

	char id[128];
	char *dir;         /* STATE/runs/ID; NULL: only `kdev up` */
	char *module_copy; /* the very bytes that are pushed */
	struct record *record;

	bool test_cancelled;
	json_int_t job;          /* the request of the step under way; 0: none */
	struct strbuf output[2]; /* of that step: stdout, stderr */
	struct monotime began;   /* of the run, of the phase and of its steps */
	int64_t step_us[RUN_DONE + 1];
	long taint_before, taint_after; /* -1: not read */
	char reset_method[16];          /* by which the board was last got to boot; "": none */

	struct run_crash *crashes;
	size_t n_crashes, n_explained;
	enum run_phase report_phase; /* in which the open report began */
	enum run_phase hung_phase;   /* from which the board was asked where it hangs */

	FILE *out; /* for people */
	bool tty, colour;
	bool line_open; /* a progress line without its '\n' */
};

/* Do it. Returns an exit code. */
int run_execute(const struct board_config *cfg, const struct common_flags *flags,
		const struct run_options *opt);

/* run.c */
void run_feed(struct run *r, struct run_event ev); /* ev.text may be NULL */

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
void run_step_output(struct run *r, const json_t *ev);
/* run.c: the step ended; text is NULL when it went well. */
void run_step_done(struct run *r, const char *text);
void run_step_broken(struct run *r, const char *why);

/* run_crashes.c */
void run_crash_add(struct run *r, const json_t *ev);
void run_crashes_explain(struct run *r);
void run_crashes_free(struct run *r);
/* The verdict's reason; a hang's with the place where it hangs, if that is known. */
void run_reason(const struct run *r, char *buf, size_t size);

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
