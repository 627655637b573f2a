/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lists of plumbing made ready for looking up many names: each frame of each report asks
 * which of seven hundred patterns it fits.
 */
#ifndef KDEV_CONSOLE_PLUMBING_INDEX_H
#define KDEV_CONSOLE_PLUMBING_INDEX_H

#include "console/span.h"

enum plumbing_kind {
	PLUMBING_ALWAYS = 1,     /* never the guilty function, whatever happened */
	PLUMBING_WAITS = 2,      /* scheduler, locks and waiting: where a hung task sits, not why */
	PLUMBING_DISPATCHES = 4, /* passes control on to others (system call entry, interrupts,
				  * generic file and socket layers): too general to say which
				  * subsystem does not come to an end */
	PLUMBING_INTERRUPTS = 8, /* where an interrupt came in: what stands above is its work */
	PLUMBING_REPORTS = 16,   /* prints stacks about a stall, on the CPU that stalls */
	PLUMBING_SCHEDULES = 32, /* the scheduler itself: the task of this stack did not run */
	PLUMBING_WAITS_FOR_CPUS = 64, /* until all others answer: they are to blame */
};

struct plumbing_index;

/* NULL: out of memory. */
struct plumbing_index *plumbing_index_new(void);
void plumbing_index_free(struct plumbing_index *x);

/* The kinds of plumbing that a function is, all bits together; 0: none. */
unsigned plumbing_kinds(const struct plumbing_index *x, struct span function);

#endif
