/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Is a report whole? */
#include "console/detector/torn.h"

/* Messages that bring a stack dump of their own and are no crash. */
static bool brings_a_stack(struct span line)
{
	return span_starts(line, "FAULT_INJECTION: forcing a failure") ||
	       span_starts(line, "FAULT_FLAG_ALLOW_RETRY missing") ||
	       span_find(line, "vmalloc: allocation failure");
}

/* From here on other CPUs are asked for their stacks: they may differ. */
static bool asks_others(struct span line)
{
	return span_starts(line, "NMI backtrace for cpu") || span_starts(line, "Sending NMI") ||
	       span_starts(line, "---[ end ");
}

struct walk {
	int cpu, pid;     /* whose report it is; -1: not known */
	bool header_seen; /* its task line */
	bool trace_begun; /* a call trace's header */
};

/* A second task line with another task: two reports in one another. */
static bool other_task(struct walk *w, struct span line)
{
	struct trace_task task = {.cpu = -1, .pid = -1};

	/* "CPU: ", "Pid: ": most lines begin with something else */
	if (!line.n || (line.s[0] != 'C' && line.s[0] != 'P'))
		return false;
	if (!trace_parse_task(line, &task) || task.pid < 0 || task.cpu < 0)
		return false;
	if (w->pid >= 0 && (task.pid != w->pid || task.cpu != w->cpu))
		return true;
	/* its trace begins below its task line, never above */
	if (!w->header_seen && w->trace_begun)
		return true;
	w->header_seen = true;
	w->cpu = task.cpu;
	w->pid = task.pid;
	return false;
}

const char *torn_mixed(const struct report_buffer *b, size_t trigger, const struct rule *rule,
		       bool tagged)
{
	struct walk w = {.cpu = -1, .pid = -1};

	if (tagged || rule->klass == CRASH_HANG)
		return NULL;
	for (size_t i = trigger; i < b->n; i++) {
		struct span line = span_trim(report_buffer_line(b, i));

		if (asks_others(line))
			break;
		if (brings_a_stack(line))
			return "another message with a stack stands in it";
		if (span_starts(line, "Call Trace:") || span_starts(line, "Call trace:"))
			w.trace_begun = true;
		else if (other_task(&w, line))
			return "two tasks' reports are mixed";
	}
	return NULL;
}

/* Another record begins in the middle of the first line's text. */
static bool title_is_cut(const struct report_buffer *b, size_t trigger)
{
	return b->lines[trigger].torn;
}

const char *torn_reason(const struct report_buffer *b, size_t trigger, const struct rule *rule,
			const struct frames *frames)
{
	if (title_is_cut(b, trigger))
		return "the first line is torn";
	if (rule->flags & RULE_CONSEQUENCE)
		return "what led to it is missing";
	if (rule->flags & RULE_NO_TRACE)
		return NULL;
	if (!frames->any_call)
		return "no call trace";
	if (frames->empty_header)
		return "a trace without frames";
	return NULL;
}
