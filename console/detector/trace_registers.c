/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The registers that say where the CPU was. */
#include "console/detector/trace_parts.h"

/* The registers that hold the instruction pointer. */
static const char *const ip_words[] = {
	"RIP: ",
	"RIP  ",
	"EIP: ",
	"EIP is at ",
	"IP: ",
	"PC is at ",
	/* alpha, then sparc */
	"pc is at ",
	"TPC: <",
	"pc : ",
	"epc : ",
	"epc   : ",
	"NIP ",
	"pc ",
	"ERA: ",
	"PC: ",
	/* powerpc's xmon */
	"pc: ",
	"--- interrupt: 700 at ",
	"--- interrupt: 300 at ",
	"--- Exception: 700 at ",
	"--- Exception: 300 at ",
};

/* Where a function returns to, on machines that keep it in a register. */
static const char *const link_words[] = {
	"lr : ", "LR is at ", "LR ", "ra : ", "ra    : ", "ra: ",
};

/* 0010:func, 0060:[<addr>]: selectors with user privilege have 3 in the low bits. */
static struct span skip_selector(struct span t, bool *user)
{
	size_t used;
	uint64_t sel = trace_hex(t, &used);

	if (used < 2 || used > 4 || used >= t.n || t.s[used] != ':')
		return t;
	*user = (sel & 3) == 3;
	return span_skip(t, used + 1);
}

/* s390: "Krnl PSW : 0704c00180000000 000003ff8012a04e (func+0x1e/0x40 [module])" */
static bool parse_psw(struct span t, struct trace_line *out)
{
	const char *at = memchr(t.s, '(', t.n);

	if (!at || !trace_symbol(span_skip(t, (size_t)(at - t.s) + 1), out) || !out->has_offset)
		return false;
	out->kind = TRACE_IP;
	return true;
}

/* What is behind the word that names the register. */
static bool parse_place(struct span t, struct trace_line *out)
{
	bool user = false;
	unsigned n;

	t = skip_selector(trace_skip_blanks(t), &user);
	t = trace_skip_addresses(t, &n);
	if (!n)
		t = trace_skip_bare_address(t);
	if (user) {
		out->kind = TRACE_USER_IP;
		return true;
	}
	/* Elsewhere code may have run that used the link register, as that of a module that is
	 * gone: at NULL none has. */
	if (span_is(t, "0x0")) {
		out->kind = TRACE_NULL_IP;
		return true;
	}
	if (!trace_symbol(t, out) || !out->has_offset)
		return false;
	out->kind = TRACE_IP;
	return true;
}

static const char *word_at(struct span t, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (t.s[0] == words[i][0] && span_starts(t, words[i]))
			return words[i];
	return NULL;
}

static const char *const register_starts[256] = {
	['R'] = "I", ['E'] = "IR", ['I'] = "P", ['P'] = "C", ['p'] = "c", ['e'] = "p", ['N'] = "I",
	['-'] = "-", ['K'] = "r",  ['T'] = "P", ['l'] = "r", ['L'] = "R", ['r'] = "a",
};

bool trace_registers(struct span t, struct trace_line *out)
{
	const char *word;

	if (!trace_begins(register_starts, t))
		return false;
	if (span_starts(t, "Krnl PSW : "))
		return parse_psw(t, out);
	word = word_at(t, ip_words, sizeof(ip_words) / sizeof(ip_words[0]));
	if (word)
		return parse_place(span_skip(t, strlen(word)), out);
	word = word_at(t, link_words, sizeof(link_words) / sizeof(link_words[0]));
	if (!word || !parse_place(span_skip(t, strlen(word)), out) || out->kind != TRACE_IP)
		return false;
	out->kind = TRACE_LINK;
	return true;
}
