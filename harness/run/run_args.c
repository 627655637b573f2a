/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdev run as a program that another command starts. */
#include "harness/run/run_args.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "harness/exit_code.h"
#include "harness/paths.h"

/* The option as one word, "--name=value". */
static int pass_on(struct run_args *a, const struct option *o)
{
	char **grown = realloc(a->passed, (a->n_passed + 1) * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	a->passed = grown;
	grown[a->n_passed] =
		o->has_arg ? path_format("--%s=%s", o->name, optarg) : path_format("--%s", o->name);
	return grown[a->n_passed] ? (a->n_passed++, 0) : -ENOMEM;
}

int run_args_parse(const struct command *cmd, const struct option *options, int argc, char **argv,
		   run_args_fn own, void *arg, struct run_args *a)
{
	int c, index = 0, rc = 0;

	*a = (struct run_args){0};
	optind = 0;
	opterr = 0;
	while (!rc && (c = getopt_long(argc, argv, "+:", options, &index)) != -1) {
		if (c == ':')
			rc = command_usage(cmd, "%s: a value is missing", argv[optind - 1]);
		else if (c < OPT_TEST)
			rc = command_usage(cmd, "%s: unknown option", argv[optind - 1]);
		else if (c == OPT_MODULE)
			a->module = optarg;
		else if (c >= OPT_OWN)
			rc = own(arg, c);
		else if (pass_on(a, &options[index]))
			rc = EXIT_INFRA;
	}
	a->rest = argv + optind;
	a->n_rest = (size_t)(argc - optind);
	return rc;
}

void run_args_free(struct run_args *a)
{
	for (size_t i = 0; i < a->n_passed; i++)
		free(a->passed[i]);
	free(a->passed);
	*a = (struct run_args){0};
}

int run_args_start(const struct run_args *a, const struct common_flags *flags, const char *module,
		   const char *record, struct process *p)
{
	/* The program, common flags with values, "run", "--", module and NULL. */
	const char **argv = calloc(a->n_passed + a->n_rest + 14, sizeof(*argv));
	struct process_spec spec = {.argv = argv, .output = record, .inherit = true};
	size_t n = 0;
	int err;

	if (!argv)
		return -ENOMEM;
	argv[n++] = "/proc/self/exe";
	if (flags->board) {
		argv[n++] = "--board";
		argv[n++] = flags->board;
	}
	if (flags->config) {
		argv[n++] = "--config";
		argv[n++] = flags->config;
	}
	if (record)
		argv[n++] = "--json";
	if (flags->verbosity)
		argv[n++] = flags->verbosity < 0 ? "-q" : "-v";
	argv[n++] = "run";
	for (size_t i = 0; i < a->n_passed; i++)
		argv[n++] = a->passed[i];
	argv[n++] = "--";
	argv[n++] = module;
	/* The first of the rest is what the module was made of. */
	for (size_t i = 1; i < a->n_rest; i++)
		argv[n++] = a->rest[i];
	err = process_start(&spec, p);
	free(argv);
	return err;
}

int run_args_exit_code(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_INFRA;
}
