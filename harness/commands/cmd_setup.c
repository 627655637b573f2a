/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdev setup: make or refresh what netbooting needs. */
#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "console/monotime.h"
#include "harness/commands/command.h"
#include "harness/config/config.h"
#include "harness/exit_code.h"
#include "harness/log.h"
#include "harness/netboot/kernel_choice.h"
#include "harness/netboot/kernel_judge.h"
#include "harness/netboot/setup.h"
#include "harness/output/text_json.h"
#include "harness/paths.h"
#include "harness/rootfs/root_choice.h"
#include "harness/rootfs/root_enter.h"
#include "harness/rootfs/root_record.h"
#include "harness/rootfs/root_source.h"

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

/* What the arguments say. */
struct wish {
	bool force, check, writable;
	const char *kernel, *modules, *flavour, *nic;
	const char *root, *packages;
	char **command; /* of --writable; NULL-terminated, may be empty */
};

static int take(char *field, size_t size, const char *key, const char *value)
{
	if (strlen(value) < size) {
		snprintf(field, size, "%s", value);
		return 0;
	}
	log_error("--%s: longer than %zu", key, size - 1);
	return -EINVAL;
}

/* Paths are kept, so they must be absolute; "debian" and "source" are words. */
static int take_path(char *field, size_t size, const char *key, const char *value)
{
	char *real = realpath(value, NULL);
	int err = take(field, size, key, real ? real : value);

	free(real);
	return err;
}

static bool is_word(const char *kernel)
{
	return !strcmp(kernel, "debian") || !strcmp(kernel, "source");
}

static int choose(struct board_config *b, const struct wish *w)
{
	int err = 0;

	if (b->kernel[0] && w->kernel && strcmp(b->kernel, w->kernel) != 0) {
		log_error("board %s has kernel = %s in its configuration: change it there", b->name,
			  b->kernel);
		return -EINVAL;
	}
	if (!w->kernel)
		kernel_choice_read(b);
	if (w->kernel)
		err = is_word(w->kernel)
			      ? take(b->kernel, sizeof(b->kernel), "kernel", w->kernel)
			      : take_path(b->kernel, sizeof(b->kernel), "kernel", w->kernel);
	if (!err && w->modules)
		err = take_path(b->kernel_modules, sizeof(b->kernel_modules), "modules",
				w->modules);
	if (!err && w->flavour)
		err = take(b->flavour, sizeof(b->flavour), "flavour", w->flavour);
	return err;
}

/* A path is kept absolute; what is behind its colon is a partition. */
static int take_source(char *field, size_t size, const char *value)
{
	int partition, err;
	char *path, *real, *all = NULL;

	if (!strcmp(value, "debian") || !strncmp(value, "debian:", 7))
		return take(field, size, "root", value);
	real = realpath(value, NULL);
	if (real) {
		err = take(field, size, "root", real);
		free(real);
		return err;
	}
	path = strndup(value, root_source_path(value, &partition));
	real = path && partition >= 0 ? realpath(path, NULL) : NULL;
	if (real)
		all = path_format("%s:%d", real, partition);
	if (!all)
		log_error("--root %s: %s; expected debian, debian:SUITE or a path", value,
			  strerror(errno));
	err = all ? take(field, size, "root", all) : -EINVAL;
	free(all);
	free(real);
	free(path);
	return err;
}

static int choose_root(struct board_config *b, const struct wish *w)
{
	int err = 0;

	if ((b->root[0] || b->root_packages[0]) && (w->root || w->packages)) {
		log_error("board %s has its root in its configuration: change it there", b->name);
		return -EINVAL;
	}
	if (w->root)
		err = take_source(b->root, sizeof(b->root), w->root);
	else
		root_choice_read(b);
	if (!err && w->packages)
		err = take(b->root_packages, sizeof(b->root_packages), "packages", w->packages);
	return err;
}

