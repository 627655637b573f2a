/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a report says besides its trace: task, CPU, taint, address, code bytes. */
#ifndef KDEV_CONSOLE_FACTS_H
#define KDEV_CONSOLE_FACTS_H

#include "console/detector/report_buffer.h"

/* Fill cpu, pid, comm, taint, die_counter, code, address, file and line of `r` from
 * the lines from `from` on; the first that says a thing counts. 0 or -ENOMEM. */
int facts_collect(struct crash_report *r, const struct report_buffer *b, size_t from);

#endif
