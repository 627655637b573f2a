/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Foreign text for people's screens. */
#include "console/pipeline/printable.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "console/pipeline/sanitize.h"

int strbuf_add_printable(struct strbuf *b, const char *s, size_t n)
{
	char *clean = malloc(n + 1);

	if (!clean)
		return b->err = b->err ? b->err : -ENOMEM;
	for (size_t used = 0; used < n;) {
		size_t len;

		used += text_clean(s + used, n - used, clean, &len);
		for (char *tab = clean; (tab = memchr(tab, '\t', len - (size_t)(tab - clean)));)
			*tab = ' ';
		strbuf_add(b, clean, len);
		if (used < n)
			strbuf_addc(b, ' ');
	}
	free(clean);
	return b->err;
}

/* The character at s, and in *n its bytes: as many as there are. */
static uint32_t decode(const char *s, size_t left, size_t *n)
{
	unsigned char c = (unsigned char)*s;
	size_t length = c < 0xc0 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	uint32_t point = length == 1 ? c : c & (0xff >> (length + 1));

	for (*n = 1; *n < length && *n < left; (*n)++)
		point = point << 6 | ((unsigned char)s[*n] & 0x3f);
	return point;
}

/* Unicode's East_Asian_Width W and F in blocks, pictures with them; combining marks take none. */
static size_t width(uint32_t c)
{
	static const struct {
		uint32_t first, last;
		size_t width;
	} ranges[] = {
		{0x300, 0x36f, 0},     {0x1100, 0x115f, 2},   {0x1ab0, 0x1aff, 0},
		{0x1dc0, 0x1dff, 0},   {0x20d0, 0x20ff, 0},   {0x2e80, 0x303e, 2},
		{0x3041, 0xa4cf, 2},   {0xac00, 0xd7a3, 2},   {0xf900, 0xfaff, 2},
		{0xfe00, 0xfe0f, 0},   {0xfe30, 0xfe6f, 2},   {0xff00, 0xff60, 2},
		{0xffe0, 0xffe6, 2},   {0x1f300, 0x1f64f, 2}, {0x1f680, 0x1f6ff, 2},
		{0x1f900, 0x1f9ff, 2}, {0x20000, 0x3fffd, 2}, {0xe0100, 0xe01ef, 0},
	};

	for (size_t i = 0; c >= 0x300 && i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return ranges[i].width;
	return 1;
}

size_t printable_columns(const char *s, size_t n)
{
	size_t columns = 0, len;

	for (size_t i = 0; i < n; i += len)
		columns += width(decode(s + i, n - i, &len));
	return columns;
}

size_t printable_fit(const char *s, size_t n, size_t columns)
{
	size_t len;

	for (size_t i = 0; i < n; i += len) {
		size_t wide = width(decode(s + i, n - i, &len));

		if (wide > columns)
			return i;
		columns -= wide;
	}
	return n;
}
