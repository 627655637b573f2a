/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When kdev watch builds and runs. */
#include "harness/watch/watch_machine.h"

void watch_changed(struct watch_machine *m, struct monotime now)
{
	if (!m->dirty)
		m->first = now;
	m->last = now;
	m->dirty = true;
	m->built = false;
}

void watch_built(struct watch_machine *m, bool ok)
{
	m->building = m->stopping_build = false;
	/* A change that came meanwhile may not be in it. */
	m->built = ok && !m->dirty;
}

void watch_ran(struct watch_machine *m)
{
	m->running = m->stopping_run = false;
}

void watch_end(struct watch_machine *m)
{
	m->ending = true;
}

static enum watch_action stop(struct watch_machine *m)
{
	if (m->running && !m->stopping_run) {
		m->stopping_run = true;
		return WATCH_STOP_RUN;
	}
	if (m->building && !m->stopping_build) {
		m->stopping_build = true;
		return WATCH_STOP_BUILD;
	}
	return WATCH_NOTHING;
}

enum watch_action watch_next(struct watch_machine *m, struct monotime now, struct monotime *wake)
{
	struct monotime due =
		mono_min(mono_add(m->last, WATCH_QUIET_US), mono_add(m->first, WATCH_PATIENCE_US));
	enum watch_action a = m->ending || m->dirty ? stop(m) : WATCH_NOTHING;

	*wake = MONO_NEVER;
	if (a != WATCH_NOTHING)
		return a;
	if (m->ending)
		return m->building || m->running ? WATCH_NOTHING : WATCH_END;
	if (m->building)
		return WATCH_NOTHING;
	if (m->dirty && !mono_due(due, now)) {
		*wake = due;
	} else if (m->dirty) {
		m->dirty = false;
		m->building = true;
		return WATCH_BUILD;
	} else if (m->built && !m->running) {
		m->built = false;
		m->running = true;
		return WATCH_RUN;
	}
	return WATCH_NOTHING;
}
