/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The run machine: crashes and hangs, until their evidence is whole. */
#include "harness/run_moves.h"

#include <stdio.h>

#define QUIET_US    MONO_MS(300) /* after the last report's end: is there another? */
#define PROBE_US    MONO_SEC(1)  /* between two questions to a hung board */
#define NMI_WAIT_US MONO_SEC(7)  /* for the panic that answers the NMI */

void machine_collect(struct run_machine *m, struct monotime now, const char *why)
{
	machine_want_reset(m, "the kernel crashed");
	if (machine_is_step(m->phase))
		m->ops.act(m->arg, RUN_DO_CANCEL);
	machine_enter(m, RUN_COLLECTING, m->plan.collect_us, now, why);
	m->next = m->open_reports ? MONO_NEVER : mono_add(now, QUIET_US);
}

/* What a hung board is asked, and how long it has for the answer. */
static const struct question {
	enum run_action action;
	int64_t us;
	bool if_alive, if_silent;
} questions[] = {
	{RUN_DO_STUCK, MONO_SEC(1), true, false},
	{RUN_DO_SYSRQ_CPUS, PROBE_US, true, true},
	{RUN_DO_SYSRQ_BLOCKED, PROBE_US, true, true},
	/* A board that still lives would only be killed by it. */
	{RUN_DO_NMI, NMI_WAIT_US, false, true},
};

static bool all_asked(const struct run_machine *m)
{
	for (size_t i = m->probe; i < sizeof(questions) / sizeof(*questions); i++)
		if (m->silent ? questions[i].if_silent : questions[i].if_alive)
			return false;
	return true;
}

/* One question more; after the last, wait for what it says. */
void machine_probe_next(struct run_machine *m, struct monotime now)
{
	while (m->probe < sizeof(questions) / sizeof(*questions)) {
		const struct question *q = &questions[m->probe++];

		if (m->silent ? !q->if_silent : !q->if_alive)
			continue;
		m->ops.act(m->arg, q->action);
		m->next = mono_add(now, q->us);
		return;
	}
	/* Not before: a signal may end what is being looked for. */
	if (m->cancel)
		m->ops.act(m->arg, RUN_DO_CANCEL);
	m->cancel = false;
	machine_collect(m, now, "the hung board was asked what it is doing");
}

void machine_hang(struct run_machine *m, struct monotime now, const char *reason)
{
	machine_judge(m, RUN_HANG, reason);
	machine_want_reset(m, "it hung");
	m->cancel = machine_is_step(m->phase) && !m->silent;
	if (machine_is_step(m->phase) && m->silent)
		m->ops.act(m->arg, RUN_DO_CANCEL);
	m->probe = 0;
	machine_enter(m, RUN_PROBING, m->plan.collect_us + MONO_SEC(10), now, reason);
	machine_probe_next(m, now);
}

void machine_crash_begin(struct run_machine *m, const struct run_event *ev, struct monotime now)
{
	m->open_reports++;
	/* Its deadline stays: repeats can't hold us up. Those of a hang come for ever. */
	if (m->phase == RUN_COLLECTING && (m->reason_open || ev->klass != CRASH_HANG))
		m->next = MONO_NEVER;
	if (!machine_lives(m->phase))
		return;
	if (ev->klass == CRASH_WARN && m->plan.allow_warn)
		return;
	machine_want_reset(m, "the kernel crashed");
	if (m->verdict < RUN_HANG)
		m->reason_open = true;
	if (ev->klass == CRASH_WARN) {
		machine_judge(m, RUN_CRASH, ev->text);
		return; /* the kernel goes on, and so do we */
	}
	if (!ev->secondary || m->verdict < RUN_HANG)
		machine_judge(m, ev->klass == CRASH_HANG ? RUN_HANG : RUN_CRASH, ev->text);
	machine_collect(m, now, ev->text);
}

void machine_crash_end(struct run_machine *m, const struct run_event *ev, struct monotime now)
{
	/* The first report is the cause; at its beginning its title was not known in full. */
	if (m->reason_open && ev->text[0] && (m->verdict == RUN_CRASH || m->verdict == RUN_HANG)) {
		snprintf(m->reason, sizeof(m->reason), "%s", ev->text);
		m->reason_open = false;
	}
	if (m->open_reports)
		m->open_reports--;
	if (m->open_reports)
		return;
	/* Whoever answers the last question need not be waited for any longer. */
	if (m->phase == RUN_COLLECTING || (m->phase == RUN_PROBING && all_asked(m)))
		m->next = mono_add(now, QUIET_US);
}
