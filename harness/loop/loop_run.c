/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One run of a loop: an iteration with all its steps, or a batch of them at full speed. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness/log.h"
#include "harness/loop/loop.h"
#include "harness/output/text_json.h"
#include "harness/paths.h"
#include "harness/run/expect.h"

#define BATCH_MAX    20000
#define BATCH_US     MONO_SEC(300) /* then the kernel is looked at; captures begin anew */
#define KEPT_ALL     50            /* so many directories of good iterations are kept */
#define KEPT_EACH    200           /* after them one of so many */
#define TAINT_WARN   (1L << 9)
#define SUM_EVERY_US MONO_SEC(10)

/* ---- what is run ---- */

/* Nothing but loading and unloading, and nothing but a pass is expected. */
static bool batchable(const struct loop *l, const struct scenario_case *c)
{
	const struct scenario_expect *e = &c->expect;

	for (int i = 0; i < SCENARIO_COMMANDS; i++)
		if (c->commands[i].n)
			return false;
	return !l->full && c->n_modules == 1 && !c->test && !c->offline_us && !e->kmemleak &&
	       !e->ktap && !e->log.n && !e->no_log.n && !strcmp(e->verdict, "pass") &&
	       c->reboot != REBOOT_EACH && !c->cycles;
}

static void forget_params(struct loop *l)
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

static int prepare(struct loop *l, bool batch)
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

/* ---- what came of it ---- */

/* An iteration that went well, and nothing more can be blamed on it. */
static void end_pending(struct loop *l)
{
	struct loop_result r = {.iteration = (uint64_t)l->pending, .verdict = RUN_PASS, .ok = true};

	if (l->pending >= 0)
		loop_end(l, &r, "", l->pending_us[0], l->pending_us[1]);
	l->pending = -1;
	l->pending_us[0] = l->pending_us[1] = -1;
}

static void on_iteration(void *arg, uint64_t i, int64_t load_us, int64_t unload_us)
{
	struct loop *l = arg;

	/* Cycles within an iteration don't count. */
	if (l->step.item.c->cycles)
		return;
	end_pending(l);
	l->pending = (int64_t)i;
	l->pending_us[0] = load_us;
	l->pending_us[1] = unload_us;
}

static void on_tick(void *arg)
{
	struct loop *l = arg;

	if (!l->run_told && l->run.id[0] && l->run.dir) {
		l->run_told = true;
		loop_tell(l, json_pack("{s:s, s:s, s:I}", "ev", "run", "run", l->run.id, "at_us",
				       (json_int_t)loop_wall_us()));
	}
	/* A disk that is full is told of when the run is over. */
	l->journal_err = journal_sync(l->journal);
	if (mono_diff(mono_now(), l->summed) > SUM_EVERY_US)
		loop_sum_up(l, "running", NULL);
	loop_screen_tick(l);
}

static void on_interrupted(void *arg)
{
	struct loop *l = arg;

	if (!l->machine.interrupted)
		loop_screen_note(l, "interrupted: ending after what is under way (again to leave "
				    "at once)");
	loop_machine_interrupt(&l->machine);
}

static json_t *us_json(int64_t us)
{
	return us < 0 ? json_null() : json_integer(us);
}

void loop_end(struct loop *l, const struct loop_result *r, const char *reason, int64_t load_us,
	      int64_t unload_us)
{
	const struct scenario_case *c = l->step.item.c;
	bool blamed = r->verdict != RUN_PASS || !r->ok;
	const struct crash_report *crash =
		blamed && l->run.n_crashes ? l->run.crashes[0].report : NULL;
	json_t *ev =
		json_pack("{s:s, s:I, s:s, s:b, s:o, s:o}", "ev", "end", "i",
			  (json_int_t)r->iteration, "verdict", run_verdict_name(r->verdict), "ok",
			  r->ok, "load_us", us_json(load_us), "unload_us", us_json(unload_us));

	if (ev && *reason)
		json_object_set_new(ev, "reason", text_json(reason));
	if (ev) {
		json_object_set_new(ev, "case", text_json(c->name));
		json_object_set_new(ev, "run", text_json(l->run.dir ? l->run.id : NULL));
	}
	/* There may be a million of the others: of these the batch's beginning tells. */
	if (ev && (blamed || !l->opt.batch))
		json_object_set_new(ev, "at_us", json_integer(loop_wall_us()));
	if (ev && r->warned)
		json_object_set_new(ev, "warned", json_true());
	if (ev && r->locks_off)
		json_object_set_new(ev, "locks_off", json_true());
	if (ev && crash) {
		const char *signature = crash->signature ? crash->signature : "";

		json_object_set_new(ev, "signature", text_json(signature));
		json_object_set_new(ev, "title", text_json(crash->title));
		loop_bug(l, signature, crash->title, r->iteration);
	}
	loop_tell(l, ev);
	loop_machine_result(&l->machine, r);
	if (!r->ok)
		loop_screen_end(l, r->iteration, run_verdict_name(r->verdict), reason,
				l->run.dir ? l->run.id : "");
}

