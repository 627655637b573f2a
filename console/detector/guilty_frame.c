/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the guilty function in its trace. */
#include "console/detector/guilty_frame.h"

#include <string.h>

static bool is_guilty(const struct crash_report *r, const struct crash_frame *frame)
{
	if (!r->function || strcmp(frame->function, r->function) != 0)
		return false;
	return !r->module || (frame->module && !strcmp(frame->module, r->module));
}

size_t guilty_frame(const struct crash_report *r)
{
	size_t i = 0;

	while (i < r->n_frames && !is_guilty(r, &r->frames[i]))
		i++;
	return i;
}

size_t guilty_frame_inlined(const struct crash_report *r, size_t at)
{
	while (at > 0 && r->frames[at - 1].inlined)
		at--;
	return at;
}

static bool is_header(const char *file)
{
	size_t n = strlen(file);

	return n > 2 && !strcmp(file + n - 2, ".h");
}

static bool same_module(const struct crash_frame *a, const struct crash_frame *b)
{
	return a->module && b->module && !strcmp(a->module, b->module);
}

size_t guilty_frame_telling(const struct crash_report *r, size_t at)
{
	size_t inlined = guilty_frame_inlined(r, at);

	for (size_t i = 0; i < at; i++) {
		const struct crash_frame *frame = &r->frames[i];

		if (frame->file && !is_header(frame->file) &&
		    (i >= inlined || same_module(frame, &r->frames[at])))
			return i;
	}
	return at;
}
