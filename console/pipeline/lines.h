/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From bytes to lines, in bounded memory and bounded time.
 *
 * A line that lies whole in the bytes that are fed is given out without being copied. What has no
 * end yet is held, up to LINES_MAX bytes and until lines_tick() finds it too old; then it is given
 * out in pieces that say so. Pure: no clock, no allocation.
 */
#ifndef KDEV_CONSOLE_LINES_H
#define KDEV_CONSOLE_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console/monotime.h"

/* The longest piece in bytes. A printk record is at most half of that. */
#define LINES_MAX 4096

/* A partial line is given out when nothing was added for LINES_QUIET, or when its first byte is
 * LINES_OLD ago. Long enough that a slow UART or a host that was busy does not cut lines: at 9600
 * baud LINES_MAX bytes take 4.3 s. */
#define LINES_QUIET MONO_SEC(1)
#define LINES_OLD   MONO_SEC(5)

/* How the text of a struct line begins. */
enum line_start {
	LINE_FRESH,       /* where a line begins */
	LINE_AFTER_PAUSE, /* inside a line, but the sender stopped for so long that a new
			   * message may well begin here (a prompt; a reset in the middle of a line)
			   */
	LINE_AFTER_CUT,   /* inside a line longer than LINES_MAX */
};

struct line {
	const char *text; /* without line end and CR at its edges; valid during the call */
	size_t len;
	uint64_t number;    /* 1-based; pieces of one line have the same */
	struct monotime at; /* when its first byte came */
	enum line_start start;
	bool cut; /* the line did not end here */
};

typedef void (*line_fn)(void *arg, const struct line *line);

struct lines {
	line_fn fn;
	void *arg;
	uint64_t number;
	enum line_start start;
	size_t held;
	struct monotime first, last; /* byte held */
	char buf[LINES_MAX];
};

void lines_init(struct lines *l, line_fn fn, void *arg);

/* Calls fn for each line that ends in these bytes. */
void lines_feed(struct lines *l, const void *bytes, size_t n, struct monotime now);

/* When lines_tick() wants to be called; MONO_NEVER when nothing is held. */
struct monotime lines_wakeup(const struct lines *l);
void lines_tick(struct lines *l, struct monotime now);

/* Give out what is held (stream ended, board reset); what follows begins a new line. */
void lines_flush(struct lines *l);

#endif
