/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a run has to do and how long each step may take: from the board and the options. Pure. */
#include "harness/run/run.h"

#define LOG_US MONO_MS(200)

/* Commands before and after take their time too. */
static bool has_commands(const struct run_options *o)
{
	for (int i = 0; o->c && i < SCENARIO_COMMANDS; i++)
		if (o->c->commands[i].n)
			return true;
	return o->c && o->c->expect.kmemleak;
}

static bool needs_log(const struct run_options *o)
{
	return o->c && (o->c->expect.log.n || o->c->expect.no_log.n || o->c->expect.ktap);
}

static bool has_test(const struct run_options *o)
{
	return o->test_command || o->test_file ||
	       (o->c && (o->c->commands[SCENARIO_BOARD_DURING].n ||
			 o->c->commands[SCENARIO_HOST_DURING].n || o->c->offline_us));
}

void run_plan_of(const struct run *r, struct run_plan *p)
{
	const struct board_config *c = r->cfg;

	*p = (struct run_plan){
		.module = r->opt->module != NULL,
		.test = has_test(r->opt),
		.allow_warn = r->opt->allow_warn,
		.cycles = r->opt->batch != NULL,
		.keep = r->opt->c && r->opt->c->reboot == REBOOT_NEVER,
		/* The watch says first what became of a boot: a slow one has twice its time. */
		.boot_us = 2 * c->boot_us + MONO_SEC(5),
		.push_us = MONO_SEC(30) + (has_commands(r->opt) ? c->test_us : 0),
		.load_us = c->load_us + (r->opt->batch ? c->unload_us : 0),
		.test_us = c->test_us,
		.unload_us = c->unload_us + (has_commands(r->opt) ? c->test_us : 0),
		.settle_us = c->settle_us,
		.collect_us = c->collect_us,
		.stall_us = MONO_SEC(600),
		/* Each of the ladder's five steps, and a driver that answers late. */
		.reset_us = 5 * (c->hold_us + c->off_us + 2 * c->power_us + c->sign_us) +
			    MONO_SEC(30) + (board_has_crash_kernel(c) ? c->vmcore_us : 0),
		.boot_tries = c->boot_tries,
	};
	/* The log's last lines are on their way. */
	if (needs_log(r->opt) && p->settle_us < LOG_US)
		p->settle_us = LOG_US;
}
