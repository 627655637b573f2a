/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The timestamp that printk puts before a message, what dmesg makes of it, and the caller. */
#include <endian.h>
#include <string.h>

#include "console/pipeline/kmsg_prefix.h"
#include "console/pipeline/kmsg_vendor.h"
#include "console/span.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Eight bytes of text in a word, the first of them the lowest. */
static uint64_t word_at(const char *s)
{
	uint64_t w;

	memcpy(&w, s, sizeof(w));
	return le64toh(w);
}

/* The same byte eight times. */
#define EIGHT(byte) ((byte)*0x0101010101010101u)

/* Are all eight digits? '0' to '9' are 0x30 to 0x39: six more, and the upper half is still 3. */
static bool are_digits(uint64_t w)
{
	return ((w & (w + EIGHT(6))) & EIGHT(0xf0u)) == EIGHT(0x30u);
}

/* The value of eight digits: joined to pairs, the pairs to fours, and these. */
static uint64_t value_of(uint64_t w)
{
	w = (w & EIGHT(0x0fu)) * (1 + (10 << 8)) >> 8;
	w = (w & 0x00ff00ff00ff00ff) * (1 + (100 << 16)) >> 16;
	return (w & 0x0000ffff0000ffff) * (1 + (10000ull << 32)) >> 32;
}

/* How many bits of a word's first blanks, of up to `most` bytes. */
static unsigned blank_bits(uint64_t w, unsigned most)
{
	return (unsigned)__builtin_ctzll((w ^ EIGHT(0x20u)) | 1ull << 8 * most) & ~7u;
}

/*
 * Nearly every line of a kernel log begins with these two, whose columns are known. They are read
 * without a loop, since how often that would go round the CPU could not foresee.
 */
#define USUAL_STAMP  14 /* "[%5lu.%06lu]", until a kernel has run for 27 hours */
#define USUAL_CALLER 8  /* "[%6s]" */

static bool usual_stamp(const char *s, size_t n, int64_t *us)
{
	uint64_t seconds, micros, blank;

	if (n < USUAL_STAMP || s[0] != '[' || s[6] != '.' || s[13] != ']')
		return false;
	/* zeroes for what stands before the digits */
	seconds = word_at(s) << 16;
	blank = ~0ull << 24 << blank_bits(seconds >> 24, 4);
	seconds = (seconds & blank) | (EIGHT(0x30u) & ~blank);
	micros = (word_at(s + 5) & ~0xffffull) | 0x3030;
	if (!are_digits(seconds) || !are_digits(micros))
		return false;
	*us = (int64_t)(value_of(seconds) * 1000000 + value_of(micros));
	return true;
}

static bool usual_caller(struct span s, char caller[16])
{
	uint64_t w, digits;
	unsigned blanks;

	if (s.n < USUAL_CALLER || s.s[0] != '[' || s.s[7] != ']')
		return false;
	w = word_at(s.s) << 8 >> 16;
	blanks = blank_bits(w, 4);
	w >>= blanks;
	digits = w >> 8 | EIGHT(0x30u) << (40 - blanks);
	if (((char)w != 'T' && (char)w != 'C') || !are_digits(digits))
		return false;
	w = htole64(w);
	memcpy(caller, &w, sizeof(w));
	return true;
}

/* "%5lu.%06lu" at s: its length. Seconds have at most 12 digits: 30,000 years. */
static size_t seconds(const char *s, size_t n, bool strict, int64_t *us)
{
	size_t i = 0, blanks, digits, limit;
	unsigned micro = 0;
	bool other = false; /* than digits */
	int64_t v = 0;

	while (i < n && s[i] == ' ')
		i++;
	blanks = i;
	limit = n < blanks + 13 ? n : blanks + 13;
	for (; i < limit && is_digit(s[i]); i++)
		v = v * 10 + (s[i] - '0');
	digits = i - blanks;
	if (!digits || digits > 12 || n - i < 7 || s[i] != '.')
		return 0;
	if (strict && (i < 5 || (blanks && i > 5)))
		return 0;
	for (size_t k = i + 1; k < i + 7; k++) {
		unsigned digit = (unsigned char)s[k] - (unsigned)'0';

		micro = micro * 10 + digit;
		other |= digit > 9;
	}
	if (other)
		return 0;
	*us = v * 1000000 + micro;
	return i + 7;
}

size_t kmsg_timestamp(const char *s, size_t n, bool strict, int64_t *us)
{
	int64_t v;
	size_t i;

	if (usual_stamp(s, n, us))
		return USUAL_STAMP;
	if (n < 10 || s[0] != '[')
		return 0;
	i = seconds(s + 1, n - 1, strict, &v);
	if (i)
		i += kmsg_vendor_unit(s + 1 + i, n - 1 - i);
	if (!i || i + 1 >= n || s[i + 1] != ']')
		return 0;
	*us = v;
	return i + 2;
}

