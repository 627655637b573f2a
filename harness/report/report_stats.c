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

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static struct report_group *find_group(struct report_group *all, size_t n,
				       const struct report_run *run)
{
	for (size_t i = 0; i < n; i++)
		if (same(all[i].first->module, run->module) &&
		    same(all[i].first->params, run->params) &&
		    same(all[i].first->board, run->board))
			return &all[i];
	return NULL;
}

struct report_group *report_groups(const struct report *r, size_t *n)
{
	struct report_group *all = r->n_runs ? calloc(r->n_runs, sizeof(*all)) : NULL;

	*n = 0;
	for (size_t i = 0; all && i < r->n_runs; i++) {
		const struct report_run *run = &r->runs[i];
		struct report_group *g = find_group(all, *n, run);

		if (!g) {
			g = &all[(*n)++];
			g->first = run;
		}
		g->n++;
		g->verdicts[run->verdict]++;
		/* Of the infrastructure's troubles a module is not guilty. */
		g->n_judged += run->verdict < REPORT_INFRA;
		g->n_bad += run->verdict > REPORT_PASS && run->verdict < REPORT_INFRA;
		if (run->ended_us >= 0)
			g->took_us += run->ended_us - run->started_us;
	}
	return all;
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

static void count_run(const struct report_run *run, struct report_stats *s)
{
	s->verdicts[run->verdict]++;
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

int report_stats(const struct report *r, struct report_stats *s)
{
	size_t n_ready = 0, n_cycle = 0;
	int64_t *ready, *cycle;
	int err = 0;

	*s = (struct report_stats){0};
	for (size_t i = 0; i < r->n_runs; i++)
		count_run(&r->runs[i], s);
	for (size_t i = 0; i < r->n_bugs; i++)
		s->bugs[r->bugs[i].news]++;
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
