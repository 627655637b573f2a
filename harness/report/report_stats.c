/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is counted in a report. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness/report/report.h"

static const char *const names[REPORT_VERDICTS] = {"pass",  "fail",  "crash",      "hang",
						   "reset", "infra", "interrupted"};

const char *report_verdict_name(enum report_verdict v)
{
	return names[v];
}

enum report_verdict report_verdict_of(const char *name)
{
	enum report_verdict v = REPORT_PASS;

	while (v < REPORT_INTERRUPTED && (!name || strcmp(names[v], name) != 0))
		v++;
	return v;
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void take_times(struct report_times *t, int64_t *known, size_t n)
{
	*t = (struct report_times){-1, -1, -1, n};
	if (!n)
		return;
	qsort(known, n, sizeof(*known), by_value);
	t->min = known[0];
	t->median = known[n / 2];
	t->max = known[n - 1];
}

static void widen(struct report_stats *s, int64_t from_us, int64_t to_us)
{
	if (from_us > 0 && (s->from_us < 0 || from_us < s->from_us))
		s->from_us = from_us;
	if (to_us > s->to_us)
		s->to_us = to_us;
}

static void find_span(const struct report *r, struct report_stats *s)
{
	s->from_us = s->to_us = -1;
	for (size_t i = 0; i < r->n_runs; i++)
		widen(s, r->runs[i].started_us,
		      r->runs[i].ended_us < 0 ? r->runs[i].started_us : r->runs[i].ended_us);
	for (size_t i = 0; i < r->n_iterations; i++) {
		const struct report_iteration *it = &r->iterations[i];

		widen(s, it->at_us, it->at_us + (it->took_us > 0 ? it->took_us : 0));
	}
}

static void count_run(const struct report_run *run, struct report_stats *s)
{
	s->crashes += run->n_crashes;
	s->boots += run->n_boots;
	s->resets += run->n_resets;
	s->lost += run->lost;
	for (size_t i = 0; i < run->n_boots; i++)
		s->boots_unseen += run->boots[i].ready_us < 0;
	for (size_t i = 0; i < run->n_resets; i++)
		s->resets_failed += !run->resets[i].verified;
	if (run->ended_us > run->started_us)
		s->busy_us += run->ended_us - run->started_us;
}

static void count_groups(const struct report *r, struct report_stats *s)
{
	for (size_t i = 0; i < r->n_groups; i++) {
		const struct report_group *g = &r->groups[i];

		s->trials += g->n;
		s->unexpected += g->n_bad;
		s->flaky += report_is_flaky(g);
		for (enum report_verdict v = 0; v < REPORT_VERDICTS; v++)
			s->verdicts[v] += g->verdicts[v];
	}
}

static void count_tests(const struct report *r, struct report_stats *s)
{
	for (size_t i = 0; i < r->n_tests; i++) {
		s->tests_bad += r->tests[i].n_bad > 0;
		s->n_tests += r->tests[i].n;
		for (enum ktap_outcome o = 0; o <= KTAP_MISSING; o++)
			s->tests[o] += r->tests[i].outcomes[o];
	}
}

int report_stats(const struct report *r, struct report_stats *s)
{
	size_t n_ready = 0, n_cycle = 0;
	int64_t *ready, *cycle;
	int err = 0;

	*s = (struct report_stats){0};
	for (size_t i = 0; i < r->n_runs; i++)
		count_run(&r->runs[i], s);
	for (size_t i = 0; i < r->n_bugs; i++) {
		s->bugs[r->bugs[i].news] += !r->bugs[i].expected;
		s->bugs_expected += r->bugs[i].expected;
	}
	find_span(r, s);
	count_groups(r, s);
	count_tests(r, s);
	ready = calloc(s->boots + 1, sizeof(*ready));
	cycle = calloc(r->n_runs + r->n_iterations + 1, sizeof(*cycle));
	for (size_t i = 0; ready && cycle && i < r->n_runs; i++) {
		const struct report_run *run = &r->runs[i];

		if (!run->in_loop && run->cycle_us >= 0)
			cycle[n_cycle++] = run->cycle_us;
		for (size_t k = 0; k < run->n_boots; k++)
			if (run->boots[k].ready_us >= 0)
				ready[n_ready++] = run->boots[k].ready_us;
	}
	for (size_t i = 0; cycle && i < r->n_iterations; i++)
		if (r->iterations[i].took_us >= 0)
			cycle[n_cycle++] = r->iterations[i].took_us;
	if (ready && cycle) {
		take_times(&s->ready, ready, n_ready);
		take_times(&s->cycle, cycle, n_cycle);
	} else {
		err = -ENOMEM;
	}
	free(cycle);
	free(ready);
	return err;
}

const char *report_test_outcome(const struct report_test *t)
{
	static const enum ktap_outcome order[] = {KTAP_FAIL, KTAP_MISSING, KTAP_SKIP, KTAP_XFAIL};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (t->outcomes[order[i]])
			return ktap_outcome_name(order[i]);
	return ktap_outcome_name(KTAP_PASS);
}
