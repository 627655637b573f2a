/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recognises the lines of call traces; see the header. */
#include "console/detector/trace.h"

#include <ctype.h>

#include "console/detector/pattern.h"
#include "console/detector/trace_parts.h"

/* " (&lock){+.+.}-{3:3}, at: func+0x10/0x20"; those with a "#0:" are but held. */
static bool parse_lock_line(struct span t, struct trace_line *out)
{
	struct span rest;
	unsigned addresses;
	const char *at;

	if (!memchr(t.s, '}', t.n))
		return false;
	at = span_find(t, "at: ");
	if (!at || (!span_find(t, "}, at: ") && !span_find(t, "}-{")))
		return false;
	rest = trace_skip_addresses(span_skip(t, (size_t)(at - t.s) + 4), &addresses);
	if (!trace_symbol(rest, out) || !out->has_offset)
		return false;
	out->kind = TRACE_FRAME;
	out->section = t.s[0] == '#' ? SECTION_OTHER : SECTION_AT;
	return true;
}

/* "<IRQ>", "</TASK>", "<#DF>" before a frame or alone. */
static struct span parse_mark(struct span t, struct trace_line *out)
{
	size_t n = 1;

	if (t.n < 3 || t.s[0] != '<')
		return t;
	while (n < t.n && n < 16 &&
	       (isupper((unsigned char)t.s[n]) || t.s[n] == '/' || t.s[n] == '#' || t.s[n] == '_'))
		n++;
	if (n < 3 || n >= t.n || t.s[n] != '>')
		return t;
	out->mark = (struct span){t.s, n + 1};
	return trace_skip_blanks(span_skip(t, n + 1));
}

static void parse_arm_caller(struct span t, const char *from, struct trace_line *out)
{
	struct captures cap = {0};

	if (from && pattern_match(" from [<%x>] (%f", span_skip(t, (size_t)(from - t.s)), &cap))
		out->caller = cap.got[0];
}

/*
 * arm: "[<addr>] (func+0x…) from [<addr>] (caller)", " func [module] from caller+0x…". Without an
 * offset of its own the caller must have one: prose says "from" too.
 */
static bool parse_arm_frame(struct span t, struct span own, bool addresses, struct trace_line *out)
{
	struct span caller, sym;
	const char *end;

	if (addresses && t.n && t.s[0] == '(' && trace_symbol(span_skip(t, 1), out)) {
		parse_arm_caller(t, span_find(t, " from "), out);
		return true;
	}
	caller = span_skip(t, own.n);
	if (span_starts(caller, " [") && (end = memchr(caller.s, ']', caller.n)))
		caller = span_skip(caller, (size_t)(end - caller.s) + 1);
	if (!span_starts(caller, " from "))
		return false;
	caller = span_skip(caller, 6);
	sym = pattern_symbol(caller);
	return sym.n && span_starts(span_skip(caller, sym.n), "+0x") &&
	       trace_symbol_at(t, own, out);
}

static bool parse_frame(struct span t, struct trace_line *out)
{
	bool bracket = t.n && t.s[0] == '(';
	struct span own; /* symbol */
	unsigned addresses;
	struct span rest = trace_skip_addresses(bracket ? span_skip(t, 1) : t, &addresses);

	/* xmon: "[c000000006a5ba80] c000000000a1c2d0 func+0x80/0x140" */
	if (!addresses && t.n && t.s[0] == '[' && rest.s != t.s)
		rest = trace_skip_bare_address(rest);
	rest = parse_mark(rest, out);
	if (span_starts(rest, "? ")) {
		out->unreliable = true;
		rest = trace_skip_blanks(span_skip(rest, 2));
	}
	if (!addresses)
		rest = trace_skip_addresses(rest, &addresses);
	if (span_starts(rest, "? ")) {
		out->unreliable = true;
		rest = trace_skip_blanks(span_skip(rest, 2));
	}
	/* without an address, what is a frame has an offset or says that it is inlined */
	if (!addresses && rest.n && !memchr(rest.s, '+', rest.n) && !memchr(rest.s, '[', rest.n))
		return false;
	rest = trace_skip_dot(rest);
	own = pattern_symbol(rest);
	if (parse_arm_frame(rest, own, addresses, out)) {
		out->kind = TRACE_FRAME;
		return true;
	}
	if (trace_symbol_at(rest, own, out) && (out->has_offset || addresses || out->inlined)) {
		out->kind = TRACE_FRAME;
		return true;
	}
	out->symbol.n = 0;
	if (addresses) {
		out->kind = TRACE_FRAME;
		return true;
	}
	if (out->mark.n && !rest.n) {
		out->kind = TRACE_MARK;
		return true;
	}
	return false;
}

/*
 * By far the most: "func+0x10/0x20 [module]", perhaps with "? " before it. No other kind of line
 * has its first '+' directly behind the first word. False: look closer.
 */
static bool parse_plain_frame(struct span t, const char *plus, struct trace_line *out)
{
	bool unreliable = t.s[0] == '?' && t.s[1] == ' ';
	struct span rest = unreliable ? trace_skip_blanks(span_skip(t, 2)) : t;
	struct span sym = pattern_symbol(rest);

	if (!sym.n || sym.s + sym.n != plus || t.s[t.n - 1] == ':')
		return false;
	if (memchr(plus, '}', (size_t)(t.s + t.n - plus)) || !trace_symbol_at(rest, sym, out) ||
	    !out->has_offset) {
		*out = (struct trace_line){0};
		return false;
	}
	out->unreliable |= unreliable;
	out->kind = TRACE_FRAME;
	return true;
}

bool trace_parse(struct span line, struct trace_line *out)
{
	struct span t = span_trim(line);
	const char *plus;

	*out = (struct trace_line){0};
	if (t.n < 4 || t.n > 1024)
		return false;
	plus = memchr(t.s, '+', t.n);
	if (plus && parse_plain_frame(t, plus, out))
		return true;
	if (trace_header(t, out) || trace_registers(t, out))
		return true;
	if (plus && parse_lock_line(t, out))
		return true;
	/* a frame has an offset, an address in brackets, or a mark before it */
	return (plus || t.s[0] == '<' || memchr(t.s, '[', t.n)) && parse_frame(t, out);
}
