/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The elementary moves of the run machine. */
#include "harness/run/run_moves.h"

#include <stdio.h>

void machine_judge(struct run_machine *m, enum run_verdict v, const char *reason)
{
	if (v <= m->verdict)
		return;
	m->verdict = v;
	snprintf(m->reason, sizeof(m->reason), "%s", reason);
	m->ops.verdict(m->arg, v, m->reason);
}

bool machine_is_step(enum run_phase p)
{
	return p >= RUN_PUSHING && p <= RUN_UNLOADING;
}

bool machine_lives(enum run_phase p)
{
	return machine_is_step(p) || p == RUN_SETTLING;
}

void machine_enter(struct run_machine *m, enum run_phase to, int64_t for_us, struct monotime now,
		   const char *why)
{
	enum run_phase from = m->phase;

	m->phase = to;
	m->entered = now;
	m->deadline = mono_add(now, for_us);
	m->next = MONO_NEVER;
	m->broken = false;
	if (!machine_lives(to))
		m->stalled = MONO_NEVER;
	else if (!mono_is_never(m->stalled))
		m->stalled = now;
	m->ops.enter(m->arg, from, to, why);
}

void machine_finish(struct run_machine *m, struct monotime now, const char *why)
{
	m->ops.act(m->arg, RUN_DO_UNLOCK);
	machine_enter(m, RUN_DONE, 0, now, why);
	m->deadline = MONO_NEVER;
}

void machine_want_reset(struct run_machine *m, const char *why)
{
	if (m->need_reset)
		return;
	m->need_reset = true;
	snprintf(m->need_reset_why, sizeof(m->need_reset_why), "%s", why);
}
