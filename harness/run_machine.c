/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The run's state machine: see run_machine.h for the picture. */
#include "harness/run_machine.h"

#include <stdio.h>
#include <string.h>

#include "harness/exit_code.h"

#define LOCK_US     MONO_SEC(10)  /* the attendant answers in milliseconds, or is dead */
#define RESET_US    MONO_SEC(15)  /* for the power driver to report back */
#define QUIET_US    MONO_MS(300)  /* after the last report's end: is there another? */
#define PROBE_US    MONO_MS(1500) /* between two questions to a hung board */
#define BROKEN_US   MONO_SEC(15)  /* for the watchdog to find out why a connection broke */
#define NMI_WAIT_US MONO_SEC(4)   /* for the panic that answers the NMI */

static const struct {
	const char *name;
} phases[] = {
	[RUN_IDLE] = {"idle"},          [RUN_LOCKING] = {"lock"},
	[RUN_PREPARING] = {"prepare"},  [RUN_PUSHING] = {"push"},
	[RUN_LOADING] = {"load"},       [RUN_TESTING] = {"test"},
	[RUN_UNLOADING] = {"unload"},   [RUN_SETTLING] = {"settle"},
	[RUN_PROBING] = {"probe"},      [RUN_COLLECTING] = {"collect"},
	[RUN_RECOVERING] = {"recover"}, [RUN_DONE] = {"done"},
};

static const struct {
	const char *name;
	int exit_code;
} verdicts[] = {
	[RUN_PASS] = {"pass", EXIT_PASS},    [RUN_INFRA] = {"infra", EXIT_INFRA},
	[RUN_FAIL] = {"fail", EXIT_FAIL},    [RUN_INTERRUPTED] = {"interrupted", EXIT_INTERRUPTED},
	[RUN_RESET] = {"reset", EXIT_RESET}, [RUN_HANG] = {"hang", EXIT_HANG},
	[RUN_CRASH] = {"crash", EXIT_CRASH},
};

const char *run_phase_name(enum run_phase p)
{
	return phases[p].name;
}

const char *run_verdict_name(enum run_verdict v)
{
	return verdicts[v].name;
}

int run_verdict_exit_code(enum run_verdict v)
{
	return verdicts[v].exit_code;
}

/* The only place where the verdict changes: it can only get worse. */
static void judge(struct run_machine *m, enum run_verdict v, const char *reason)
{
	if (v <= m->verdict)
		return;
	m->verdict = v;
	snprintf(m->reason, sizeof(m->reason), "%s", reason);
	m->ops.verdict(m->arg, v, m->reason);
}

static bool is_step(enum run_phase p)
{
	return p >= RUN_PUSHING && p <= RUN_UNLOADING;
}

/* The phases in which the module may do harm. */
static bool lives(enum run_phase p)
{
	return is_step(p) || p == RUN_SETTLING;
}

/* The only place where the phase changes. */
static void enter(struct run_machine *m, enum run_phase to, int64_t for_us, struct monotime now,
		  const char *why)
{
	enum run_phase from = m->phase;

	m->phase = to;
	m->entered = now;
	m->deadline = mono_add(now, for_us);
	m->next = MONO_NEVER;
	m->broken = false;
	if (!lives(to))
		m->stalled = MONO_NEVER;
	else if (!mono_is_never(m->stalled))
		m->stalled = now;
	m->ops.enter(m->arg, from, to, why);
}

static void finish(struct run_machine *m, struct monotime now, const char *why)
{
	m->ops.act(m->arg, RUN_DO_UNLOCK);
	enter(m, RUN_DONE, 0, now, why);
	m->deadline = MONO_NEVER;
}

static void want_reset(struct run_machine *m, const char *why)
{
	if (m->need_reset)
		return;
	m->need_reset = true;
	snprintf(m->need_reset_why, sizeof(m->need_reset_why), "%s", why);
}

/* The board can't be brought up, or not back: infrastructure, unless the module is to blame. */
static void give_up(struct run_machine *m, struct monotime now, const char *why)
{
	m->board_lost = true;
	judge(m, RUN_INFRA, why);
	finish(m, now, why);
}

