/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happened in a night, or in one run: read from the index, then written in one of five forms.
 * The writers are pure but for the time zone: a struct in, bytes out. What a kernel, a module or
 * a file name says is hostile and is made harmless in each of them.
 *
 * report_load*.c   the index as this struct
 * report_groups.c  what belongs together: runs of a module, iterations of a loop's case
 * report_stats.c   what is counted
 * report_words.c   times and durations
 * report_text.c    for terminals
 * report_run.c     one run, for terminals
 * report_json.c, report_junit.c, report_ktap.c
 * report_html*.c   one page, see report_html.h
 */
#ifndef KDEV_HARNESS_REPORT_H
#define KDEV_HARNESS_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console/strbuf.h"
#include "harness/ktap/ktap.h"
#include "harness/store/crash_store.h"
#include "harness/store/store.h"

enum report_verdict {
	REPORT_PASS,
	REPORT_FAIL,
	REPORT_CRASH,
	REPORT_HANG,
	REPORT_RESET,
	REPORT_INFRA,
	REPORT_INTERRUPTED,
	REPORT_VERDICTS
};

/* "pass" …, as in run.json. What is none of them counts as interrupted. */
const char *report_verdict_name(enum report_verdict v);
enum report_verdict report_verdict_of(const char *name);

/* In all of these, a text that is not known is NULL and a time that is not known -1. Times named
 * at or started are µs since the epoch. */
struct report_step {
	char *name, *outcome;
	int64_t took_us;
};

struct report_boot {
	int64_t at_us; /* about when it began */
	char *reason;
	int64_t firmware_us, kernel_us, ready_us;
};

struct report_reset {
	char *method;
	bool verified;
	int64_t took_us;
};

struct report_crash {
	unsigned n; /* crash-N */
	char *title, *signature, *step;
	char *explained; /* only if one run is reported */
	bool secondary;
};

struct report_run {
	char *id, *board, *module, *params, *kernel, *reason;
	enum report_verdict verdict;
	int64_t started_us, ended_us;
	int64_t load_us;  /* when it was loaded, since the epoch */
	int64_t cycle_us; /* from load to unload, both included; -1: it was not unloaded */
	char *loop, *loop_case;
	bool in_loop;     /* what it came to is told by iterations */
	size_t group;     /* index of the report's groups */
	uint64_t lost;    /* records known to be missing */
	unsigned answers; /* of a hung board that are kept: bits of enum harvest_part */
	struct report_step *steps;
	struct report_boot *boots;
	struct report_reset *resets;
	struct report_crash *crashes;
	size_t n_steps, n_boots, n_resets, n_crashes;
};

/* A bug that was seen in these runs, or has gone. */
struct report_bug {
	const struct crash_bug *bug;
	enum crash_news news;
	size_t n_since;  /* reports of it in these runs */
	bool expected;   /* each time by the scenario that ran */
	char *run;       /* one of these runs that had it, NULL if it has gone */
	unsigned n;      /* its crash-N */
	char *source;    /* "file.c:44" */
	char *explained; /* that case, in words, with source; NULL: there is none */
};

/* A case of a loop, and what it runs; a module's own loop has one case. */
struct report_case {
	char *name, *module;
};

struct report_loop {
	char *id, *board, *source, *params, *state, *why; /* state: "running", "done" … */
	int64_t started_us;
	uint64_t done, bad, skipped; /* iterations; bad: not as expected */
	struct report_case *cases;
	size_t n_cases;
};

struct report_iteration {
	int64_t at_us, took_us; /* when it began; load and unload together */
	uint64_t i;
	size_t loop, group; /* indexes of the report's */
	uint32_t c;         /* and of its loop's cases */
	enum report_verdict verdict;
	bool ok;                    /* as the scenario expects */
	char *run, *title, *reason; /* of those that did not pass */
};

/* A single result of KTAP, over all runs that had it. */
struct report_test {
	char *module, *path;
	size_t outcomes[KTAP_MISSING + 1]; /* by enum ktap_outcome */
	size_t n, n_bad;                   /* bad: failed, or missing */
	char *run;                         /* the last one that had it as bad as it gets */
	char *directive, *diagnostics;     /* of that */
};

/* What was tried with the same code: the runs of one module with the same parameters, or all
 * iterations of one case of a scenario, whatever loop they were in. */
