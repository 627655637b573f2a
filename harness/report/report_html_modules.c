/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What each module and each case of a scenario did: how often it failed, and whether it is flaky.
 */
#include "harness/report/report_html.h"
#include "harness/store/rate.h"

#define ROWS_MAX 150

static void add_interval(struct html *h, const struct report_group *g)
{
	struct rate r = rate_of(g->n_bad, g->n_judged);

	strbuf_addf(
		h->b,
		"<svg viewBox=\"0 0 140 14\" style=\"width:140px\" role=\"img\" "
		"aria-label=\"95 %% interval\"><path class=\"grid\" d=\"M2 7H138M2 3v8M138 3v8\"/>"
		"<path class=\"span\" style=\"stroke-width:4;opacity:.5\" d=\"M%.1f 7H%.1f\"/>"
		"<path class=\"dots\" style=\"stroke-width:7;opacity:1\" d=\"M%.1f 7h0\"/></svg>",
		2 + r.low * 136, 2 + r.high * 136, 2 + r.value * 136);
}

static void add_row(struct html *h, const struct report_group *g)
{
	strbuf_adds(h->b, "<tr><td>");
	html_group(h, g);
	strbuf_adds(h->b, "</td><td class=\"soft\">");
	html_text(h, g->board);
	strbuf_adds(h->b, "</td><td><div class=\"bar\">");
	for (enum report_verdict v = 0; v < REPORT_VERDICTS; v++)
		if (g->verdicts[v])
			strbuf_addf(h->b,
				    "<i class=\"b%d\" style=\"flex:%zu\" title=\"%s %zu\"></i>",
				    (int)v, g->verdicts[v], report_verdict_name(v), g->verdicts[v]);
	strbuf_addf(h->b, "</div></td><td class=\"num\">%zu of %zu</td><td>", g->n_bad,
		    g->n_judged);
	if (g->n_judged)
		add_interval(h, g);
	strbuf_adds(h->b, "</td><td class=\"num\">");
	if (g->n_judged)
		rate_add(h->b, g->n_bad, g->n_judged);
	strbuf_addf(h->b, "</td><td class=\"flag\">%s</td></tr>\n",
		    report_is_flaky(g) ? "flaky" : "");
}

static int rank_of(const struct report_group *g)
{
	return report_is_flaky(g) ? 0 : g->n_bad ? 1 : 2;
}

void html_modules(struct html *h)
{
	size_t shown = 0, n = 0;

	for (size_t i = 0; i < h->r->n_groups; i++)
		n += h->r->groups[i].n > 0;

	strbuf_adds(h->b,
		    "<section id=\"modules\"><h2>Modules and scenarios<small>flaky ones were as "
		    "expected at times, and at times not; those come first, then what else "
		    "failed</small></h2><div "
		    "class=\"scroll\"><table><tr><th>what</th><th>board</th><th>verdicts</th><th "
		    "class=\"num\">not as expected</th>"
		    "<th>rate, 0 to 100 %</th><th></th><th></th></tr>\n");
	for (int rank = 0; rank < 3; rank++) {
		for (size_t i = 0;
		     i < h->r->n_groups && shown < ROWS_MAX && h->b->len < HTML_ROWS_END; i++) {
			if (!h->r->groups[i].n || rank_of(&h->r->groups[i]) != rank)
				continue;
			add_row(h, &h->r->groups[i]);
			shown++;
		}
	}
	strbuf_adds(h->b, "</table></div>");
	if (shown < n)
		strbuf_addf(h->b, "<p class=\"soft\">and %zu more</p>", n - shown);
	strbuf_adds(h->b, "</section>");
}
