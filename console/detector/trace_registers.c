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

static const bool ip_starts[256] = {
	['R'] = true, ['E'] = true, ['I'] = true, ['P'] = true, ['p'] = true,
	['e'] = true, ['N'] = true, ['-'] = true, ['K'] = true,
};

bool trace_registers(struct span t, struct trace_line *out)
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
		t = skip_selector(trace_skip_blanks(span_skip(t, strlen(ip_words[i]))), &user);
		t = trace_skip_addresses(t, &n);
		/* loongarch, mips: the bare address stands before the symbol */
		trace_hex(t, &used);
		if (!n && used >= 8 && used < t.n && t.s[used] == ' ')
			t = trace_skip_blanks(span_skip(t, used));
		if (user) {
			out->kind = TRACE_USER_IP;
			return true;
		}
		if (!trace_symbol(t, out) || !out->has_offset)
			return false;
		out->kind = TRACE_IP;
		return true;
	}
	return false;
}
