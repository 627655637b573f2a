/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What one run of a loop is told: modules and their parameters, times, how many iterations. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness/loop/loop.h"

#define BATCH_MAX 20000
#define BATCH_US  MONO_SEC(300) /* then the kernel is looked at; captures begin anew */

/* Nothing but loading and unloading, and nothing but a pass is expected. */
bool loop_batchable(const struct loop *l, const struct scenario_case *c)
{
	const struct scenario_expect *e = &c->expect;

	for (int i = 0; i < SCENARIO_COMMANDS; i++)
		if (c->commands[i].n)
			return false;
	return !l->full && c->n_modules == 1 && !c->test && !c->offline_us && !e->kmemleak &&
	       !e->ktap && !e->log.n && !e->no_log.n && !strcmp(e->verdict, "pass") &&
	       c->reboot != REBOOT_EACH && !c->cycles;
}

void loop_forget_params(struct loop *l)
{
	const struct scenario_case *c = l->step.item.c;

	for (size_t i = 0; l->params && i < c->n_modules; i++)
		scenario_list_free(&l->params[i]);
	free(l->params);
	free((void *)l->opt.before);
	l->params = NULL;
	l->opt.before = NULL;
}

static int set_modules(struct loop *l)
{
	const struct scenario_case *c = l->step.item.c;
	const struct loop_modules *lm = &l->modules[c - l->scenario.cases];
	struct scenario_values v = {.iteration = l->step.iteration, .seed = l->seed};
	struct run_module *before = calloc(c->n_modules, sizeof(*before));
	int err = 0;

	l->params = calloc(c->n_modules, sizeof(*l->params));
	if (!l->params || !before)
		err = -ENOMEM;
	for (size_t i = 0; i < c->n_modules && !err; i++) {
		err = scenario_params(c, i, l->step.item.point, &v, &l->params[i]);
		before[i] = (struct run_module){&lm->files[i], l->params[i].s, l->params[i].n};
	}
	if (err) {
		free(before);
		return err;
	}
	l->opt.before = before;
	l->opt.n_before = c->n_modules - 1;
	l->opt.module = before[l->opt.n_before].file;
	l->opt.params = before[l->opt.n_before].params;
	l->opt.n_params = before[l->opt.n_before].n_params;
	return 0;
}

/* In a batch the agent counts: the placeholder stays for it. */
static int keep_placeholder(struct loop *l)
{
	const struct scenario_case *c = l->step.item.c;
	struct scenario_list *own = &l->params[0], fresh;
	int err = scenario_params(c, 0, l->step.item.point, NULL, &fresh);

	if (err)
		return err;
	for (size_t i = 0; i < fresh.n && i < own->n; i++) {
		struct strbuf b = {0};
		const char *at = fresh.s[i], *hole;
		char *filled;

		/* All but the iteration's is filled in. */
		while ((hole = strstr(at, "{seed}"))) {
			strbuf_add(&b, at, (size_t)(hole - at));
			strbuf_addf(&b, "%llu", (unsigned long long)l->seed);
			at = hole + 6;
		}
		strbuf_adds(&b, at);
		filled = strbuf_take(&b);
		if (!filled) {
			err = -ENOMEM;
			break;
		}
		free(own->s[i]);
		own->s[i] = filled;
	}
	scenario_list_free(&fresh);
	return err;
}

static void set_times(struct loop *l, const struct scenario_case *c)
{
	l->run_cfg = *l->cfg;
	if (c->load_us >= 0)
		l->run_cfg.load_us = c->load_us;
	if (c->test_us >= 0)
		l->run_cfg.test_us = c->test_us;
	if (c->unload_us >= 0)
		l->run_cfg.unload_us = c->unload_us;
	if (c->settle_us >= 0)
		l->run_cfg.settle_us = c->settle_us;
}

static void set_batch(struct loop *l, bool whole)
{
	int64_t left = mono_is_never(l->machine.limits.deadline)
			       ? BATCH_US
			       : mono_diff(l->machine.limits.deadline, mono_now());

	if (whole) {
		l->batch = (struct run_batch){
			.first = l->step.iteration,
			.n = l->step.n < BATCH_MAX ? l->step.n : BATCH_MAX,
			.for_us = left < 0          ? 0
				  : left < BATCH_US ? left
						    : BATCH_US,
		};
	} else {
		l->batch = (struct run_batch){
			.first = 0,
			.n = l->step.item.c->cycles,
			.for_us = l->run_cfg.test_us,
		};
	}
	l->opt.batch = &l->batch;
}

int loop_prepare(struct loop *l, bool batch)
{
	const struct scenario_case *c = l->step.item.c;
	int err;

	l->opt = (struct run_options){
		.test_file = l->modules[c - l->scenario.cases].test,
		.allow_warn = c->allow_warn,
		.c = c,
		.values = {.iteration = l->step.iteration, .seed = l->seed},
		.fresh_why = l->step.fresh ? l->step.why : NULL,
		.loop = l->id,
		.watcher = &l->watcher,
	};
	set_times(l, c);
	err = set_modules(l);
	if (!err && (batch || c->cycles)) {
		set_batch(l, batch);
		err = keep_placeholder(l);
	}
	return err;
}
