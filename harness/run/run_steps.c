/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a run does in each step, and what becomes of it. */
#include <stdlib.h>
#include <string.h>

#include "harness/paths.h"
#include "harness/run/run.h"

static void new_step(struct run *r)
{
	for (int i = 0; i < 2; i++)
		strbuf_free(&r->output[i]);
	run_jobs_free(r);
}

/* ---- the end of a step ---- */

static void describe(struct run *r, const struct run_job *job, int status, char *text, size_t size)
{
	char line[200];
	bool testing = r->machine.phase == RUN_TESTING && job->kind == JOB_EXEC;

	if (testing && status == 124)
		snprintf(text, size, "the test did not end in time");
	else if (testing && status == 0)
		snprintf(text, size, "the test ended with exit status 0, expected was %d",
			 r->opt->c->expect.exit_status);
	else if (testing)
		snprintf(text, size, "the test failed with exit status %d", status);
	else if (job->what)
		snprintf(text, size, "%s failed with exit status %d: %.150s", job->what, status,
			 job->command);
	else if (*run_output_last_line(r, line, sizeof(line)))
		snprintf(text, size, "%s", line); /* the agent says what and why */
	else
		snprintf(text, size, "%s failed with exit status %d",
			 run_phase_name(r->machine.phase), status);
}

static bool as_expected(const struct run *r, const struct run_job *job, int status)
{
	const struct scenario_case *c = r->opt->c;

	if (r->machine.phase == RUN_TESTING && job->kind == JOB_EXEC && c &&
	    c->expect.exit_status >= 0)
		return status == c->expect.exit_status;
	return status == 0;
}

void run_step_job_done(struct run *r, const struct run_job *job, int status, const char *why)
{
	char text[256] = "";
	bool harmless = job->harmless;

	if (status < 0) {
		snprintf(text, sizeof(text), "%s", why);
	} else {
		run_output_words(r);
		if (!as_expected(r, job, status))
			describe(r, job, status, text, sizeof(text));
		/* The agent's 1: the kernel did not take it, and is as it was. */
		if (r->opt->batch && r->machine.phase == RUN_LOADING)
			harmless = status == 1;
	}
	if (!text[0] && !run_jobs_over(r))
		return; /* the other queue goes on */
	/* What runs beside it has no purpose any more. */
	if (text[0] && !run_jobs_over(r))
		run_step_cancel(r);
	run_step_done(r, text[0] ? text : NULL, harmless);
}

/* ---- the steps ---- */

static void add_exec(struct run *r, char *command)
{
	run_job_add(r, QUEUE_BOARD, (struct run_job){.kind = JOB_EXEC, .command = command});
}

static void add_commands(struct run *r, int queue, enum scenario_command which, const char *what)
{
	const struct scenario_list *l = r->opt->c ? &r->opt->c->commands[which] : NULL;

	for (size_t i = 0; l && i < l->n; i++)
		run_job_add(r, queue,
			    (struct run_job){
				    .kind = which >= SCENARIO_HOST_BEFORE ? JOB_HOST : JOB_EXEC,
				    .command = scenario_fill(l->s[i], &r->opt->values),
				    .harmless = true,
				    .what = what,
			    });
}

static void add_push(struct run *r, const char *file, const char *name, const char *suffix,
		     bool facts)
{
	run_job_add(r, QUEUE_BOARD,
		    (struct run_job){
			    .kind = JOB_PUSH,
			    .file = strdup(file),
			    .to = path_format(BOARD_DIR "/%s%s", name, suffix),
			    .facts = facts,
		    });
}

void run_step_push(struct run *r)
{
	const struct run_options *o = r->opt;

	new_step(r);
	add_commands(r, QUEUE_BOARD, SCENARIO_HOST_BEFORE, "host_before");
	for (size_t i = 0; i < o->n_before; i++)
		add_push(r, o->before[i].file->path, o->before[i].file->name, ".ko", false);
	if (o->test_file && !o->test_command) {
		add_push(r, o->test_file, o->module->name, ".test", false);
		add_exec(r, path_format("chmod 755 " BOARD_DIR "/%s.test", o->module->name));
	}
	if (o->c && o->c->expect.kmemleak)
		add_exec(r, strdup(BOARD_DIR "/agent leaks clear"));
	add_commands(r, QUEUE_BOARD, SCENARIO_BOARD_BEFORE, "board_before");
	add_push(r, r->module_copy, o->module->name, ".ko", true);
	run_jobs_start(r);
}

void run_step_load(struct run *r)
{
	new_step(r);
	add_exec(r, r->opt->batch ? run_shell_batch(r->opt) : run_shell_load(r->opt));
	run_jobs_start(r);
}

void run_step_test(struct run *r)
{
	long seconds = (long)((r->machine.plan.test_us + r->machine.plan.stall_us) / 1000000) + 10;

	new_step(r);
	add_exec(r, run_shell_test(r->opt, seconds));
	add_commands(r, QUEUE_HOST, SCENARIO_HOST_DURING, "host_during");
	run_jobs_start(r);
}

void run_step_unload(struct run *r)
{
	const struct scenario_case *c = r->opt->c;

	bool leaks = c && c->expect.kmemleak;

	new_step(r);
	if (leaks)
		add_exec(r, strdup(BOARD_DIR "/agent leaks names"));
	add_exec(r, run_shell_unload(r->opt, r->test_cancelled));
	if (leaks)
		run_job_add(r, QUEUE_BOARD,
			    (struct run_job){
				    .kind = JOB_EXEC,
				    .command = strdup(BOARD_DIR "/agent leaks scan"),
				    .harmless = true,
			    });
	add_commands(r, QUEUE_BOARD, SCENARIO_BOARD_AFTER, "board_after");
	add_commands(r, QUEUE_BOARD, SCENARIO_HOST_AFTER, "host_after");
	run_jobs_start(r);
}

void run_step_cancel(struct run *r)
{
	run_jobs_cancel(r);
	/* A closed channel does not end the program: timeout(1) passes a TERM on. */
	if (r->machine.phase == RUN_TESTING && r->machine.ssh) {
		r->test_cancelled = true;
		link_request(r->link, "exec",
			     json_pack("{s:s}", "command",
				       "kill $(cat " BOARD_DIR "/test.pid) 2>/dev/null"),
			     NULL, NULL);
	}
}

void run_step_stop(struct run *r)
{
	link_request(
		r->link, "exec",
		json_pack("{s:s}", "command", "kill $(cat " BOARD_DIR "/cycle.pid) 2>/dev/null"),
		NULL, NULL);
}
