/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The runs of a report as JUnit XML, in the form that Jenkins and Maven Surefire have made common:
 * a suite for each module and its parameters, a case for each run. What the module did wrong is a
 * failure, what the infrastructure did an error, an interrupted run is skipped.
 */
#include <errno.h>
#include <stdlib.h>

#include "harness/report/report.h"
#include "harness/report/xml_text.h"

#define SEC 1e6

static void add_seconds(struct strbuf *b, int64_t us)
{
	strbuf_addf(b, " time=\"%.3f\"", us < 0 ? 0.0 : (double)us / SEC);
}

static void add_counts(struct strbuf *b, size_t tests, const size_t *verdicts)
{
	strbuf_addf(b, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"", tests,
		    verdicts[REPORT_FAIL] + verdicts[REPORT_CRASH] + verdicts[REPORT_HANG] +
			    verdicts[REPORT_RESET],
		    verdicts[REPORT_INFRA], verdicts[REPORT_INTERRUPTED]);
}

static void add_crashes(struct strbuf *b, const struct report *r, const struct report_run *run)
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
	strbuf_adds(b, "evidence: ");
	xml_text(b, r->state);
	strbuf_adds(b, "/runs/");
	xml_text(b, run->id);
	strbuf_addc(b, '\n');
}

static void add_case(struct strbuf *b, const struct report *r, const struct report_run *run)
{
	const char *element = run->verdict == REPORT_INFRA ? "error" : "failure";

	strbuf_adds(b, "    <testcase");
	xml_attribute(b, "name", run->id);
	xml_attribute(b, "classname", run->module ? run->module : "no-module");
	add_seconds(b, run->ended_us < 0 ? -1 : run->ended_us - run->started_us);
	if (run->verdict == REPORT_PASS) {
		strbuf_adds(b, "/>\n");
		return;
	}
	strbuf_adds(b, ">\n");
	if (run->verdict == REPORT_INTERRUPTED) {
		strbuf_adds(b, "      <skipped");
		xml_attribute(b, "message", run->reason);
		strbuf_adds(b, "/>\n");
	} else {
		strbuf_addf(b, "      <%s", element);
		xml_attribute(b, "message", run->reason);
		xml_attribute(b, "type", report_verdict_name(run->verdict));
		strbuf_addc(b, '>');
		add_crashes(b, r, run);
		strbuf_addf(b, "</%s>\n", element);
	}
	strbuf_adds(b, "    </testcase>\n");
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
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

static void add_suite(struct strbuf *b, const struct report *r, const struct report_group *g)
{
	const struct report_run *first = g->first;
	struct strbuf name = {0}, stamp = {0};

	strbuf_adds(&name, first->module ? first->module : "no-module");
	if (first->params && *first->params)
		strbuf_addf(&name, " %s", first->params);
	report_add_time(&stamp, first->started_us, REPORT_ISO);
	strbuf_adds(b, "  <testsuite");
	xml_attribute(b, "name", strbuf_str(&name));
	add_counts(b, g->n, g->verdicts);
	add_seconds(b, g->took_us);
	xml_attribute(b, "timestamp", strbuf_str(&stamp));
	xml_attribute(b, "hostname", first->board ? first->board : "-");
	strbuf_adds(b, ">\n    <properties>\n");
	add_property(b, "board", first->board);
	add_property(b, "kernel", first->kernel);
	add_property(b, "params", first->params);
	add_property(b, "harness", "kdev " KDEV_VERSION);
	strbuf_adds(b, "    </properties>\n");
	for (size_t i = 0; i < r->n_runs; i++)
		if (same(r->runs[i].module, first->module) &&
		    same(r->runs[i].params, first->params) && same(r->runs[i].board, first->board))
			add_case(b, r, &r->runs[i]);
	strbuf_adds(b, "  </testsuite>\n");
	if (name.err || stamp.err)
		b->err = -ENOMEM;
	strbuf_free(&name);
	strbuf_free(&stamp);
}

int report_junit(struct strbuf *b, const struct report *r)
{
	struct report_group *groups;
	struct report_stats s;
	size_t n;

	groups = report_groups(r, &n);
	if (report_stats(r, &s) || (r->n_runs && !groups)) {
		free(groups);
		return b->err = -ENOMEM;
	}
	strbuf_adds(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"kdev\"");
	add_counts(b, r->n_runs, s.verdicts);
	add_seconds(b, s.busy_us);
	strbuf_adds(b, ">\n");
	for (size_t i = 0; i < n; i++)
		add_suite(b, r, &groups[i]);
	strbuf_adds(b, "</testsuites>\n");
	free(groups);
	return b->err;
}
