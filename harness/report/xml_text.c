/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as XML text. */
#include "harness/report/xml_text.h"

#include <stdbool.h>
#include <stdint.h>

#include "harness/output/text_utf8.h"

#define PICTURES 0x2400 /* of the C0 control characters; DEL has U+2421 */

static uint32_t decode(const unsigned char *p, size_t n)
{
	static const unsigned char first[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	uint32_t c = p[0] & first[n];

	for (size_t i = 1; i < n; i++)
		c = c << 6 | (p[i] & 0x3f);
	return c;
}

/* Directions (UAX #9), joiners, spaces without width, separators of lines, the byte order mark,
 * tags: nobody sees them, and source and log read otherwise than they are. */
static bool deceives(uint32_t c)
{
	return c == 0xad || c == 0x61c || c == 0x180e || (c >= 0x200b && c <= 0x200f) ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
	       (c >= 0xe0000 && c <= 0xe007f);
}

/* XML 1.0, 2.2: no such characters at all. */
static bool is_forbidden(uint32_t c)
{
	return c == 0xfffe || c == 0xffff;
}

static void add_character(struct strbuf *b, const unsigned char *p, size_t n)
{
	uint32_t c = n ? decode(p, n) : 0xffff;

	if (c < 0x20 || c == 0x7f) {
		c = c == 0x7f ? PICTURES + 0x21 : PICTURES + c;
		strbuf_addf(b, "\xe2\x90%c", (int)(0x80 | (c & 0x3f)));
	} else if (is_forbidden(c) || (c >= 0x80 && c < 0xa0)) {
		strbuf_adds(b, UTF8_REPLACEMENT);
	} else if (deceives(c)) {
		strbuf_addf(b, "[U+%04X]", (unsigned)c);
	} else {
		strbuf_add(b, p, n);
	}
}

static const char *reference(unsigned char c)
{
	switch (c) {
	case '&': return "&amp;";
	case '<': return "&lt;";
	case '>': return "&gt;";
	case '"': return "&quot;";
	case '\'': return "&#39;";
	default: return NULL;
	}
}

static bool is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && !reference(c);
}

static int add_text(struct strbuf *b, const char *text, size_t len, bool attribute)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t i = 0;

	while (i < len && !b->err) {
		size_t n = 0;

		while (i + n < len && is_plain(p[i + n]))
			n++;
		strbuf_add(b, p + i, n);
		i += n;
		if (i == len)
			break;
		n = utf8_length(p + i, len - i);
		if (reference(p[i]))
			strbuf_adds(b, reference(p[i]));
		else if ((p[i] == '\n' || p[i] == '\t') && attribute)
			strbuf_addf(b, "&#%u;", p[i]);
		else if (p[i] == '\n' || p[i] == '\t')
			strbuf_addc(b, (char)p[i]);
		else if (!(p[i] == '\r' && i + 1 < len && p[i + 1] == '\n'))
			add_character(b, p + i, n);
		i += n ? n : 1;
	}
	return b->err;
}

int xml_text_n(struct strbuf *b, const char *text, size_t len)
{
	return add_text(b, text, len, false);
}

int xml_text(struct strbuf *b, const char *text)
{
	return text ? add_text(b, text, strlen(text), false) : b->err;
}

int xml_attribute(struct strbuf *b, const char *name, const char *value)
{
	strbuf_addf(b, " %s=\"", name);
	if (value)
		add_text(b, value, strlen(value), true);
	return strbuf_addc(b, '"');
}
