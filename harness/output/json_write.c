/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON as text. */
#include "harness/output/json_write.h"

#include <stdbool.h>
#include <string.h>

#include "harness/output/text_utf8.h"

/* 16 bytes at once, in whatever the CPU has for that. */
typedef signed char block __attribute__((vector_size(16)));

/* A byte that stands in a JSON string as it is, by itself. */
static bool stays(unsigned char c)
{
	return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
}

/* How many of the block's bytes stay, up to the first that does not. Those above 0x7f are negative.
 */
static size_t block_run(block v)
{
	block other = (v < ' ') | (v == 0x7f) | (v == '"') | (v == '\\');
	uint64_t halves[2];

	memcpy(halves, &other, sizeof(halves));
	if (halves[0])
		return (size_t)__builtin_ctzll(halves[0]) / 8;
	return halves[1] ? 8 + (size_t)__builtin_ctzll(halves[1]) / 8 : sizeof(block);
}

/* Write the bytes from s on that stay; returns how many. */
static size_t write_run(struct strbuf *b, const char *s, size_t n)
{
	char *to = strbuf_room(b, n);
	size_t i = 0;

	if (!to)
		return n;
	while (n - i >= sizeof(block)) {
		size_t run;
		block v;

		memcpy(&v, s + i, sizeof(v));
		memcpy(to + i, &v, sizeof(v));
		run = block_run(v);
		i += run;
		if (run < sizeof(block)) {
			b->len += i;
			return i;
		}
	}
	for (; i < n && stays((unsigned char)s[i]); i++)
		to[i] = s[i];
	b->len += i;
	return i;
}

/* The character at s in its JSON form. Returns how many bytes it takes in `s`. */
static size_t write_other(struct strbuf *b, const unsigned char *s, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	char u[] = "\\u00__";
	size_t len = utf8_length(s, n);

	if (utf8_is_unwanted(s, len)) {
		strbuf_add(b, UTF8_REPLACEMENT, sizeof(UTF8_REPLACEMENT) - 1);
		return len ? len : 1;
	}
	switch (s[0]) {
	case '"': strbuf_add(b, "\\\"", 2); break;
	case '\\': strbuf_add(b, "\\\\", 2); break;
	case '\t': strbuf_add(b, "\\t", 2); break;
	case '\r': strbuf_add(b, "\\r", 2); break;
	default:
		if (s[0] >= ' ') {
			strbuf_add(b, s, len);
			break;
		}
		u[4] = digits[s[0] >> 4];
		u[5] = digits[s[0] & 15];
		strbuf_add(b, u, 6);
	}
	return len;
}

void json_write_text_n(struct strbuf *b, const char *text, size_t len)
{
	strbuf_addc(b, '"');
	for (size_t i = 0; i < len;) {
		i += write_run(b, text + i, len - i);
		if (i < len && text[i] == '\n') { /* by far the most */
			strbuf_add(b, "\\n", 2);
			i++;
		} else if (i < len)
			i += write_other(b, (const unsigned char *)text + i, len - i);
	}
	strbuf_addc(b, '"');
}

void json_write_text(struct strbuf *b, const char *text)
{
	if (text)
		json_write_text_n(b, text, strlen(text));
	else
		strbuf_add(b, "null", 4);
}

void json_write_count(struct strbuf *b, uint64_t n)
{
	char text[20];
	size_t at = sizeof(text);

	if (n > INT64_MAX)
		n = INT64_MAX;
	do {
		text[--at] = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	strbuf_add(b, text + at, sizeof(text) - at);
}
