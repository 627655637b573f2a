/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The small pattern language of the rule tables: printf formats read backwards.
 *
 *   %f  a kernel symbol, with its +0xOFF/0xSIZE and the [<address>] before it, if
 *       they are printed                                        (captured: the name)
 *   %p  the same, but the offset must be there: a place, not just a name
 *   %w  a word: everything but white space, as short as fits    (captured)
 *   %s  any text of one byte or more, as short as fits          (captured)
 *   %q  the same, to the end of the line                        (captured)
 *   %d  decimal digits, a sign before them is allowed           (not captured)
 *   %x  hex digits, with or without 0x                          (not captured)
 *   %*  any text, also none, as short as fits                   (not captured)
 *   %$  here the line ends (white space aside)
 *   %%  a percent sign
 *   ' ' one or more blanks
 *
 * All else stands for itself. A pattern is anchored at the text's first byte
 * and may end before the text does.
 */
#ifndef KDEV_CONSOLE_PATTERN_H
#define KDEV_CONSOLE_PATTERN_H

#include <stdint.h>

#include "console/span.h"

#define PATTERN_CAPTURES 6

struct captures {
	struct span got[PATTERN_CAPTURES]; /* valid as long as the text is */
	unsigned n;
	struct span symbol; /* the first %f, with its offset and size */
};

/* Does `text` begin as `pattern` says? Appends to `cap` (may be NULL), which is
 * left as it was when it does not. Looks at the first 512 bytes only, so that
 * hostile lines cost little. */
bool pattern_match(const char *pattern, struct span text, struct captures *cap);

/* Letters and digits of ASCII, _ . $: a table, since every line of a report is asked. */
extern const bool pattern_symbol_chars[256];

/* 16 bytes at once, in whatever the CPU has for that: how many of the text's first ones a symbol
 * may have. Where that ends in the text's last bytes, up to 15 fewer. */
static inline size_t pattern_symbol_blocks(struct span text)
{
	typedef unsigned char block __attribute__((vector_size(16)));
	size_t n = 0;
	block v;

	for (; text.n - n >= sizeof(v); n += sizeof(v)) {
		uint64_t halves[2];
		block other;

		memcpy(&v, text.s + n, sizeof(v));
		other = ~(block)(((v | 0x20) - 'a' < 26) | (v - '0' < 10) | (v == '_') |
				 (v == '.') | (v == '$'));
		memcpy(halves, &other, sizeof(halves));
		if (halves[0])
			return n + (size_t)__builtin_ctzll(halves[0]) / 8;
		if (halves[1])
			return n + 8 + (size_t)__builtin_ctzll(halves[1]) / 8;
	}
	return n;
}

/* The kernel symbol that `text` begins with (letters, digits, _ . $), or an empty span. */
static inline struct span pattern_symbol(struct span text)
{
	size_t n;

	if (!text.n || (text.s[0] >= '0' && text.s[0] <= '9') || text.s[0] == '.')
		return (struct span){text.s, 0};
	n = pattern_symbol_blocks(text);
	while (n < text.n && pattern_symbol_chars[(unsigned char)text.s[n]])
		n++;
	return (struct span){text.s, n};
}

#endif
