/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Single results of KTAP: what failed, with what was said of it; the others in a folded table. */
#include "harness/report/report_html.h"
#include "harness/report/xml_text.h"
#include "harness/store/rate.h"

#define BAD_MAX   100
#define OTHER_MAX 1000
#define WORDS_MAX 2000 /* bytes shown of what was said of a result */

static const char *const classes[] = {
	[KTAP_PASS] = "t0",  [KTAP_FAIL] = "t2",    [KTAP_SKIP] = "t6",
	[KTAP_XFAIL] = "t5", [KTAP_MISSING] = "t3",
};

static enum ktap_outcome worst(const struct report_test *t)
{
	static const enum ktap_outcome order[] = {KTAP_FAIL, KTAP_MISSING, KTAP_SKIP, KTAP_XFAIL};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (t->outcomes[order[i]])
			return order[i];
	return KTAP_PASS;
}

static void add_name(struct html *h, const struct report_test *t)
{
	html_text(h, t->path);
	strbuf_adds(h->b, " <span class=\"soft\">[");
	html_text(h, t->module ? t->module : "no module");
	strbuf_adds(h->b, "]</span>");
}

static void add_bad(struct html *h, const struct report_test *t)
{
	enum ktap_outcome o = worst(t);

	strbuf_addf(h->b, "<tr><td class=\"verdict %s\">%s</td><td class=\"wide\">", classes[o],
		    ktap_outcome_name(o));
	add_name(h, t);
	if (t->diagnostics && *t->diagnostics && h->b->len < HTML_TITLES_END) {
		size_t n = strlen(t->diagnostics);

		strbuf_adds(h->b, "<pre>");
		xml_text_n(h->b, t->diagnostics, n < WORDS_MAX ? n : WORDS_MAX);
		strbuf_adds(h->b, "</pre>");
	}
	strbuf_addf(h->b, "</td><td class=\"num\">%zu of %zu</td><td class=\"num\">", t->n_bad,
		    t->n);
	rate_add(h->b, t->n_bad, t->n);
	strbuf_addf(h->b, "</td><td class=\"flag\">%s</td><td class=\"mono soft\">",
		    t->outcomes[KTAP_PASS] ? "flaky" : "");
	html_text(h, t->run);
	strbuf_adds(h->b, "</td></tr>\n");
}

static void add_other(struct html *h, const struct report_test *t)
{
	enum ktap_outcome o = worst(t);

	strbuf_addf(h->b, "<tr><td class=\"verdict %s\">%s</td><td class=\"wide\">", classes[o],
		    ktap_outcome_name(o));
	add_name(h, t);
	strbuf_addf(h->b, "</td><td class=\"num\">%zu</td><td class=\"soft\">", t->n);
	html_text(h, t->directive);
	strbuf_adds(h->b, "</td></tr>\n");
}

static void add_bad_ones(struct html *h)
{
	const struct report *r = h->r;
	size_t shown = 0;

	strbuf_adds(h->b, "<div class=\"scroll\"><table><tr><th></th><th>test</th>"
			  "<th class=\"num\">failed</th><th class=\"num\">rate</th><th></th>"
			  "<th>last in</th></tr>\n");
	for (size_t i = 0; i < r->n_tests && shown < BAD_MAX && h->b->len < HTML_TESTS_END; i++) {
		if (!r->tests[i].n_bad)
			continue;
		add_bad(h, &r->tests[i]);
		shown++;
	}
	strbuf_adds(h->b, "</table></div>");
	if (shown < h->stats.tests_bad)
		strbuf_addf(h->b, "<p class=\"soft\">and %zu more: kdev report --json has them</p>",
			    h->stats.tests_bad - shown);
}

static void add_other_ones(struct html *h)
{
	const struct report *r = h->r;
	size_t n = r->n_tests - h->stats.tests_bad, shown = 0;

	strbuf_addf(h->b,
		    "<details class=\"fold\"><summary>The other %zu tests</summary>"
		    "<div class=\"scroll\"><table><tr><th></th><th>test</th><th class=\"num\">"
		    "times</th><th></th></tr>\n",
		    n);
	for (size_t i = 0; i < r->n_tests && shown < OTHER_MAX && h->b->len < HTML_TESTS_END; i++) {
		if (r->tests[i].n_bad)
			continue;
		add_other(h, &r->tests[i]);
		shown++;
	}
	strbuf_adds(h->b, "</table></div>");
	if (shown < n)
		strbuf_addf(h->b, "<p class=\"soft\">and %zu more: kdev report --json has them</p>",
			    n - shown);
	strbuf_adds(h->b, "</details>");
}

void html_tests(struct html *h)
{
	if (!h->r->n_tests)
		return;
	strbuf_adds(h->b, "<section id=\"tests\"><h2>Tests<small>results of KTAP: ");
	report_add_tests(h->b, &h->stats);
	strbuf_adds(h->b, "</small></h2>");
	if (h->stats.tests_bad)
		add_bad_ones(h);
	if (h->stats.tests_bad < h->r->n_tests)
		add_other_ones(h);
	strbuf_adds(h->b, "</section>");
}
