/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page: its head, the figures, and its parts in their order. */
#include "harness/report/report_html.h"

#include <errno.h>

/* No script, no picture, no font, no form, from nowhere: should markup of a log ever get through,
 * it can't do anything. */
#define POLICY "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

#define MIN_US 1000000 /* shown at least */

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

static void add_foot(struct html *h)
{
	strbuf_adds(h->b, "<footer>Evidence is in <code>");
	html_text(h, h->r->state);
	strbuf_adds(h->b,
		    "/runs</code>. A rate is the part of the iterations and runs that had the "
		    "crash, of all that loaded a module with which it was ever seen; intervals are "
		    "Wilson's, 95 %. Made by kdev " KDEV_VERSION
		    ".</footer></main></body></html>\n");
}

int report_html(struct strbuf *b, const struct report *r)
{
	struct html h = {.b = b, .r = r};

	if (report_stats(r, &h.stats))
		return b->err = -ENOMEM;
	/* The night without the empty hours before its first run and after its last. */
	h.from_us = h.stats.from_us < 0 ? r->from_us : h.stats.from_us;
	h.to_us = h.stats.to_us > h.from_us + MIN_US ? h.stats.to_us : h.from_us + MIN_US;
	add_head(&h);
	html_top(&h);
	if (r->one_run && r->n_runs)
		html_steps(&h);
	html_bugs(&h);
	if (h.stats.trials && !r->one_run)
		html_timeline(&h);
	html_tests(&h);
	if (h.stats.trials && !r->one_run) {
		html_modules(&h);
		html_times(&h);
		html_loops(&h);
		html_runs(&h);
	}
	add_foot(&h);
	return b->err;
}
