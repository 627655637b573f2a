/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parses the header of an extended console message; undoes the escapes of its text. */
#include "console/pipeline/netconsole_header.h"

#include <string.h>

#include "console/span.h"

/* A header is never longer: a release has at most 64 bytes, all else is short. */
#define HEADER_MAX 256

/* A decimal number at the begin of *s, which moves behind it. */
static bool number(struct span *s, uint64_t *out)
{
	uint64_t v = 0;
	size_t i = 0;

	for (; i < s->n && s->s[i] >= '0' && s->s[i] <= '9'; i++)
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(s->s[i] - '0'), &v))
			return false;
	*s = span_skip(*s, i);
	*out = v;
	return i > 0;
}

static bool comma(struct span *s)
{
	if (!s->n || s->s[0] != ',')
		return false;
	*s = span_skip(*s, 1);
	return true;
}

/* "T123" or "C0": the task or CPU that printed. */
static bool set_caller(struct span v, char caller[16])
{
	if (v.n < 2 || v.n >= 16 || (v.s[0] != 'T' && v.s[0] != 'C'))
		return false;
	for (size_t i = 1; i < v.n; i++)
		if (v.s[i] < '0' || v.s[i] > '9')
			return false;
	memcpy(caller, v.s, v.n);
	caller[v.n] = 0;
	return true;
}

static bool set_fragment(struct span v, struct netconsole_header *h)
{
	uint64_t offset, total;

	if (!number(&v, &offset) || !v.n || v.s[0] != '/')
		return false;
	v = span_skip(v, 1);
	if (!number(&v, &total) || v.n || offset >= total || total > UINT32_MAX)
		return false;
	h->fragment = true;
	h->offset = (size_t)offset;
	h->total = (size_t)total;
	return true;
}

/* key=value,… up to the ';'. Keys that are not known are of newer kernels: skipped. */
static bool parse_keys(struct span s, struct netconsole_header *h)
{
	while (s.n) {
		const char *next = memchr(s.s, ',', s.n);
		struct span key = {s.s, next ? (size_t)(next - s.s) : s.n};

		if (span_starts(key, "caller="))
			set_caller(span_skip(key, 7), h->caller);
		else if (span_starts(key, "ncfrag=") && !set_fragment(span_skip(key, 7), h))
			return false;
		s = span_skip(s, key.n + 1);
	}
	return true;
}

bool netconsole_header_parse(const char *text, size_t n, struct netconsole_header *h)
{
	const char *end = memchr(text, ';', n < HEADER_MAX ? n : HEADER_MAX), *first;
	struct span s = {text, end ? (size_t)(end - text) : 0};
	uint64_t prefix, us;

	memset(h, 0, sizeof(*h));
	first = s.n ? memchr(s.s, ',', s.n) : NULL;
	if (!first)
		return false;
	/* A release has a '.', the number that stands there without one has not. */
	if (memchr(s.s, '.', (size_t)(first - s.s)))
		s = span_skip(s, (size_t)(first - s.s) + 1);
	if (!number(&s, &prefix) || !comma(&s) || !number(&s, &h->seq) || !comma(&s) ||
	    !number(&s, &us) || us > INT64_MAX || !comma(&s) || !s.n)
		return false;
	/* '-' or 'c'; '+' until Linux 4.8: part of a line. Which line is not said, and the
	 * serial console breaks there too, so it makes no difference here. */
	if (!strchr("-c+", s.s[0]))
		return false;
	s = span_skip(s, 1);
	if (s.n && !comma(&s))
		return false;
	h->level = (int)(prefix & 7);
	h->us = (int64_t)us;
	h->length = (size_t)(end - text) + 1;
	return parse_keys(s, h);
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

size_t netconsole_unescape(const char *src, size_t n, char *dst)
{
	size_t out = 0, i = 0;

	while (i < n) {
		if (src[i] == '\\' && n - i >= 4 && src[i + 1] == 'x' && hex(src[i + 2]) >= 0 &&
		    hex(src[i + 3]) >= 0) {
			dst[out++] = (char)(hex(src[i + 2]) << 4 | hex(src[i + 3]));
			i += 4;
		} else {
			dst[out++] = src[i++];
		}
	}
	return out;
}
