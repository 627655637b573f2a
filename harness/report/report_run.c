/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One run, for terminals: as kdev run showed it, and what it left. */
#include <errno.h>

#include "console/pipeline/printable.h"
#include "harness/report/report.h"
#include "watchdog/harvest.h"

static void add(struct strbuf *b, const char *text)
{
	if (text)
		strbuf_add_printable(b, text, strlen(text));
}

/* Lines of an explanation, which are our own, with what a kernel and a source file said. */
static void add_lines(struct strbuf *b, const char *text)
{
	while (text && *text) {
		size_t n = strcspn(text, "\n");

		strbuf_add_printable(b, text, n);
		strbuf_addc(b, '\n');
		text += n + (text[n] == '\n');
	}
}

static void add_fact(struct strbuf *b, const char *name, const char *text)
{
	if (!text || !*text)
		return;
	strbuf_addf(b, "%-9s", name);
	add(b, text);
	strbuf_addc(b, '\n');
}

static void add_facts(struct strbuf *b, const struct report *r, const struct report_run *run)
{
	strbuf_addf(b, "%-9s", "run");
	add(b, run->id);
	strbuf_addf(b, "\n%-9s", "verdict");
	strbuf_adds(b, report_verdict_name(run->verdict));
	if (run->reason && *run->reason) {
		strbuf_adds(b, ": ");
		add(b, run->reason);
	}
	strbuf_addc(b, '\n');
	add_fact(b, "module", run->module);
	add_fact(b, "params", run->params);
	add_fact(b, "board", run->board);
	add_fact(b, "kernel", run->kernel);
	strbuf_addf(b, "%-9s", "began");
	report_add_time(b, run->started_us, REPORT_SECOND);
	if (run->ended_us >= 0) {
		strbuf_adds(b, ", took ");
		report_add_duration(b, run->ended_us - run->started_us);
	}
	strbuf_addf(b, "\n%-9s", "evidence");
	add(b, r->state);
	strbuf_adds(b, "/runs/");
	add(b, run->id);
	strbuf_addc(b, '\n');
	for (int p = 0; p < HARVEST_PARTS; p++)
		if (run->answers & 1u << p)
			strbuf_addf(b, "%-9s%s: %s\n", "", harvest_file((enum harvest_part)p),
				    harvest_what((enum harvest_part)p));
	if (run->lost)
		strbuf_addf(b, "%-9s%llu records of the consoles\n", "lost",
			    (unsigned long long)run->lost);
}

static void add_steps(struct strbuf *b, const struct report_run *run)
{
	strbuf_addc(b, '\n');
	for (size_t i = 0; i < run->n_steps; i++) {
		const struct report_step *s = &run->steps[i];
		size_t before = b->len;

		strbuf_adds(b, "  ");
		add(b, s->name ? s->name : "-");
		strbuf_fill(b, ' ', b->len - before < 11 ? 11 - (b->len - before) : 1);
		report_add_duration(b, s->took_us);
		strbuf_fill(b, ' ', b->len - before < 24 ? 24 - (b->len - before) : 1);
		add(b, s->outcome);
		strbuf_addc(b, '\n');
	}
	for (size_t i = 0; i < run->n_boots; i++) {
		strbuf_adds(b, "  boot     ");
		add(b, run->boots[i].reason);
		strbuf_adds(b, ", ready in ");
		report_add_duration(b, run->boots[i].ready_us);
		strbuf_addc(b, '\n');
	}
	for (size_t i = 0; i < run->n_resets; i++) {
		strbuf_adds(b, "  reset    by ");
		add(b, run->resets[i].method);
		strbuf_adds(b, run->resets[i].verified ? ", the board came back in "
						       : ", the board did not come back within ");
		report_add_duration(b, run->resets[i].took_us);
		strbuf_addc(b, '\n');
	}
}

/* Results of KTAP: all that did not pass, with what was said of them. */
static int add_tests(struct strbuf *b, const struct report *r)
{
	struct report_stats s;

	if (!r->n_tests)
		return 0;
	if (report_stats(r, &s))
		return b->err = -ENOMEM;
	strbuf_adds(b, "\n  tests    ");
	report_add_tests(b, &s);
	strbuf_addc(b, '\n');
	for (size_t i = 0; i < r->n_tests; i++) {
		const struct report_test *t = &r->tests[i];

		if (t->outcomes[KTAP_PASS] == t->n)
			continue;
		strbuf_addf(b, "           %-8s ", report_test_outcome(t));
		add(b, t->path);
		if (t->directive) {
			strbuf_adds(b, " # ");
			add(b, t->directive);
		}
		strbuf_addc(b, '\n');
		if (t->n_bad)
			add_lines(b, t->diagnostics);
	}
	return b->err;
}

int report_run_text(struct strbuf *b, const struct report *r, const struct report_text_options *o)
{
	const struct report_run *run = r->runs;

	if (!r->n_runs)
		return b->err = -ENOENT;
	add_facts(b, r, run);
	add_steps(b, run);
	if (add_tests(b, r))
		return b->err;
	for (size_t i = 0; i < run->n_crashes; i++) {
		const struct report_crash *c = &run->crashes[i];

		strbuf_addf(b, "\ncrash-%u, signature ", c->n);
		add(b, c->signature);
		strbuf_addf(b, "%s\n", c->secondary ? ", after another" : "");
		if (c->explained)
			add_lines(b, c->explained);
		else
			add_lines(b, c->title);
	}
	return b->err;
}
