/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a report's lines to what it is called: title, type, alternative titles,
 * guilty function, frames and facts, by the convention of syzbot, so that a
 * title can be searched for.
 */
#ifndef KDEV_CONSOLE_TITLE_H
#define KDEV_CONSOLE_TITLE_H

#include "console/detector/plumbing_index.h"
#include "console/detector/report_buffer.h"
#include "console/detector/rules.h"

/* The first title, from the line that begins the report alone. 0 or -ENOMEM. */
int title_provisional(struct crash_report *r, const struct rule_hit *hit, struct span line);

/* Empty title and type, for those who do not ask before the report is complete. 0 or -ENOMEM. */
int title_none(struct crash_report *r, const struct rule_hit *hit);

/*
 * All of `r` but times, lines, `panicked` and `secondary`. `trigger` is the index of
 * the line that `hit` is about; `tagged`: its lines are known to be of one caller. 0 or -ENOMEM;
 * `r` can be freed either way.
 */
int title_report(struct crash_report *r, const struct rule_hit *hit, const struct report_buffer *b,
		 size_t trigger, bool tagged, const struct plumbing_index *plumbing);

#endif