static void start_step(struct run_machine *m, enum run_phase phase, struct monotime now,
		       const char *why)
{
	static const struct {
		enum run_action action;
	} steps[] = {
		[RUN_PUSHING] = {RUN_DO_PUSH},
		[RUN_LOADING] = {RUN_DO_LOAD},
		[RUN_TESTING] = {RUN_DO_TEST},
		[RUN_UNLOADING] = {RUN_DO_UNLOAD},
	};
	int64_t us = phase == RUN_PUSHING   ? m->plan.push_us
		     : phase == RUN_LOADING ? m->plan.load_us
		     : phase == RUN_TESTING ? m->plan.test_us
					    : m->plan.unload_us;

	enter(m, phase, us, now, why);
	m->ops.act(m->arg, steps[phase].action);
}

static void settle(struct run_machine *m, struct monotime now, const char *why)
{
	enter(m, RUN_SETTLING, m->interrupted ? 0 : m->plan.settle_us, now, why);
}

static void begin_reset(struct run_machine *m, struct monotime now)
{
	m->resetting = true;
	m->need_reset = false;
	m->tries++;
	m->deadline = mono_add(now, RESET_US);
	m->ops.act(m->arg, RUN_DO_RESET);
}

/* Bringing up and bringing back are one job: reset what must be, wait, try again. */
static void bring_up(struct run_machine *m, struct monotime now)
{
	char why[256];

	if (m->resetting)
		return;
	if (m->board == BOARD_HUNG || m->board == BOARD_PANICKED || m->board == BOARD_NEVER_CAME)
		want_reset(m, board_state_name(m->board));
	if (!m->need_reset && mono_due(m->deadline, now))
		want_reset(m, "not ready in time");
	if (m->need_reset) {
		if (m->tries >= m->plan.boot_tries) {
			snprintf(why, sizeof(why), "the board did not come up after %u resets: %s",
				 m->tries, m->need_reset_why);
			give_up(m, now, why);
			return;
		}
		begin_reset(m, now);
		return;
	}
	if (m->board != BOARD_READY || !m->ssh)
		return;
	m->tries = 0;
	if (m->phase == RUN_RECOVERING)
		finish(m, now, "the board is ready again");
	else if (m->interrupted || !m->plan.module)
		finish(m, now, m->interrupted ? "interrupted" : "the board is ready");
	else
		start_step(m, RUN_PUSHING, now, "the board is ready");
}

static void recover(struct run_machine *m, struct monotime now, const char *why)
{
	m->tries = 0;
	enter(m, RUN_RECOVERING, m->plan.boot_us, now, why);
	bring_up(m, now);
}

static void collect(struct run_machine *m, struct monotime now, const char *why)
{
	want_reset(m, "the kernel crashed");
	if (is_step(m->phase))
		m->ops.act(m->arg, RUN_DO_CANCEL);
	enter(m, RUN_COLLECTING, m->plan.collect_us, now, why);
	m->next = m->open_reports ? MONO_NEVER : mono_add(now, QUIET_US);
}

/* One question more for a hung board; after the last, wait for what it says. */
static void probe_next(struct run_machine *m, struct monotime now)
{
	switch (m->probe++) {
	case 0:
		m->ops.act(m->arg, RUN_DO_SYSRQ_CPUS);
		m->next = mono_add(now, PROBE_US);
		break;
	case 1:
		m->ops.act(m->arg, RUN_DO_SYSRQ_BLOCKED);
		m->next = mono_add(now, PROBE_US);
		break;
	case 2:
		/* A board that still lives would only be killed by it. */
		if (m->silent) {
			m->ops.act(m->arg, RUN_DO_NMI);
			m->next = mono_add(now, NMI_WAIT_US);
			break;
		}
		/* fall through */
	default: collect(m, now, "the hung board was asked what it is doing");
	}
}

static void hang(struct run_machine *m, struct monotime now, const char *reason)
{
	judge(m, RUN_HANG, reason);
	want_reset(m, "it hung");
	if (is_step(m->phase))
		m->ops.act(m->arg, RUN_DO_CANCEL);
	m->probe = 0;
	enter(m, RUN_PROBING, m->plan.collect_us + MONO_SEC(10), now, reason);
	probe_next(m, now);
}

