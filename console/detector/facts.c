/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Collects what a report says besides its trace. */
#include "console/detector/facts.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "console/detector/pattern.h"
#include "console/detector/trace.h"

#define CODE_MAX 512 /* bytes of a Code: line that are kept */

/* How many lines from the first on may tell: the address, the place, and the rest. */
#define LINES_ADDRESS 4
#define LINES_HEAD    8
#define LINES_ALL     200

static int copy(char **field, struct span s)
{
	if (*field)
		return 0;
	*field = strndup(s.n ? s.s : "", s.n);
	return *field ? 0 : -ENOMEM;
}

static int take_task(struct crash_report *r, struct span line)
{
	struct trace_task task = {.cpu = -1, .pid = -1};
	int err;

	if (r->taint || !trace_parse_task(line, &task))
		return 0;
	if (task.cpu >= 0)
		r->cpu = task.cpu;
	if (task.pid >= 0)
		r->pid = task.pid;
	err = copy(&r->taint, task.taint);
	if (!err && task.comm.n)
		err = copy(&r->comm, task.comm);
	return err;
}

/* "[#3]" after "Oops:" and its kin */
static void take_die_counter(struct crash_report *r, struct span line)
{
	const char *at = span_find(line, "[#");
	struct span t;
	unsigned n = 0;

	if (r->die_counter || !at)
		return;
	t = span_skip(line, (size_t)(at - line.s) + 2);
	for (size_t i = 0; i < t.n && i < 6 && isdigit((unsigned char)t.s[i]); i++)
		n = n * 10 + (unsigned)(t.s[i] - '0');
	r->die_counter = n;
}

/* The byte that the CPU was at stands in angles or, on arm, in parentheses. */
static bool is_mark(char c)
{
	return c == ' ' || c == '<' || c == '>' || c == '(' || c == ')';
}

/* "Code: 48 89 <0f> 0b", which may not be read at all: "Code: Bad RIP value." */
static int take_code(struct crash_report *r, struct span line)
{
	struct span t = line;
	size_t n = 0;

	if (r->code || !span_starts(t, "Code: "))
		return 0;
	t = span_trim(span_skip(t, 6));
	while (n < t.n && n < CODE_MAX && (isxdigit((unsigned char)t.s[n]) || is_mark(t.s[n])))
		n++;
	return n < 8 ? 0 : copy(&r->code, span_trim((struct span){t.s, n}));
}

/* "CPU: ", "Pid: ", "Code: ": most lines begin with something else. */
static int take_task_or_code(struct crash_report *r, struct span line)
{
	int err;

	while (line.n && (line.s[0] == ' ' || line.s[0] == '\t'))
		line = span_skip(line, 1);
	if (!line.n || (line.s[0] != 'C' && line.s[0] != 'P'))
		return 0;
	err = take_task(r, line);
	return err ? err : take_code(r, line);
}

/* What the faulting address follows, the longer words first. */
static const char *const address_words[] = {
	"for address: ",   "address: ",    "virtual address ",       "paging request at ",
	"dereference at ", "bad address ", "non-canonical address ", "maybe for address ",
	"data at ",        "badaddr: ",
};

static void take_address(struct crash_report *r, struct span line)
{
	if (!span_find(line, "addr") && !span_find(line, " at "))
		return;
	for (size_t i = 0; i < sizeof(address_words) / sizeof(address_words[0]); i++) {
		const char *at = span_find(line, address_words[i]);
		char text[24];
		char *end;
		struct span t;

		if (!at)
			continue;
		t = span_skip(line, (size_t)(at - line.s) + strlen(address_words[i]));
		if (!t.n || !isxdigit((unsigned char)*t.s))
			continue;
		if (t.n > 20)
			t.n = 20;
		memcpy(text, t.s, t.n);
		text[t.n] = '\0';
		r->address = strtoull(text, &end, 16);
		r->has_address = end > text;
		return;
	}
}

/* "FILE:LINE" after " at " in WARNING: and BUG() lines */
static int take_place(struct crash_report *r, struct span line)
{
	struct captures cap = {0};
	static const char *const patterns[] = {"WARNING: %*at %w:", "%*BUG at %w:", "WARNING: %w:"};

	if (!span_find(line, "WARNING: ") && !span_find(line, "BUG at "))
		return 0;
	for (size_t i = 0; i < 3 && !r->file; i++) {
		struct span rest;

		if (!pattern_match(patterns[i], span_trim(line), &cap) || !cap.n)
			continue;
		rest = span_skip(line, (size_t)(cap.got[0].s + cap.got[0].n + 1 - line.s));
		if (!rest.n || !isdigit((unsigned char)rest.s[0]) ||
		    !memchr(cap.got[0].s, '.', cap.got[0].n)) {
			cap.n = 0;
			continue;
		}
		r->line = 0;
		for (size_t k = 0; k < rest.n && k < 7 && isdigit((unsigned char)rest.s[k]); k++)
			r->line = r->line * 10 + (unsigned)(rest.s[k] - '0');
		return copy(&r->file, cap.got[0]);
	}
	return 0;
}

int facts_collect(struct crash_report *r, const struct report_buffer *b, size_t from)
{
	int err = 0;

	for (size_t i = from; i < b->n && i < from + LINES_HEAD && !err; i++) {
		struct span line = span_trim(report_buffer_line(b, i));

		err = take_place(r, line);
		take_die_counter(r, line);
		if (!r->has_address && i < from + LINES_ADDRESS)
			take_address(r, line);
	}
	for (size_t i = from; i < b->n && i < from + LINES_ALL && !err; i++) {
		if (r->taint && r->code)
			break;
		err = take_task_or_code(r, report_buffer_line(b, i));
	}
	return err;
}
