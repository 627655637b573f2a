/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One command a file; each ends in a const descriptor that main.c's table points to. */
#ifndef KDEV_HARNESS_COMMAND_H
#define KDEV_HARNESS_COMMAND_H

#include <stdbool.h>

/* The flags that every command takes, parsed by main before the command runs. */
struct common_flags {
	const char *board;  /* --board NAME, or NULL */
	const char *config; /* --config FILE, or NULL */
	bool json;	    /* --json */
	int verbosity;	    /* -v: 1, -q: -1 */
};

struct command {
	const char *name;
	const char *args;    /* after the name in the usage line: "MODULE.ko [param=value…]" */
	const char *summary; /* one line, for the list */
	const char *help;    /* options and details, lines of at most 79; may be NULL */
	bool hidden;	     /* internal: not in the list */
	/* argv[0] is the command's name. Returns an exit code. */
	int (*run)(const struct common_flags *flags, int argc, char **argv);
};

/* Print "kdev NAME: <message>" and how to get help; returns EXIT_USAGE. */
int command_usage(const struct command *cmd, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* getopt_long's short and long common options that a command may also meet after its
 * name are taken by main; a command parses only its own. */

#endif
