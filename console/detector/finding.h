/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the detector has found and nobody has named yet: a report's lines and the rule that began
 * it. Its name takes as long as finding it did and needs nothing of the detector, so that it may
 * be given in another thread.
 */
#ifndef KDEV_CONSOLE_FINDING_H
#define KDEV_CONSOLE_FINDING_H

#include "console/detector/crash.h"
#include "console/detector/plumbing_index.h"
#include "console/detector/report_buffer.h"
#include "console/detector/rules.h"

/* Owns `r` and `buf`. */
struct finding {
	struct crash_report *r; /* with its times, lines and provisional title */
	struct report_buffer buf;
	struct rule_hit hit;
	size_t trigger; /* index of the line that `hit` is about */
	bool tagged;    /* the lines are known to be of one caller */
};

/* Complete f->r, which is the caller's then, from the lines, whose buffer is empty then. Out of
 * memory: what it has stays. */
void finding_name(struct finding *f, const struct plumbing_index *plumbing);

/* Free what it owns; the finding itself is the caller's. */
void finding_free(struct finding *f);

#endif
