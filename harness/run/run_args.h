/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The options of kdev run, for the commands that pass them on to it: kdev watch and kdev bisect,
 * which start kdev run as a program of its own. A run that hangs or is killed does not take them
 * with it, and is ended as a person would end it.
 */
#ifndef KDEV_HARNESS_RUN_ARGS_H
#define KDEV_HARNESS_RUN_ARGS_H

#include <getopt.h>
#include <stddef.h>

#include "harness/commands/command.h"
#include "harness/process.h"

enum {
	OPT_TEST = 256,
	OPT_NO_TEST,
	OPT_SETTLE,
	OPT_LOAD,
	OPT_TEST_TIME,
	OPT_UNLOAD,
	OPT_ALLOW_WARN,
	OPT_MODULE,
	OPT_OWN /* and on: of the command that passes the rest on */
};

#define RUN_OPTIONS                                                                                \
	{"test", required_argument, NULL, OPT_TEST}, {"no-test", no_argument, NULL, OPT_NO_TEST},  \
		{"settle", required_argument, NULL, OPT_SETTLE},                                   \
		{"load-timeout", required_argument, NULL, OPT_LOAD},                               \
		{"test-timeout", required_argument, NULL, OPT_TEST_TIME},                          \
		{"unload-timeout", required_argument, NULL, OPT_UNLOAD},                           \
		{"allow-warn", no_argument, NULL, OPT_ALLOW_WARN},                                 \
	{                                                                                          \
		"module", required_argument, NULL, OPT_MODULE                                      \
	}

/* What a command got that starts kdev run. */
struct run_args {
	char **passed; /* "--settle=10s" … */
	size_t n_passed;
	const char *module; /* --module, or NULL */
	char *const *rest;  /* the directory or module, then parameters; n_rest */
	size_t n_rest;
};

/* An option of the command's own; optarg holds its value. 0 or an exit code. */
typedef int (*run_args_fn)(void *arg, int option);

/*
 * Parse argv by `options`, which are RUN_OPTIONS and the command's own. 0, or an exit code after
 * having said why. run_args_free() in any case.
 */
int run_args_parse(const struct command *cmd, const struct option *options, int argc, char **argv,
		   run_args_fn own, void *arg, struct run_args *a);
void run_args_free(struct run_args *a);

/* Start kdev run for that module. `record`: a file for its record (--json), NULL: none. Its texts
 * go where ours go. 0 or a negative errno. */
int run_args_start(const struct run_args *a, const struct common_flags *flags, const char *module,
		   const char *record, struct process *p);

/* The exit code of kdev run, by what waitpid() gave. */
int run_args_exit_code(int status);

#endif
