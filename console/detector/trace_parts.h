/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pieces that console/detector/trace.c puts together; of use to nobody else. Each parser fills
 * in of `out` what it knows, and is given no empty text. */
#ifndef KDEV_CONSOLE_TRACE_PARTS_H
#define KDEV_CONSOLE_TRACE_PARTS_H

#include "console/detector/trace.h"

static inline struct span trace_skip_blanks(struct span t)
{
	while (t.n && (t.s[0] == ' ' || t.s[0] == '\t'))
		t = span_skip(t, 1);
	return t;
}

/* powerpc's 64-bit ABI before its second version: ".func" is func's code. */
static inline struct span trace_skip_dot(struct span t)
{
	return span_skip(t, t.n > 1 && t.s[0] == '.' && t.s[1] != '.');
}

/* May the line begin with one of a table's words? It has their second letters by the first ones:
 * most lines need no comparison with each. */
static inline bool trace_begins(const char *const seconds[256], struct span t)
{
	const char *second = seconds[(unsigned char)t.s[0]];

	return second && t.n > 1 && strchr(second, t.s[1]);
}

/* ---- trace_symbol.c ---- */

/* Up to 16 hex digits, with or without 0x; *used: their length, 0 if there are none. */
uint64_t trace_hex(struct span t, size_t *used);

/* "func+0x10/0x20 [module buildid]"; `sym` is what pattern_symbol() finds at t. */
bool trace_symbol(struct span t, struct trace_line *out);
bool trace_symbol_at(struct span t, struct span sym, struct trace_line *out);

/* "[<ffffffff81000000>] ", once or twice, or powerpc's "[c0000000] [c000000] ". *n counts
 * those in angles: the others stand in other lines too. */
struct span trace_skip_addresses(struct span t, unsigned *n);

/* "c008000000c20054 ", "c008000000c20054: ", as loongarch, mips and xmon print it before a symbol.
 */
struct span trace_skip_bare_address(struct span t);

/* ---- trace_header.c ---- */

/* A line below which frames stand. */
bool trace_header(struct span t, struct trace_line *out);

/* ---- trace_registers.c ---- */

/* The register that says where the CPU was. */
bool trace_registers(struct span t, struct trace_line *out);

#endif
