/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chooses the frame that names the bug. */
#include "console/detector/guilt.h"

#include "console/detector/plumbing_index.h"

static bool is_named(const struct frame *f)
{
	return f->function.n && !f->unreliable && !f->inlined;
}

/* Frames that tell how the CPU came to the place of the crash. */
static bool counts(const struct frame *f)
{
	return is_named(f) && (f->section == SECTION_NONE || f->section == SECTION_CALL);
}

static bool is(const struct frames *frames, const struct frame *f, enum plumbing_kind kind)
{
	return plumbing_kinds(frames->plumbing, f->function) & kind;
}

/* A module's own function is never plumbing, whatever its name looks like. */
static bool is_plumbing(const struct frames *frames, const struct frame *f)
{
	return !f->module.n && is(frames, f, PLUMBING_ALWAYS);
}

/* The number of the first call trace that has frames; what is below it is about
 * another task or CPU. Without one: all. */
static unsigned first_trace(const struct frames *frames)
{
	for (size_t i = 0; i < frames->n; i++)
		if (frames->list[i].section == SECTION_CALL && frames->list[i].function.n)
			return frames->list[i].trace;
	return ~0u;
}

static const struct frame *find_trace(const struct frames *frames)
{
	unsigned last = first_trace(frames);
	/* what stands before the trace's header is of the trace if it is a register */
	bool stray = last == ~0u && !frames->any_header;

	for (size_t i = 0; i < frames->n && frames->list[i].trace <= last; i++) {
		const struct frame *f = &frames->list[i];

		if (counts(f) && !is_plumbing(frames, f) &&
		    (f->section == SECTION_CALL || f->ip || stray))
			return f;
	}
	return NULL;
}

/* The first frame of some sections that is no plumbing. */
static const struct frame *find_in(const struct frames *frames, unsigned sections)
{
	for (size_t i = 0; i < frames->n; i++) {
		const struct frame *f = &frames->list[i];

		if (is_named(f) && sections & 1u << f->section && !is_plumbing(frames, f) &&
		    !is(frames, f, PLUMBING_SCHEDULES) &&
		    !span_is(f->function, "process_one_work") &&
		    !span_is(f->function, "worker_thread") && !span_is(f->function, "kthread"))
			return f;
	}
	return NULL;
}

static const struct frame *find_lock(const struct frames *frames, unsigned sections)
{
	const struct frame *f = find_in(frames, sections);

	return f ? f : find_trace(frames);
}

static const struct frame *find_waiter(const struct frames *frames)
{
	unsigned last = first_trace(frames);
	bool scheduled = false;

	for (size_t i = 0; i < frames->n && frames->list[i].trace <= last; i++) {
		const struct frame *f = &frames->list[i];

		if (!counts(f))
			continue;
		/* a task that waits has left by the scheduler: else it is not its trace */
		scheduled |= is(frames, f, PLUMBING_SCHEDULES);
		if (!is_plumbing(frames, f) && (f->module.n || !is(frames, f, PLUMBING_WAITS)))
			return scheduled ? f : NULL;
	}
	return NULL;
}

/* The frames of one trace, with the instruction pointer that was printed above it. */
struct range {
	size_t from, to;
	bool ip;
};

/* The next trace at or after frame `i`. */
static struct range next_trace(const struct frames *frames, size_t i)
{
	struct range r = {.from = i, .to = i};

	while (r.from < frames->n &&
	       (frames->list[r.from].section != SECTION_CALL || !frames->list[r.from].function.n)) {
		r.ip |= frames->list[r.from].ip && counts(&frames->list[r.from]);
		r.from++;
	}
	r.to = r.from;
	while (r.to < frames->n && frames->list[r.to].trace == frames->list[r.from].trace) {
		r.ip |= frames->list[r.to].ip;
		r.to++;
	}
	return r;
}

/*
 * Where the code that was interrupted begins in a trace that the interrupt printed;
 * r->to if the trace does not go that far: then it is not what hangs.
 */
static size_t below_report(const struct frames *frames, const struct range *r)
{
	bool reports = false;

	for (size_t i = r->from; i < r->to; i++) {
		const struct frame *f = &frames->list[i];

		if (!counts(f))
			continue;
		if (is(frames, f, PLUMBING_REPORTS))
			reports = true;
		else if (reports && is(frames, f, PLUMBING_INTERRUPTS))
			return i + 1;
	}
	return reports ? r->to : r->from;
}

/* A task that does not run says little about a CPU that does not stop. */
static bool sleeps(const struct frames *frames, const struct range *r)
{
	size_t i = r->from;

	while (i < r->to && !is_named(&frames->list[i]))
		i++;
	return !r->ip && i < r->to && is(frames, &frames->list[i], PLUMBING_SCHEDULES);
}

/*
 * From the innermost frame outwards: what was called by the first general
 * dispatcher (system call, file layer, softirq …) is where the subsystem begins
 * that does not end.
 */
static const struct frame *walk_to_entry(const struct frames *frames, size_t from, size_t to)
{
	const struct frame *last = NULL;
	bool called = false;

	for (size_t i = from; i < to; i++) {
		const struct frame *f = &frames->list[i];

		if (!counts(f))
			continue;
		called |= !f->ip;
		if (!f->module.n && is(frames, f, PLUMBING_WAITS_FOR_CPUS))
			return f;
		if (!f->module.n && is(frames, f, PLUMBING_DISPATCHES)) {
			if (last)
				return last;
			continue;
		}
		if (!is_plumbing(frames, f))
			last = f;
	}
	/* registers alone don't tell where it was entered */
	return called ? last : NULL;
}

static const struct frame *find_entry(const struct frames *frames)
{
	struct range r = {0};

	for (r = next_trace(frames, 0); r.from < frames->n; r = next_trace(frames, r.to)) {
		size_t from = below_report(frames, &r);
		const struct frame *f;

		/* the registers above the trace are its innermost frame */
		if (from == r.from)
			while (from && frames->list[from - 1].ip && counts(&frames->list[from - 1]))
				from--;
		f = sleeps(frames, &r) ? NULL : walk_to_entry(frames, from, r.to);
		if (f)
			return f;
	}
	return NULL;
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
	case GUILT_LOCK: return find_lock(frames, 1u << SECTION_AT);
	case GUILT_CHAIN: return find_lock(frames, 1u << SECTION_AT | 1u << SECTION_CHAIN);
	case GUILT_SAFE: return find_lock(frames, 1u << SECTION_CHAIN);
	case GUILT_OWNER: return find_in(frames, 1u << SECTION_OWNER);
	}
	return NULL;
}
