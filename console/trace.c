/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recognises the lines of call traces; see the header. */
#include "console/trace.h"

#include <ctype.h>

#include "console/pattern.h"

/* What a hex digit is worth, plus one; 0: it is none. */
static const unsigned char hex_digits[256] = {
	['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,
	['6'] = 7,  ['7'] = 8,  ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12,
	['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16, ['A'] = 11, ['B'] = 12,
	['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

static uint64_t parse_hex(struct span t, size_t *used)
{
	uint64_t v = 0;
	size_t n = t.n > 2 && t.s[0] == '0' && t.s[1] == 'x' ? 2 : 0, from = n;

	for (; n < t.n && n - from < 16 && hex_digits[(unsigned char)t.s[n]]; n++)
		v = v << 4 | (hex_digits[(unsigned char)t.s[n]] - 1u);
	*used = n == from ? 0 : n;
	return v;
}

static struct span skip_blanks(struct span t)
{
	while (t.n && (t.s[0] == ' ' || t.s[0] == '\t'))
		t = span_skip(t, 1);
	return t;
}

/* "+0x10/0x20" */
static struct span parse_offset(struct span t, struct trace_line *out)
{
	size_t used;

	if (!span_starts(t, "+0x"))
		return t;
	out->offset = parse_hex(span_skip(t, 1), &used);
	if (!used)
		return t;
	out->has_offset = true;
	t = span_skip(t, 1 + used);
	if (!span_starts(t, "/0x"))
		return t;
	out->size = parse_hex(span_skip(t, 1), &used);
	return span_skip(t, 1 + used);
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

	t = skip_blanks(t);
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
static bool parse_symbol_at(struct span t, struct span sym, struct trace_line *out)
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

static bool parse_symbol(struct span t, struct trace_line *out)
{
	return parse_symbol_at(t, pattern_symbol(t), out);
}

static size_t word_length(struct span t)
{
	size_t n = 0;

	while (n < t.n && t.s[n] >= 'a' && t.s[n] <= 'z')
		n++;
	return n;
}

/* "[<ffffffff81000000>] ", once or twice, or powerpc's "[c0000000] [c000000] ". Counts
 * those in angles: the others stand in other lines too. */
static struct span skip_addresses(struct span t, unsigned *n)
{
	size_t used;

	*n = 0;
	for (unsigned i = 0; i < 3; i++) {
		struct span a = skip_blanks(t), h;
		bool angle;

		if (!a.n || a.s[0] != '[')
			break;
		angle = a.n > 1 && a.s[1] == '<';
		h = skip_blanks(span_skip(a, angle ? 2 : 1));
		parse_hex(h, &used);
		if (used < 8 && !span_starts(h, "inline") && !span_starts(h, "none"))
			break;
		h = skip_blanks(span_skip(h, used ? used : word_length(h)));
		if (!span_starts(h, angle ? ">]" : "]"))
			break;
		t = skip_blanks(span_skip(h, angle ? 2 : 1));
		*n += angle;
	}
	return t;
}

/* The headers of traces, at the start of a line. */
static const struct {
	const char *text;
	enum trace_section section;
} headers[] = {
	{"Call Trace:", SECTION_CALL},
	{"Call trace:", SECTION_CALL},
	{"Backtrace:", SECTION_CALL},
	{"backtrace:", SECTION_CALL},
	{"backtrace (crc", SECTION_CALL},
	{"stack backtrace:", SECTION_CALL},
	{"Trace:", SECTION_CALL},
	{"Allocated by task", SECTION_ALLOC},
	{"Allocated:", SECTION_ALLOC},
	{"allocated by task", SECTION_ALLOC},
	{"Freed by task", SECTION_FREE},
	{"Freed:", SECTION_FREE},
	{"freed by task", SECTION_FREE},
	{"Uninit was ", SECTION_ORIGIN},
	{"Local variable ", SECTION_ORIGIN},
	{"-> #", SECTION_CHAIN},
	{"Preemption disabled at:", SECTION_OTHER},
	/* KMSAN and KCSAN print their stack below the first line */
	{"BUG: KMSAN: ", SECTION_CALL},
	{"BUG: KCSAN: ", SECTION_CALL},
	{"Last potentially related work creation:", SECTION_OTHER},
	{"Second to last potentially related work creation:", SECTION_OTHER},
	{"Last call_rcu():", SECTION_OTHER},
	{"page last allocated via", SECTION_OWNER},
	{"page last free ", SECTION_OTHER},
	{"page_owner ", SECTION_OTHER},
	{"page freed by", SECTION_OTHER},
};

#define HEADERS (sizeof(headers) / sizeof(headers[0]))

/* KFENCE: "Out-of-bounds read at 0x… (1B left of kfence-#17):" */
static bool parse_kfence_header(struct span t, struct trace_line *out)
{
	if (!span_find(t, "kfence-#"))
		return false;
	out->kind = TRACE_START;
	if (span_find(t, "allocated by"))
		out->section = SECTION_ALLOC;
	else
		out->section = span_find(t, "freed by") ? SECTION_FREE : SECTION_CALL;
	return true;
}

/* "{IN-HARDIRQ-W} state was registered at:", "... which became SOFTIRQ-irq-safe at:" */
static bool parse_lockdep_header(struct span t, struct trace_line *out)
{
	if (t.s[0] == '{' ? !span_find(t, "state was registered at:")
			  : !span_starts(t, "... which became "))
		return false;
	out->kind = TRACE_START;
	out->section = SECTION_CHAIN;
	return true;
}

/* What a header begins with: most lines need no comparison with each. */
static const bool header_starts[256] = {
	['C'] = true, ['B'] = true, ['b'] = true, ['s'] = true, ['T'] = true,
	['A'] = true, ['a'] = true, ['F'] = true, ['f'] = true, ['U'] = true,
	['L'] = true, ['-'] = true, ['P'] = true, ['S'] = true, ['p'] = true,
};

static bool parse_header(struct span t, struct trace_line *out)
{
	for (size_t i = 0; header_starts[(unsigned char)t.s[0]] && i < HEADERS; i++) {
		if (t.s[0] != headers[i].text[0] || !span_starts(t, headers[i].text))
			continue;
		out->kind = TRACE_START;
		out->section = headers[i].section;
		out->mark = (struct span){t.s, strlen(headers[i].text)};
		return true;
	}
	if (t.s[t.n - 1] != ':')
		return false;
	return parse_kfence_header(t, out) || parse_lockdep_header(t, out);
}

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
	rest = skip_addresses(span_skip(t, (size_t)(at - t.s) + 4), &addresses);
	if (!parse_symbol(rest, out) || !out->has_offset)
		return false;
	out->kind = TRACE_FRAME;
	out->section = t.s[0] == '#' ? SECTION_OTHER : SECTION_AT;
	return true;
}

/* The registers that hold the instruction pointer. */
static const char *const ip_words[] = {
	"RIP: ",
	"RIP  ",
	"EIP: ",
	"EIP is at ",
	"IP: ",
	"PC is at ",
	"pc : ",
	"epc : ",
	"epc   : ",
	"NIP ",
	"pc ",
	"ERA: ",
	"PC: ",
	"--- interrupt: 700 at ",
	"--- interrupt: 300 at ",
	"--- Exception: 700 at ",
	"--- Exception: 300 at ",
};

/* 0010:func, 0060:[<addr>]: selectors with user privilege have 3 in the low bits. */
static struct span skip_selector(struct span t, bool *user)
{
	size_t used;
	uint64_t sel = parse_hex(t, &used);

	if (used < 2 || used > 4 || used >= t.n || t.s[used] != ':')
		return t;
	*user = (sel & 3) == 3;
	return span_skip(t, used + 1);
}

/* s390: "Krnl PSW : 0704c00180000000 000003ff8012a04e (func+0x1e/0x40 [module])" */
static bool parse_psw(struct span t, struct trace_line *out)
{
	const char *at = memchr(t.s, '(', t.n);

	if (!at || !parse_symbol(span_skip(t, (size_t)(at - t.s) + 1), out) || !out->has_offset)
		return false;
	out->kind = TRACE_IP;
	return true;
}

static const bool ip_starts[256] = {
	['R'] = true, ['E'] = true, ['I'] = true, ['P'] = true, ['p'] = true,
	['e'] = true, ['N'] = true, ['-'] = true, ['K'] = true,
};

static bool parse_ip(struct span t, struct trace_line *out)
{
	if (!ip_starts[(unsigned char)t.s[0]])
		return false;
	if (span_starts(t, "Krnl PSW : "))
		return parse_psw(t, out);
	for (size_t i = 0; i < sizeof(ip_words) / sizeof(ip_words[0]); i++) {
		bool user = false;
		unsigned n;
		size_t used;

		if (t.s[0] != ip_words[i][0] || !span_starts(t, ip_words[i]))
			continue;
		t = skip_selector(skip_blanks(span_skip(t, strlen(ip_words[i]))), &user);
		t = skip_addresses(t, &n);
		/* loongarch, mips: the bare address stands before the symbol */
		parse_hex(t, &used);
		if (!n && used >= 8 && used < t.n && t.s[used] == ' ')
			t = skip_blanks(span_skip(t, used));
		if (user) {
			out->kind = TRACE_USER_IP;
			return true;
		}
		if (!parse_symbol(t, out) || !out->has_offset)
			return false;
		out->kind = TRACE_IP;
		return true;
	}
	return false;
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
	return skip_blanks(span_skip(t, n + 1));
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

	if (addresses && t.n && t.s[0] == '(' && parse_symbol(span_skip(t, 1), out)) {
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
	       parse_symbol_at(t, own, out);
}

static bool parse_frame(struct span t, struct trace_line *out)
{
	bool bracket = t.n && t.s[0] == '(';
	struct span own; /* symbol */
	unsigned addresses;
	struct span rest = skip_addresses(bracket ? span_skip(t, 1) : t, &addresses);

	rest = parse_mark(rest, out);
	if (span_starts(rest, "? ")) {
		out->unreliable = true;
		rest = skip_blanks(span_skip(rest, 2));
	}
	if (!addresses)
		rest = skip_addresses(rest, &addresses);
	if (span_starts(rest, "? ")) {
		out->unreliable = true;
		rest = skip_blanks(span_skip(rest, 2));
	}
	own = pattern_symbol(rest);
	if (parse_arm_frame(rest, own, addresses, out)) {
		out->kind = TRACE_FRAME;
		return true;
	}
	if (parse_symbol_at(rest, own, out) && (out->has_offset || addresses || out->inlined)) {
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

bool trace_parse(struct span line, struct trace_line *out)
{
	struct span t = span_trim(line);

	*out = (struct trace_line){0};
	if (t.n < 4 || t.n > 1024)
		return false;
	return parse_header(t, out) || parse_ip(t, out) || parse_lock_line(t, out) ||
	       parse_frame(t, out);
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
