/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdev: take the common flags, find the command, run it. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "harness/commands/command.h"
#include "harness/exit_code.h"
#include "harness/log.h"

/* What is opened later must not become stdout by chance, or messages would go into it. */
static int keep_standard_fds(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	return fd < 0 ? fd : close(fd);
}

static int usage(const char *text, const char *what, const char *near)
{
	log_error("%s: %s%s%s%s (kdev help lists the commands)", what, text,
		  near ? ", did you mean " : "", near ? near : "", near ? "?" : "");
	return EXIT_USAGE;
}

static int help(const char *name)
{
	const struct command *cmd;
	const char *near;

	if (!name) {
		command_print_list(stdout);
		return EXIT_PASS;
	}
	cmd = command_find(name, &near);
	if (!cmd)
		return usage("no such command", name, near);
	command_print_help(cmd, stdout);
	return EXIT_PASS;
}

static int dispatch(const struct main_flags *flags, int argc, char **argv)
{
	const struct command *cmd;
	const char *near;

	if (flags->version) {
		puts("kdev " KDEV_VERSION);
		return EXIT_PASS;
	}
	if (flags->help)
		return help(argv[1]);
	if (argc < 2) {
		command_print_list(stderr);
		return EXIT_USAGE;
	}
	if (!strcmp(argv[1], "help"))
		return help(argv[2]);
	cmd = command_find(argv[1], &near);
	if (!cmd)
		return usage("no such command", argv[1], near);
	return cmd->run(&flags->common, argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
	static const enum log_level levels[] = {LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG};
	struct main_flags flags;
	char err[256];
	int code, v;

	if (argc < 1 || keep_standard_fds())
		return EXIT_INFRA;
	if (flags_parse(&argc, argv, &flags, err, sizeof(err))) {
		log_error("%s (kdev help lists the commands)", err);
		return EXIT_USAGE;
	}
	v = flags.common.verbosity;
	log_to(NULL, NULL, levels[v > 2 ? 3 : v + 1]);
	code = dispatch(&flags, argc, argv);
	/* A result that could not be written is none. */
	if ((fflush(stdout) || ferror(stdout)) && code == EXIT_PASS) {
		log_error("standard output could not be written");
		code = EXIT_INFRA;
	}
	return code;
}