/* What the phases of a module's life have in common when the board's state changes. */
static void board_in_step(struct run_machine *m, const struct run_event *ev, struct monotime now)
{
	switch (ev->board) {
	case BOARD_NFS_STALLED:
		if (mono_is_never(m->stalled))
			m->stalled = now;
		return;
	case BOARD_HUNG:
		m->silent = true;
		hang(m, now, ev->text);
		return;
	case BOARD_PANICKED:
		judge(m, RUN_CRASH, ev->text);
		collect(m, now, "the kernel panicked");
		return;
	case BOARD_READY:
		if (!mono_is_never(m->stalled)) {
			m->deadline = mono_add(m->deadline, mono_diff(now, m->stalled));
			m->stalled = MONO_NEVER;
		}
		return;
	case BOARD_OFF:
		judge(m, RUN_RESET, ev->text);
		recover(m, now, "the board lost its power");
		return;
	default: return;
	}
}

static void on_board(struct run_machine *m, const struct run_event *ev, struct monotime now)
{
	m->board = ev->board;
	m->ssh = ev->ssh;
	if (lives(m->phase))
		board_in_step(m, ev, now);
	else if (m->phase == RUN_PREPARING || m->phase == RUN_RECOVERING)
		bring_up(m, now);
}

static void on_self_reset(struct run_machine *m, const struct run_event *ev, struct monotime now)
{
	bool live = lives(m->phase);

	m->open_reports = 0;
	m->board = BOARD_FIRMWARE; /* what we knew of it was another boot's */
	m->ssh = false;
	if (live || m->phase == RUN_PROBING || m->phase == RUN_COLLECTING) {
		if (is_step(m->phase))
			m->ops.act(m->arg, RUN_DO_CANCEL);
		if (live)
			judge(m, RUN_RESET, ev->text);
		m->need_reset = false; /* it just did */
		m->loaded = false;
		recover(m, now, ev->text);
	}
}

static void on_crash_begin(struct run_machine *m, const struct run_event *ev, struct monotime now)
{
	m->open_reports++;
	/* Its deadline stays: repeats can't hold us up. Those of a hang come for ever. */
	if (m->phase == RUN_COLLECTING && (m->reason_open || ev->klass != CRASH_HANG))
		m->next = MONO_NEVER;
	if (!lives(m->phase))
		return;
	if (ev->klass == CRASH_WARN && m->plan.allow_warn)
		return;
	want_reset(m, "the kernel crashed");
	if (m->verdict < RUN_HANG)
		m->reason_open = true;
	if (ev->klass == CRASH_WARN) {
		judge(m, RUN_CRASH, ev->text);
		return; /* the kernel goes on, and so do we */
	}
	if (!ev->secondary || m->verdict < RUN_HANG)
		judge(m, ev->klass == CRASH_HANG ? RUN_HANG : RUN_CRASH, ev->text);
	collect(m, now, ev->text);
}

static void on_crash_end(struct run_machine *m, const struct run_event *ev, struct monotime now)
{
	/* The first report is the cause; at its beginning its title was not known in full. */
	if (m->reason_open && ev->text[0] && (m->verdict == RUN_CRASH || m->verdict == RUN_HANG)) {
		snprintf(m->reason, sizeof(m->reason), "%s", ev->text);
		m->reason_open = false;
	}
	if (m->open_reports)
		m->open_reports--;
	if (m->phase == RUN_COLLECTING && !m->open_reports)
		m->next = mono_add(now, QUIET_US);
}

