/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All runs as a table, and one run's steps. */
#include <string.h>

#include "harness/report/report_html.h"

#define RUNS_OPEN 12 /* a table that is longer is folded */

static void add_row(struct html *h, const struct report_run *run)
{
	strbuf_adds(h->b, "<tr><td class=\"num\">");
	report_add_time(h->b, run->started_us, REPORT_CLOCK);
	strbuf_addf(h->b, "</td><td class=\"verdict t%d\">%s</td><td>", (int)run->verdict,
		    report_verdict_name(run->verdict));
	html_module(h, run);
	strbuf_adds(h->b, "</td><td class=\"num\">");
	report_add_duration(h->b, run->ended_us < 0 ? -1 : run->ended_us - run->started_us);
	strbuf_adds(h->b, "</td><td class=\"wide\">");
	html_text(h, run->reason);
	strbuf_adds(h->b, "</td><td class=\"mono soft\">");
	html_text(h, run->id);
	strbuf_adds(h->b, "</td></tr>\n");
}

void html_runs(struct html *h)
{
	const struct report *r = h->r;
	size_t i = 0;

	strbuf_addf(
		h->b,
		"<section class=\"all\"><details%s><summary><h2>All %zu runs</h2> <span "
		"class=\"turn\">&#9656;</span></summary>"
		"<div class=\"scroll\"><table><tr><th class=\"num\">began</th><th>verdict</th><th>"
		"module</th><th class=\"num\">took</th><th>reason</th><th>run</th></tr>\n",
		r->n_runs <= RUNS_OPEN ? " open" : "", r->n_runs);
	for (; i < r->n_runs && h->b->len < HTML_ROWS_END; i++)
		add_row(h, &r->runs[i]);
	strbuf_adds(h->b, "</table></div>");
	if (i < r->n_runs)
		strbuf_addf(h->b,
			    "<p class=\"soft\">and %zu later ones: kdev report --json has them"
			    "</p>",
			    r->n_runs - i);
	strbuf_adds(h->b, "</details></section>");
}

static bool went_well(const struct report_run *run, const struct report_step *s)
{
	for (size_t i = 0; i < run->n_crashes; i++)
		if (s->name && run->crashes[i].step && !strcmp(run->crashes[i].step, s->name))
			return false;
	return s->took_us >= 0;
}

void html_steps(struct html *h)
{
	const struct report_run *run = h->r->runs;
	int64_t longest = 1;

	for (size_t i = 0; i < run->n_steps; i++)
		if (run->steps[i].took_us > longest)
			longest = run->steps[i].took_us;
	strbuf_adds(h->b, "<section><h2>Steps</h2><div class=\"scroll\"><table>");
	for (size_t i = 0; i < run->n_steps; i++) {
		const struct report_step *s = &run->steps[i];
		double part = s->took_us < 0 ? 0 : (double)s->took_us / (double)longest;

		strbuf_adds(h->b, "<tr><td>");
		html_text(h, s->name);
		strbuf_adds(h->b, "</td><td class=\"num\">");
		report_add_duration(h->b, s->took_us);
		strbuf_addf(h->b,
			    "</td><td style=\"width:200px\"><div class=\"bar\"><i class=\"b%d\" "
			    "style=\"width:%.1f%%\"></i></div></td><td class=\"wide\">",
			    went_well(run, s) ? REPORT_PASS : REPORT_CRASH, part * 100);
		html_text(h, s->outcome);
		strbuf_adds(h->b, "</td></tr>\n");
	}
	strbuf_adds(h->b, "</table></div></section>");
}
