/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the guilty function in its trace. */
#include "console/guilty_frame.h"

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

size_t guilty_frame_telling(const struct crash_report *r, size_t at)
{
	for (size_t i = guilty_frame_inlined(r, at); i < at; i++)
		if (r->frames[i].file && !is_header(r->frames[i].file))
			return i;
	return at;
}
