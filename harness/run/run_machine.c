/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The run's state machine: what came, and who decides. The picture is in run_machine.h. */
#include "harness/run/run_moves.h"

#define LOCK_US MONO_SEC(10) /* the attendant answers in milliseconds, or is dead */

static void on_interrupt(struct run_machine *m, struct monotime now)
{
	machine_judge(m, RUN_INTERRUPTED, "interrupted");
	m->interrupted = true;
	switch (m->phase) {
	case RUN_IDLE:
	case RUN_LOCKING:
	case RUN_PREPARING:
		/* A board that boots goes on booting without us. */
		machine_finish(m, now, "interrupted");
		break;
	case RUN_PUSHING:
		m->ops.act(m->arg, RUN_DO_CANCEL);
		machine_finish(m, now, "interrupted");
		break;
	case RUN_TESTING:
		m->ops.act(m->arg, RUN_DO_CANCEL);
		machine_start_step(m, RUN_UNLOADING, now, "interrupted");
		break;
	case RUN_LOADING:
		if (m->plan.cycles)
			m->ops.act(m->arg, RUN_DO_STOP);
		break;
	case RUN_SETTLING: m->deadline = now; break;
	default: break; /* load, unload, evidence and recovery are short and come to their end */
	}
}

static void on_deadline(struct run_machine *m, struct monotime now)
{
	switch (m->phase) {
	case RUN_LOCKING:
		machine_judge(m, RUN_INFRA, "the attendant does not answer");
		machine_finish(m, now, "no answer");
		break;
	case RUN_PREPARING:
	case RUN_RECOVERING:
		if (m->resetting) {
			machine_give_up(m, now, "the attendant did not say what became of a reset");
			return;
		}
		machine_bring_up(m, now);
		break;
	case RUN_SETTLING: machine_settled(m, now); break;
	case RUN_PROBING: machine_collect(m, now, "probing took too long"); break;
	case RUN_COLLECTING: machine_collected(m, now); break;
	default:
		if (machine_is_step(m->phase))
			machine_step_timed_out(m, now);
	}
}

/* A stalled NFS server is nobody's hang: the step gets its time back, up to a limit. */
static struct monotime effective_deadline(const struct run_machine *m)
{
	/* The log settles without the server. */
	bool needless = m->phase == RUN_SETTLING && m->board == BOARD_NFS_STALLED;

	return mono_is_never(m->stalled) || needless ? m->deadline
						     : mono_add(m->deadline, m->plan.stall_us);
}

static void on_tick(struct run_machine *m, struct monotime now)
{
	if (mono_due(m->next, now)) {
		m->next = MONO_NEVER;
		if (m->phase == RUN_PROBING)
			machine_probe_next(m, now);
		else if (m->phase == RUN_COLLECTING)
			machine_collected(m, now);
		else if (m->phase == RUN_SETTLING)
			machine_settled(m, now);
		return;
	}
	if (mono_due(effective_deadline(m), now))
		on_deadline(m, now);
}

static void on_locked(struct run_machine *m, const struct run_event *ev, struct monotime now)
{
	if (m->phase != RUN_LOCKING)
		return;
	machine_enter(m, RUN_PREPARING, m->plan.boot_us, now, "the board is ours");
	if (ev->text[0])
		machine_want_reset(m, ev->text);
	m->ops.act(m->arg, RUN_DO_UP);
}

void run_machine_init(struct run_machine *m, const struct run_plan *plan,
		      const struct run_machine_ops *ops, void *arg)
{
	*m = (struct run_machine){
		.plan = *plan,
		.ops = *ops,
		.arg = arg,
		.deadline = MONO_NEVER,
		.next = MONO_NEVER,
		.stalled = MONO_NEVER,
	};
}

void run_machine_event(struct run_machine *m, const struct run_event *ev, struct monotime now)
{
	if (m->phase == RUN_DONE)
		return;
	switch (ev->type) {
	case RUN_EV_START:
		machine_enter(m, RUN_LOCKING, LOCK_US, now, "started");
		m->ops.act(m->arg, RUN_DO_LOCK);
		break;
	case RUN_EV_INTERRUPT: on_interrupt(m, now); break;
	case RUN_EV_LOCKED: on_locked(m, ev, now); break;
	case RUN_EV_REFUSED:
		machine_judge(m, RUN_INFRA, ev->text);
		machine_finish(m, now, ev->text);
		break;
	case RUN_EV_BOARD: machine_board(m, ev, now); break;
	case RUN_EV_SELF_RESET: machine_self_reset(m, ev, now); break;
	case RUN_EV_CRASH_BEGIN: machine_crash_begin(m, ev, now); break;
	case RUN_EV_CRASH_END: machine_crash_end(m, ev, now); break;
	case RUN_EV_STEP_DONE: machine_step_done(m, ev, now); break;
	case RUN_EV_PROGRESS:
		if (m->phase == RUN_LOADING)
			m->deadline = mono_add(now, m->plan.load_us + m->plan.unload_us);
		break;
	case RUN_EV_STEP_BROKEN: machine_step_broken(m, ev, now); break;
	case RUN_EV_SERVICE_LOST: machine_service_lost(m, ev, now); break;
	case RUN_EV_ANSWERED:
		if (m->phase == RUN_PROBING)
			machine_probe_next(m, now);
		break;
	case RUN_EV_RESET_DONE: machine_reset_done(m, ev, now); break;
	case RUN_EV_UP_DONE:
		if (m->phase == RUN_PREPARING && !ev->ok)
			machine_give_up(m, now, ev->text);
		else if (m->phase == RUN_PREPARING)
			machine_bring_up(m, now);
		break;
	case RUN_EV_LOST:
		machine_judge(m, RUN_INFRA, "the attendant ended during the run");
		machine_finish(m, now, "the attendant is gone");
		break;
	case RUN_EV_TICK: on_tick(m, now); break;
	}
}

struct monotime run_machine_wakeup(const struct run_machine *m)
{
	return mono_min(effective_deadline(m), m->next);
}