static json_t *judgement_json(const struct kernel_judgement *j)
{
	json_t *list = json_array();

	for (size_t i = 0; i < j->n; i++) {
		const struct kernel_check *c = &j->checks[i];

		json_array_append_new(
			list, json_pack("{s:o, s:s, s:s, s:s#, s:b, s:o}", "symbol",
					json_sprintf("CONFIG_%s", c->symbol), "need",
					c->need == KERNEL_NEEDED ? "needed" : "advised", "want",
					c->module_will_do ? "y or m" : "y", "have", &c->state, 1,
					"ok", c->ok, "why", json_string(c->why)));
	}
	return json_pack("{s:o, s:o, s:s, s:b, s:b, s:o}", "release",
			 j->release[0] ? text_json(j->release) : json_null(), "config",
			 text_json(j->config), "nic", j->nic, "initrd", j->initrd, "passed",
			 kernel_check_passed(j->checks, j->n), "checks", list);
}

static int print_json(const struct kernel_judgement *j)
{
	json_t *doc = judgement_json(j);
	int err = !doc || json_dumpf(doc, stdout, JSON_INDENT(2)) || putchar('\n') == EOF;

	json_decref(doc);
	return err ? -EIO : 0;
}

static void print_check(const struct kernel_check *c)
{
	const char *verdict = c->need == KERNEL_NEEDED ? "NEEDED" : "advised";
	const char *have = c->state == 'm' ? " (it is a module)" : "";

	printf("  %-7s  CONFIG_%s%s: %s%s\n", c->ok ? "ok" : verdict, c->symbol, c->ok ? "" : "=y",
	       c->why, c->ok ? "" : have);
}

static void print_judgement(const struct kernel_judgement *j, bool all)
{
	bool passed = kernel_check_passed(j->checks, j->n);

	printf("%s%s%s\n", j->release, j->release[0] ? ": " : "", j->config);
	for (size_t i = 0; i < j->n; i++) {
		if (all || !j->checks[i].ok)
			print_check(&j->checks[i]);
	}
	if (passed)
		printf("  can be netbooted %s\n",
		       j->initrd ? "with an initrd" : "without an initrd");
	else
		printf("  can't be netbooted %s: set what is NEEDED and build it again\n",
		       j->initrd ? "with an initrd" : "without an initrd");
}

static int judge(const struct common_flags *flags, const struct board_config *b, const char *nic)
{
	struct kernel_judgement j;
	char err[512] = "";
	int rc = kernel_judge(b, nic, &j, err, sizeof(err));

	if (rc) {
		log_error("%s", err);
		return rc == -EINVAL ? EXIT_USAGE : EXIT_INFRA;
	}
	if (flags->json && print_json(&j))
		return EXIT_INFRA;
	if (!flags->json)
		print_judgement(&j, flags->verbosity > 0);
	return kernel_check_passed(j.checks, j.n) ? EXIT_PASS : EXIT_FAIL;
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

/* Only what works is the board's from now on. */
static int keep_choices(const struct board_config *configured, const struct board_config *b,
			const struct wish *w)
{
	int err = 0;

	if (!configured->kernel[0] && (w->kernel || w->flavour || w->modules))
		err = kernel_choice_write(b);
	if (!err && !configured->root[0] && !configured->root_packages[0] &&
	    (w->root || w->packages))
		err = root_choice_write(b);
	if (err)
		log_error("the choice of kernel and root can't be kept: %s", strerror(-err));
	return err ? EXIT_INFRA : EXIT_PASS;
}

static int enter(const struct board_config *b, const struct wish *w)
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

static int setup(const struct common_flags *flags, const struct wish *w)
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
	if (choose(&b, w) || choose_root(&b, w))
		return EXIT_USAGE;
	if (w->check)
		return judge(flags, &b, w->nic);
	root_record_read(&b, &before);
	r = make(flags, &b, w->force);
	if (r == EXIT_PASS)
		r = keep_choices(&configured, &b, w);
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
		"[--root SOURCE] [--packages LIST] [--check [--nic CARD]] "
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
						{0}};
	struct wish w = {0};
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
