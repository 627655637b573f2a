/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs and iterations that tried the same. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness/report/report.h"

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* A path's last part. */
static const char *base(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return slash ? slash + 1 : path;
}

static bool is_alike(const struct report_group *a, const struct report_group *b)
{
	if (!a->loop != !b->loop || !same(a->board, b->board))
		return false;
	if (a->loop)
		return same(a->loop->source, b->loop->source) && same(a->c->name, b->c->name) &&
		       same(a->params, b->params);
	return same(a->module, b->module) && same(a->params, b->params);
}

/* The group of one like `like`, made if there is none; *hint is where the last one was. NULL: out
 * of memory. */
static struct report_group *find(struct report *r, const struct report_group *like, size_t *hint)
{
	struct report_group *grown;

	if (*hint < r->n_groups && is_alike(&r->groups[*hint], like))
		return &r->groups[*hint];
	for (*hint = 0; *hint < r->n_groups; (*hint)++)
		if (is_alike(&r->groups[*hint], like))
			return &r->groups[*hint];
	/* At powers of two. */
	if (!(r->n_groups & (r->n_groups - 1))) {
		grown = reallocarray(r->groups, r->n_groups ? r->n_groups * 2 : 1, sizeof(*grown));
		if (!grown)
			return NULL;
		r->groups = grown;
	}
	r->groups[r->n_groups] = *like;
	return &r->groups[r->n_groups++];
}

/* Of the infrastructure's troubles a module is not guilty. */
static bool is_judged(enum report_verdict v)
{
	return v < REPORT_INFRA;
}

static int add_iteration(struct report *r, struct report_iteration *it, size_t *hint)
{
	const struct report_loop *l = &r->loops[it->loop];
	const struct report_case *c = &l->cases[it->c];
	const struct report_group like = {.board = l->board,
					  .module = c->module,
					  .params = l->params,
					  .loop = l,
					  .c = c,
					  .first_us = it->at_us};
	struct report_group *g = find(r, &like, hint);

	if (!g)
		return -ENOMEM;
	it->group = *hint;
	g->n++;
	g->verdicts[it->verdict]++;
	g->n_judged += is_judged(it->verdict);
	g->n_bad += is_judged(it->verdict) && !it->ok;
	if (it->took_us > 0)
		g->took_us += it->took_us;
	return 0;
}

/* The loop's case of a run that is no iteration: the board was not there, say. */
static void find_case(const struct report *r, const struct report_run *run,
		      struct report_group *like)
{
	for (size_t i = 0; run->loop && i < r->n_loops; i++) {
		const struct report_loop *l = &r->loops[i];

		if (!same(l->id, run->loop))
			continue;
		for (size_t k = 0; k < l->n_cases; k++) {
			if (!same(l->cases[k].name, run->loop_case))
				continue;
			like->loop = l;
			like->c = &l->cases[k];
			like->params = l->params;
		}
	}
}

static int add_run(struct report *r, struct report_run *run, size_t *hint)
{
	struct report_group like = {.board = run->board,
				    .module = run->module,
				    .params = run->params,
				    .first_us = run->started_us},
			    *g;

	find_case(r, run, &like);
	g = find(r, &like, hint);
	if (!g)
		return -ENOMEM;
	run->group = *hint;
	if (!g->first)
		g->first = run;
	if (run->in_loop)
		return 0;
	g->n++;
	g->verdicts[run->verdict]++;
	g->n_judged += is_judged(run->verdict);
	g->n_bad += is_judged(run->verdict) && run->verdict != REPORT_PASS;
	if (run->ended_us >= 0)
		g->took_us += run->ended_us - run->started_us;
	return 0;
}

int report_group(struct report *r)
{
	size_t hint = 0;
	int err = 0;

	for (size_t i = 0; !err && i < r->n_runs; i++)
		err = add_run(r, &r->runs[i], &hint);
	for (size_t i = 0; !err && i < r->n_iterations; i++)
		err = add_iteration(r, &r->iterations[i], &hint);
	return err;
}

void report_add_group(struct strbuf *b, const struct report_group *g)
{
	const char *source = g->loop ? base(g->loop->source) : NULL;
	size_t n = source ? strlen(source) : 0;

	/* A module's own loop is called as the module. */
	if (n > 3 && !strcmp(source + n - 3, ".ko"))
		strbuf_add(b, source, n - 3);
	else if (source)
		strbuf_addf(b, "%s: %s", source, g->c->name ? g->c->name : "-");
	else
		strbuf_adds(b, g->module ? g->module : "no module");
	if (g->params && *g->params)
		strbuf_addf(b, " %s", g->params);
}
