/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Matches one line against a pattern of the rule tables. */
#include "console/detector/pattern.h"

#include <ctype.h>

#define TEXT_MAX 512

const bool pattern_symbol_chars[256] = {
	['0' ... '9'] = true, ['A' ... 'Z'] = true, ['a' ... 'z'] = true,
	['_'] = true,         ['.'] = true,         ['$'] = true,
};

static size_t hex_length(struct span t)
{
	size_t n = t.n > 2 && t.s[0] == '0' && t.s[1] == 'x' ? 2 : 0;

	while (n < t.n && isxdigit((unsigned char)t.s[n]))
		n++;
	return n;
}

/* Length of "+0xOFF/0xSIZE", or 0. */
static size_t offset_length(struct span t)
{
	size_t off, size;

	if (!span_starts(t, "+0x"))
		return 0;
	off = hex_length(span_skip(t, 1));
	if (off < 3 || off + 1 >= t.n || t.s[off + 1] != '/')
		return off < 3 ? 0 : off + 1;
	size = hex_length(span_skip(t, off + 2));
	return off + 2 + size;
}

static bool capture(struct captures *cap, struct span what)
{
	if (cap && cap->n < PATTERN_CAPTURES)
		cap->got[cap->n++] = what;
	return true;
}

static bool match(const char *p, struct span t, struct captures *cap);

/* %w %s %*: try every length, the shortest first. */
static bool match_lazy(char kind, const char *p, struct span t, struct captures *cap)
{
	struct captures before = cap ? *cap : (struct captures){0};

	for (size_t n = kind == '*' ? 0 : 1; n <= t.n; n++) {
		const char *next = t.s + n;

		/* to where the rest can begin */
		if (kind != 'w' && *p && *p != '%')
			next = n < t.n ? memchr(next, *p, t.n - n) : NULL;
		if (!next)
			return false;
		n = (size_t)(next - t.s);
		if (kind == 'w' && isspace((unsigned char)t.s[n - 1]))
			return false;
		if (kind != '*')
			capture(cap, (struct span){t.s, n});
		if (match(p, span_skip(t, n), cap))
			return true;
		if (cap)
			*cap = before;
	}
	return false;
}

/* Old kernels print "[<address>] " before every symbol. */
static struct span skip_address(struct span t)
{
	size_t n;

	if (!span_starts(t, "[<"))
		return t;
	n = 2 + hex_length(span_skip(t, 2));
	if (!span_starts(span_skip(t, n), ">]"))
		return t;
	for (n += 2; n < t.n && t.s[n] == ' '; n++)
		;
	return span_skip(t, n);
}

static bool match_symbol(const char *p, struct span t, bool place, struct captures *cap)
{
	struct span sym;
	size_t off;

	t = skip_address(t);
	sym = pattern_symbol(t);
	if (!sym.n)
		return false;
	off = offset_length(span_skip(t, sym.n));
	if (place && !off)
		return false;
	if (cap && !cap->symbol.s)
		cap->symbol = (struct span){t.s, sym.n + off};
	capture(cap, sym);
	return match(p, span_skip(t, sym.n + off), cap);
}

static bool match_digits(const char *p, struct span t, struct captures *cap)
{
	size_t n = t.n && t.s[0] == '-' ? 1 : 0, sign = n;

	while (n < t.n && isdigit((unsigned char)t.s[n]))
		n++;
	return n > sign && match(p, span_skip(t, n), cap);
}

static bool match_element(const char *p, struct span t, struct captures *cap)
{
	size_t n;

	switch (p[0]) {
	case 'f': return match_symbol(p + 1, t, false, cap);
	case 'p': return match_symbol(p + 1, t, true, cap);
	case 'd': return match_digits(p + 1, t, cap);
	case 'x': n = hex_length(t); return n && match(p + 1, span_skip(t, n), cap);
	case 'q': return t.n && capture(cap, span_trim(t));
	case '$': return span_trim(t).n == 0;
	case '%': return t.n && t.s[0] == '%' && match(p + 1, span_skip(t, 1), cap);
	default: return match_lazy(p[0], p + 1, t, cap);
	}
}

static bool match(const char *p, struct span t, struct captures *cap)
{
	for (; *p; p++) {
		if (*p == '%')
			return match_element(p + 1, t, cap);
		if (!t.n || *p != t.s[0])
			return false;
		t = span_skip(t, 1);
		while (*p == ' ' && t.n && t.s[0] == ' ' && p[1] != ' ')
			t = span_skip(t, 1);
	}
	return true;
}

bool pattern_match(const char *pattern, struct span text, struct captures *cap)
{
	struct captures before = cap ? *cap : (struct captures){0};

	if (text.n > TEXT_MAX)
		text.n = TEXT_MAX;
	if (match(pattern, text, cap))
		return true;
	if (cap)
		*cap = before;
	return false;
}
