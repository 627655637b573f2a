/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines of one report while it grows. Bounded: what comes after the limits
 * is counted, not kept. A report's head says what happened, so the head is kept.
 */
#ifndef KDEV_CONSOLE_REPORT_BUFFER_H
#define KDEV_CONSOLE_REPORT_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console/detector/detector.h"
#include "console/span.h"

#define REPORT_MAX_LINES 4096
#define REPORT_MAX_BYTES (512 * 1024)
#define REPORT_MAX_LINE  4096 /* the rest of a longer line is cut off */

struct report_line {
	uint32_t at, len; /* in the buffer's text */
	uint64_t line;    /* its number in the stream */
	bool torn;
	bool timed; /* it had a timestamp of printk */
};

struct report_buffer {
	char *text;
	size_t len, cap;
	struct report_line *lines;
	size_t n, lines_cap;
};

/* Append a record's line. 0, also when the buffer is full, or -ENOMEM. */
int report_buffer_add(struct report_buffer *b, const struct log_record *rec);

/* Line `i`; valid until the next call that adds. */
static inline struct span report_buffer_line(const struct report_buffer *b, size_t i)
{
	return (struct span){b->text + b->lines[i].at, b->lines[i].len};
}

/* The text without its last line end, as a string: free() it. NULL: out of memory. */
char *report_buffer_copy(const struct report_buffer *b, size_t *len);

/* Forget the lines, keep the memory. */
void report_buffer_clear(struct report_buffer *b);
void report_buffer_free(struct report_buffer *b);

#endif
