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

#define KEPT_ALL     50  /* so many directories of good iterations are kept */
#define KEPT_EACH    200 /* after them one of so many */
#define TAINT_WARN   (1L << 9)
#define SUM_EVERY_US MONO_SEC(10)

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
	bool batch = loop_batchable(l, l->step.item.c);
	char err[512];
	int rc;

	l->watcher = (struct run_watcher){.arg = l,
					  .tick = on_tick,
					  .iteration = on_iteration,
					  .interrupted = on_interrupted};
	rc = loop_prepare(l, batch);

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
	loop_forget_params(l);
}
