/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chooses the frame that names the bug. */
#include "console/guilt.h"

#include "console/plumbing.h"

/* Frames that tell how the CPU came to the place of the crash. */
static bool counts(const struct frame *f)
{
	return f->function.n && !f->unreliable &&
	       (f->section == SECTION_NONE || f->section == SECTION_CALL);
}

/* A module's own function is never plumbing, whatever its name looks like. */
static bool is_plumbing(const struct frame *f)
{
	return !f->module.n && plumbing_always(f->function);
}

static const struct frame *find_trace(const struct frames *frames)
{
	for (size_t i = 0; i < frames->n; i++) {
		const struct frame *f = &frames->list[i];

		if (counts(f) && !is_plumbing(f))
			return f;
	}
	return NULL;
}

static const struct frame *find_waiter(const struct frames *frames)
{
	for (size_t i = 0; i < frames->n; i++) {
		const struct frame *f = &frames->list[i];

		if (counts(f) && !is_plumbing(f) && (f->module.n || !plumbing_waits(f->function)))
			return f;
	}
	return NULL;
}

/* The index below the interrupt that found the stall, 0 if none is shown. */
static size_t below_interrupt(const struct frames *frames)
{
	for (size_t i = 0; i < frames->n; i++)
		if (counts(&frames->list[i]) && plumbing_interrupts(frames->list[i].function))
			return i + 1;
	return 0;
}

/*
 * From the innermost frame outwards: what was called by the first general
 * dispatcher (system call, file layer, softirq …) is where the subsystem begins
 * that does not end.
 */
static const struct frame *find_entry(const struct frames *frames)
{
	const struct frame *last = NULL;

	for (size_t i = below_interrupt(frames); i < frames->n; i++) {
		const struct frame *f = &frames->list[i];

		if (!counts(f))
			continue;
		if (!f->module.n && plumbing_dispatches(f->function)) {
			if (last)
				return last;
			continue;
		}
		if (!is_plumbing(f))
			last = f;
	}
	return last;
}

const struct frame *guilt_find(enum guilt how, const struct frames *frames)
{
	switch (how) {
	case GUILT_NONE:
	case GUILT_NAMED:
	case GUILT_LINE:
	case GUILT_TRACE: return find_trace(frames);
	case GUILT_ENTRY: return find_entry(frames);
	case GUILT_HANG: return find_waiter(frames);
	}
	return NULL;
}
