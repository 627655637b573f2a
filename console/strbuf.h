/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A growing string. An allocation that fails is remembered: the calls after it do
 * nothing, so that a long text is put together without a check at every word and
 * the one check is at its end.
 *
 *	struct strbuf b = { 0 };
 *
 *	strbuf_adds(&b, "line ");
 *	strbuf_addf(&b, "%u", line);
 *	text = strbuf_take(&b);		// NULL: out of memory
 */
#ifndef KDEV_CONSOLE_STRBUF_H
#define KDEV_CONSOLE_STRBUF_H

#include <stddef.h>
#include <string.h>

/* All zeroes is a valid empty one. Read `len` and `err` freely, `s` through strbuf_str(). */
struct strbuf {
	char *s;      /* NUL-terminated once anything was added; else NULL */
	size_t len;   /* without the NUL */
	size_t space; /* allocated */
	int err;      /* 0, or the first failure: -ENOMEM, -EOVERFLOW */
};

/* Append. Each returns b->err, which callers may ignore until the end. Where there is room, without
 * a call. */
int strbuf_add_growing(struct strbuf *b, const void *bytes, size_t n);

static inline int strbuf_add(struct strbuf *b, const void *bytes, size_t n)
{
	if (b->err || b->space - b->len <= n)
		return strbuf_add_growing(b, bytes, n);
	if (n)
		memcpy(b->s + b->len, bytes, n);
	b->len += n;
	b->s[b->len] = 0;
	return 0;
}

static inline int strbuf_adds(struct strbuf *b, const char *cstr)
{
	return strbuf_add(b, cstr, strlen(cstr));
}

static inline int strbuf_addc(struct strbuf *b, char c)
{
	return strbuf_add(b, &c, 1);
}

/* Room for n bytes at the end, for those who write them there themselves and add to `len` what
 * they wrote, with no NUL behind it: something must be added by a call after that. NULL: no room.
 */
char *strbuf_room_growing(struct strbuf *b, size_t n);

static inline char *strbuf_room(struct strbuf *b, size_t n)
{
	return b->err || b->space - b->len <= n ? strbuf_room_growing(b, n) : b->s + b->len;
}

int strbuf_fill(struct strbuf *b, char c, size_t n); /* n times c */
int strbuf_addf(struct strbuf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What was added so far, "" at least. Valid until the next change. */
const char *strbuf_str(const struct strbuf *b);

/* Cut to the first n bytes; longer than it is: no change. Keeps memory and error. */
void strbuf_cut(struct strbuf *b, size_t n);

/* Give the string away (free() it) and leave `b` empty. NULL if anything failed; an
 * empty one gives "". */
char *strbuf_take(struct strbuf *b);

/* Free what it holds and leave it empty. */
void strbuf_free(struct strbuf *b);

#endif
