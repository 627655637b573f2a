/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdev-agent's table of subcommands; agent.h lists them. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "harness/client/agent.h"

static const struct {
	const char *name, *args;
	int (*run)(int argc, char **argv);
} commands[] = {
	{"beat", "SERVER NFS_DIR", agent_beat},
	{"push", "PATH SIZE", agent_push},
	{"load", "FILE [param=value...]", agent_load},
	{"unload", "NAME", agent_unload},
	{"cycle", "NAME FIRST COUNT MS FILE [param=value...]", agent_cycle},
	{"offline", "MS", agent_offline},
	{"state", "[NAME]", agent_state},
	{"stuck", "", agent_stuck},
	{"sysrq", "l|w|d|m", agent_sysrq},
	{"leaks", "clear|names|scan", agent_leaks},
	{"modprobe", "NAME...", agent_modprobe},
	{"reboot", "", agent_reboot},
	{"poweroff", "", agent_reboot},
};

int agent_fail(const char *fmt, ...)
{
	va_list ap;

	fputs("kdev-agent: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return 1;
}

uint64_t agent_now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(commands) / sizeof(commands[0]); i++) {
		int status;

		if (strcmp(argv[1], commands[i].name) != 0)
			continue;
		status = commands[i].run(argc - 1, argv + 1);
		if (status == 2)
			fprintf(stderr, "usage: kdev-agent %s %s\n", argv[1], commands[i].args);
		return status;
	}
	fputs("usage: kdev-agent COMMAND ...; commands:", stderr);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		fprintf(stderr, " %s", commands[i].name);
	fputc('\n', stderr);
	return 2;
}
