/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One case of a scenario: made, copied from its defaults, freed. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness/loop/scenario_keys.h"

#define QUARANTINE 5 /* crashes in a row */

void scenario_case_free(struct scenario_case *c)
{
	free(c->name);
	for (size_t i = 0; i < c->n_modules; i++) {
		free(c->modules[i].file);
		scenario_list_free(&c->modules[i].params);
	}
	free(c->modules);
	for (int i = 0; i < SCENARIO_COMMANDS; i++)
		scenario_list_free(&c->commands[i]);
	free(c->test);
	free(c->expect.verdict);
	free(c->expect.klass);
	free(c->expect.function);
	free(c->expect.title);
	free(c->expect.taint);
	scenario_list_free(&c->expect.log);
	scenario_list_free(&c->expect.no_log);
	for (size_t i = 0; i < c->n_sweeps; i++) {
		free(c->sweeps[i].param);
		scenario_list_free(&c->sweeps[i].values);
	}
	free(c->sweeps);
	*c = (struct scenario_case){0};
}

int scenario_case_init(struct scenario_case *c, const char *name)
{
	*c = (struct scenario_case){
		.name = strdup(name),
		.expect = {.verdict = strdup("pass"), .exit_status = -1},
		.load_us = -1,
		.test_us = -1,
		.unload_us = -1,
		.settle_us = -1,
		.repeat = 1,
		.parallel = 1,
		.quarantine = QUARANTINE,
	};
	return c->name && c->expect.verdict ? 0 : -ENOMEM;
}

static int copy_text(char **to, const char *from)
{
	*to = from ? strdup(from) : NULL;
	return from && !*to ? -ENOMEM : 0;
}

static int copy_list(struct scenario_list *to, const struct scenario_list *from)
{
	int err = 0;

	*to = (struct scenario_list){0};
	for (size_t i = 0; i < from->n && !err; i++)
		err = scenario_list_add(to, from->s[i], strlen(from->s[i]));
	return err;
}

static int copy_modules(struct scenario_case *to, const struct scenario_case *from)
{
	int err = 0;

	to->modules = calloc(from->n_modules + 1, sizeof(*to->modules));
	to->sweeps = calloc(from->n_sweeps + 1, sizeof(*to->sweeps));
	to->n_modules = to->n_sweeps = 0;
	if (!to->modules || !to->sweeps)
		return -ENOMEM;
	for (; to->n_modules < from->n_modules && !err; to->n_modules++) {
		const struct scenario_module *m = &from->modules[to->n_modules];

		err = copy_text(&to->modules[to->n_modules].file, m->file);
		err = err ? err : copy_list(&to->modules[to->n_modules].params, &m->params);
	}
	for (; to->n_sweeps < from->n_sweeps && !err; to->n_sweeps++) {
		const struct scenario_sweep *w = &from->sweeps[to->n_sweeps];

		err = copy_text(&to->sweeps[to->n_sweeps].param, w->param);
		err = err ? err : copy_list(&to->sweeps[to->n_sweeps].values, &w->values);
	}
	return err;
}

int scenario_case_copy(struct scenario_case *to, const struct scenario_case *from, const char *name)
{
	int err;

	/* Every pointer is replaced below, whatever fails. */
	*to = *from;
	err = copy_text(&to->name, name);
	err |= copy_text(&to->test, from->test);
	err |= copy_text(&to->expect.verdict, from->expect.verdict);
	err |= copy_text(&to->expect.klass, from->expect.klass);
	err |= copy_text(&to->expect.function, from->expect.function);
	err |= copy_text(&to->expect.title, from->expect.title);
	err |= copy_text(&to->expect.taint, from->expect.taint);
	err |= copy_list(&to->expect.log, &from->expect.log);
	err |= copy_list(&to->expect.no_log, &from->expect.no_log);
	for (int i = 0; i < SCENARIO_COMMANDS; i++)
		err |= copy_list(&to->commands[i], &from->commands[i]);
	err |= copy_modules(to, from);
	return err ? -ENOMEM : 0;
}
