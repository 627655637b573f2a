/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chooses the frames of a call chain that are worth a line. */
#include "console/explain/call_chain.h"

#include <string.h>

#include "console/detector/guilty_frame.h"
#include "console/detector/plumbing.h"

#define ROWS_ABOVE 4 /* the guilty function, such as what is inlined into it */

static bool is_plumbing(const struct crash_frame *frame)
{
	struct span name = span_of(frame->function);

	return plumbing_always(name) || plumbing_dispatches(name) || plumbing_interrupts(name);
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static bool same_frame(const struct crash_frame *a, const struct crash_frame *b)
{
	return !strcmp(a->function, b->function) && same_text(a->module, b->module) &&
	       same_text(a->file, b->file) && a->line == b->line && a->inlined == b->inlined;
}

/* How many frames from `i` on make one row. */
static size_t row_length(const struct crash_report *r, size_t i)
{
	size_t n = 1;

	while (i + n < r->n_frames && same_frame(&r->frames[i], &r->frames[i + n]))
		n++;
	return n;
}

/* The frame that the first row to show begins at. */
static size_t first_shown(const struct crash_report *r, size_t guilty)
{
	size_t starts[ROWS_ABOVE] = {0}, rows = 0;

	for (size_t i = 0; i < guilty && guilty < r->n_frames; i += row_length(r, i))
		starts[rows++ % ROWS_ABOVE] = i;
	return rows > ROWS_ABOVE ? starts[rows % ROWS_ABOVE] : 0;
}

void call_chain_choose(const struct crash_report *r, struct call_chain *out)
{
	size_t guilty = guilty_frame(r), i;

	*out = (struct call_chain){.above = first_shown(r, guilty)};
	for (i = out->above; i < r->n_frames && out->n < CALL_CHAIN_ROWS;) {
		const struct crash_frame *frame = &r->frames[i];
		size_t times = row_length(r, i);
		bool is_guilty = guilty >= i && guilty < i + times;

		out->rows[out->n++] = (struct call_chain_row){
			.frame = frame,
			.times = (unsigned)times,
			.guilty = is_guilty,
			.plumbing = !is_guilty && is_plumbing(frame),
		};
		i += times;
	}
	out->below = r->n_frames - i;
}
