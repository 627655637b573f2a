/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One board's night: what its runs and iterations came to, below that when it booted, and when it
 * was reset. A column shows the worst that falls on it, so that no crash hides behind the thousand
 * passes around it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness/report/report_html.h"

#define COLUMNS    960
#define RUN_HEIGHT 24
#define BOOT_TOP   (RUN_HEIGHT + 2)
#define BOOT       5
#define TICK_TOP   (BOOT_TOP + BOOT + 2)

/* What is said of a column. */
struct column {
	bool any, boots, boot_failed, reset, reset_failed;
	enum report_verdict worst;
	int64_t at_us;   /* of the worst, and what it was: */
	const void *who; /* tells two of them apart */
	size_t group;
	size_t n;
};

/* A lane while it is made. */
struct lane {
	struct html *h;
	const struct html_axis *a;
	double top;
	struct column columns[COLUMNS];
};

static unsigned badness(enum report_verdict v)
{
	static const unsigned order[REPORT_VERDICTS] = {1, 4, 7, 6, 5, 3, 2};

	return order[v];
}

struct span {
	int64_t from_us, to_us;
};

static void mark(struct lane *l, struct span at, enum report_verdict v, size_t group,
		 const void *who)
{
	size_t from = html_column(l->a, at.from_us, COLUMNS);
	size_t to = html_column(l->a, at.to_us, COLUMNS);

	for (size_t i = from; i <= to; i++) {
		struct column *c = &l->columns[i];

		c->n++;
		if (c->any && badness(v) <= badness(c->worst))
			continue;
		c->any = true;
		c->worst = v;
		c->at_us = at.from_us;
		c->group = group;
		c->who = who;
	}
}

/* A boot that was not seen to its end lasted as long as its run, at most. */
static void mark_boots(struct lane *l, const struct report_run *run, int64_t end_us)
{
	for (size_t i = 0; i < run->n_boots; i++) {
		const struct report_boot *b = &run->boots[i];
		int64_t to = b->ready_us < 0 ? end_us : b->at_us + b->ready_us;
		size_t from = html_column(l->a, b->at_us, COLUMNS);

		for (size_t k = from; k <= html_column(l->a, to, COLUMNS); k++) {
			l->columns[k].boots = true;
			l->columns[k].boot_failed |= b->ready_us < 0;
		}
	}
}

static void mark_run(struct lane *l, const struct report_run *run)
{
	int64_t end = run->ended_us < 0 ? run->started_us : run->ended_us;
	struct column *last = &l->columns[html_column(l->a, end, COLUMNS)];

	/* What the iterations came to, they tell themselves. */
	if (!run->in_loop)
		mark(l, (struct span){run->started_us, end}, run->verdict, run->group, run);
	mark_boots(l, run, end);
	for (size_t i = 0; i < run->n_resets; i++) {
		last->reset = true;
		last->reset_failed |= !run->resets[i].verified;
	}
}

static void mark_iteration(struct lane *l, const struct report_iteration *it)
{
	if (it->at_us > 0)
		mark(l, (struct span){it->at_us, it->at_us + (it->took_us > 0 ? it->took_us : 0)},
		     it->verdict, it->group, it);
}

/* What went wrong is as wide as an eye can find, and lies above what went well. */
static void add_rect(struct lane *l, const struct column *c, size_t from, size_t to)
{
	struct html *h = l->h;
	double width = (double)(to - from);

	if (c->worst != REPORT_PASS && width < 3)
		width = 3;
	strbuf_addf(h->b, "<rect class=\"v%d\" x=\"%.0f\" y=\"%.0f\" width=\"%.0f\" height=\"%d\"",
		    (int)c->worst, l->a->left + (double)from, l->top, width, RUN_HEIGHT);
	if (h->b->len > HTML_TITLES_END) {
		strbuf_adds(h->b, "/>");
		return;
	}
	strbuf_adds(h->b, "><title>");
	report_add_time(h->b, c->at_us, REPORT_CLOCK);
	strbuf_addf(h->b, " %s: ", report_verdict_name(c->worst));
	html_group(h, &h->r->groups[c->group]);
	if (c->n > 1)
		strbuf_addf(h->b, ", the worst of %zu", c->n);
	strbuf_adds(h->b, "</title></rect>");
}

