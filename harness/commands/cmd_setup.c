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
#include "harness/commands/setup_wish.h"
#include "harness/config/config.h"
#include "harness/exit_code.h"
#include "harness/log.h"
#include "harness/netboot/setup.h"
#include "harness/paths.h"
#include "harness/rootfs/root_enter.h"
#include "harness/rootfs/root_record.h"

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

/* What was changed in an imported root, for its owner to see. */
static void show_changes(const struct common_flags *flags, const struct board_config *b,
			 const struct root_record *before)
{
	struct root_record now;

	if (flags->verbosity < 0 || root_record_read(b, &now))
		return;
	if (now.text && (!before->text || strcmp(before->text, now.text) != 0))
		fputs(now.text, stderr);
	root_record_free(&now);
}

static int make(const struct common_flags *flags, const struct board_config *b, bool force)
{
	struct screen sc = {.terminal = isatty(STDERR_FILENO),
			    .quiet = flags->verbosity < 0,
			    .begun = mono_now()};
	char err[512] = "";
	int r = netboot_setup(b, force, show, &sc, err, sizeof(err));

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

static int enter(const struct board_config *b, const struct setup_wish *w)
{
	char err[512] = "";
	int status = 0;
	int r = root_enter(b, w->command, &status, err, sizeof(err));

	if (r) {
		log_error("%s", err);
		return exit_code_of(r);
	}
	return status ? EXIT_FAIL : EXIT_PASS;
}

static int share(const char *group)
{
	char err[512] = "";
	int r = group ? netboot_share(group, err, sizeof(err)) : 0;

	if (r)
		log_error("%s", err);
	return exit_code_of(r);
}

static int setup(const struct common_flags *flags, const struct setup_wish *w)
{
	struct board_config b, configured;
	struct root_record before;
	char err[512] = "";
	int r;

	if (config_load(flags->config, flags->board, &b, err, sizeof(err))) {
		log_error("%s", err);
		return EXIT_USAGE;
	}
	configured = b;
	if (setup_choose(&b, w))
		return EXIT_USAGE;
	if (w->check)
		return setup_judge(flags, &b, w->nic);
	root_record_read(&b, &before);
	r = make(flags, &b, w->force);
	if (r == EXIT_PASS)
		r = setup_keep(&configured, &b, w);
	if (r == EXIT_PASS)
		r = share(w->group);
	if (r == EXIT_PASS)
		show_changes(flags, &b, &before);
	root_record_free(&before);
	if (r == EXIT_PASS && w->writable)
		r = enter(&b, w);
	return r;
}

static int run(const struct common_flags *flags, int argc, char **argv);

const struct command command_setup = {
	.name = "setup",
	.args = "[--force] [--kernel debian|source|PATH] [--flavour F] [--modules DIR] "
		"[--root SOURCE] [--packages LIST] [--group GROUP] [--check [--nic CARD]] "
		"[--writable [COMMAND [ARGUMENT...]]]",
	.summary = "make or refresh what netbooting needs",
	.help = "  -f, --force      make kernel, NFS root and initrd again even if they are fresh\n"
		"  -k, --kernel K   the board's kernel from now on: debian (with a small initrd),\n"
		"                   source (built from Debian's linux-source), a bzImage, or the\n"
		"                   tree in which one was built\n"
		"  --flavour F      of source: fast, debug or kasan\n"
		"  --modules DIR    of a bzImage: its modules\n"
		"  -r, --root S     the board's root file system from now on: debian, "
		"debian:SUITE,\n"
		"                   or what is at a path: a directory, a tar, a container image,\n"
		"                   a disk image (PATH:N: its partition N)\n"
		"  --packages LIST  of debian: more packages, as systemd-sysv,gdb\n"
		"  --writable       then run COMMAND, or a shell, in the root, to install things\n"
		"  --group GROUP    then let its users have boards too, by kdev-privileged\n"
		"  --check          make nothing: say whether the kernel can be netbooted, and\n"
		"                   which symbols it lacks (-v: all that are looked at)\n"
		"  --nic CARD       with --check: the card's driver, or VENDOR:DEVICE in hex\n"
		"\n"
		"Needs root and Debian's package archive, and takes about a minute the first\n"
		"time. What is there and fresh is left alone. A kernel from source takes longer,\n"
		"at low priority; what was interrupted goes on.\n",
	.run = run,
};

static bool is_flavour(const char *word)
{
	return !strcmp(word, "fast") || !strcmp(word, "debug") || !strcmp(word, "kasan");
}

static int run(const struct common_flags *flags, int argc, char **argv)
{
	static const struct option options[] = {{"force", no_argument, NULL, 'f'},
						{"kernel", required_argument, NULL, 'k'},
						{"modules", required_argument, NULL, 'm'},
						{"flavour", required_argument, NULL, 'F'},
						{"check", no_argument, NULL, 'c'},
						{"nic", required_argument, NULL, 'n'},
						{"root", required_argument, NULL, 'r'},
						{"packages", required_argument, NULL, 'p'},
						{"writable", no_argument, NULL, 'w'},
						{"group", required_argument, NULL, 'g'},
						{0}};
	struct setup_wish w = {0};
	int c;

	opterr = 0;
	optind = 1;
	while ((c = getopt_long(argc, argv, "+:fk:r:", options, NULL)) != -1) {
		switch (c) {
		case 'f': w.force = true; break;
		case 'k': w.kernel = optarg; break;
		case 'm': w.modules = optarg; break;
		case 'F': w.flavour = optarg; break;
		case 'c': w.check = true; break;
		case 'n': w.nic = optarg; break;
		case 'r': w.root = optarg; break;
		case 'p': w.packages = optarg; break;
		case 'w': w.writable = true; break;
		case 'g': w.group = optarg; break;
		case ':':
			return command_usage(&command_setup, "'%s' needs a value",
					     argv[optind - 1]);
		default:
			return command_usage(&command_setup, "unknown option '%s'",
					     argv[optind - 1]);
		}
	}
	w.command = argv + optind;
	if (optind < argc && !w.writable)
		return command_usage(&command_setup, "unexpected '%s'", argv[optind]);
	if (w.flavour && !is_flavour(w.flavour))
		return command_usage(&command_setup, "--flavour %s: expected fast, debug or kasan",
				     w.flavour);
	if (w.kernel && !*w.kernel)
		return command_usage(&command_setup, "--kernel: expected debian, source or a path");
	if (w.root && !*w.root)
		return command_usage(&command_setup, "--root: expected debian or a path");
	if (w.check && w.writable)
		return command_usage(&command_setup, "--check makes nothing to write to");
	if (w.nic && !w.check)
		return command_usage(&command_setup, "--nic goes with --check");
	return setup(flags, &w);
}
