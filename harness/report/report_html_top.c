/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two lines for who has just got up: what happened, and what to look at first. */
#include <errno.h>

#include "harness/report/report_html.h"

static void add_plural(struct strbuf *b, size_t n, const char *what, const char *plural)
{
	strbuf_addf(b, "%zu %s", n, n == 1 ? what : plural);
}

/* "1000 iterations: 12 not as expected, 2 new crashes, 1 known". */
static void add_what_happened(struct html *h)
{
	const struct report_stats *s = &h->stats;
	bool bad = s->bugs[CRASH_NEW] || s->bugs[CRASH_KNOWN];

	report_add_trials(h->b, h->r, s);
	strbuf_adds(h->b, ": ");
	if (s->bugs[CRASH_NEW]) {
		strbuf_adds(h->b, "<span class=\"t2\">");
		add_plural(h->b, s->bugs[CRASH_NEW], "new bug", "new bugs");
		strbuf_adds(h->b, "</span>");
	}
	if (s->bugs[CRASH_KNOWN]) {
		strbuf_adds(h->b, s->bugs[CRASH_NEW] ? ", " : "");
		add_plural(h->b, s->bugs[CRASH_KNOWN], "known bug", "known bugs");
	}
	if (s->tests_bad) {
		strbuf_adds(h->b, bad ? ", " : "");
		add_plural(h->b, s->tests_bad, "failed test", "failed tests");
		bad = true;
	}
	if (s->unexpected) {
		strbuf_addf(h->b, "%s%zu not as expected", bad ? ", " : "", s->unexpected);
	} else if (!bad && s->verdicts[REPORT_INFRA]) {
		strbuf_adds(h->b, "no crash, but not all could be run");
	} else if (!bad) {
		strbuf_adds(h->b, "<span class=\"t0\">all as expected</span>");
	}
}

static void add_headline(struct html *h)
{
	const struct report *r = h->r;

	if (r->one_run) {
		strbuf_addf(h->b, "<span class=\"t%d\">%s</span>%s", (int)r->runs->verdict,
			    report_verdict_name(r->runs->verdict),
			    r->runs->reason && *r->runs->reason ? ": " : "");
		html_text(h, r->runs->reason);
	} else if (!h->stats.trials) {
		strbuf_adds(h->b, "No run");
	} else {
		add_what_happened(h);
	}
}

static void add_bug(struct html *h, const struct report_bug *x)
{
	const struct crash_bug *bug = x->bug;

	strbuf_adds(h->b, "<a href=\"#bug-0\">");
	html_text(h, bug->title);
	strbuf_adds(h->b, "</a>");
	if (x->source) {
		strbuf_adds(h->b, ", <code>");
		html_text(h, html_base(x->source));
		strbuf_adds(h->b, "</code>");
	}
	strbuf_addf(h->b, ": %s, %zu of %zu times", x->news == CRASH_NEW ? "new" : "known",
		    bug->since.hits, bug->since.of);
}

static const struct report_group *find_group(const struct report *r,
					     bool (*is_it)(const struct report_group *g))
{
	for (size_t i = 0; i < r->n_groups; i++)
		if (is_it(&r->groups[i]))
			return &r->groups[i];
	return NULL;
}

static bool is_bad(const struct report_group *g)
{
	return g->n_bad > 0;
}

static void add_group(struct html *h, const struct report_group *g)
{
	strbuf_adds(h->b, "<a href=\"#modules\">");
	html_group(h, g);
	strbuf_addf(h->b, "</a>: %zu of %zu were not as expected", g->n_bad, g->n_judged);
}

/* The run that could not be made, and why. */
static void add_infra(struct html *h)
{
	for (size_t i = 0; i < h->r->n_runs; i++) {
		if (h->r->runs[i].verdict != REPORT_INFRA)
			continue;
		html_text(h, h->r->runs[i].reason);
		return;
	}
}

/* A bug before a test, a test before what only failed, that before the infrastructure. */
static void add_look_first(struct html *h)
{
	const struct report *r = h->r;
	const struct report_bug *x = r->n_bugs ? &r->bugs[0] : NULL;
	const struct report_group *bad = find_group(r, is_bad);

	strbuf_adds(h->b, "<p class=\"first\"><b>Look first at</b> ");
	if (x && x->news != CRASH_GONE && !x->expected) {
		add_bug(h, x);
	} else if (h->stats.tests_bad) {
		strbuf_adds(h->b, "the test <a href=\"#tests\">");
		html_text(h, r->tests[0].path);
		strbuf_addf(h->b, "</a>: %zu of %zu failed", r->tests[0].n_bad, r->tests[0].n);
	} else if (bad) {
		add_group(h, bad);
	} else if (h->stats.verdicts[REPORT_INFRA]) {
		strbuf_adds(h->b, "the infrastructure: ");
		add_infra(h);
	} else {
		strbuf_adds(h->b, "nothing: the night was quiet");
	}
	strbuf_adds(h->b, ".</p>");
}

