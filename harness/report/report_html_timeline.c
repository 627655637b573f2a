/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each board's night: what its runs came to, and below, when it was reset. A column shows the
 * worst of the runs that fall on it, so that no crash hides behind the thousand passes around it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness/report/report_html.h"

#define COLUMNS    960
#define LEFT       90.0
#define LANE       44.0
#define BOARDS_MAX 8
#define RUN_HEIGHT 24

/* What is said of a column. */
struct column {
	const struct report_run *worst;
	size_t n;
	bool reset, reset_failed;
};

static unsigned badness(enum report_verdict v)
{
	static const unsigned order[REPORT_VERDICTS] = {1, 4, 7, 6, 5, 3, 2};

	return order[v];
}

static void mark(struct html *h, const struct html_axis *a, const struct report_run *run,
		 struct column *columns)
{
	int64_t end = run->ended_us < 0 ? run->started_us : run->ended_us;
	size_t from = html_column(a, run->started_us, COLUMNS), to = html_column(a, end, COLUMNS);

	for (size_t i = from; i <= to; i++) {
		struct column *c = &columns[i];

		c->n++;
		if (!c->worst || badness(run->verdict) > badness(c->worst->verdict))
			c->worst = run;
	}
	for (size_t i = 0; i < run->n_resets; i++) {
		columns[to].reset = true;
		columns[to].reset_failed |= !run->resets[i].verified;
	}
}

/* What went wrong is as wide as an eye can find, and lies above what went well. */
static void add_run(struct html *h, const struct column *c, size_t from, size_t to, double top)
{
	const struct report_run *run = c->worst;
	double width = (double)(to - from) - 0.2;

	if (run->verdict != REPORT_PASS && width < 3)
		width = 3;

	strbuf_addf(
		h->b,
		"<rect class=\"v%d\" x=\"%.0f\" y=\"%.0f\" width=\"%.1f\" height=\"%d\"><title>",
		(int)run->verdict, LEFT + (double)from, top, width, RUN_HEIGHT);
	report_add_time(h->b, run->started_us, REPORT_CLOCK);
	strbuf_addf(h->b, " %s: ", report_verdict_name(run->verdict));
	html_text(h, run->module ? run->module : run->id);
	if (c->n > 1)
		strbuf_addf(h->b, ", the worst of %zu runs", c->n);
	strbuf_adds(h->b, "</title></rect>");
}

static void add_runs(struct html *h, const struct column *columns, bool passed, double top)
{
	for (size_t i = 0, k; i < COLUMNS; i = k) {
		const struct report_run *worst = columns[i].worst;

		k = i + 1;
		while (k < COLUMNS && columns[k].worst == worst)
			k++;
		if (worst && (worst->verdict == REPORT_PASS) == passed)
			add_run(h, &columns[i], i, k, top);
	}
}

static void add_ticks(struct html *h, const struct column *columns, bool failed, double top)
{
	bool any = false;

	for (size_t i = 0; i < COLUMNS; i++) {
		if (!columns[i].reset || columns[i].reset_failed != failed)
			continue;
		if (!any)
			strbuf_addf(h->b, "<path class=\"%s\" d=\"", failed ? "ticks-bad" : "tick");
		any = true;
		strbuf_addf(h->b, "M%.0f %.0fv6", LEFT + (double)i, top);
	}
	if (any)
		strbuf_adds(h->b, "\"/>");
}

static void add_lane(struct html *h, const struct html_axis *a, const char *board, double top)
{
	struct column *columns = calloc(COLUMNS, sizeof(*columns));

	if (!columns) {
		h->b->err = -ENOMEM;
		return;
	}
	for (size_t i = 0; i < h->r->n_runs; i++) {
		const struct report_run *run = &h->r->runs[i];

		if (!strcmp(run->board ? run->board : "", board))
			mark(h, a, run, columns);
	}
	strbuf_addf(h->b, "<text x=\"%.0f\" y=\"%.0f\" text-anchor=\"end\">", LEFT - 8, top + 16);
	html_text(h, board);
	strbuf_addf(h->b,
		    "</text><rect class=\"track\" x=\"%.0f\" y=\"%.0f\" width=\"%d\" "
		    "height=\"%d\"/>",
		    LEFT, top, COLUMNS, RUN_HEIGHT);
	add_runs(h, columns, true, top);
	add_runs(h, columns, false, top);
	add_ticks(h, columns, false, top + RUN_HEIGHT + 3);
	add_ticks(h, columns, true, top + RUN_HEIGHT + 3);
	free(columns);
}

/* The boards by their first runs; how many. */
static size_t find_boards(const struct report *r, const char **boards)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_runs && n < BOARDS_MAX; i++) {
		const char *board = r->runs[i].board ? r->runs[i].board : "";
		size_t k = 0;

		while (k < n && strcmp(boards[k], board) != 0)
			k++;
		if (k == n)
			boards[n++] = board;
	}
	return n;
}

void html_timeline(struct html *h)
{
	const struct html_axis a = {h->from_us, h->to_us, LEFT, LEFT + COLUMNS, false};
	const char *boards[BOARDS_MAX];
	size_t n = find_boards(h->r, boards);
	double bottom = 6 + LANE * (double)n;

	strbuf_adds(h->b, "<section><h2>Timeline<small>a column shows the worst of its runs; marks "
			  "below are resets, red ones did not bring the board "
			  "back</small></h2><div class=\"scroll\">");
	strbuf_addf(h->b,
		    "<svg class=\"night\" viewBox=\"0 0 1060 %.0f\" role=\"img\" aria-label=\"runs "
		    "over time\">",
		    bottom + 20);
	html_time_ticks(h, &a, 0, bottom);
	for (size_t i = 0; i < n; i++)
		add_lane(h, &a, boards[i], 4 + LANE * (double)i);
	strbuf_adds(h->b, "</svg></div></section>");
}