struct report_group {
	const char *board, *module, *params;
	const struct report_loop *loop; /* the first of them; NULL: they were runs by themselves */
	const struct report_case *c;
	const struct report_run *first; /* NULL: no directory is left */
	int64_t first_us;
	size_t verdicts[REPORT_VERDICTS];
	size_t n, n_judged, n_bad; /* judged: as expected or not, by what the module did */
	int64_t took_us;           /* of all together */
};

struct report {
	int64_t from_us, to_us; /* the span; of one run: its own */
	bool one_run;
	char *state;             /* the state directory: where evidence is */
	struct report_run *runs; /* by time */
	size_t n_runs;
	struct report_bug *bugs; /* new ones first, expected ones last of them, then by number */
	size_t n_bugs;
	struct report_loop *loops; /* that were at work in the span, by time */
	size_t n_loops;
	struct report_iteration *iterations; /* of all loops, in their order */
	size_t n_iterations;
	struct report_test *tests; /* bad ones first; of one run: in its order */
	size_t n_tests;
	struct report_group *groups; /* by time: report_group() */
	size_t n_groups;
	struct crash_store crashes; /* the bugs point into it */
};

/* What to report: `run` if it is not NULL, else all runs that began at or after since_us. `board`
 * may be NULL: all. */
struct report_query {
	const char *run, *board;
	int64_t since_us, now_us;
};

/* 0, -ENOENT: there is no such run, or another negative errno. report_free() in any case. */
int report_load(struct report *r, struct store *store, const char *state,
		const struct report_query *q);
void report_free(struct report *r);

/* The last run's name, on that board unless it is NULL; the caller frees. 0, -ENOENT … */
int report_last_run(struct store *store, const char *board, char **run);

/* The worst that it came to: "fail", "missing", "skip", "xfail" or "pass". */
const char *report_test_outcome(const struct report_test *t);

/* Put runs and iterations into groups; report_load() does. 0 or -ENOMEM. */
int report_group(struct report *r);

/* "gadget count=1" or "soak.ini: reload"; foreign text. */
void report_add_group(struct strbuf *b, const struct report_group *g);

static inline bool report_is_flaky(const struct report_group *g)
{
	return g->n_bad && g->n_bad < g->n_judged;
}

/* The smallest, the middle and the largest of n known times; all -1 if there is none. */
struct report_times {
	int64_t min, median, max;
	size_t n;
};

struct report_stats {
	size_t trials;                    /* iterations, and runs by themselves */
	size_t verdicts[REPORT_VERDICTS]; /* of trials */
	size_t unexpected;                /* by what a module did */
	size_t flaky;                     /* groups */
	size_t bugs[3];                   /* by enum crash_news, expected ones left out */
	size_t bugs_expected;
	size_t tests[KTAP_MISSING + 1], n_tests, tests_bad; /* tests_bad: of r->tests */
	size_t crashes, boots, boots_unseen, resets, resets_failed;
	struct report_times ready, cycle;
	uint64_t lost;
	int64_t from_us, to_us; /* from the first run or iteration to the end of the last; -1 */
	int64_t busy_us;        /* of all runs together */
};

/* 0 or -ENOMEM. */
int report_stats(const struct report *r, struct report_stats *s);

/* Append the report. `width`: columns of the terminal, 0: no limit. All return b->err. */
struct report_text_options {
	unsigned width;
	bool colour;
};
int report_text(struct strbuf *b, const struct report *r, const struct report_text_options *o);
int report_run_text(struct strbuf *b, const struct report *r, const struct report_text_options *o);
int report_json(struct strbuf *b, const struct report *r);
int report_junit(struct strbuf *b, const struct report *r);
int report_ktap(struct strbuf *b, const struct report *r);
int report_html(struct strbuf *b, const struct report *r);

/* "1000 iterations and 3 other runs"; "1200 passed, 2 failed". */
void report_add_trials(struct strbuf *b, const struct report *r, const struct report_stats *s);
void report_add_tests(struct strbuf *b, const struct report_stats *s);
/* "12.3 s", "850 ms", "1 h 05 min"; "-" for -1. */
void report_add_duration(struct strbuf *b, int64_t us);
/* Local time; "-" for -1. */
enum report_clock {
	REPORT_DAY_MINUTE, /* Mon 2026-11-23 07:00 */
	REPORT_SECOND,     /* 2026-11-23 07:00:00 */
	REPORT_ISO,        /* 2026-11-23T07:00:00 */
	REPORT_CLOCK,      /* 07:00 */
	REPORT_DAY,        /* Mon 23 Nov */
};
void report_add_time(struct strbuf *b, int64_t us, enum report_clock how);

#endif