static void on_step_done(struct run_machine *m, const struct run_event *ev, struct monotime now)
{
	switch (m->phase) {
	case RUN_PUSHING:
		if (ev->ok && !m->interrupted) {
			m->loaded = true; /* from here on it may be */
			start_step(m, RUN_LOADING, now, "pushed");
			return;
		}
		if (!ev->ok)
			judge(m, RUN_INFRA, ev->text);
		settle(m, now, ev->ok ? "interrupted" : "the module could not be pushed");
		return;
	case RUN_LOADING:
		if (!ev->ok) {
			m->loaded = false;
			judge(m, RUN_FAIL, ev->text);
			settle(m, now, "the module was not loaded");
		} else if (m->plan.test && !m->interrupted) {
			start_step(m, RUN_TESTING, now, "loaded");
		} else {
			start_step(m, RUN_UNLOADING, now, "loaded");
		}
		return;
	case RUN_TESTING:
		if (!ev->ok)
			judge(m, RUN_FAIL, ev->text);
		start_step(m, RUN_UNLOADING, now, ev->ok ? "tested" : ev->text);
		return;
	case RUN_UNLOADING:
		if (!ev->ok) {
			judge(m, RUN_FAIL, ev->text);
			want_reset(m, "the module could not be unloaded");
		} else {
			m->loaded = false;
		}
		settle(m, now, ev->ok ? "unloaded" : ev->text);
		return;
	default: return; /* the end of a step that was cancelled */
	}
}

static void on_interrupt(struct run_machine *m, struct monotime now)
{
	judge(m, RUN_INTERRUPTED, "interrupted");
	m->interrupted = true;
	switch (m->phase) {
	case RUN_IDLE:
	case RUN_LOCKING: finish(m, now, "interrupted"); break;
	case RUN_PREPARING:
		/* A board that boots goes on booting without us. */
		finish(m, now, "interrupted");
		break;
	case RUN_PUSHING:
		m->ops.act(m->arg, RUN_DO_CANCEL);
		finish(m, now, "interrupted");
		break;
	case RUN_TESTING:
		m->ops.act(m->arg, RUN_DO_CANCEL);
		start_step(m, RUN_UNLOADING, now, "interrupted");
		break;
	case RUN_SETTLING: m->deadline = now; break;
	default: break; /* load, unload, evidence and recovery are short and come to their end */
	}
}

/* The connection broke and no hang, crash or reset came to explain it. */
static void broken_unexplained(struct run_machine *m, struct monotime now)
{
	judge(m, RUN_INFRA, m->broken_why);
	want_reset(m, "the connection broke in the middle of a step");
	recover(m, now, m->reason);
}

static void step_timed_out(struct run_machine *m, struct monotime now)
{
	char why[160];
	int64_t ms = mono_diff(m->deadline, m->entered) / 1000;

	if (m->broken) {
		broken_unexplained(m, now);
		return;
	}
	snprintf(why, sizeof(why), "%s did not return within %lld.%01lld s while the board lives",
		 m->phase == RUN_LOADING ? "the module's init" : "the module's exit",
		 (long long)(ms / 1000), (long long)(ms % 1000 / 100));
	switch (m->phase) {
	case RUN_PUSHING:
		m->ops.act(m->arg, RUN_DO_CANCEL);
		judge(m, RUN_INFRA, "the module could not be pushed in time");
		want_reset(m, "pushing timed out");
		recover(m, now, "pushing timed out");
		break;
	case RUN_TESTING:
		snprintf(why, sizeof(why), "the test did not end within %lld.%01lld s",
			 (long long)(ms / 1000), (long long)(ms % 1000 / 100));
		judge(m, RUN_FAIL, why);
		m->ops.act(m->arg, RUN_DO_CANCEL);
		start_step(m, RUN_UNLOADING, now, why);
		break;
	default: m->silent = false; hang(m, now, why);
	}
}

static void settled(struct run_machine *m, struct monotime now)
{
	struct monotime cap = mono_add(m->entered, m->plan.settle_us + m->plan.collect_us);

	/* A WARNING that has begun may still be on its way. */
	if (m->open_reports && !mono_due(cap, now)) {
		m->deadline = mono_add(now, MONO_MS(50));
		return;
	}
	if (m->need_reset)
		recover(m, now, m->need_reset_why);
	else
		finish(m, now, m->interrupted ? "interrupted, and the board is clean" : "passed");
}

