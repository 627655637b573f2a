/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The run machine: push, load, test, unload, settle. */
#include "harness/run/run_moves.h"

#include <stdio.h>

#define BROKEN_US MONO_SEC(15) /* for the watchdog to find out why a connection broke */

static int64_t time_for(const struct run_plan *plan, enum run_phase step)
{
	switch (step) {
	case RUN_PUSHING: return plan->push_us;
	case RUN_LOADING: return plan->load_us;
	case RUN_TESTING: return plan->test_us;
	default: return plan->unload_us;
	}
}

void machine_start_step(struct run_machine *m, enum run_phase step, struct monotime now,
			const char *why)
{
	static const enum run_action actions[] = {
		[RUN_PUSHING] = RUN_DO_PUSH,
		[RUN_LOADING] = RUN_DO_LOAD,
		[RUN_TESTING] = RUN_DO_TEST,
		[RUN_UNLOADING] = RUN_DO_UNLOAD,
	};

	machine_enter(m, step, time_for(&m->plan, step), now, why);
	m->ops.act(m->arg, actions[step]);
}

static void settle(struct run_machine *m, struct monotime now, const char *why)
{
	machine_enter(m, RUN_SETTLING, m->interrupted ? 0 : m->plan.settle_us, now, why);
}

static void batch_done(struct run_machine *m, const struct run_event *ev, struct monotime now)
{
	if (!ev->ok)
		machine_judge(m, RUN_FAIL, ev->text);
	if (!ev->ok && !ev->harmless)
		machine_want_reset(m, "the module could not be unloaded");
	else
		m->loaded = false;
	settle(m, now, ev->ok ? "all loaded and unloaded" : ev->text);
}

void machine_step_done(struct run_machine *m, const struct run_event *ev, struct monotime now)
{
	switch (m->phase) {
	case RUN_PUSHING:
		if (ev->ok && !m->interrupted) {
			m->loaded = true; /* from here on it may be */
			machine_start_step(m, RUN_LOADING, now, "pushed");
			return;
		}
		if (!ev->ok)
			machine_judge(m, ev->harmless ? RUN_FAIL : RUN_INFRA, ev->text);
		settle(m, now, ev->ok ? "interrupted" : ev->text);
		return;
	case RUN_LOADING:
		if (m->plan.cycles) {
			batch_done(m, ev, now);
		} else if (!ev->ok) {
			m->loaded = false;
			machine_judge(m, RUN_FAIL, ev->text);
			settle(m, now, "the module was not loaded");
		} else if (m->plan.test && !m->interrupted) {
			machine_start_step(m, RUN_TESTING, now, "loaded");
		} else {
			machine_start_step(m, RUN_UNLOADING, now, "loaded");
		}
		return;
	case RUN_TESTING:
		if (!ev->ok)
			machine_judge(m, RUN_FAIL, ev->text);
		machine_start_step(m, RUN_UNLOADING, now, ev->ok ? "tested" : ev->text);
		return;
	case RUN_UNLOADING:
		if (!ev->ok)
			machine_judge(m, RUN_FAIL, ev->text);
		if (!ev->ok && !ev->harmless)
			machine_want_reset(m, "the module could not be unloaded");
		else
			m->loaded = false;
		settle(m, now, ev->ok ? "unloaded" : ev->text);
		return;
	default: return; /* the end of a step that was cancelled */
	}
}

void machine_step_broken(struct run_machine *m, const struct run_event *ev, struct monotime now)
{
	if (!machine_is_step(m->phase))
		return;
	m->broken = true;
	snprintf(m->broken_why, sizeof(m->broken_why),
		 "the connection to the board broke and nothing explains it: %s", ev->text);
	m->deadline = mono_min(m->deadline, mono_add(now, BROKEN_US));
}

/* The connection broke and no hang, crash or reset came to explain it. */
static void broken_unexplained(struct run_machine *m, struct monotime now)
{
	machine_judge(m, RUN_INFRA, m->broken_why);
	machine_want_reset(m, "the connection broke in the middle of a step");
	machine_recover(m, now, m->reason);
}

/* Waited for longer than is sensible. Whoever tests a driver of the NIC has to hear of it; a server
 * that is away is nobody's module's doing. */
static void stalled_too_long(struct run_machine *m, struct monotime now)
{
	char why[sizeof(m->board_why)];

	snprintf(why, sizeof(why), "%s", m->board_why);
	if (m->board == BOARD_NETWORK_LOST) {
		m->silent = true; /* nothing can be asked over the network */
		machine_hang(m, now, why);
		return;
	}
	m->ops.act(m->arg, RUN_DO_CANCEL);
	machine_judge(m, RUN_INFRA, why);
	machine_want_reset(m, why);
	machine_recover(m, now, why);
}

void machine_step_timed_out(struct run_machine *m, struct monotime now)
{
	char why[160];
	int64_t ms = mono_diff(m->deadline, m->entered) / 1000;

	if (m->broken) {
		broken_unexplained(m, now);
		return;
	}
	if (!mono_is_never(m->stalled)) {
		stalled_too_long(m, now);
		return;
	}
	snprintf(why, sizeof(why), "%s did not return within %lld.%01lld s while the board lives",
		 m->phase == RUN_LOADING ? "the module's init" : "the module's exit",
		 (long long)(ms / 1000), (long long)(ms % 1000 / 100));
	switch (m->phase) {
	case RUN_PUSHING:
		m->ops.act(m->arg, RUN_DO_CANCEL);
		machine_judge(m, RUN_INFRA, "the module could not be pushed in time");
		machine_want_reset(m, "pushing timed out");
		machine_recover(m, now, "pushing timed out");
		break;
	case RUN_TESTING:
		snprintf(why, sizeof(why), "the test did not end within %lld.%01lld s",
			 (long long)(ms / 1000), (long long)(ms % 1000 / 100));
		machine_judge(m, RUN_FAIL, why);
		m->ops.act(m->arg, RUN_DO_CANCEL);
		machine_start_step(m, RUN_UNLOADING, now, why);
		break;
	default: m->silent = false; machine_hang(m, now, why);
	}
}

void machine_settled(struct run_machine *m, struct monotime now)
{
	struct monotime cap = mono_add(m->entered, m->plan.settle_us + m->plan.collect_us);

	/* A WARNING that has begun may still be on its way. */
	if (m->open_reports && !mono_due(cap, now)) {
		m->deadline = mono_add(now, MONO_MS(50));
		return;
	}
	if (m->ops.unmet && m->verdict == RUN_PASS) {
		const char *why = m->ops.unmet(m->arg);

		if (why)
			machine_judge(m, RUN_FAIL, why);
	}
	if (m->need_reset)
		machine_recover(m, now, m->need_reset_why);
	else
		machine_finish(m, now,
			       m->interrupted ? "interrupted, and the board is clean" : "passed");
}
