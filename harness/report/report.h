/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happened in a night, or in one run: read from the index, then written in one of five forms.
 * The writers are pure but for the time zone: a struct in, bytes out. What a kernel, a module or
 * a file name says is hostile and is made harmless in each of them.
 *
 * report_load*.c   the index as this struct
 * report_stats.c   what is counted and ordered
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
	bool in_loop;     /* its cycles are among the report's iterations */
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
	char *run;       /* the first of these runs that had it, NULL if it has gone */
	unsigned n;      /* its crash-N */
	char *explained; /* that case, in words, with source; NULL: there is none */
};

struct report_loop {
	char *id, *source, *state, *why; /* state: "running", "done" … */
	int64_t started_us;
	uint64_t done, bad, skipped; /* iterations; bad: not as expected */
};

struct report_time {
	int64_t at_us, took_us;
};

struct report {
	int64_t from_us, to_us; /* the span; of one run: its own */
	bool one_run;
	char *state;             /* the state directory: where evidence is */
	struct report_run *runs; /* by time */
	size_t n_runs;
	struct report_bug *bugs; /* new ones first, then by the number of reports */
	size_t n_bugs;
	struct report_loop *loops; /* that were at work in the span, by time */
	size_t n_loops;
	struct report_time *iterations; /* of all loops, load and unload together */
	size_t n_iterations;
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

/* The runs of one module with the same parameters. */
struct report_group {
	const struct report_run *first;
	size_t verdicts[REPORT_VERDICTS];
	size_t n, n_judged, n_bad; /* judged: passed or did not, by what the module did */
	int64_t took_us;           /* of all together */
};

/* Groups in the order of their first runs; free() it. NULL: out of memory, or *n is 0. */
struct report_group *report_groups(const struct report *r, size_t *n);

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
	size_t verdicts[REPORT_VERDICTS];
	size_t bugs[3]; /* by enum crash_news */
	size_t crashes, boots, boots_unseen, resets, resets_failed;
	struct report_times ready, cycle;
	uint64_t lost;
	int64_t busy_us; /* of all runs together */
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