/* Passes side by side are one thing; of others, each is looked at by itself. */
static bool is_one(const struct column *a, const struct column *b)
{
	if (!b->any || a->worst != b->worst || a->group != b->group)
		return false;
	return a->worst == REPORT_PASS || a->who == b->who;
}

static void add_rects(struct lane *l, bool passed)
{
	for (size_t i = 0, k; i < COLUMNS; i = k) {
		struct column c = l->columns[i];

		for (k = i + 1; k < COLUMNS && is_one(&c, &l->columns[k]); k++)
			if (c.who != l->columns[k].who)
				c.n += l->columns[k].n;
		if (c.any && (c.worst == REPORT_PASS) == passed)
			add_rect(l, &c, i, k);
	}
}

static void add_boots(struct lane *l, bool failed)
{
	bool any = false;

	for (size_t i = 0, k; i < COLUMNS; i = k) {
		const struct column *c = &l->columns[i];

		for (k = i + 1; k < COLUMNS && l->columns[k].boots == c->boots &&
				l->columns[k].boot_failed == c->boot_failed;)
			k++;
		if (!c->boots || c->boot_failed != failed)
			continue;
		if (!any)
			strbuf_addf(l->h->b, "<path class=\"%s\" d=\"",
				    failed ? "boot-bad" : "boot");
		any = true;
		strbuf_addf(l->h->b, "M%.0f %.1fh%zu", l->a->left + (double)i,
			    l->top + BOOT_TOP + BOOT / 2.0, k - i);
	}
	if (any)
		strbuf_adds(l->h->b, "\"/>");
}

static void add_ticks(struct lane *l, bool failed)
{
	bool any = false;

	for (size_t i = 0; i < COLUMNS; i++) {
		const struct column *c = &l->columns[i];

		if (!c->reset || c->reset_failed != failed)
			continue;
		if (!any)
			strbuf_addf(l->h->b, "<path class=\"%s\" d=\"",
				    failed ? "tick-bad" : "tick");
		any = true;
		strbuf_addf(l->h->b, "M%.0f %.0fv6", l->a->left + (double)i, l->top + TICK_TOP);
	}
	if (any)
		strbuf_adds(l->h->b, "\"/>");
}

static bool is_of(const char *of, const char *board)
{
	return !strcmp(of ? of : "", board);
}

void html_lane(struct html *h, const struct html_axis *a, const char *board, double top)
{
	const struct report *r = h->r;
	struct lane *l = calloc(1, sizeof(*l));

	if (!l) {
		h->b->err = -ENOMEM;
		return;
	}
	*l = (struct lane){.h = h, .a = a, .top = top};
	for (size_t i = 0; i < r->n_runs; i++)
		if (is_of(r->runs[i].board, board))
			mark_run(l, &r->runs[i]);
	for (size_t i = 0; i < r->n_iterations; i++)
		if (is_of(r->loops[r->iterations[i].loop].board, board))
			mark_iteration(l, &r->iterations[i]);
	strbuf_addf(h->b, "<text x=\"%.0f\" y=\"%.0f\" text-anchor=\"end\">", a->left - 8,
		    top + 16);
	html_text(h, board);
	strbuf_addf(h->b,
		    "</text><rect class=\"track\" x=\"%.0f\" y=\"%.0f\" width=\"%d\" "
		    "height=\"%d\"/>",
		    a->left, top, COLUMNS, RUN_HEIGHT);
	add_rects(l, true);
	add_rects(l, false);
	add_boots(l, false);
	add_boots(l, true);
	add_ticks(l, false);
	add_ticks(l, true);
	free(l);
}
