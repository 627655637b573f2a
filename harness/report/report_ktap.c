/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A report as KTAP version 1 (the kernel's Documentation/dev-tools/ktap.rst): a result for each
 * run by itself and for each iteration of a loop, ok if it was as its scenario expects; then, where
 * the runs' own tests spoke KTAP, one for each of these over all runs. What happened is told by
 * diagnostic lines before a result. An unfinished run is skipped.
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

static void add_iteration(struct strbuf *b, size_t number, const struct report *r,
			  const struct report_iteration *it)
{
	const struct report_group *g = &r->groups[it->group];
	struct strbuf name = {0};

	if (!it->ok) {
		add_note(b, "", it->reason);
		add_note(b, "crash: ", it->title);
		add_note(b, "run: ", it->run);
	}
	report_add_group(&name, g);
	strbuf_addf(b, "%s %zu ", it->ok ? "ok" : "not ok", number);
	add_name(b, strbuf_str(&name));
	strbuf_adds(b, ": ");
	add_name(b, r->loops[it->loop].id);
	strbuf_addf(b, "/%llu", (unsigned long long)it->i);
	if (!it->ok)
		strbuf_addf(b, " # %s", report_verdict_name(it->verdict));
	strbuf_addc(b, '\n');
	if (name.err)
		b->err = name.err;
	strbuf_free(&name);
}

/* A skipped or known one, if it never passed. */
static const char *directive(const struct report_test *t)
{
	if (t->n_bad || t->outcomes[KTAP_PASS])
		return "";
	return t->outcomes[KTAP_SKIP] ? " # SKIP" : " # TODO";
}

static void add_test(struct strbuf *b, size_t number, const struct report_test *t)
{
	const char *line = t->diagnostics && t->n_bad ? t->diagnostics : "";

	if (t->n_bad && t->n > 1)
		strbuf_addf(b, "# failed in %zu of %zu runs\n", t->n_bad, t->n);
	while (*line) {
		size_t n = strcspn(line, "\n");

		strbuf_adds(b, "# ");
		strbuf_add_printable(b, line, n);
		strbuf_addc(b, '\n');
		line += n + (line[n] == '\n');
	}
	/* What is known to fail is "not ok" with its directive. */
	strbuf_addf(b, "%s %zu ",
		    t->n_bad || (!t->outcomes[KTAP_PASS] && !t->outcomes[KTAP_SKIP]) ? "not ok"
										     : "ok",
		    number);
	add_name(b, t->module ? t->module : "no-module");
	strbuf_adds(b, ": ");
	add_name(b, t->path ? t->path : "-");
	strbuf_addf(b, "%s\n", directive(t));
}

int report_ktap(struct strbuf *b, const struct report *r)
{
	size_t total = r->n_iterations + r->n_tests, n = 0;

	for (size_t i = 0; i < r->n_runs; i++)
		total += !r->runs[i].in_loop;
	strbuf_addf(b, "KTAP version 1\n1..%zu%s\n", total, total ? "" : " # SKIP no run");
	for (size_t i = 0; i < r->n_runs; i++)
		if (!r->runs[i].in_loop)
			add_run(b, ++n, &r->runs[i]);
	for (size_t i = 0; i < r->n_iterations; i++)
		add_iteration(b, ++n, r, &r->iterations[i]);
	for (size_t i = 0; i < r->n_tests; i++)
		add_test(b, ++n, &r->tests[i]);
	return b->err;
}
