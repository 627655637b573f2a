/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One command a file; each ends in a const descriptor that the table in commands.c points to. */
#ifndef KDEV_HARNESS_COMMAND_H
#define KDEV_HARNESS_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* The flags that every command takes, parsed by main before the command runs. */
struct common_flags {
	const char *board;  /* --board NAME, or NULL */
	const char *config; /* --config FILE, or NULL */
	bool json;          /* --json */
	int verbosity;      /* -v: 1, -q: -1 */
};

struct command {
	const char *name;
	const char *args;    /* after the name in the usage line: "MODULE.ko [param=value…]" */
	const char *summary; /* one line, for the list */
	const char *help;    /* options and details, lines of at most 79; may be NULL */
	bool hidden;         /* internal: not in the list */
	/* argv[0] is the command's name. Returns an exit code. */
	int (*run)(const struct common_flags *flags, int argc, char **argv);
};

/* The table, NULL at its end, in the order of the help. */
extern const struct command *const commands[];

/*
 * Take the common flags out of argv[1..]: before the command and after its name, up to "--". An
 * option's value that looks like one of them must be written --option=VALUE. What is left in
 * argv is the command with its own arguments, NULL at the end; *argc is adjusted. `help` and
 * `version` tell whether --help (-h) or --version was among them. On failure returns
 * -EINVAL with one line in err.
 */
struct main_flags {
	struct common_flags common;
	bool help, version;
};

int flags_parse(int *argc, char **argv, struct main_flags *out, char *err, size_t err_len);

/* NULL if there is none; `near`, if not NULL, is then what may have been meant, or NULL. */
const struct command *command_find(const char *name, const char **near);

/* All commands, or one of them. */
void command_print_list(FILE *to);
void command_print_help(const struct command *cmd, FILE *to);

/* Print "kdev NAME: <message>" and how to get help, one line, to stderr; returns EXIT_USAGE.
 * Control characters are replaced. */
int command_usage(const struct command *cmd, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