static void on_deadline(struct run_machine *m, struct monotime now)
{
	switch (m->phase) {
	case RUN_LOCKING:
		judge(m, RUN_INFRA, "the attendant does not answer");
		finish(m, now, "no answer");
		break;
	case RUN_PREPARING:
	case RUN_RECOVERING:
		if (m->resetting) {
			give_up(m, now, "the power driver did not answer");
			return;
		}
		bring_up(m, now);
		break;
	case RUN_SETTLING: settled(m, now); break;
	case RUN_PROBING: collect(m, now, "probing took too long"); break;
	case RUN_COLLECTING: recover(m, now, "the evidence is kept"); break;
	default:
		if (is_step(m->phase))
			step_timed_out(m, now);
	}
}

/* A stalled NFS server is nobody's hang: the step gets its time back, up to a limit. */
static struct monotime effective_deadline(const struct run_machine *m)
{
	return mono_is_never(m->stalled) ? m->deadline : mono_add(m->deadline, m->plan.stall_us);
}

static void on_tick(struct run_machine *m, struct monotime now)
{
	if (mono_due(m->next, now)) {
		m->next = MONO_NEVER;
		if (m->phase == RUN_PROBING)
			probe_next(m, now);
		else if (m->phase == RUN_COLLECTING)
			recover(m, now, "the evidence is kept");
		else if (m->phase == RUN_SETTLING)
			settled(m, now);
		return;
	}
	if (mono_due(effective_deadline(m), now))
		on_deadline(m, now);
}

static void on_locked(struct run_machine *m, const struct run_event *ev, struct monotime now)
{
	if (m->phase != RUN_LOCKING)
		return;
	enter(m, RUN_PREPARING, m->plan.boot_us, now, "the board is ours");
	if (ev->text[0])
		want_reset(m, ev->text);
	m->ops.act(m->arg, RUN_DO_UP);
}

static void on_reset_done(struct run_machine *m, const struct run_event *ev, struct monotime now)
{
	if (!m->resetting)
		return;
	m->resetting = false;
	m->loaded = false;
	m->open_reports = 0;
	m->deadline = mono_add(now, m->plan.boot_us);
	if (!ev->ok)
		want_reset(m, ev->text);
	if (ev->ok && m->interrupted && m->phase == RUN_RECOVERING)
		finish(m, now, "interrupted while the board boots");
	else
		bring_up(m, now);
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
		enter(m, RUN_LOCKING, LOCK_US, now, "started");
		m->ops.act(m->arg, RUN_DO_LOCK);
		break;
	case RUN_EV_INTERRUPT: on_interrupt(m, now); break;
	case RUN_EV_LOCKED: on_locked(m, ev, now); break;
	case RUN_EV_REFUSED:
		judge(m, RUN_INFRA, ev->text);
		finish(m, now, ev->text);
		break;
	case RUN_EV_BOARD: on_board(m, ev, now); break;
	case RUN_EV_SELF_RESET: on_self_reset(m, ev, now); break;
	case RUN_EV_CRASH_BEGIN: on_crash_begin(m, ev, now); break;
	case RUN_EV_CRASH_END: on_crash_end(m, ev, now); break;
	case RUN_EV_STEP_DONE: on_step_done(m, ev, now); break;
	case RUN_EV_STEP_BROKEN:
		if (is_step(m->phase)) {
			m->broken = true;
			snprintf(m->broken_why, sizeof(m->broken_why),
				 "the connection to the board broke and nothing explains it: %s",
				 ev->text);
			m->deadline = mono_min(m->deadline, mono_add(now, BROKEN_US));
		}
		break;
	case RUN_EV_RESET_DONE: on_reset_done(m, ev, now); break;
	case RUN_EV_UP_DONE:
		if (m->phase == RUN_PREPARING && !ev->ok)
			give_up(m, now, ev->text);
		else if (m->phase == RUN_PREPARING)
			bring_up(m, now);
		break;
	case RUN_EV_LOST:
		judge(m, RUN_INFRA, "the attendant ended during the run");
		finish(m, now, "the attendant is gone");
		break;
	case RUN_EV_TICK: on_tick(m, now); break;
	}
}

struct monotime run_machine_wakeup(const struct run_machine *m)
{
	return mono_min(effective_deadline(m), m->next);
}
