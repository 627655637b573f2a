/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names and the end of a crash report. */
#include "console/detector/crash.h"

#include <stdlib.h>

const char *crash_class_name(enum crash_class c)
{
	switch (c) {
	case CRASH_OOPS: return "oops";
	case CRASH_PANIC: return "panic";
	case CRASH_MEMORY: return "memory";
	case CRASH_LOCKING: return "locking";
	case CRASH_HANG: return "hang";
	case CRASH_WARN: return "warning";
	case CRASH_REBOOT: return "reboot";
	case CRASH_OTHER: return "other";
	}
	return "unknown";
}

static void free_frames(struct crash_frame *frames, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(frames[i].function);
		free(frames[i].module);
		free(frames[i].build_id);
		free(frames[i].file);
	}
	free(frames);
}

void crash_report_free(struct crash_report *r)
{
	if (!r)
		return;
	free(r->title);
	free(r->type);
	for (size_t i = 0; i < r->n_alt; i++)
		free(r->alt[i]);
	free(r->alt);
	free(r->corrupted_reason);
	free(r->function);
	free(r->module);
	free(r->file);
	free_frames(r->frames, r->n_frames);
	free(r->taint);
	free(r->comm);
	free(r->code);
	free(r->signature);
	free(r->variant);
	free(r->text);
	free(r);
}
