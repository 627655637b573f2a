/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The detector over a log of any size: bytes in, reports out, in bounded memory.
 *
 * Between reports only the prefilter looks at the bytes; lines are made, cleaned and
 * parsed where it stops. Pure: the caller reads.
 */
#ifndef KDEV_CONSOLE_DECODE_H
#define KDEV_CONSOLE_DECODE_H

#include "console/detector/crash.h"
#include "console/detector/finding.h"

struct decode;

/* `end` is called for each report, in their order; it owns the report. NULL: out of memory. */
struct decode *decode_new(void (*end)(void *arg, struct crash_report *r), void *arg);

/* The same, but they have no names yet: `found` sees to that, see console/detector/finding.h. */
struct decode *decode_new_unnamed(void (*found)(void *arg, struct finding *f), void *arg);

void decode_free(struct decode *d);

/* Feed the next bytes. 0 or -ENOMEM. Big pieces (64 KiB and more) are the fast way. */
int decode_feed(struct decode *d, const char *bytes, size_t n);

/* The log ends: the last line and what is open. What is fed next is another log. */
int decode_finish(struct decode *d);

#endif
