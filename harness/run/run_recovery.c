/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The run machine: bringing the board up, and back. */
#include "harness/run/run_moves.h"

#include <stdio.h>

/* The server was quiet for this long before the watchdog said so: board_nfs_quiet(). */
#define STALL_SEEN_US MONO_SEC(10)

void machine_give_up(struct run_machine *m, struct monotime now, const char *why)
{
	m->board_lost = true;
	snprintf(m->board_lost_why, sizeof(m->board_lost_why), "%s", why);
	machine_judge(m, RUN_INFRA, why);
	machine_finish(m, now, why);
}

static void begin_reset(struct run_machine *m, struct monotime now)
{
	m->resetting = true;
	m->need_reset = false;
	m->tries++;
	m->deadline = mono_add(now, m->plan.reset_us);
	m->ops.act(m->arg, RUN_DO_RESET);
}

/* Bringing up and bringing back are one job: reset what must be, wait, try again. */
void machine_bring_up(struct run_machine *m, struct monotime now)
{
	char why[sizeof(m->board_lost_why)];

	if (m->resetting)
		return;
	if (m->service_lost[0]) {
		machine_give_up(m, now, m->service_lost);
		return;
	}
	if (m->board == BOARD_HUNG || m->board == BOARD_PANICKED || m->board == BOARD_NEVER_CAME ||
	    m->root_gone)
		machine_want_reset(m, m->board_why);
	if (!m->need_reset && mono_due(m->deadline, now))
		machine_want_reset(m,
				   m->board == BOARD_NETWORK_LOST || m->board == BOARD_NFS_STALLED
					   ? m->board_why
					   : "not ready in time");
	if (m->need_reset) {
		if (m->tries >= m->plan.boot_tries) {
			snprintf(why, sizeof(why), "the board did not come up after %u resets: %s",
				 m->tries, m->need_reset_why);
			machine_give_up(m, now, why);
			return;
		}
		begin_reset(m, now);
		return;
	}
	if (m->board != BOARD_READY || !m->ssh)
		return;
	m->tries = 0;
	if (m->phase == RUN_RECOVERING)
		machine_finish(m, now, "the board is ready again");
	else if (m->interrupted || !m->plan.module)
		machine_finish(m, now, m->interrupted ? "interrupted" : "the board is ready");
	else
		machine_start_step(m, RUN_PUSHING, now, "the board is ready");
}

void machine_recover(struct run_machine *m, struct monotime now, const char *why)
{
	m->tries = 0;
	machine_enter(m, RUN_RECOVERING, m->plan.boot_us, now, why);
	/* It is wanted as it is, as long as it can be worked with. */
	if (m->plan.keep && m->board == BOARD_READY && m->ssh)
		m->need_reset = false;
	machine_bring_up(m, now);
}

/* Its root is gone and nobody brings it back: no deadline is worth waiting for. */
static void stranded(struct run_machine *m, struct monotime now)
{
	if (machine_is_step(m->phase))
		m->ops.act(m->arg, RUN_DO_CANCEL);
	machine_want_reset(m, "a service that it needs ended");
	machine_give_up(m, now, m->service_lost);
}

void machine_service_lost(struct run_machine *m, const struct run_event *ev, struct monotime now)
{
	if (m->service_lost[0])
		return;
	snprintf(m->service_lost, sizeof(m->service_lost), "%s", ev->text);
	/* A board that is up may do without it to the end of its run, but not boot again. */
	if (machine_lives(m->phase) && !mono_is_never(m->stalled))
		stranded(m, now);
	else if (m->phase == RUN_PREPARING || m->phase == RUN_RECOVERING)
		machine_bring_up(m, now);
}

/* What it runs from is not the server's any more: no answer is worth waiting for. */
static void lost_root(struct run_machine *m, struct monotime now)
{
	char why[sizeof(m->board_why)];

	snprintf(why, sizeof(why), "%s", m->board_why);
	if (machine_is_step(m->phase))
		m->ops.act(m->arg, RUN_DO_CANCEL);
	machine_judge(m, RUN_INFRA, why);
	machine_want_reset(m, why);
	machine_recover(m, now, why);
}

/* What the phases of a module's life have in common when the board's state changes. */
static void board_in_step(struct run_machine *m, const struct run_event *ev, struct monotime now)
{
	switch (ev->board) {
	case BOARD_NFS_STALLED:
	case BOARD_NETWORK_LOST:
		if (mono_is_never(m->stalled))
			m->stalled = now;
		if (m->service_lost[0])
			stranded(m, now);
		else if (m->root_gone && m->phase != RUN_SETTLING)
			lost_root(m, now);
		return;
	case BOARD_HUNG:
		m->silent = true;
		machine_hang(m, now, ev->text);
		return;
	case BOARD_PANICKED:
		machine_judge(m, RUN_CRASH, ev->text);
		machine_collect(m, now, "the kernel panicked");
		return;
	case BOARD_READY:
		if (!mono_is_never(m->stalled)) {
			m->deadline =
				mono_add(m->deadline, mono_diff(now, m->stalled) + STALL_SEEN_US);
			m->stalled = MONO_NEVER;
		}
		return;
	case BOARD_OFF:
		machine_judge(m, RUN_RESET, ev->text);
		machine_recover(m, now, "the board lost its power");
		return;
	default: return;
	}
}

void machine_board(struct run_machine *m, const struct run_event *ev, struct monotime now)
{
	m->board = ev->board;
	snprintf(m->board_why, sizeof(m->board_why), "%s", ev->text);
	m->ssh = ev->ssh;
	m->root_gone = ev->root_gone;
	if (m->self_reset && ev->old_boot) {
		/* What looked like a boot was none: all is as it was before. */
		m->self_reset = false;
		if (m->phase == RUN_RECOVERING)
			machine_want_reset(m, ev->text);
	}
	if (machine_lives(m->phase))
		board_in_step(m, ev, now);
	else if (m->phase == RUN_PREPARING || m->phase == RUN_RECOVERING)
		machine_bring_up(m, now);
}

void machine_self_reset(struct run_machine *m, const struct run_event *ev, struct monotime now)
{
	bool live = machine_lives(m->phase);

	m->open_reports = 0;
	m->board = BOARD_FIRMWARE; /* what we knew of it was another boot's */
	m->ssh = m->root_gone = false;
	if (live || m->phase == RUN_PROBING || m->phase == RUN_COLLECTING) {
		if (machine_is_step(m->phase))
			m->ops.act(m->arg, RUN_DO_CANCEL);
		if (live)
			machine_judge(m, RUN_RESET, ev->text);
		m->need_reset = false; /* it just did */
		m->self_reset = true;
		m->loaded = false;
		machine_recover(m, now, ev->text);
	}
}

void machine_reset_done(struct run_machine *m, const struct run_event *ev, struct monotime now)
{
	if (!m->resetting)
		return;
	m->resetting = false;
	m->self_reset = false;
	m->loaded = false;
	m->open_reports = 0;
	m->deadline = mono_add(now, m->plan.boot_us);
	if (!ev->ok) {
		/* All that can be done was done: pressing on would only wear out the buttons. */
		machine_want_reset(m, ev->text);
		machine_give_up(m, now, ev->text);
		return;
	}
	if (m->interrupted && m->phase == RUN_RECOVERING)
		machine_finish(m, now, "interrupted while the board boots");
	else
		machine_bring_up(m, now);
}
