/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How long boots and cycles took over the night: a dot each, or where there are too many of them
 * the smallest, middle and largest of each column. */
#include <errno.h>
#include <stdlib.h>

#include "harness/report/report_html.h"

#define DOTS_MAX 1500
#define COLUMNS  150
#define LEFT     62.0
#define RIGHT    500.0
#define TOP      8.0
#define BOTTOM   160.0

struct point {
	int64_t at_us, took_us;
};

struct points {
	struct point *all;
	size_t n;
};

static int by_column_time(const void *a, const void *b)
{
	const struct point *x = a, *y = b;

	if (x->at_us != y->at_us)
		return x->at_us < y->at_us ? -1 : 1;
	return (x->took_us > y->took_us) - (x->took_us < y->took_us);
}

static void add_dots(struct html *h, const struct points *p, const struct html_axis *x,
		     const struct html_axis *y)
{
	strbuf_adds(h->b, "<path class=\"dots\" d=\"");
	for (size_t i = 0; i < p->n; i++)
		strbuf_addf(h->b, "M%.1f %.1fh0", html_place(x, p->all[i].at_us),
			    html_place(y, p->all[i].took_us));
	strbuf_adds(h->b, "\"/>");
}

/* Times become columns first; then those of one column lie together, by their length. */
static void add_spans(struct html *h, const struct points *p, const struct html_axis *x,
		      const struct html_axis *y)
{
	struct strbuf dots = {0};

	for (size_t i = 0; i < p->n; i++)
		p->all[i].at_us = (int64_t)html_column(x, p->all[i].at_us, COLUMNS);
	qsort(p->all, p->n, sizeof(*p->all), by_column_time);
	strbuf_adds(h->b, "<path class=\"span\" d=\"");
	for (size_t i = 0, k; i < p->n; i = k) {
		double at = LEFT + ((double)p->all[i].at_us + .5) * (RIGHT - LEFT) / COLUMNS;

		for (k = i; k < p->n && p->all[k].at_us == p->all[i].at_us;)
			k++;
		strbuf_addf(h->b, "M%.1f %.1fV%.1f", at, html_place(y, p->all[i].took_us),
			    html_place(y, p->all[k - 1].took_us));
		strbuf_addf(&dots, "M%.1f %.1fh0", at,
			    html_place(y, p->all[i + (k - i) / 2].took_us));
	}
	strbuf_addf(h->b, "\"/><path class=\"dots\" d=\"%s\"/>", strbuf_str(&dots));
	if (dots.err)
		h->b->err = dots.err;
	strbuf_free(&dots);
}

static void add_plot(struct html *h, const char *name, const char *what, const struct points *p,
		     const struct report_times *t)
{
	const struct html_axis x = {h->from_us, h->to_us, LEFT, RIGHT, false};
	bool wide = t->n && t->max / 30 > t->min;
	const struct html_axis y = {wide ? t->min / 2 : 0, t->max + t->max / 20 + 1, BOTTOM, TOP,
				    wide};

	strbuf_addf(h->b, "<section><h2>%s<small>", name);
	if (!p->n) {
		strbuf_adds(h->b, "not measured</small></h2></section>");
		return;
	}
	strbuf_addf(h->b, "%s, median ", what);
	report_add_duration(h->b, t->median);
	strbuf_adds(h->b, ", ");
	report_add_duration(h->b, t->min);
	strbuf_adds(h->b, " to ");
	report_add_duration(h->b, t->max);
	strbuf_addf(h->b,
		    "</small></h2><svg viewBox=\"0 0 510 180\" role=\"img\" "
		    "aria-label=\"%s over time\">",
		    name);
	html_duration_ticks(h, &y, LEFT, RIGHT);
	html_time_ticks(h, &x, TOP, BOTTOM);
	if (p->n > DOTS_MAX)
		add_spans(h, p, &x, &y);
	else
		add_dots(h, p, &x, &y);
	strbuf_adds(h->b, "</svg></section>");
}

void html_times(struct html *h)
{
	const struct report_stats *s = &h->stats;
	struct points boots = {calloc(s->boots + 1, sizeof(struct point)), 0};
	struct points cycles = {calloc(h->r->n_runs + h->r->n_iterations + 1, sizeof(struct point)),
				0};

	for (size_t i = 0; boots.all && cycles.all && i < h->r->n_runs; i++) {
		const struct report_run *run = &h->r->runs[i];

		if (!run->in_loop && run->cycle_us >= 0)
			cycles.all[cycles.n++] = (struct point){run->load_us, run->cycle_us};
		for (size_t k = 0; k < run->n_boots; k++)
			if (run->boots[k].ready_us >= 0)
				boots.all[boots.n++] =
					(struct point){run->boots[k].at_us, run->boots[k].ready_us};
	}
	for (size_t i = 0; cycles.all && i < h->r->n_iterations; i++)
		if (h->r->iterations[i].at_us > 0 && h->r->iterations[i].took_us >= 0)
			cycles.all[cycles.n++] = (struct point){h->r->iterations[i].at_us,
								h->r->iterations[i].took_us};
	if (!boots.all || !cycles.all) {
		h->b->err = -ENOMEM;
	} else {
		strbuf_adds(h->b, "<div class=\"pair\">");
		add_plot(h, "Boot", "power-on or reset to ready", &boots, &s->ready);
		add_plot(h, "Iteration", "load to unload", &cycles, &s->cycle);
		strbuf_adds(h->b, "</div>");
	}
	free(boots.all);
	free(cycles.all);
}
