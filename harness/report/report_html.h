/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside of report_html*.c: one page, at most 2 MB, that needs nothing else: no network (a
 * Content-Security-Policy says so too), no script.
 *
 * report_html.c           the page: head, figures, the order of its parts
 * report_html_style.c     CSS, light and dark
 * report_html_words.c     foreign text, cut and made harmless
 * report_html_axis.c      times to places
 * report_html_top.c       what happened, and what to look at first
 * report_html_timeline.c  each board's night: what was run, when it booted, when bugs were seen
 * report_html_lane.c      one board's row of it
 * report_html_bugs.c      each bug over the night, with its explanation to fold open
 * report_html_tests.c     single results of KTAP
 * report_html_times.c     how long boots and cycles took
 * report_html_modules.c   what each module and each case of a scenario did, and which are flaky
 * report_html_loops.c     the loops, and their iterations that were not as expected
 * report_html_runs.c      all runs; of one run, its steps
 */
#ifndef KDEV_HARNESS_REPORT_HTML_H
#define KDEV_HARNESS_REPORT_HTML_H

#include "harness/report/report.h"

/* Parts that grow with the number of runs stop at these lengths of the page. Each row that is
 * begun before may add ROW_MAX at most. */
#define HTML_WORDS_END  600000 /* explanations: then bugs without them */
#define HTML_BUGS_END   900000
#define HTML_TITLES_END 1100000 /* what is said of a place in the plot of the night */
#define HTML_TESTS_END  1650000
#define HTML_ROWS_END   1850000 /* of all other tables */
#define HTML_TEXT_MAX   240     /* bytes of a foreign text that has no part of its own */

/* A report that becomes a page. */
struct html {
	struct strbuf *b;
	const struct report *r;
	struct report_stats stats;
	int64_t from_us, to_us; /* what the plots show: from the first run to the end of the last */
};

/* report_html_style.c */
extern const char html_style[];

/* report_html_words.c: foreign text, the first HTML_TEXT_MAX bytes of it. */
void html_text(struct html *h, const char *text);
void html_text_cut(struct html *h, const char *text, size_t max);
/* A path's last part. */
const char *html_base(const char *path);
/* "name params". */
void html_module(struct html *h, const struct report_run *run);
void html_group(struct html *h, const struct report_group *g);
/* An explanation: source lines and labels stand out. */
void html_explanation(struct html *h, const char *text);

/* report_html_axis.c */
struct html_axis {
	int64_t from, to;
	double left, right;
	bool log; /* for durations over several orders of magnitude */
};
double html_place(const struct html_axis *a, int64_t value);
/* The column of a value among n of equal width. */
size_t html_column(const struct html_axis *a, int64_t value, size_t n);
/* Lines and labels of a time axis, from top to bottom; labels stand below. */
void html_time_ticks(struct html *h, const struct html_axis *a, double top, double bottom);
/* The same of durations, from left to right; the axis goes upwards. */
void html_duration_ticks(struct html *h, const struct html_axis *a, double left, double right);

/* report_html_lane.c: a board's row, at `top` and LANE_HEIGHT high. */
#define HTML_LANE_HEIGHT 48.0
void html_lane(struct html *h, const struct html_axis *a, const char *board, double top);

/* The parts. */
void html_top(struct html *h);
void html_timeline(struct html *h);
void html_bugs(struct html *h);
void html_tests(struct html *h);
void html_times(struct html *h);
void html_modules(struct html *h);
void html_loops(struct html *h);
void html_steps(struct html *h);
void html_runs(struct html *h);

#endif
