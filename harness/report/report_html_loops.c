/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The loops, and their iterations that were not as expected. */
#include "harness/report/report_html.h"

#define LOOPS_MAX 50
#define BAD_MAX   500

static void add_loop(struct html *h, const struct report_loop *l)
{
	strbuf_adds(h->b, "<tr><td class=\"num\">");
	report_add_time(h->b, l->started_us, REPORT_CLOCK);
	strbuf_adds(h->b, "</td><td class=\"mono\">");
	html_text(h, l->id);
	strbuf_adds(h->b, "</td><td class=\"soft\">");
	html_text(h, l->params);
	strbuf_addf(h->b,
		    "</td><td class=\"num\">%llu</td><td class=\"num%s\">%llu</td><td "
		    "class=\"num\">%llu</td><td class=\"wide\">",
		    (unsigned long long)l->done, l->bad ? " t2" : "", (unsigned long long)l->bad,
		    (unsigned long long)l->skipped);
	html_text(h, l->state);
	if (l->why) {
		strbuf_adds(h->b, ": ");
		html_text(h, l->why);
	}
	strbuf_adds(h->b, "</td></tr>\n");
}

static void add_iteration(struct html *h, const struct report_iteration *it)
{
	strbuf_adds(h->b, "<tr><td class=\"num\">");
	report_add_time(h->b, it->at_us, REPORT_CLOCK);
	strbuf_addf(h->b, "</td><td class=\"num\">%llu</td><td class=\"verdict t%d\">%s</td><td>",
		    (unsigned long long)it->i, (int)it->verdict, report_verdict_name(it->verdict));
	html_group(h, &h->r->groups[it->group]);
	strbuf_adds(h->b, "</td><td class=\"wide\">");
	html_text(h, it->reason ? it->reason : it->title);
	strbuf_adds(h->b, "</td><td class=\"mono soft\">");
	html_text(h, it->run);
	strbuf_adds(h->b, "</td></tr>\n");
}

static void add_bad_ones(struct html *h, size_t bad)
{
	const struct report *r = h->r;
	size_t shown = 0;

	strbuf_addf(
		h->b,
		"<details class=\"fold\"><summary>%zu iteration%s not as expected</summary>"
		"<div class=\"scroll\"><table><tr><th class=\"num\">began</th><th class=\"num\">"
		"iteration</th><th>verdict</th><th>of</th><th>reason</th><th>run</th></tr>\n",
		bad, bad == 1 ? "" : "s");
	for (size_t i = 0; i < r->n_iterations && shown < BAD_MAX && h->b->len < HTML_ROWS_END;
	     i++) {
		if (r->iterations[i].ok)
			continue;
		add_iteration(h, &r->iterations[i]);
		shown++;
	}
	strbuf_adds(h->b, "</table></div>");
	if (shown < bad)
		strbuf_addf(h->b, "<p class=\"soft\">and %zu more: kdev report --json has them</p>",
			    bad - shown);
	strbuf_adds(h->b, "</details>");
}

void html_loops(struct html *h)
{
	const struct report *r = h->r;
	size_t bad = 0, i = 0;

	if (!r->n_loops)
		return;
	for (size_t k = 0; k < r->n_iterations; k++)
		bad += !r->iterations[k].ok;
	strbuf_adds(
		h->b,
		"<section><h2>Loops</h2><div class=\"scroll\"><table><tr><th class=\"num\">began"
		"</th><th>loop</th><th></th><th class=\"num\">iterations</th><th class=\"num\">"
		"not as expected</th><th class=\"num\">skipped</th><th>state</th></tr>\n");
	for (; i < r->n_loops && i < LOOPS_MAX; i++)
		add_loop(h, &r->loops[i]);
	strbuf_adds(h->b, "</table></div>");
	if (i < r->n_loops)
		strbuf_addf(h->b, "<p class=\"soft\">and %zu more</p>", r->n_loops - i);
	if (bad)
		add_bad_ones(h, bad);
	strbuf_adds(h->b, "</section>");
}
