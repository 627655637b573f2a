/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A piece of somebody else's text: what the parsers hand around instead of
 * copies. Valid as long as the text that it points into.
 */
#ifndef KDEV_CONSOLE_SPAN_H
#define KDEV_CONSOLE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct span {
	const char *s; /* not NUL-terminated; NULL: absent */
	size_t n;
};

static inline struct span span_of(const char *cstr)
{
	return (struct span){cstr, strlen(cstr)};
}

/* What is left of `a` without its first `n` bytes. */
static inline struct span span_skip(struct span a, size_t n)
{
	return n > a.n ? (struct span){a.s + a.n, 0} : (struct span){a.s + n, a.n - n};
}

static inline bool span_equal(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.s, b.s, a.n) == 0);
}

static inline bool span_is(struct span a, const char *cstr)
{
	return span_equal(a, span_of(cstr));
}

static inline bool span_starts(struct span a, const char *prefix)
{
	size_t n = strlen(prefix);

	/* most texts differ in the first byte */
	return a.n >= n && (!n || (a.s[0] == prefix[0] && memcmp(a.s, prefix, n) == 0));
}

/* Where `needle`, which is not empty, begins in `a`, or NULL. In lines and with needles as short as
 * here, memmem() takes longer to prepare its search than this takes to search. */
static inline const char *span_find(struct span a, const char *needle)
{
	/* blanks are everywhere: of a needle that begins with one, what is behind it is looked for
	 */
	size_t n = strlen(needle), rare = needle[0] == ' ' && n > 1;
	const char *p = a.s;

	for (size_t left = a.n; left >= n; left = a.n - (size_t)(p - a.s)) {
		p = memchr(p + rare, needle[rare], left - n + 1);
		if (!p)
			return NULL;
		p -= rare;
		if (p[n - 1] == needle[n - 1] && memcmp(p, needle, n) == 0)
			return p;
		p++;
	}
	return NULL;
}

static inline struct span span_trim(struct span a)
{
	while (a.n && (a.s[0] == ' ' || a.s[0] == '\t'))
		a = span_skip(a, 1);
	while (a.n && (a.s[a.n - 1] == ' ' || a.s[a.n - 1] == '\t' || a.s[a.n - 1] == '\r'))
		a.n--;
	return a;
}

#endif
