/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copies the frames of the guilty trace to the report. */
#include <errno.h>
#include <stdlib.h>

#include "console/detector/title_naming.h"

static char *span_copy(struct span s)
{
	return strndup(s.s ? s.s : "", s.n);
}

static int copy_frame(struct crash_frame *to, const struct frame *f)
{
	*to = (struct crash_frame){
		.function = span_copy(f->function),
		.module = f->module.n ? span_copy(f->module) : NULL,
		.build_id = f->build_id.n ? span_copy(f->build_id) : NULL,
		.offset = f->offset,
		.size = f->size,
		.exact = f->exact,
	};
	if (!to->function || (f->module.n && !to->module) || (f->build_id.n && !to->build_id))
		return -ENOMEM;
	return 0;
}

/* The trace that the guilty frame is in; without one the first call trace. */
static unsigned guilty_trace(const struct frames *frames, const struct frame *guilty)
{
	if (guilty && !guilty->ip)
		return guilty->trace;
	for (size_t i = 0; i < frames->n; i++)
		if (frames->list[i].section == SECTION_CALL && frames->list[i].function.n)
			return frames->list[i].trace;
	return 0;
}

static bool belongs(const struct frame *f, unsigned trace, const struct frame *first)
{
	if (!f->function.n || f->unreliable)
		return false;
	if (f->trace == trace)
		return f->section == SECTION_CALL || f->section == SECTION_NONE;
	/* the registers stand above the trace that goes with them */
	return f->ip && f->trace < trace && f == first;
}

static const struct frame *first_ip(const struct frames *frames)
{
	for (size_t i = 0; i < frames->n; i++)
		if (frames->list[i].ip)
			return &frames->list[i];
	return NULL;
}

int title_frames(struct crash_report *r, const struct frames *frames, const struct frame *guilty)
{
	const struct frame *ip = first_ip(frames);
	unsigned trace = guilty_trace(frames, guilty);

	if (!frames->n)
		return 0;
	r->frames = malloc(frames->n * sizeof(*r->frames));
	if (!r->frames)
		return -ENOMEM;
	for (size_t i = 0; i < frames->n; i++) {
		const struct frame *f = &frames->list[i];

		if (!belongs(f, trace, ip))
			continue;
		if (copy_frame(&r->frames[r->n_frames++], f))
			return -ENOMEM;
	}
	return 0;
}
