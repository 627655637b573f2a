/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The call chain of a report, shortened for a screen. Pure. */
#ifndef KDEV_CONSOLE_CALL_CHAIN_H
#define KDEV_CONSOLE_CALL_CHAIN_H

#include <stdbool.h>

#include "console/detector/crash.h"

#define CALL_CHAIN_ROWS 10

struct call_chain_row {
	const struct crash_frame *frame;
	unsigned times; /* so often in a row: recursion */
	bool guilty;
	bool plumbing; /* reports, allocates, dispatches: of no interest in itself */
};

struct call_chain {
	struct call_chain_row rows[CALL_CHAIN_ROWS];
	size_t n;
	size_t above, below; /* frames in front of and behind them that are not shown */
};

/* Innermost first; little of what is above the guilty function, as much as fits of who
 * called it. The rows point into the report. */
void call_chain_choose(const struct crash_report *r, struct call_chain *out);

#endif
