/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The inside of console/detector/title.c: the steps of naming a report. */
#ifndef KDEV_CONSOLE_TITLE_NAMING_H
#define KDEV_CONSOLE_TITLE_NAMING_H

#include "console/detector/frames.h"
#include "console/detector/rules.h"

/* What is known while a report is being named. */
struct naming {
	const struct report_buffer *b;
	const struct plumbing_index *plumbing;
	size_t trigger;
	const struct rule *rule;
	struct captures cap;
	struct span rest; /* of the line, behind the trigger */
	struct frames frames;
	const struct frame *guilty; /* NULL: none */
	struct span function;       /* empty: none */
	const char *mixed;          /* why the frames can not be told apart, or NULL */
};

/* ---- title_make.c ---- */

/* Title and alternatives, for every name that the guilty function goes by. 0 or -ENOMEM. */
int title_make(struct crash_report *r, const struct naming *n);

/* Mark the report as not to be trusted; the first reason stays. 0 or -ENOMEM. */
int title_corrupt(struct crash_report *r, const char *why);

/* ---- title_frames.c ---- */

/* The guilty frame's trace, for the report; without one (NULL) the first call trace. 0 or -ENOMEM.
 */
int title_frames(struct crash_report *r, const struct frames *frames, const struct frame *guilty);

#endif
