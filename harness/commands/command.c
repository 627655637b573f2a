/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the table of commands gives by itself: look-up and help. */
#include "harness/commands/command.h"

#include <stdarg.h>
#include <string.h>

#include "harness/commands/nearest.h"
#include "harness/exit_code.h"
#include "harness/log.h"

const struct command *command_find(const char *name, const char **near)
{
	struct nearest n = {.word = name};

	for (size_t i = 0; commands[i]; i++) {
		if (!strcmp(commands[i]->name, name))
			return commands[i];
		if (!commands[i]->hidden)
			nearest_consider(&n, commands[i]->name);
	}
	if (near)
		*near = n.best;
	return NULL;
}

void command_print_list(FILE *to)
{
	fputs("usage: kdev [--board NAME] [--config FILE] [--json] [-q] [-v] COMMAND [ARG ...]\n"
	      "\n"
	      "Develop kernel modules on a netbooted board, real or virtual, that may crash.\n"
	      "\n",
	      to);
	for (size_t i = 0; commands[i]; i++) {
		if (!commands[i]->hidden)
			fprintf(to, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
	}
	fputs("\nkdev help COMMAND tells more of one; all is in kdev(1) and kdev.conf(5).\n", to);
}

void command_print_help(const struct command *cmd, FILE *to)
{
	fprintf(to, "usage: kdev %s%s%s\n\n%s\n", cmd->name, *cmd->args ? " " : "", cmd->args,
		cmd->summary);
	if (cmd->help)
		fprintf(to, "\n%s", cmd->help);
	fputs("\nFor every command:\n"
	      "  --board NAME   the board of that name, not the first one configured\n"
	      "  --config FILE  read this file alone\n"
	      "  --json         machine-readable on stdout\n"
	      "  -q, -v         say less, say more\n",
	      to);
}

int command_usage(const struct command *cmd, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	if (vsnprintf(text, sizeof(text), fmt, ap) < 0)
		text[0] = 0;
	va_end(ap);
	log_make_safe(text);
	fprintf(stderr, "kdev %s: %s (kdev help %s tells more)\n", cmd->name, text, cmd->name);
	return EXIT_USAGE;
}
