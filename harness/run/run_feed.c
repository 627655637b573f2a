/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the run machine is told, and what it says. */
#include "harness/run/run.h"

#include <string.h>

#include "harness/log.h"

#define MOURNING_MS 2000

static void rearm(struct run *r);

void run_feed(struct run *r, struct run_event ev)
{
	if (!ev.text)
		ev.text = "";
	run_machine_event(&r->machine, &ev, mono_now());
	rearm(r);
}

static void on_timer(uv_timer_t *t)
{
	run_feed(t->data, (struct run_event){.type = RUN_EV_TICK});
}

static void rearm(struct run *r)
{
	struct monotime at = run_machine_wakeup(&r->machine);
	int64_t us;

	if (r->machine.phase == RUN_DONE || mono_is_never(at)) {
		uv_timer_stop(&r->timer);
		return;
	}
	us = mono_diff(at, mono_now());
	uv_update_time(&r->loop);
	uv_timer_start(&r->timer, on_timer, us > 0 ? (uint64_t)(us + 999) / 1000 : 0, 0);
}

void run_step_done(struct run *r, const char *text, bool harmless)
{
	run_feed(r, (struct run_event){.type = RUN_EV_STEP_DONE,
				       .ok = !text,
				       .harmless = harmless,
				       .text = text});
}

void run_step_broken(struct run *r, const char *why)
{
	run_feed(r, (struct run_event){.type = RUN_EV_STEP_BROKEN, .text = why});
}

static void on_mourned(uv_timer_t *t)
{
	struct run *r = t->data;

	run_salvage(r);
	run_feed(r, (struct run_event){.type = RUN_EV_LOST});
}

/* Whatever killed it, the kernel may be in the middle of a report: that has its time to the end. */
void run_lost(void *arg)
{
	struct run *r = arg;

	r->link_lost = true;
	if (r->recording && r->dir && r->machine.phase < RUN_DONE)
		uv_timer_start(&r->mourning, on_mourned, MOURNING_MS, 0);
	else if (r->machine.phase != RUN_IDLE)
		run_feed(r, (struct run_event){.type = RUN_EV_LOST});
}

/* ---- what the machine does ---- */

/* Should this command be killed, the attendant must know what the board is left with. */
static void tell_step(struct run *r, enum run_phase phase)
{
	json_t *fields = json_pack("{s:s}", "name", run_phase_name(phase));

	if (phase == RUN_LOADING && fields)
		json_object_set_new(fields, "dirty", json_string("a run ended in its middle"));
	link_request(r->link, "step", fields, NULL, NULL);
}

static void enter(void *arg, enum run_phase from, enum run_phase to, const char *why)
{
	struct run *r = arg;
	struct monotime now = mono_now();
	int64_t took = mono_diff(now, r->began);

	r->began = now;
	r->step_us[from] += took;
	if (to == RUN_PROBING)
		r->hung_phase = from == RUN_COLLECTING ? r->report_phase : from;
	log_debug("run: %s -> %s, %s", run_phase_name(from), run_phase_name(to), why);
	if (r->record && from >= RUN_PREPARING)
		record_step_end(r->record, took, why);
	if (from >= RUN_PUSHING && from <= RUN_UNLOADING)
		run_dir_step_output(r, from);
	run_screen_phase(r, from, took, why);
	if (from >= RUN_PUSHING && !r->machine.open_reports)
		run_crashes_explain(r);
	if (from == RUN_RECOVERING && r->record)
		record_reset(r->record, *r->reset_method ? r->reset_method : "none",
			     to == RUN_DONE && !r->machine.board_lost, took);
	if (r->record && to >= RUN_PREPARING && to < RUN_DONE)
		record_step_begin(r->record, run_phase_name(to), now);
	if (to > RUN_PREPARING && to < RUN_DONE && r->opt->module)
		tell_step(r, to);
	if (to == RUN_DONE)
		run_checks(r); /* nothing, when they were made before the verdict */
	run_dir_record(r);
	if (r->opt->watcher && r->opt->watcher->tick)
		r->opt->watcher->tick(r->opt->watcher->arg);
	if (to == RUN_DONE)
		uv_stop(&r->loop);
}

static void verdict(void *arg, enum run_verdict v, const char *reason)
{
	log_debug("run: verdict %s, %s", run_verdict_name(v), reason);
}

const struct run_machine_ops run_ops = {run_act, enter, verdict, run_checks};
