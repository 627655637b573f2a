/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each bug: how often it came over the night, and in words what it is. */
#include <math.h>
#include <string.h>

#include "harness/report/report_html.h"
#include "harness/report/xml_text.h"
#include "harness/store/rate.h"

#define COLUMNS   100
#define STRIP     300.0
#define HEIGHT    26.0
#define RUNS_MAX  12
#define TITLE_MAX 160

/* Reports per column of the night; a column's height grows with the logarithm of their number. */
static void add_strip(struct html *h, const struct report_bug *x)
{
	const struct html_axis a = {h->from_us, h->to_us, 2, STRIP - 2, false};
	size_t counts[COLUMNS] = {0}, most = 1;

	for (size_t i = x->bug->n_seen - x->n_since; i < x->bug->n_seen; i++) {
		size_t *n = &counts[html_column(&a, x->bug->seen[i].at_us, COLUMNS)];

		if (++*n > most)
			most = *n;
	}
	strbuf_addf(h->b,
		    "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"when it was seen\">"
		    "<path class=\"grid\" d=\"M0 %.1fH%.0f\"/>",
		    STRIP, HEIGHT, HEIGHT - .5, STRIP);
	if (x->n_since)
		strbuf_adds(h->b, "<path class=\"strip\" d=\"");
	for (size_t i = 0; i < COLUMNS; i++)
		if (counts[i])
			strbuf_addf(h->b, "M%.1f %.0fv-%.1f",
				    2 + ((double)i + .5) * (STRIP - 4) / COLUMNS, HEIGHT - 1,
				    8 + (HEIGHT - 10) * log2((double)counts[i]) /
						    (most > 1 ? log2((double)most) : 1));
	strbuf_adds(h->b, x->n_since ? "\"/></svg>" : "</svg>");
}

static void add_summary(struct html *h, const struct report_bug *x)
{
	static const char *const badges[] = {"NEW", "known", "gone"};
	const struct crash_bug *bug = x->bug;
	const struct crash_sighting *last = &bug->seen[bug->n_seen - 1];

	strbuf_addf(h->b, "<summary><span class=\"badge\">%s</span><span class=\"title\"><b>",
		    x->expected                               ? "expected"
		    : x->news == CRASH_GONE && !bug->since.of ? "not run"
							      : badges[x->news]);
	html_text_cut(h, bug->title, TITLE_MAX);
	strbuf_adds(h->b, "</b><small>");
	if (last->module) {
		strbuf_addc(h->b, '[');
		html_text(h, last->module);
		strbuf_adds(h->b, "] &middot; ");
	}
	if (x->source) {
		html_text(h, html_base(x->source));
		strbuf_adds(h->b, " &middot; ");
	}
	strbuf_adds(h->b, "<span class=\"mono\">");
	xml_text_n(h->b, last->signature, strnlen(last->signature, 8));
	strbuf_adds(h->b, "</span> &middot; first seen ");
	report_add_time(h->b, bug->seen[0].at_us, REPORT_DAY_MINUTE);
	strbuf_adds(h->b, "</small></span>");
	add_strip(h, x);
	strbuf_addf(h->b, "<span class=\"count num\"><b>%zu of %zu</b><br>", bug->since.hits,
		    bug->since.of);
	strbuf_addf(h->b, "<span class=\"soft\">%zu report%s</span></span>", x->n_since,
		    x->n_since == 1 ? "" : "s");
	strbuf_adds(h->b, "<span class=\"turn\">&#9656;</span></summary>");
}

static void add_rates(struct html *h, const struct crash_bug *bug)
{
	strbuf_adds(h->b, "<div><span>rate</span>");
	if (bug->since.of)
		rate_add(h->b, bug->since.hits, bug->since.of);
	else
		strbuf_adds(h->b, "nothing was run that could show it");
	strbuf_adds(h->b, "</div><div><span>before</span>");
	if (bug->before.of)
		strbuf_addf(h->b, "%zu of %zu", bug->before.hits, bug->before.of);
	else
		strbuf_adds(h->b, "never run");
	strbuf_adds(h->b, "</div>");
}

/* In which runs besides the one that is told, the last ones first. */
static void add_runs(struct html *h, const struct report_bug *x)
{
	const struct crash_bug *bug = x->bug;
	size_t shown = 0;

	if (x->n_since < 2 || !x->run)
		return;
	strbuf_adds(h->b, "<p class=\"soft also\">also in ");
	for (size_t i = 0; i < x->n_since && shown < RUNS_MAX; i++) {
		const struct crash_sighting *s = &bug->seen[bug->n_seen - 1 - i];

		if (s->n == x->n && !strcmp(s->run, x->run))
			continue;
		strbuf_adds(h->b, shown++ ? ", " : "");
		html_text(h, s->run);
		strbuf_addf(h->b, "/crash-%u", s->n);
	}
	if (shown < x->n_since - 1)
		strbuf_addf(h->b, " and %zu more", x->n_since - 1 - shown);
	strbuf_adds(h->b, "</p>");
}

static void add_details(struct html *h, const struct report_bug *x)
{
	strbuf_adds(h->b, "<div class=\"more\"><div class=\"facts num\">");
	add_rates(h, x->bug);
	if (x->bug->variants > 1)
		strbuf_addf(h->b, "<div><span>ways to it</span>%zu</div>", x->bug->variants);
	if (x->run) {
		strbuf_adds(h->b, "<div><span>case</span><code>runs/");
		html_text(h, x->run);
		strbuf_addf(h->b, "/crash-%u</code></div>", x->n);
	}
	strbuf_adds(h->b, "</div>");
	if (!x->explained)
		strbuf_addf(h->b, "<p class=\"soft\">%s</p>",
			    x->run ? "Its directory was emptied to make room, or has no "
				     "explanation."
				   : "It was not seen in these runs.");
	else if (h->b->len > HTML_WORDS_END)
		strbuf_adds(h->b, "<p class=\"soft\">The explanation is in explained.txt of that "
				  "directory: there is no room for it on this page.</p>");
	else
		html_explanation(h, x->explained);
	add_runs(h, x);
	strbuf_adds(h->b, "</div>");
}

void html_bugs(struct html *h)
{
	static const char *const classes[] = {"new", "known", "gone"};
	const struct report *r = h->r;
	size_t i = 0;

	strbuf_adds(h->b, "<section><h2>Bugs<small>crashes by their signatures, over the night; "
			  "unfold one for its explanation</small></h2>");
	if (!r->n_bugs)
		strbuf_adds(h->b, "<p class=\"soft\">None.</p>");
	for (; i < r->n_bugs && h->b->len < HTML_BUGS_END; i++) {
		const struct report_bug *x = &r->bugs[i];

		strbuf_addf(h->b, "<details class=\"bug %s\" id=\"bug-%zu\"%s>",
			    x->expected ? "expected" : classes[x->news], i,
			    i == 0 && x->news != CRASH_GONE && (r->one_run || !x->expected)
				    ? " open"
				    : "");
		add_summary(h, x);
		add_details(h, x);
		strbuf_adds(h->b, "</details>");
	}
	if (i < r->n_bugs)
		strbuf_addf(h->b, "<p class=\"soft\">and %zu more: kdev crashes lists them</p>",
			    r->n_bugs - i);
	strbuf_adds(h->b, "</section>");
}
