/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The runs of a report as KTAP version 1 (the kernel's Documentation/dev-tools/ktap.rst): a
 * result for each run, what happened as diagnostic lines before it. An unfinished run is skipped.
 */
#include "console/pipeline/printable.h"
#include "harness/report/report.h"

/* '#' begins a directive: in a name it would be taken for one. */
static void add_name(struct strbuf *b, const char *text)
{
	struct strbuf safe = {0};

	strbuf_add_printable(&safe, text, strlen(text));
	for (size_t i = 0; i < safe.len; i++)
		strbuf_addc(b, safe.s[i] == '#' ? '_' : safe.s[i]);
	if (safe.err)
		b->err = safe.err;
	strbuf_free(&safe);
}

static void add_note(struct strbuf *b, const char *what, const char *text)
{
	if (!text || !*text)
		return;
	strbuf_addf(b, "# %s", what);
	strbuf_add_printable(b, text, strlen(text));
	strbuf_addc(b, '\n');
}

static void add_run(struct strbuf *b, size_t number, const struct report_run *run)
{
	if (run->verdict != REPORT_PASS)
		add_note(b, "", run->reason);
	for (size_t i = 0; i < run->n_crashes; i++)
		add_note(b, "crash: ", run->crashes[i].title);
	strbuf_addf(b, "%s %zu ",
		    run->verdict == REPORT_PASS || run->verdict == REPORT_INTERRUPTED ? "ok"
										      : "not ok",
		    number);
	add_name(b, run->module ? run->module : "no-module");
	if (run->params && *run->params) {
		strbuf_addc(b, ' ');
		add_name(b, run->params);
	}
	strbuf_adds(b, ": ");
	add_name(b, run->id);
	if (run->verdict == REPORT_INTERRUPTED)
		strbuf_adds(b, " # SKIP interrupted");
	else if (run->verdict != REPORT_PASS)
		strbuf_addf(b, " # %s", report_verdict_name(run->verdict));
	strbuf_addc(b, '\n');
}

int report_ktap(struct strbuf *b, const struct report *r)
{
	strbuf_addf(b, "KTAP version 1\n1..%zu%s\n", r->n_runs, r->n_runs ? "" : " # SKIP no run");
	for (size_t i = 0; i < r->n_runs; i++)
		add_run(b, i + 1, &r->runs[i]);
	return b->err;
}
