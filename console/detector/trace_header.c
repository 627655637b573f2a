/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines below which frames stand. */
#include "console/detector/trace_parts.h"

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
	{"Stack Trace:", SECTION_CALL}, /* arc */
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

static const char *const header_starts[256] = {
	['C'] = "a",  ['B'] = "aU", ['b'] = "a", ['s'] = "t",  ['T'] = "r",
	['A'] = "l",  ['a'] = "l",  ['F'] = "r", ['f'] = "r",  ['U'] = "n",
	['L'] = "oa", ['-'] = ">",  ['P'] = "r", ['S'] = "et", ['p'] = "a",
};

bool trace_header(struct span t, struct trace_line *out)
{
	bool may = trace_begins(header_starts, t);

	for (size_t i = 0; may && i < HEADERS; i++) {
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
