/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdev setup: make or refresh what netbooting needs. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "console/monotime.h"
#include "harness/commands/command.h"
#include "harness/config/config.h"
#include "harness/exit_code.h"
#include "harness/log.h"
#include "harness/netboot/setup.h"
#include "harness/paths.h"

#define LOG_TAIL 12
#define LOG_MAX  (64 << 20)

struct screen {
	bool terminal, quiet, line_open;
	struct monotime begun;
};

/* On a terminal a step's line is written over when the step is done; elsewhere each is one
 * line at its end. Steps run side by side, so the open line may be another one's. */
static void show(void *arg, int i, int n, const char *what, bool done)
{
	struct screen *sc = arg;
	double s = (double)mono_diff(mono_now(), sc->begun) / 1e6;

	if (sc->quiet || (!done && !sc->terminal))
		return;
	if (sc->line_open)
		fputs("\r\033[K", stderr);
	fprintf(stderr, "  %d/%d %-9s %s", i, n, what, done ? "ok" : "…");
	if (done)
		fprintf(stderr, "  %.1f s\n", s);
	fflush(stderr);
	sc->line_open = !done;
}

/* The last lines of what the failed program said, for people to judge. */
static void show_log_tail(void)
{
	char *path = path_format("%s/setup.log", path_cache());
	char *text = path ? path_read(path, LOG_MAX, NULL) : NULL;
	char *start, *line, *save = NULL;
	int lines = 0;

	if (text && *text) {
		for (start = text + strlen(text) - 1; start > text && lines < LOG_TAIL; start--)
			lines += start[-1] == '\n';
		fprintf(stderr, "the end of %s:\n", path);
		for (line = strtok_r(start, "\n", &save); line;
		     line = strtok_r(NULL, "\n", &save)) {
			log_make_safe(line);
			fprintf(stderr, "  %s\n", line);
		}
	}
	free(text);
	free(path);
}

static int exit_code_of(int err)
{
	if (!err)
		return EXIT_PASS;
	if (err == -EINTR)
		return EXIT_INTERRUPTED;
	return err == -EPERM || err == -EINVAL ? EXIT_USAGE : EXIT_INFRA;
}

static int setup(const struct common_flags *flags, bool force)
{
	struct screen sc = {.terminal = isatty(STDERR_FILENO),
			    .quiet = flags->verbosity < 0,
			    .begun = mono_now()};
	struct board_config b;
	char err[512] = "";
	int r;

	r = config_load(flags->config, flags->board, &b, err, sizeof(err));
	if (r) {
		log_error("%s", err);
		return EXIT_USAGE;
	}
	r = netboot_setup(&b, force, show, &sc, err, sizeof(err));
	if (sc.line_open)
		fputc('\n', stderr);
	if (r) {
		log_error("%s", err);
		/* Only what a program said is worth it. */
		if (r == -ECHILD)
			show_log_tail();
	}
	return exit_code_of(r);
}

static int run(const struct common_flags *flags, int argc, char **argv);

const struct command command_setup = {
	.name = "setup",
	.args = "[--force]",
	.summary = "make or refresh what netbooting needs",
	.help = "  -f, --force  make kernel, NFS root and initrd again even if they are fresh\n"
		"\n"
		"Needs root and Debian's package archive, and takes about a minute the first\n"
		"time. What is there and fresh is left alone.\n",
	.run = run,
};

static int run(const struct common_flags *flags, int argc, char **argv)
{
	static const struct option options[] = {{"force", no_argument, NULL, 'f'}, {0}};
	bool force = false;
	int c;

	opterr = 0;
	optind = 1;
	while ((c = getopt_long(argc, argv, "f", options, NULL)) != -1) {
		if (c != 'f')
			return command_usage(&command_setup, "unknown option '%s'",
					     argv[optind - 1]);
		force = true;
	}
	if (optind < argc)
		return command_usage(&command_setup, "unexpected '%s'", argv[optind]);
	return setup(flags, force);
}