static void add_when(struct html *h)
{
	const struct report *r = h->r;

	strbuf_adds(h->b, "<p class=\"soft\">");
	if (r->one_run) {
		html_text(h, r->runs->id);
		strbuf_adds(h->b, " &middot; ");
	}
	report_add_time(h->b, r->n_runs ? h->from_us : r->from_us, REPORT_DAY_MINUTE);
	strbuf_adds(h->b, " to ");
	report_add_time(h->b, r->n_runs ? h->to_us : r->to_us, REPORT_DAY_MINUTE);
	if (r->n_runs && r->runs[r->n_runs - 1].kernel) {
		strbuf_adds(h->b, " &middot; Linux ");
		html_text(h, r->runs[r->n_runs - 1].kernel);
	}
	strbuf_adds(h->b, "</p>");
}

static void add_figure(struct html *h, const char *class, size_t n, const char *what)
{
	strbuf_addf(h->b, "<div class=\"figure %s\"><b>%zu</b><span>%s</span></div>", class, n,
		    what);
}

static void add_figures(struct html *h)
{
	const struct report_stats *s = &h->stats;
	struct strbuf busy = {0}, ready = {0}, resets = {0};

	strbuf_adds(&busy, h->r->n_iterations ? "iterations and runs in "
			   : h->r->one_run    ? "run, took "
					      : "runs in ");
	report_add_duration(&busy, h->to_us - h->from_us);
	strbuf_adds(&ready, s->boots == 1 ? "boot, ready in " : "boots, ready in ");
	report_add_duration(&ready, s->ready.median);
	strbuf_adds(h->b, "<div class=\"figures\">");
	add_figure(h, "", s->trials, strbuf_str(&busy));
	add_figure(h, s->bugs[CRASH_NEW] ? "bad" : "good", s->bugs[CRASH_NEW],
		   s->bugs[CRASH_NEW] == 1 ? "new bug" : "new bugs");
	add_figure(h, "", s->bugs[CRASH_KNOWN],
		   s->bugs[CRASH_KNOWN] == 1 ? "known bug" : "known bugs");
	if (!h->r->one_run)
		add_figure(h, "", s->bugs[CRASH_GONE], "not seen again");
	if (s->n_tests)
		add_figure(h, s->tests_bad ? "bad" : "good", s->tests_bad,
			   s->tests_bad == 1 ? "test failed" : "tests failed");
	add_figure(h, "", s->boots, strbuf_str(&ready));
	strbuf_adds(&resets, s->resets == 1 ? "reset" : "resets");
	if (s->resets_failed)
		strbuf_addf(&resets, ", %zu did not help", s->resets_failed);
	add_figure(h, s->resets_failed ? "bad" : "", s->resets, strbuf_str(&resets));
	if (s->lost)
		add_figure(h, "bad", (size_t)s->lost, "console records lost");
	strbuf_adds(h->b, "</div>");
	if (busy.err || ready.err || resets.err)
		h->b->err = -ENOMEM;
	strbuf_free(&busy);
	strbuf_free(&ready);
	strbuf_free(&resets);
}

static void add_verdicts(struct html *h)
{
	const size_t *n = h->stats.verdicts;

	strbuf_adds(h->b, "<section><h2>Verdicts</h2><div class=\"bar\">");
	for (enum report_verdict v = 0; v < REPORT_VERDICTS; v++)
		if (n[v])
			strbuf_addf(h->b, "<i class=\"b%d\" style=\"flex:%zu\"></i>", (int)v, n[v]);
	strbuf_adds(h->b, "</div><div class=\"legend num\">");
	for (enum report_verdict v = 0; v < REPORT_VERDICTS; v++)
		if (n[v])
			strbuf_addf(h->b, "<span><i class=\"b%d\"></i>%s <b>%zu</b></span>", (int)v,
				    report_verdict_name(v), n[v]);
	strbuf_adds(h->b, "</div></section>");
}

void html_top(struct html *h)
{
	strbuf_adds(h->b, "<header><h1>");
	add_headline(h);
	strbuf_adds(h->b, "</h1>");
	if (h->stats.trials && !h->r->one_run)
		add_look_first(h);
	add_when(h);
	strbuf_adds(h->b, "</header>");
	if (!h->stats.trials)
		return;
	add_figures(h);
	if (!h->r->one_run)
		add_verdicts(h);
}
