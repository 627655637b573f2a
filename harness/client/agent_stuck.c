/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where is the load or unload that does not return? Told as kernel/hung_task.c would. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/client/agent.h"

#define STACK_MAX 16384

static ssize_t read_of(const char *pid, const char *leaf, char *buf, size_t size)
{
	char path[300];
	ssize_t n, len = 0;
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/%s", pid, leaf);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	while ((n = read(fd, buf + len, size - 1 - (size_t)len)) > 0)
		len += n;
	close(fd);
	buf[len] = '\0';
	return len;
}

/* Words of /proc/PID/cmdline end with NUL: is it ours, at a module? */
static bool is_at_a_module(const char *cmdline, size_t len)
{
	const char *slash, *verb = cmdline + strlen(cmdline) + 1;

	if ((size_t)(verb - cmdline) >= len)
		return false;
	slash = strrchr(cmdline, '/');
	return !strcmp(slash ? slash + 1 : cmdline, "agent") &&
	       (!strcmp(verb, "load") || !strcmp(verb, "unload"));
}

/* The field `n` words behind p, or NULL. */
static const char *word_at(const char *p, unsigned n)
{
	for (p += strspn(p, " "); n && *p; n--) {
		p += strcspn(p, " ");
		p += strspn(p, " ");
	}
	return *p ? p : NULL;
}

bool agent_stat_parse(const char *stat, struct agent_stat *s)
{
	const char *open = strchr(stat, '('), *close = strrchr(stat, ')');
	const char *state, *ppid, *start;
	size_t n;

	/* The name may hold anything, ')' too: proc(5). */
	if (!open || !close || close < open)
		return false;
	n = (size_t)(close - open - 1);
	state = word_at(close + 1, 0);
	ppid = word_at(close + 1, 1);
	start = word_at(close + 1, 19);
	if (!state || !ppid || !start || !isdigit((unsigned char)*ppid) ||
	    !isdigit((unsigned char)*start))
		return false;
	snprintf(s->comm, sizeof(s->comm), "%.*s", (int)n, open + 1);
	s->state = *state;
	s->ppid = (int)strtol(ppid, NULL, 10);
	s->start = strtoull(start, NULL, 10);
	return true;
}

size_t agent_stack_frames(const char *stack, char *buf, size_t size)
{
	size_t used = 0;

	/* "[<0>] function+0x10/0x40 [module]" */
	for (const char *p = stack; *p; p += strcspn(p, "\n"), p += *p == '\n') {
		const char *frame = strstr(p, "] ");
		const char *end = p + strcspn(p, "\n");

		if (*p != '[' || !frame || frame + 2 >= end)
			continue;
		frame += 2;
		if (used + (size_t)(end - frame) + 3 > size)
			break;
		used += (size_t)snprintf(buf + used, size - used, " %.*s\n", (int)(end - frame),
					 frame);
	}
	return used;
}

static void tell(const char *pid, const struct agent_stat *s)
{
	static char stack[STACK_MAX], frames[STACK_MAX];
	unsigned long long began = s->start * 1000 / (unsigned long long)sysconf(_SC_CLK_TCK);
	unsigned long long now = agent_now_ms();

	printf("INFO: task %s:%s blocked for more than %llu seconds.\n", s->comm, pid,
	       now > began ? (now - began) / 1000 : 0);
	printf("task:%-15.15s state:%c stack:0     pid:%-5s ppid:%-6d flags:0x00000000\n", s->comm,
	       s->state, pid, s->ppid);
	printf("Call Trace:\n <TASK>\n");
	/* Who sleeps has called it; the file leaves its frame out (stack_trace_save_tsk()). */
	if (s->state != 'R')
		printf(" schedule+0x0/0x0\n");
	frames[0] = '\0';
	if (read_of(pid, "stack", stack, sizeof(stack)) > 0)
		agent_stack_frames(stack, frames, sizeof(frames));
	printf("%s </TASK>\n", frames);
}

int agent_stuck(int argc, char **argv)
{
	DIR *proc = opendir("/proc");
	struct dirent *e;

	if (argc != 1)
		return 2;
	if (!proc)
		return agent_fail("stuck: /proc: %s", strerror(errno));
	while ((e = readdir(proc))) {
		char cmdline[512], stat[1024];
		struct agent_stat s;
		ssize_t n;

		if (!isdigit((unsigned char)e->d_name[0]))
			continue;
		n = read_of(e->d_name, "cmdline", cmdline, sizeof(cmdline));
		if (n > 0 && is_at_a_module(cmdline, (size_t)n) &&
		    read_of(e->d_name, "stat", stat, sizeof(stat)) > 0 &&
		    agent_stat_parse(stat, &s))
			tell(e->d_name, &s);
	}
	closedir(proc);
	return 0;
}
