/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page: its head, the figures, and its parts in their order. */
#include "harness/report/report_html.h"

#include <errno.h>
#include <stdlib.h>

/* No script, no picture, no font, no form, from nowhere: should markup of a log ever get through,
 * it can't do anything. */
#define POLICY "default-src 'none'; style-src 'unsafe-inline'"

static void add_span(struct html *h)
{
	const struct report *r = h->r;

	if (r->one_run) {
		html_text(h, r->runs->id);
		return;
	}
	report_add_time(h->b, r->from_us, REPORT_DAY_MINUTE);
	strbuf_adds(h->b, " to ");
	report_add_time(h->b, r->to_us, REPORT_DAY_MINUTE);
}

static void add_head(struct html *h)
{
	strbuf_adds(h->b, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
			  "<meta http-equiv=\"Content-Security-Policy\" content=\"" POLICY "\">"
			  "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
			  "<meta name=\"color-scheme\" content=\"light dark\">"
			  "<meta name=\"referrer\" content=\"no-referrer\"><title>kdev: ");
	add_span(h);
	strbuf_adds(h->b, "</title><style>");
	strbuf_adds(h->b, html_style);
	strbuf_adds(h->b, "</style></head>\n<body><main>");
}

static void add_plural(struct strbuf *b, size_t n, const char *what)
{
	strbuf_addf(b, "%zu %s%s", n, what, n == 1 ? "" : "es");
}

/* What a person wants to know first, as a sentence. */
static void add_headline(struct html *h)
{
	const struct report_stats *s = &h->stats;

	strbuf_adds(h->b, "<header><h1>");
	if (!h->r->n_runs) {
		strbuf_adds(h->b, "No run");
	} else if (h->r->one_run) {
		strbuf_addf(h->b, "<span class=\"t%d\">%s</span>: ", (int)h->r->runs->verdict,
			    report_verdict_name(h->r->runs->verdict));
		html_text(h, h->r->runs->reason);
	} else if (s->bugs[CRASH_NEW]) {
		strbuf_adds(h->b, "<span class=\"t2\">");
		add_plural(h->b, s->bugs[CRASH_NEW], "new crash");
		strbuf_adds(h->b, "</span>");
		if (s->bugs[CRASH_KNOWN])
			strbuf_addf(h->b, ", %zu known", s->bugs[CRASH_KNOWN]);
	} else if (s->bugs[CRASH_KNOWN]) {
		add_plural(h->b, s->bugs[CRASH_KNOWN], "known crash");
		strbuf_adds(h->b, ", none is new");
	} else {
		strbuf_adds(h->b, "<span class=\"t0\">No crash</span>");
	}
	strbuf_adds(h->b, "</h1><p class=\"soft\">");
	add_span(h);
	if (h->r->n_runs && h->r->runs->kernel) {
		strbuf_adds(h->b, " &middot; Linux ");
		html_text(h, h->r->runs[h->r->n_runs - 1].kernel);
	}
	strbuf_adds(h->b, "</p></header>");
}

static void add_figure(struct html *h, const char *class, size_t n, const char *what)
{
	strbuf_addf(h->b, "<div class=\"figure %s\"><b>%zu</b><span>%s</span></div>", class, n,
		    what);
}

static void add_figures(struct html *h)
{
	const struct report_stats *s = &h->stats;
	struct strbuf busy = {0}, ready = {0};

	strbuf_adds(&busy, h->r->n_runs == 1 ? "run, took " : "runs in ");
	report_add_duration(&busy, s->busy_us);
	strbuf_adds(&ready, s->boots == 1 ? "boot, ready in " : "boots, ready in ");
	report_add_duration(&ready, s->ready.median);
	strbuf_adds(h->b, "<div class=\"figures\">");
	add_figure(h, "", h->r->n_runs, strbuf_str(&busy));
	add_figure(h, s->bugs[CRASH_NEW] ? "bad" : "good", s->bugs[CRASH_NEW],
		   s->bugs[CRASH_NEW] == 1 ? "new crash" : "new crashes");
	add_figure(h, "", s->bugs[CRASH_KNOWN],
		   s->bugs[CRASH_KNOWN] == 1 ? "known crash" : "known crashes");
	if (!h->r->one_run)
		add_figure(h, "", s->bugs[CRASH_GONE], "not seen again");
	add_figure(h, "", s->boots, strbuf_str(&ready));
	add_figure(h, s->resets_failed ? "bad" : "", s->resets,
		   s->resets_failed ? "resets, not all brought the board back"
		   : s->resets == 1 ? "reset"
				    : "resets");
	if (s->lost)
		add_figure(h, "bad", (size_t)s->lost, "console records lost");
	strbuf_adds(h->b, "</div>");
	if (busy.err || ready.err)
		h->b->err = -ENOMEM;
	strbuf_free(&busy);
	strbuf_free(&ready);
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

static void add_foot(struct html *h)
{
	strbuf_adds(h->b, "<footer>Evidence is in <code>");
	html_text(h, h->r->state);
	strbuf_adds(h->b,
		    "/runs</code>. Rates count runs, of all that loaded a module with which "
		    "the crash was ever seen; intervals are Wilson's. Made by kdev " KDEV_VERSION
		    ".</footer></main></body></html>\n");
}

/* The night without the empty hours before its first run and after its last. */
static void find_span(struct html *h)
{
	const struct report *r = h->r;

	h->from_us = r->n_runs ? r->runs[0].started_us : r->from_us;
	h->to_us = h->from_us + 1000000;
	for (size_t i = 0; i < r->n_runs; i++) {
		int64_t end = r->runs[i].ended_us < 0 ? r->runs[i].started_us : r->runs[i].ended_us;

		if (end > h->to_us)
			h->to_us = end;
	}
}

int report_html(struct strbuf *b, const struct report *r)
{
	struct html h = {.b = b, .r = r};

	h.groups = report_groups(r, &h.n_groups);
	if (report_stats(r, &h.stats) || (r->n_runs && !h.groups)) {
		free(h.groups);
		return b->err = -ENOMEM;
	}
	find_span(&h);
	add_head(&h);
	add_headline(&h);
	if (r->n_runs) {
		add_figures(&h);
		if (r->one_run)
			html_steps(&h);
		else
			add_verdicts(&h);
		if (!r->one_run)
			html_timeline(&h);
	}
	html_bugs(&h);
	if (r->n_runs && !r->one_run) {
		html_times(&h);
		html_modules(&h);
		html_runs(&h);
	}
	add_foot(&h);
	free(h.groups);
	return b->err;
}
