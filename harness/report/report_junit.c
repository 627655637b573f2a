/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A report as JUnit XML, in the form that Jenkins and Maven Surefire have made common: a suite for
 * each module with its parameters, a case for each run; a suite for each case of a scenario, a
 * case for each iteration; and a suite for each module whose tests speak KTAP, a case for each of
 * these over all runs. What the module did wrong is a failure, what the infrastructure did an
 * error, an interrupted run is skipped.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "harness/report/report.h"
#include "harness/report/xml_text.h"

#define SEC 1e6

/* So many iterations that passed have a case of their own: there may be a million, and readers of
 * these files hold them in memory. The others are counted by a property of their suite. */
#define PASSED_MAX 5000

struct counts {
	size_t tests, failures, errors, skipped;
};

static void add_seconds(struct strbuf *b, int64_t us)
{
	strbuf_addf(b, " time=\"%.3f\"", us < 0 ? 0.0 : (double)us / SEC);
}

static void add_counts(struct strbuf *b, const struct counts *n)
{
	strbuf_addf(b, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"", n->tests,
		    n->failures, n->errors, n->skipped);
}

static void add_evidence(struct strbuf *b, const struct report *r, const char *run)
{
	if (!run)
		return;
	strbuf_adds(b, "evidence: ");
	xml_text(b, r->state);
	strbuf_adds(b, "/runs/");
	xml_text(b, run);
	strbuf_addc(b, '\n');
}

static void add_crashes(struct strbuf *b, const struct report_run *run)
{
	for (size_t i = 0; i < run->n_crashes; i++) {
		const struct report_crash *c = &run->crashes[i];

		strbuf_addf(b, "crash-%u: ", c->n);
		xml_text(b, c->title);
		strbuf_adds(b, " (signature ");
		xml_text(b, c->signature);
		strbuf_adds(b, ")\n");
		xml_text(b, c->explained);
	}
}

/* The opening tag, without its '>'. */
static void begin_case(struct strbuf *b, const char *name, const char *class, int64_t took_us)
{
	strbuf_adds(b, "    <testcase");
	xml_attribute(b, "name", name);
	xml_attribute(b, "classname", class ? class : "no-module");
	add_seconds(b, took_us);
}

static void add_skipped(struct strbuf *b, const char *message)
{
	strbuf_adds(b, ">\n      <skipped");
	xml_attribute(b, "message", message);
	strbuf_adds(b, "/>\n    </testcase>\n");
}

/* What follows is the element's text, up to end_problem(). */
static void begin_problem(struct strbuf *b, const char *element, const char *message,
			  const char *type)
{
	strbuf_addf(b, ">\n      <%s", element);
	xml_attribute(b, "message", message);
	xml_attribute(b, "type", type);
	strbuf_addc(b, '>');
}

static void end_problem(struct strbuf *b, const char *element)
{
	strbuf_addf(b, "</%s>\n    </testcase>\n", element);
}

static void add_run(struct strbuf *b, const struct report *r, const struct report_run *run)
{
	const char *element = run->verdict == REPORT_INFRA ? "error" : "failure";

	begin_case(b, run->id, run->module,
		   run->ended_us < 0 ? -1 : run->ended_us - run->started_us);
	if (run->verdict == REPORT_PASS) {
		strbuf_adds(b, "/>\n");
	} else if (run->verdict == REPORT_INTERRUPTED) {
		add_skipped(b, run->reason);
	} else {
		begin_problem(b, element, run->reason, report_verdict_name(run->verdict));
		add_crashes(b, run);
		add_evidence(b, r, run->id);
		end_problem(b, element);
	}
}

static void add_iteration(struct strbuf *b, const struct report *r,
			  const struct report_iteration *it, const char *class)
{
	const char *element = it->verdict == REPORT_INFRA ? "error" : "failure";
	struct strbuf name = {0};

	strbuf_addf(&name, "%s/%llu", r->loops[it->loop].id, (unsigned long long)it->i);
	begin_case(b, strbuf_str(&name), class, it->took_us);
	if (it->ok) {
		strbuf_adds(b, "/>\n");
	} else if (it->verdict == REPORT_INTERRUPTED) {
		add_skipped(b, it->reason);
	} else {
		begin_problem(b, element, it->reason ? it->reason : it->title,
			      report_verdict_name(it->verdict));
		if (it->title) {
			strbuf_adds(b, "crash: ");
			xml_text(b, it->title);
			strbuf_addc(b, '\n');
		}
		add_evidence(b, r, it->run);
		end_problem(b, element);
	}
	if (name.err)
		b->err = name.err;
	strbuf_free(&name);
}

static void add_property(struct strbuf *b, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	strbuf_adds(b, "      <property");
	xml_attribute(b, "name", name);
	xml_attribute(b, "value", value);
	strbuf_adds(b, "/>\n");
}

static void add_properties(struct strbuf *b, const struct report_group *g, size_t left_out)
{
	char number[24];

	strbuf_adds(b, "    <properties>\n");
	add_property(b, "board", g->board);
	add_property(b, "kernel", g->first ? g->first->kernel : NULL);
	add_property(b, "params", g->params);
	add_property(b, "scenario", g->loop ? g->loop->source : NULL);
	add_property(b, "harness", "kdev " KDEV_VERSION);
	if (left_out) {
		snprintf(number, sizeof(number), "%zu", left_out);
		add_property(b, "passed-and-left-out", number);
	}
	strbuf_adds(b, "    </properties>\n");
}

