/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The line that says which task ran on which CPU (dump_stack_print_info() and kin). */
#include <ctype.h>
#include <stdlib.h>

#include "console/detector/pattern.h"
#include "console/detector/trace.h"

static int number(struct span t)
{
	int v = 0;

	for (size_t i = 0; i < t.n && i < 9 && isdigit((unsigned char)t.s[i]); i++)
		v = v * 10 + (t.s[i] - '0');
	return v;
}

/* The digits after `word`, or -1. */
static int number_after(struct span line, const char *word)
{
	const char *at = span_find(line, word);
	struct span t;

	if (!at)
		return -1;
	t = span_trim(span_skip(line, (size_t)(at - line.s) + strlen(word)));
	return t.n && isdigit((unsigned char)t.s[0]) ? number(t) : -1;
}

/* "Tainted: G    B D W  OE   " is letters and blanks up to the release, which has
 * a digit first; newer kernels put "[W]=WARN, …" after it. */
static struct span taint_letters(struct span t)
{
	size_t n = 0;

	while (n < t.n && (isupper((unsigned char)t.s[n]) || t.s[n] == ' '))
		n++;
	return span_trim((struct span){t.s, n});
}

static struct span comm_of(struct span line)
{
	static const char *const ends[] = {" Not tainted", " Tainted:", " Kdump:"};
	const char *at = span_find(line, "Comm: "), *end;
	struct span t;

	if (!at)
		at = span_find(line, "comm: ");
	if (!at)
		return (struct span){0};
	t = span_skip(line, (size_t)(at - line.s) + 6);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		end = span_find(t, ends[i]);
		if (end)
			t.n = (size_t)(end - t.s);
	}
	return span_trim(t);
}

bool trace_parse_task(struct span line, struct trace_task *task)
{
	struct span l = span_trim(line);
	const char *tainted;
	bool clean;

	if (!span_starts(l, "CPU: ") && !span_starts(l, "Pid: ") && !span_starts(l, "CPU "))
		return false;
	tainted = span_find(l, "Tainted: ");
	clean = span_find(l, "Not tainted") != NULL;
	if (!tainted && !clean)
		return false;
	task->cpu = number_after(l, "CPU: ");
	task->pid = number_after(l, span_starts(l, "Pid: ") ? "Pid: " : "PID: ");
	task->comm = comm_of(l);
	if (clean)
		task->taint = (struct span){l.s, 0};
	else
		task->taint = taint_letters(span_skip(l, (size_t)(tainted - l.s) + 9));
	return true;
}