static void judge(struct loop *l, uint64_t iteration)
{
	const struct run *run = &l->run;
	struct expect_outcome o = {
		.verdict = run->machine.verdict,
		.unmet = run->unmet[0] ? run->unmet : NULL,
		.crash = run->n_crashes ? run->crashes[0].report : NULL,
	};
	struct loop_result r = {
		.iteration = iteration,
		.verdict = run->machine.verdict,
		.warned = run->taint_after >= 0 && run->taint_after & TAINT_WARN,
		.locks_off = run->locks_off,
		.board_lost = run->machine.board_lost,
	};
	char reason[640], why[800];

	run_reason(run, reason, sizeof(reason));
	o.reason = reason;
	r.ok = expect_met(&l->step.item.c->expect, &o, why, sizeof(why));
	loop_end(l, &r, r.ok ? reason : why,
		 l->opt.batch ? l->pending_us[0] : run->step_us[RUN_LOADING],
		 l->opt.batch ? l->pending_us[1] : run->step_us[RUN_UNLOADING]);
	if (r.board_lost)
		loop_machine_infra(&l->machine, run->machine.board_lost_why, mono_now());
}

/* What a night of good iterations would fill the disk with; their records stay in the journal. */
static bool thin_out(struct loop *l)
{
	bool keep = l->kept < KEPT_ALL || l->machine.done % KEPT_EACH == 0;

	if (keep) {
		l->kept++;
		return false;
	}
	if (path_remove_tree(l->run.dir))
		log_debug("%s can't be removed", l->run.dir);
	return true;
}

/* The first case of a bug is what a person will look at. */
static void keep_quota(struct loop *l, uint64_t bad_before, uint64_t at)
{
	bool bad = l->machine.bad > bad_before, first = bad && !l->run.n_crashes;
	size_t gone;

	for (size_t i = 0; i < l->n_bugs; i++)
		first |= l->bugs[i].first == at;
	if (loop_quota_add(&l->quota, l->run.dir, bad, first))
		log_debug("%s is not measured", l->run.dir);
	gone = loop_quota_keep(&l->quota);
	if (gone)
		log_debug("%zu old directories of runs are emptied", gone);
}

static void conclude(struct loop *l, bool batch)
{
	const struct run_machine *m = &l->run.machine;
	uint64_t at = batch ? (uint64_t)run_iteration(&l->run) : l->step.iteration;
	uint64_t bad = l->machine.bad;
	bool over = m->phase == RUN_DONE;

	if (!over || m->verdict == RUN_INTERRUPTED || m->verdict == RUN_INFRA) {
		end_pending(l);
		if (!over || m->verdict == RUN_INTERRUPTED) {
			loop_machine_interrupt(&l->machine);
			return;
		}
		loop_tell(l, json_pack("{s:s, s:o, s:I}", "ev", "infra", "why",
				       text_json(m->reason), "at_us", (json_int_t)loop_wall_us()));
		loop_machine_infra(&l->machine, m->reason, mono_now());
		loop_screen_note(l, "infrastructure: %s", m->reason);
		return;
	}
	if (batch && m->verdict == RUN_PASS && l->pending < 0)
		return; /* not one was run: its time was over */
	if (batch && l->pending >= 0 && (uint64_t)l->pending != at)
		end_pending(l);
	l->pending = -1;
	judge(l, at);
	if (batch || m->verdict != RUN_PASS || l->run.unmet[0] || !thin_out(l))
		keep_quota(l, bad, at);
}

void loop_run(struct loop *l)
{
	bool batch = batchable(l, l->step.item.c);
	char err[512];
	int rc;

	l->watcher = (struct run_watcher){.arg = l,
					  .tick = on_tick,
					  .iteration = on_iteration,
					  .interrupted = on_interrupted};
	rc = prepare(l, batch);

	l->pending = -1;
	l->pending_us[0] = l->pending_us[1] = -1;
	l->run_told = false;
	if (!rc)
		loop_tell(l, json_pack("{s:s, s:I, s:I, s:o, s:I}", "ev", "begin", "i",
				       (json_int_t)l->step.iteration, "c",
				       (json_int_t)(batch ? l->batch.n : 1), "case",
				       text_json(l->step.item.c->name), "at_us",
				       (json_int_t)loop_wall_us()));
	if (!rc && loop_sync(l)) {
		l->run.id[0] = '\0';
		rc = run_once(&l->run, &l->run_cfg, &l->opt, err, sizeof(err));
		if (!rc)
			conclude(l, batch);
	} else if (rc) {
		snprintf(err, sizeof(err), "%s", strerror(-rc));
	}
	if (rc) {
		loop_screen_note(l, "%s", err);
		loop_machine_infra(&l->machine, err, mono_now());
	}
	loop_sync(l);
	forget_params(l);
}
