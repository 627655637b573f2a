/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The run machine: crashes and hangs, until their evidence is whole. */
#include "harness/run/run_moves.h"

#include <stdio.h>

#include "watchdog/harvest.h"

#define QUIET_US MONO_MS(300) /* after the last report's end: is there another? */

void machine_collect(struct run_machine *m, struct monotime now, const char *why)
{
	machine_want_reset(m, "the kernel crashed");
	if (machine_is_step(m->phase))
		m->ops.act(m->arg, RUN_DO_CANCEL);
	machine_enter(m, RUN_COLLECTING, m->plan.collect_us, now, why);
	/* Of a hang that has told its place and was asked, there is nothing to wait for. */
	m->next = m->open_reports && (m->reason_open || !m->harvested) ? MONO_NEVER
								       : mono_add(now, QUIET_US);
}

/* What a hung board is asked, and how long it has for the answer. */
static const struct question {
	enum run_action action;
	int64_t us;
	bool if_silent;
} questions[] = {
	{RUN_DO_STUCK, MONO_SEC(3), false},
	{RUN_DO_HARVEST, HARVEST_ALL_US + MONO_SEC(5), true},
};

/* One question more; after the last, what it said is collected. */
void machine_probe_next(struct run_machine *m, struct monotime now)
{
	while (m->probe < sizeof(questions) / sizeof(*questions)) {
		const struct question *q = &questions[m->probe++];

		if (m->silent && !q->if_silent)
			continue;
		m->next = mono_add(now, q->us);
		m->ops.act(m->arg, q->action);
		return;
	}
	/* Not before: a signal may end what is being looked for. */
	if (m->cancel)
		m->ops.act(m->arg, RUN_DO_CANCEL);
	m->cancel = false;
	machine_collect(m, now, "the hung board was asked what it is doing");
}

static void probe(struct run_machine *m, struct monotime now, const char *why)
{
	m->harvested = true;
	m->probe = 0;
	machine_enter(m, RUN_PROBING, m->plan.collect_us + HARVEST_ALL_US + MONO_SEC(10), now, why);
	machine_probe_next(m, now);
}

void machine_collected(struct run_machine *m, struct monotime now)
{
	bool gone =
		m->board == BOARD_PANICKED || m->board == BOARD_FIRMWARE || m->board == BOARD_OFF;

	if (m->verdict == RUN_HANG && !m->harvested && !gone)
		probe(m, now, "the kernel reported a hang");
	else
		machine_recover(m, now, "the evidence is kept");
}

void machine_hang(struct run_machine *m, struct monotime now, const char *reason)
{
	machine_judge(m, RUN_HANG, reason);
	machine_want_reset(m, "it hung");
	m->cancel = machine_is_step(m->phase) && !m->silent;
	if (machine_is_step(m->phase) && m->silent)
		m->ops.act(m->arg, RUN_DO_CANCEL);
	probe(m, now, reason);
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
	/* A hang is reported again and again: its first report is enough. */
	if (m->open_reports && (m->verdict != RUN_HANG || m->reason_open))
		return;
	if (m->phase == RUN_COLLECTING)
		m->next = mono_add(now, QUIET_US);
}