/* "[    T1]", "[   C12]". *cut: the line ends inside it. */
static inline size_t caller_at(struct span s, struct kmsg_prefix *out)
{
	size_t i = 1, begin;

	if (!s.n || s.s[0] != '[')
		return 0;
	if (usual_caller(s, out->caller))
		return USUAL_CALLER;
	while (i < s.n && s.s[i] == ' ')
		i++;
	begin = i;
	if (i < s.n && (s.s[i] == 'T' || s.s[i] == 'C')) {
		for (i++; i < s.n && is_digit(s.s[i]);)
			i++;
	}
	if (i == s.n) {
		out->cut = true;
		return i;
	}
	if (s.s[i] != ']' || i - begin < 2 || i - begin >= sizeof(out->caller))
		return 0;
	memcpy(out->caller, s.s + begin, i - begin);
	out->caller[i - begin] = 0;
	return i + 1;
}

/* Does it look like this? '9' is a digit, '_' a digit or blank, 'a' a letter, '~' a sign. */
static bool looks_like(struct span s, const char *form)
{
	if (s.n < strlen(form))
		return false;
	for (size_t i = 0; form[i]; i++) {
		char c = s.s[i], l = (char)(c | 0x20);

		if (form[i] == '9'   ? !is_digit(c)
		    : form[i] == '_' ? !is_digit(c) && c != ' '
		    : form[i] == 'a' ? l < 'a' || l > 'z'
				     : c != form[i])
			return false;
	}
	return true;
}

/* The other things that dmesg has in the brackets: -T, -e (two forms), -d. */
static size_t dmesg_time_at(struct span s, int64_t *us)
{
	static const char *const forms[] = {"[aaa aaa _9 99:99:99 9999]", "[aaa99 99:99]",
					    "[  +9.999999]", "[ +99.999999]", "[+999.999999]",
					    /* crash's "log -T" tells the time zone */
					    "[aaa aaa _9 99:99:99 aaa 9999]",
					    "[aaa aaa _9 99:99:99 aaaa 9999]"};
	size_t i;

	for (size_t f = 0; f < sizeof(forms) / sizeof(*forms); f++)
		if (looks_like(s, forms[f]))
			return strlen(forms[f]);
	i = s.n > 1 ? seconds(s.s + 1, s.n - 1, true, us) : 0;
	if (i && span_starts(span_skip(s, i + 1), " <")) {
		int64_t delta;
		size_t d = seconds(s.s + i + 3, s.n - i - 3, true, &delta);

		if (d && span_starts(span_skip(s, i + 3 + d), ">]"))
			return i + 3 + d + 2;
	}
	if (i)
		*us = -1;
	return 0;
}

/* `journalctl -o short-monotonic` has "host kernel: " behind the timestamp. */
static size_t monotonic_host(struct span s)
{
	/* frames are indented */
	const char *blank = s.n && s.s[0] != ' ' ? memchr(s.s, ' ', s.n < 65 ? s.n : 65) : NULL;
	size_t host = blank ? (size_t)(blank - s.s) : 0;

	if (!host || !span_starts(span_skip(s, host), " kernel: "))
		return 0;
	for (size_t i = 0; i < host; i++)
		if (!is_digit(s.s[i]) && !strchr("-._", s.s[i]) &&
		    ((s.s[i] | 0x20) < 'a' || (s.s[i] | 0x20) > 'z'))
			return 0;
	return host + 9;
}

static size_t skip_blank(struct span s)
{
	return s.n && s.s[0] == ' ';
}

/* Both in their usual columns, or the first alone with nothing that looks like a task behind it. */
static inline size_t usual(struct span s, struct kmsg_prefix *out)
{
	size_t i = USUAL_STAMP, text;

	if (!usual_stamp(s.s, s.n, &out->us))
		return 0;
	if (usual_caller(span_skip(s, i), out->caller)) {
		i += USUAL_CALLER;
	} else {
		for (text = i; text < s.n && s.s[text] == ' ';)
			text++;
		if (text == s.n || kmsg_vendor_begins_task[(unsigned char)s.s[text]])
			return 0;
	}
	i += skip_blank(span_skip(s, i));
	return i + monotonic_host(span_skip(s, i));
}

size_t kmsg_stamp(const char *text, size_t n, struct kmsg_prefix *out)
{
	struct span s = {text, n};
	size_t i = usual(s, out), c;

	if (i)
		return i;
	i = kmsg_timestamp(text, n, false, &out->us);
	if (!i) {
		i = s.n && s.s[0] == '[' ? dmesg_time_at(s, &out->us) : 0;
		return i ? i + skip_blank(span_skip(s, i)) : 0;
	}
	/* dmesg puts a blank between the two, the console does not. */
	c = caller_at(span_skip(s, i), out);
	if (!c && span_starts(span_skip(s, i), " [")) {
		c = caller_at(span_skip(s, i + 1), out);
		if (out->cut)
			c = out->cut = false;
		c += c > 0;
	}
	if (!c)
		c = kmsg_vendor_task(s.s + i, s.n - i, out->caller);
	i += c;
	i += skip_blank(span_skip(s, i));
	return i + monotonic_host(span_skip(s, i));
}
