/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes foreign text fit for a terminal. */
#include "console/printable.h"

#include <stdbool.h>
#include <stdint.h>

/* Decode one character of more than one byte (RFC 3629: shortest form only, no surrogates).
 * Returns its length, 0 if it is none. */
static size_t utf8_char(const unsigned char *s, size_t n, uint32_t *out)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t len = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	uint32_t c;

	if (s[0] < 0xc2 || s[0] > 0xf4 || n < len)
		return 0;
	c = s[0] & (0x7fU >> len);
	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*out = c;
	return len;
}

/* Characters that reorder or hide what stands around them (Unicode TR 9 and 36). */
static bool is_treacherous(uint32_t c)
{
	return (c >= 0x80 && c < 0xa0) || c == 0x61c || (c >= 0x200b && c <= 0x200f) ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

/* The length of the piece at s that may go out as it is, 0 if it must be escaped. */
static size_t clean_char(const unsigned char *s, size_t n)
{
	uint32_t c = 0;
	size_t len;

	if (s[0] < 0x80)
		return s[0] >= 0x20 && s[0] != 0x7f;
	len = utf8_char(s, n, &c);
	return len && !is_treacherous(c) ? len : 0;
}

int strbuf_add_printable(struct strbuf *b, const char *text, size_t n)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t begun = 0, i = 0;

	while (i < n) {
		size_t len = clean_char(s + i, n - i);

		if (len) {
			i += len;
			continue;
		}
		strbuf_add(b, s + begun, i - begun);
		if (s[i] == '\t')
			strbuf_addc(b, ' ');
		else
			strbuf_addf(b, "\\x%02x", s[i]);
		begun = ++i;
	}
	return strbuf_add(b, s + begun, i - begun);
}

size_t printable_columns(const char *s, size_t n)
{
	size_t columns = 0;

	for (size_t i = 0; i < n; i++)
		columns += ((unsigned char)s[i] & 0xc0) != 0x80;
	return columns;
}

size_t printable_fit(const char *s, size_t n, size_t columns)
{
	for (size_t i = 0; i < n; i++) {
		if (((unsigned char)s[i] & 0xc0) == 0x80)
			continue;
		if (!columns--)
			return i;
	}
	return n;
}
