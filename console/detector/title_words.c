/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of titles. */
#include "console/detector/title_words.h"

#include <ctype.h>

#define TITLE_MAX 160 /* bytes of a line that become a title */

static size_t hex_digits(struct span t)
{
	size_t n = 0;

	while (n < t.n && isxdigit((unsigned char)t.s[n]))
		n++;
	return n;
}

static size_t digits(struct span t)
{
	size_t n = 0;

	while (n < t.n && isdigit((unsigned char)t.s[n]))
		n++;
	return n;
}

static bool is_word_char(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* "+0x10/0x20" and "+0x10" */
static size_t offset_length(struct span t)
{
	size_t n;

	if (!span_starts(t, "+0x"))
		return 0;
	n = 3 + hex_digits(span_skip(t, 3));
	if (span_starts(span_skip(t, n), "/0x"))
		n += 3 + hex_digits(span_skip(t, n + 3));
	return n;
}

/* An address, or a number, at the beginning of a word; 0 if neither. */
static size_t number_length(struct span t, const char **word)
{
	size_t hex, dec;

	if (span_starts(t, "0x")) {
		*word = "ADDR";
		return 2 + hex_digits(span_skip(t, 2));
	}
	hex = hex_digits(t);
	if (hex >= 8 && (hex == t.n || !is_word_char(t.s[hex]))) {
		*word = "ADDR";
		return hex;
	}
	dec = digits(t);
	*word = "NUM";
	return dec && (dec == t.n || !is_word_char(t.s[dec])) ? dec : 0;
}

/* How much of the text is letters within words, which stay. */
static size_t plain_length(struct span t)
{
	size_t n = 0;

	while (n < t.n && (t.s[n] == '_' || isalpha((unsigned char)t.s[n])))
		n++;
	return n;
}

void title_generalize(struct strbuf *out, struct span line)
{
	struct span t = span_trim(line);
	bool in_word = false;

	if (t.n > TITLE_MAX)
		t.n = TITLE_MAX;
	while (t.n) {
		const char *word;
		size_t n = offset_length(t);

		if (n) {
			t = span_skip(t, n);
			continue;
		}
		n = in_word ? 0 : number_length(t, &word);
		if (n) {
			strbuf_adds(out, word);
			t = span_skip(t, n);
			in_word = true;
			continue;
		}
		n = plain_length(t);
		strbuf_add(out, t.s, n);
		if (!n && isprint((unsigned char)t.s[0]))
			strbuf_addc(out, t.s[0]);
		n += !n;
		in_word = is_word_char(t.s[n - 1]);
		t = span_skip(t, n);
	}
	while (out->len && out->s[out->len - 1] == ' ')
		strbuf_cut(out, out->len - 1);
}

void title_expand(struct strbuf *out, const char *pattern, const struct captures *cap,
		  const char *function, struct span rest)
{
	for (const char *p = pattern; *p; p++) {
		unsigned i;

		if (*p != '%') {
			strbuf_addc(out, *p);
			continue;
		}
		p++;
		i = (unsigned)(*p - '1');
		if (*p == 'F')
			strbuf_adds(out, function);
		else if (*p == 'R')
			title_generalize(out, rest);
		else if (i < cap->n)
			title_generalize(out, cap->got[i]);
	}
}

/* Patterns over titles; the first that fits. Without the access a read is assumed. */
static const struct {
	const char *title, *type;
} types[] = {
	{"KASAN: %*null-ptr-deref Write", "KASAN-NULL-POINTER-DEREFERENCE-WRITE"},
	{"KASAN: %*null-ptr-deref", "KASAN-NULL-POINTER-DEREFERENCE-READ"},
	{"KASAN: %*use-after-free Write", "KASAN-USE-AFTER-FREE-WRITE"},
	{"KASAN: %*use-after-free", "KASAN-USE-AFTER-FREE-READ"},
	{"KASAN: invalid-free", "KASAN-INVALID-FREE"},
	{"KASAN: double-free", "KASAN-INVALID-FREE"},
	{"KASAN: %w Write", "KASAN-WRITE"},
	{"KASAN: ", "KASAN-READ"},
	{"KFENCE: use-after-free write", "KFENCE-USE-AFTER-FREE-WRITE"},
	{"KFENCE: use-after-free", "KFENCE-USE-AFTER-FREE-READ"},
	{"KFENCE: invalid free", "KFENCE-INVALID-FREE"},
	{"KFENCE: memory corruption", "KFENCE-MEMORY-CORRUPTION"},
	{"KFENCE: %* write", "KFENCE-WRITE"},
	{"KFENCE: %* read", "KFENCE-READ"},
	{"KMSAN: %*infoleak", "KMSAN-INFO-LEAK"},
	{"KMSAN: uninit-value", "KMSAN-UNINIT-VALUE"},
	{"KMSAN: use-after-free", "KMSAN-USE-AFTER-FREE-READ"},
	{"WARNING: ", "WARNING"},
};

const char *title_type(const char *title)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (pattern_match(types[i].title, span_of(title), NULL))
			return types[i].type;
	return "";
}
