/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From bytes to lines: memchr() finds the ends, only what has none yet is copied. */
#include "console/pipeline/lines.h"

#include <string.h>

void lines_init(struct lines *l, line_fn fn, void *arg)
{
	l->fn = fn;
	l->arg = arg;
	l->number = 1;
	l->start = LINE_FRESH;
	l->held = 0;
	l->first = l->last = MONO_NEVER;
}

/* CR LF is what serial lines send, some send CR CR LF, and old firmware LF CR. */
static void emit(struct lines *l, const char *text, size_t len, struct monotime at, bool cut)
{
	while (len && text[len - 1] == '\r')
		len--;
	while (len && text[0] == '\r') {
		text++;
		len--;
	}
	/* What follows a piece may be no more than the end of its line. */
	if (!len && l->start != LINE_FRESH)
		return;
	l->fn(l->arg, &(struct line){text, len, l->number, at, l->start, cut});
}

static void end_line(struct lines *l)
{
	l->number++;
	l->start = LINE_FRESH;
}

static void emit_held(struct lines *l, bool cut)
{
	size_t held = l->held;

	l->held = 0;
	emit(l, l->buf, held, l->first, cut);
}

/* Pieces of LINES_MAX while there is more than that; returns what is left. */
static size_t emit_pieces(struct lines *l, const char **p, size_t n, struct monotime now)
{
	while (n > LINES_MAX) {
		emit(l, *p, LINES_MAX, now, true);
		l->start = LINE_AFTER_CUT;
		*p += LINES_MAX;
		n -= LINES_MAX;
	}
	return n;
}

/* Add the part of a line to what is held. */
static void hold(struct lines *l, const char *p, size_t n, struct monotime now)
{
	if (!n)
		return;
	if (l->held) {
		size_t room = LINES_MAX - l->held;

		if (n > room) {
			memcpy(l->buf + l->held, p, room);
			l->held = LINES_MAX;
			emit_held(l, true);
			l->start = LINE_AFTER_CUT;
			p += room;
			n -= room;
		}
	}
	if (!l->held) {
		n = emit_pieces(l, &p, n, now);
		l->first = now;
	}
	memcpy(l->buf + l->held, p, n);
	l->held += n;
	l->last = now;
}

void lines_feed(struct lines *l, const void *bytes, size_t n, struct monotime now)
{
	const char *p = bytes, *end = p + n;

	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t len = (size_t)((nl ? nl : end) - p);

		if (!nl) {
			hold(l, p, len, now);
			return;
		}
		if (l->held) {
			hold(l, p, len, now);
			emit_held(l, false);
		} else {
			len = emit_pieces(l, &p, len, now);
			emit(l, p, len, now, false);
		}
		end_line(l);
		p = nl + 1;
	}
}

struct monotime lines_wakeup(const struct lines *l)
{
	if (!l->held)
		return MONO_NEVER;
	return mono_min(mono_add(l->last, LINES_QUIET), mono_add(l->first, LINES_OLD));
}

void lines_tick(struct lines *l, struct monotime now)
{
	if (!mono_due(lines_wakeup(l), now))
		return;
	emit_held(l, true);
	l->start = LINE_AFTER_PAUSE;
}

void lines_flush(struct lines *l)
{
	bool open = l->held || l->start != LINE_FRESH;

	if (l->held)
		emit_held(l, true);
	if (open)
		end_line(l);
}
