/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdev run: the main job. All that can be checked is checked before the board is touched. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/commands/command.h"
#include "harness/config/config.h"
#include "harness/exit_code.h"
#include "harness/log.h"
#include "harness/module/module_build.h"
#include "harness/module/module_file.h"
#include "harness/netboot/setup.h"
#include "harness/paths.h"
#include "harness/run/run.h"
#include "harness/run/run_args.h"

extern const struct command command_run;

static const struct option options[] = {RUN_OPTIONS, {0}};

static int set_duration(const char *name, int64_t *us)
{
	if (!duration_parse(optarg, us))
		return 0;
	return command_usage(&command_run, "--%s %s: expected a time such as 500ms, 10s or 2m",
			     name, optarg);
}

/* 0, or an exit code after having said why. */
static int parse(int argc, char **argv, struct board_config *cfg, struct run_options *opt,
		 bool *no_test, const char **module)
{
	int c, rc = 0;

	optind = 0;
	opterr = 0;
	while (!rc && (c = getopt_long(argc, argv, "+:", options, NULL)) != -1) {
		switch (c) {
		case OPT_TEST: opt->test_command = optarg; break;
		case OPT_NO_TEST: *no_test = true; break;
		case OPT_SETTLE: rc = set_duration("settle", &cfg->settle_us); break;
		case OPT_LOAD: rc = set_duration("load-timeout", &cfg->load_us); break;
		case OPT_TEST_TIME: rc = set_duration("test-timeout", &cfg->test_us); break;
		case OPT_UNLOAD: rc = set_duration("unload-timeout", &cfg->unload_us); break;
		case OPT_ALLOW_WARN: opt->allow_warn = true; break;
		case OPT_MODULE: *module = optarg; break;
		case ':':
			rc = command_usage(&command_run, "%s: a value is missing",
					   argv[optind - 1]);
			break;
		default:
			rc = command_usage(&command_run, "%s: unknown option", argv[optind - 1]);
			break;
		}
	}
	return rc;
}

/* MODULE.test beside MODULE.ko, if it is there. New string or NULL. */
static char *test_beside(const char *module)
{
	size_t n = strlen(module);
	char *path;

	if (n < 4 || strcmp(module + n - 3, ".ko") != 0)
		return NULL;
	path = path_format("%.*s.test", (int)(n - 3), module);
	if (path && access(path, R_OK)) {
		free(path);
		path = NULL;
	}
	return path;
}

static int check(const struct board_config *cfg, struct module_file *m,
		 const struct run_options *opt)
{
	struct netboot_paths paths;
	char err[1024];
	int rc;

	if (module_file_check_params(m, opt->params, opt->n_params, err, sizeof(err))) {
		log_error("%s", err);
		return EXIT_USAGE;
	}
	if (netboot_check(cfg, err, sizeof(err))) {
		log_error("%s: run kdev setup", err);
		return EXIT_INFRA;
	}
	rc = netboot_paths(cfg, &paths);
	if (!rc) {
		struct board_kernel k = {paths.release, paths.vermagic, paths.modules, paths.build};

		rc = module_file_check(m, &k, err, sizeof(err));
		netboot_paths_free(&paths);
	} else {
		snprintf(err, sizeof(err), "the board is not set up: %s", strerror(-rc));
	}
	if (!rc)
		return EXIT_PASS;
	log_error("%s", err);
	return EXIT_FAIL;
}

/* Build a directory and choose its module. 0, or an exit code after having said why. */
static int build(const struct board_config *cfg, const char *dir, const char *name,
		 struct module_build *b, const char **path)
{
	struct process_signals signals;
	struct strbuf said = {0};
	char err[1024];
	char *tree = module_build_tree(cfg, err, sizeof(err));
	int rc = EXIT_INFRA;

	if (tree && process_signals_open(&signals) == 0) {
		rc = module_build(b, dir, tree, &signals, &said, err, sizeof(err));
		process_signals_close(&signals);
		fputs(strbuf_str(&said), stderr);
		*path = rc ? NULL : module_build_pick(b, name, err, sizeof(err));
		rc = rc == -EINTR    ? EXIT_INTERRUPTED
		     : rc == -ECHILD ? EXIT_FAIL
		     : *path         ? EXIT_PASS
				     : EXIT_USAGE;
	}
	if (rc)
		log_error("%s", err);
	strbuf_free(&said);
	free(tree);
	return rc;
}

static int run_module(const struct common_flags *flags, const struct board_config *cfg,
		      struct run_options *opt, const char *path, bool no_test)
{
	struct module_file module;
	char *test_file = NULL;
	char err[1024];
	int code;

	if (module_file_read(path, &module, err, sizeof(err))) {
		log_error("%s", err);
		return EXIT_USAGE;
	}
	if (!opt->test_command && !no_test)
		test_file = test_beside(path);
	opt->module = &module;
	opt->test_file = test_file;
	code = check(cfg, &module, opt);
	if (!code)
		code = run_execute(cfg, flags, opt);
	opt->module = NULL;
	opt->test_file = NULL;
	free(test_file);
	module_file_free(&module);
	return code;
}

static int run(const struct common_flags *flags, int argc, char **argv)
{
	struct module_build made = {0};
	struct run_options opt = {0};
	struct board_config cfg;
	const char *path, *name = NULL;
	bool no_test = false;
	char err[1024];
	int code;

	if (config_load(flags->config, flags->board, &cfg, err, sizeof(err))) {
		log_error("%s", err);
		return EXIT_USAGE;
	}
	code = parse(argc, argv, &cfg, &opt, &no_test, &name);
	if (code)
		return code;
	if (optind >= argc)
		return command_usage(&command_run,
				     "a module or a directory is expected: kdev run MODULE.ko");
	path = argv[optind];
	opt.params = argv + optind + 1;
	opt.n_params = (size_t)(argc - optind - 1);
	if (module_build_is_dir(path))
		code = build(&cfg, path, name, &made, &path);
	else if (name)
		code = command_usage(&command_run, "--module is for directories");
	if (!code)
		code = run_module(flags, &cfg, &opt, path, no_test);
	module_build_free(&made);
	return code;
}

const struct command command_run = {
	.name = "run",
	.args = "[options] MODULE.ko|DIR [param=value ...]",
	.summary = "load a module on the board, test it, unload it, and say what happened",
	.help = "A directory is built first, by kbuild, against the board's kernel.\n"
		"\n"
		"  --module NAME       which of a directory's modules, if it makes several\n"
		"  --test CMD          run CMD on the board's shell while the module is loaded\n"
		"  --no-test           don't run MODULE.test although it lies beside MODULE.ko\n"
		"  --load-timeout T    how long the module's init may take (30s)\n"
		"  --test-timeout T    how long the test may take (60s)\n"
		"  --unload-timeout T  how long the module's exit may take (30s)\n"
		"  --settle T          watch for delayed crashes after the unload (3s)\n"
		"  --allow-warn        a WARNING is no crash\n"
		"\n"
		"Exit status: 0 pass, 1 test failed, 3 kernel crash, 4 hang, 5 the board\n"
		"reset by itself, 125 infrastructure, 129 usage, 130 interrupted.\n",
	.run = run,
};