static void begin_suite(struct strbuf *b, const char *name, const struct counts *n, int64_t took_us,
			int64_t at_us, const char *host)
{
	struct strbuf stamp = {0};

	report_add_time(&stamp, at_us < 0 ? 0 : at_us, REPORT_ISO);
	strbuf_adds(b, "  <testsuite");
	xml_attribute(b, "name", name);
	add_counts(b, n);
	add_seconds(b, took_us);
	xml_attribute(b, "timestamp", strbuf_str(&stamp));
	xml_attribute(b, "hostname", host ? host : "-");
	strbuf_adds(b, ">\n");
	if (stamp.err)
		b->err = stamp.err;
	strbuf_free(&stamp);
}

/* How many iterations of the group that passed get no case. */
static size_t left_out(const struct report_group *g)
{
	size_t good = g->n - g->n_bad - g->verdicts[REPORT_INFRA] - g->verdicts[REPORT_INTERRUPTED];

	return g->loop && good > PASSED_MAX ? good - PASSED_MAX : 0;
}

static struct counts counts_of(const struct report_group *g)
{
	return (struct counts){g->n - left_out(g), g->n_bad, g->verdicts[REPORT_INFRA],
			       g->verdicts[REPORT_INTERRUPTED]};
}

static void add_group(struct strbuf *b, const struct report *r, size_t which)
{
	const struct report_group *g = &r->groups[which];
	const struct counts n = counts_of(g);
	struct strbuf name = {0};
	size_t skip = left_out(g);

	report_add_group(&name, g);
	begin_suite(b, strbuf_str(&name), &n, g->took_us, g->first_us, g->board);
	add_properties(b, g, skip);
	for (size_t i = 0; i < r->n_runs; i++)
		if (r->runs[i].group == which && !r->runs[i].in_loop)
			add_run(b, r, &r->runs[i]);
	for (size_t i = 0; g->loop && i < r->n_iterations; i++) {
		const struct report_iteration *it = &r->iterations[i];

		if (it->group != which)
			continue;
		/* The first ones are left out. */
		if (it->ok && skip)
			skip--;
		else
			add_iteration(b, r, it, g->c->name);
	}
	strbuf_adds(b, "  </testsuite>\n");
	if (name.err)
		b->err = name.err;
	strbuf_free(&name);
}

static void add_test(struct strbuf *b, const struct report *r, const struct report_test *t)
{
	struct strbuf message = {0};

	begin_case(b, t->path ? t->path : "-", t->module, -1);
	if (t->n_bad) {
		strbuf_adds(&message, report_test_outcome(t));
		if (t->n > 1)
			strbuf_addf(&message, " in %zu of %zu runs", t->n_bad, t->n);
		begin_problem(b, "failure", strbuf_str(&message), report_test_outcome(t));
		xml_text(b, t->diagnostics);
		strbuf_adds(b, t->diagnostics ? "\n" : "");
		add_evidence(b, r, t->run);
		end_problem(b, "failure");
	} else if (t->outcomes[KTAP_PASS]) {
		strbuf_adds(b, "/>\n");
	} else {
		add_skipped(b, t->directive ? t->directive : report_test_outcome(t));
	}
	if (message.err)
		b->err = message.err;
	strbuf_free(&message);
}

static void count_test(const struct report_test *t, struct counts *n)
{
	n->tests++;
	n->failures += t->n_bad > 0;
	n->skipped += !t->n_bad && !t->outcomes[KTAP_PASS];
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* The tests of one module, the first of which is `first`. */
static void add_tests(struct strbuf *b, const struct report *r, size_t first)
{
	const char *module = r->tests[first].module;
	const struct report_group of = {.module = module};
	struct counts n = {0};
	struct strbuf name = {0};

	for (size_t i = first; i < r->n_tests; i++)
		if (same(r->tests[i].module, module))
			count_test(&r->tests[i], &n);
	strbuf_addf(&name, "%s: KTAP", module ? module : "no module");
	begin_suite(b, strbuf_str(&name), &n, -1, r->from_us, NULL);
	add_properties(b, &of, 0);
	for (size_t i = first; i < r->n_tests; i++)
		if (same(r->tests[i].module, module))
			add_test(b, r, &r->tests[i]);
	strbuf_adds(b, "  </testsuite>\n");
	if (name.err)
		b->err = name.err;
	strbuf_free(&name);
}

static bool is_first_of_module(const struct report *r, size_t test)
{
	for (size_t i = 0; i < test; i++)
		if (same(r->tests[i].module, r->tests[test].module))
			return false;
	return true;
}

int report_junit(struct strbuf *b, const struct report *r)
{
	struct report_stats s;
	struct counts all = {0};

	if (report_stats(r, &s))
		return b->err = -ENOMEM;
	for (size_t i = 0; i < r->n_groups; i++) {
		const struct counts n = counts_of(&r->groups[i]);

		all.tests += n.tests;
		all.failures += n.failures;
		all.errors += n.errors;
		all.skipped += n.skipped;
	}
	for (size_t i = 0; i < r->n_tests; i++)
		count_test(&r->tests[i], &all);
	strbuf_adds(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"kdev\"");
	add_counts(b, &all);
	add_seconds(b, s.busy_us);
	strbuf_adds(b, ">\n");
	for (size_t i = 0; i < r->n_groups; i++)
		if (r->groups[i].n)
			add_group(b, r, i);
	for (size_t i = 0; i < r->n_tests; i++)
		if (is_first_of_module(r, i))
			add_tests(b, r, i);
	strbuf_adds(b, "</testsuites>\n");
	return b->err;
}
