/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The crashes of all runs as text for people. Pure but for the time zone. Foreign text is made
 * printable. `width` is the columns of a line, 0: lines are as long as they are. */
#ifndef KDEV_HARNESS_CRASH_TABLE_H
#define KDEV_HARNESS_CRASH_TABLE_H

#include "console/strbuf.h"
#include "harness/store/crash_store.h"

/* Three lines for each of the n bugs, below a header: with the rate as of `since_us`. With that,
 * new ones come first, then known ones, then those that have gone. Returns out->err. */
int crash_table_bugs(struct strbuf *out, const struct crash_bug *const *bugs, size_t n,
		     int64_t since_us, unsigned width);

/* One bug and all reports of it, the last one first. Returns out->err. */
int crash_table_runs(struct strbuf *out, const struct crash_bug *bug, unsigned width);

#endif
