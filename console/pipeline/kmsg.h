/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A line of kernel log to records: the prefixes parsed off, torn lines split again.
 *
 * What the kernel prints (kernel/printk/printk.c, info_print_prefix()):
 *	[%5lu.%06lu][%6s] text		the second with CONFIG_PRINTK_CALLER: T123 or C0
 * and what programs put before it: <N> levels, syslog, journalctl, dmesg -x -T -e and LAVA forms.
 * Two writers on one console, or an output that was interrupted, put a second record into a line:
 *	[  703.527910]  0000000000120018[  703.530883] net_ratelimit: 7720 callbacks suppressed
 *
 * Pure and without copies: records point into the line, which must be free of control characters
 * (console/pipeline/sanitize.h).
 */
#ifndef KDEV_CONSOLE_KMSG_H
#define KDEV_CONSOLE_KMSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console/detector/detector.h"

/* A walk over the records of one line. */
struct kmsg {
	const char *p, *end;
	bool done;
	bool no_trigger; /* no word of console/detector/prefilter.h is in the line: the caller may
			  * set this after kmsg_begin() */
};

void kmsg_begin(struct kmsg *k, const char *line, size_t len);

/*
 * The next record: sets text, len, kernel_us, level, caller, torn and no_trigger; leaves line and
 * at. A line has at least one, which may be empty, unless all that it had was dropped (a login
 * prompt before a record). torn: the record's end is missing. False when there is none left.
 */
bool kmsg_next(struct kmsg *k, struct log_record *rec);

/* printk's own remarks. They are given as records of their own, without timestamp. */
enum kmsg_remark {
	KMSG_NONE,
	KMSG_DROPPED, /* "** N printk messages dropped **" */
	KMSG_REPLAY,  /* "** replaying previous printk message **": what is next repeats the
		       * last record of this console, which may have been cut */
};

/* What remark the text is; *dropped is the N, 0 otherwise. */
enum kmsg_remark kmsg_remark(const char *text, size_t len, uint64_t *dropped);

#endif
