/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What vendors' Android kernels put into printk's prefix. */
#include "console/pipeline/kmsg_vendor.h"

#include <string.h>

#include "console/span.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t digits(struct span s)
{
	size_t i = 0;

	while (i < s.n && is_digit(s.s[i]))
		i++;
	return i;
}

size_t kmsg_vendor_unit(const char *s, size_t n)
{
	size_t cpu;

	if (n && s[0] == 's')
		return 1;
	if (!n || s[0] != '@')
		return 0;
	cpu = digits((struct span){s + 1, n - 1});
	return cpu && cpu < 3 ? 1 + cpu : 0;
}

/* A number, perhaps with blanks before it, that ends with `end`: its length with both, or 0. */
static size_t number_to(struct span s, char end, struct span *number)
{
	size_t i = 0, n;

	while (i < s.n && s.s[i] == ' ')
		i++;
	n = digits(span_skip(s, i));
	*number = (struct span){s.s + i, n};
	i += n;
	return n && i < s.n && s.s[i] == end ? i + 1 : 0;
}

static bool set_caller(char caller[16], struct span pid)
{
	if (pid.n > 14)
		return false;
	caller[0] = 'T';
	memcpy(caller + 1, pid.s, pid.n);
	caller[1 + pid.n] = 0;
	return true;
}

/* Where the ']' is, the task's name before it having a length that is usual; 0: nowhere. */
static size_t bracket_end(struct span s)
{
	const char *end = s.n ? memchr(s.s, ']', s.n < 48 ? s.n : 48) : NULL;

	return end ? (size_t)(end - s.s) : 0;
}

/* MediaTek: "(1)[412:insmod]", after a letter that says who may interrupt: " ", ".", "-", … */
static size_t mediatek(struct span s, char caller[16])
{
	struct span cpu, pid;
	size_t i = 1, n, end;

	if (s.n && strchr(".-*~", s.s[0]))
		s = span_skip(s, i++);
	n = s.n && s.s[0] == '(' ? number_to(span_skip(s, 1), ')', &cpu) : 0;
	if (!n || cpu.n > 2 || !span_starts(span_skip(s, 1 + n), "["))
		return 0;
	s = span_skip(s, 1 + n);
	end = bracket_end(s);
	if (!end || !number_to(span_skip(s, 1), ':', &pid) || !set_caller(caller, pid))
		return 0;
	return i + n + end + 1;
}

/* Samsung: "[1:         insmod:  412]". */
static size_t samsung(struct span s, char caller[16])
{
	struct span cpu, pid;
	size_t n = number_to(span_skip(s, 1), ':', &cpu), end = bracket_end(s);
	const char *colon;

	if (!n || cpu.n > 2 || end <= 1 + n)
		return 0;
	colon = memrchr(s.s + 1 + n, ':', end - 1 - n);
	if (!colon || !number_to(span_skip(s, (size_t)(colon + 1 - s.s)), ']', &pid) ||
	    !set_caller(caller, pid))
		return 0;
	return end + 1;
}

/* Huawei: "[pid:412,cpu1,insmod]". */
static size_t huawei(struct span s, char caller[16])
{
	struct span pid;
	size_t end = bracket_end(s);

	if (!end || !span_starts(s, "[pid:") || !number_to(span_skip(s, 5), ',', &pid) ||
	    !set_caller(caller, pid))
		return 0;
	return end + 1;
}

/* Qualcomm: "[20231123_16:02:11.123456]@1". */
static size_t qualcomm(struct span s)
{
	size_t end = bracket_end(s), cpu;

	if (end < 18 || digits(span_skip(s, 1)) != 8 || s.s[9] != '_' ||
	    !span_starts(span_skip(s, end + 1), "@"))
		return 0;
	cpu = digits(span_skip(s, end + 2));
	return cpu ? end + 2 + cpu : 0;
}

/* Unisoc: "c1", perhaps with " 412 (insmod)"; the blank behind must be there. */
static size_t unisoc(struct span s, char caller[16])
{
	size_t cpu = digits(span_skip(s, 1)), n;
	struct span pid, task = span_skip(s, 2 + cpu);
	const char *end;

	if (!cpu || cpu > 2 || !span_starts(span_skip(s, 1 + cpu), " "))
		return 0;
	n = number_to(task, ' ', &pid);
	if (!n || !span_starts(span_skip(task, n), "("))
		return 1 + cpu;
	end = memchr(task.s + n, ')', task.n - n);
	if (!end || !set_caller(caller, pid))
		return 1 + cpu;
	return (size_t)(end + 1 - s.s);
}

const bool kmsg_vendor_begins_task[256] = {
	['['] = true, ['c'] = true, ['('] = true, ['.'] = true,
	['-'] = true, ['*'] = true, ['~'] = true,
};

size_t kmsg_vendor_task(const char *text, size_t n, char caller[16])
{
	struct span s = {text, n};
	size_t blanks = 0, i;

	while (blanks < n && text[blanks] == ' ')
		blanks++;
	s = span_skip(s, blanks);
	if (!s.n || !kmsg_vendor_begins_task[(unsigned char)s.s[0]] || span_starts(s, "[<"))
		return 0;
	switch (s.s[0]) {
	case '[':
		i = huawei(s, caller);
		i = i ? i : qualcomm(s);
		i = i ? i : samsung(s, caller);
		break;
	case 'c': i = blanks ? unisoc(s, caller) : 0; break;
	case '(':
	case '.':
	case '-':
	case '*':
	case '~': i = mediatek(s, caller); break;
	default: i = 0;
	}
	return i ? blanks + i : 0;
}
