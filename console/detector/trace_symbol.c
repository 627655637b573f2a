/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Symbols in traces, and the addresses before them. */
#include <ctype.h>

#include "console/detector/pattern.h"
#include "console/detector/trace_parts.h"

/* What a hex digit is worth, plus one; 0: it is none. */
static const unsigned char hex_digits[256] = {
	['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,
	['6'] = 7,  ['7'] = 8,  ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12,
	['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16, ['A'] = 11, ['B'] = 12,
	['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

/* The digits at the beginning of t. Returns how many. */
static inline size_t hex_value(struct span t, uint64_t *value)
{
	size_t n = 0, most = t.n < 16 ? t.n : 16;
	unsigned digit;

	for (*value = 0; n < most && (digit = hex_digits[(unsigned char)t.s[n]]); n++)
		*value = *value << 4 | (digit - 1);
	return n;
}

uint64_t trace_hex(struct span t, size_t *used)
{
	size_t prefix = t.n > 2 && t.s[0] == '0' && t.s[1] == 'x' ? 2 : 0, digits;
	uint64_t value;

	digits = hex_value(span_skip(t, prefix), &value);
	*used = digits ? prefix + digits : 0;
	return value;
}

/* "+0x10/0x20" */
static struct span parse_offset(struct span t, struct trace_line *out)
{
	size_t digits;

	if (!span_starts(t, "+0x"))
		return t;
	digits = hex_value(span_skip(t, 3), &out->offset);
	/* a line that was cut there is still a frame's */
	if (!digits && t.n > 3)
		return t;
	out->has_offset = true;
	t = span_skip(t, 3 + digits);
	if (!span_starts(t, "/0x"))
		return t;
	digits = hex_value(span_skip(t, 3), &out->size);
	return span_skip(t, 1 + (digits ? 2 + digits : 0));
}

/* Rust's v0 names are printed demangled: "<crate::Type as Trait>::method". */
static struct span rust_symbol(struct span t)
{
	const char *plus = span_find(t, "+0x");
	size_t n = plus ? (size_t)(plus - t.s) : 0;

	if (!n || n > 256 || (t.s[0] != '<' && !span_find((struct span){t.s, n}, "::")))
		return (struct span){t.s, 0};
	return (struct span){t.s, n};
}

static bool is_module_name(struct span t)
{
	for (size_t i = 0; i < t.n; i++)
		if (!isalnum((unsigned char)t.s[i]) && t.s[i] != '_' && t.s[i] != '-')
			return false;
	return t.n > 0;
}

/* " [module buildid]", " [module(OE)]" */
static void parse_module(struct span t, struct trace_line *out)
{
	const char *end;
	size_t n;

	t = trace_skip_blanks(t);
	if (!t.n || t.s[0] != '[')
		return;
	t = span_skip(t, 1);
	end = memchr(t.s, ']', t.n);
	if (!end)
		return;
	t.n = (size_t)(end - t.s);
	for (n = 0; n < t.n && t.s[n] != ' ' && t.s[n] != '('; n++)
		;
	if (!is_module_name((struct span){t.s, n}) || span_is((struct span){t.s, n}, "inline"))
		return;
	out->module = (struct span){t.s, n};
	if (n < t.n && t.s[n] == ' ')
		out->build_id = span_trim(span_skip(t, n));
}

/* A symbol, as pattern_symbol() has found it, with what follows. */
bool trace_symbol_at(struct span t, struct span sym, struct trace_line *out)
{
	struct span rest;
	const char *inlined, *from;

	if (span_skip(t, sym.n).n && (span_starts(span_skip(t, sym.n), "::") || t.s[0] == '<'))
		sym = rust_symbol(t);
	if (!sym.n || span_starts(sym, "0x"))
		return false;
	out->symbol = sym;
	rest = parse_offset(span_skip(t, sym.n), out);
	if (span_starts(rest, "()"))
		rest = span_skip(rest, 2);
	if (rest.n < 3)
		return true;
	if (span_find(rest, "(unreliable)"))
		out->unreliable = true;
	inlined = span_find(rest, "[inline]");
	from = inlined ? span_find(rest, " from ") : NULL;
	out->inlined = inlined && (!from || inlined < from);
	parse_module(rest, out);
	return true;
}

bool trace_symbol(struct span t, struct trace_line *out)
{
	t = trace_skip_dot(t);
	return trace_symbol_at(t, pattern_symbol(t), out);
}

static size_t word_length(struct span t)
{
	size_t n = 0;

	while (n < t.n && t.s[n] >= 'a' && t.s[n] <= 'z')
		n++;
	return n;
}

struct span trace_skip_addresses(struct span t, unsigned *n)
{
	size_t used;

	*n = 0;
	for (unsigned i = 0; i < 3; i++) {
		struct span a = trace_skip_blanks(t), h;
		bool angle;

		if (!a.n || a.s[0] != '[')
			break;
		angle = a.n > 1 && a.s[1] == '<';
		h = trace_skip_blanks(span_skip(a, angle ? 2 : 1));
		trace_hex(h, &used);
		if (used < 8 && !span_starts(h, "inline") && !span_starts(h, "none"))
			break;
		h = trace_skip_blanks(span_skip(h, used ? used : word_length(h)));
		if (!span_starts(h, angle ? ">]" : "]"))
			break;
		t = trace_skip_blanks(span_skip(h, angle ? 2 : 1));
		*n += angle;
	}
	return t;
}

struct span trace_skip_bare_address(struct span t)
{
	size_t used;

	trace_hex(t, &used);
	if (used < 8 || used >= t.n || (t.s[used] != ' ' && t.s[used] != ':'))
		return t;
	return trace_skip_blanks(span_skip(t, used + 1));
}

struct span trace_function(struct span symbol)
{
	static const char *const suffixes[] = {".isra.",  ".constprop.", ".part.",
					       ".cold",   ".llvm.",      ".lto_priv.",
					       ".clone.", ".ipa.",       ".__uniq."};

	if (!symbol.n || !memchr(symbol.s, '.', symbol.n))
		return symbol;
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		const char *at = span_find(symbol, suffixes[i]);

		if (at && at > symbol.s)
			symbol.n = (size_t)(at - symbol.s);
	}
	return symbol;
}
