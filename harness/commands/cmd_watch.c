/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdev watch: build and run a directory's module at each change. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "harness/config/config.h"
#include "harness/exit_code.h"
#include "harness/log.h"
#include "harness/module/module_build.h"
#include "harness/run/run_args.h"
#include "harness/watch/watch_machine.h"
#include "harness/watch/watch_tree.h"

extern const struct command command_watch;

static const struct option options[] = {RUN_OPTIONS, {0}};

struct watch {
	const struct common_flags *flags;
	struct run_args args;
	const char *dir;
	char *tree; /* the kernel's */
	struct watch_tree *sources;
	struct watch_machine machine;
	struct module_build build;
	struct process run;
	struct process_signals signals;
	char *module; /* what was built last */
	int last;     /* exit code of the last build or run */
	bool failed;  /* it can't go on */
};

static void say(const char *what, const char *name)
{
	time_t now = time(NULL);
	char clock[16] = "";
	struct tm tm;

	if (localtime_r(&now, &tm))
		strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	fprintf(stderr, "-- %s %s%s%s\n", clock, what, *name ? " " : "", name);
}

/* Unless there is something to do already. */
static void say_idle(const struct watch *w)
{
	const struct watch_machine *m = &w->machine;

	if (!m->building && !m->running && !m->dirty && !m->built && !m->ending)
		say("waiting for the next change", "");
}

static void build_failed(struct watch *w, const char *err)
{
	log_error("%s", err);
	w->last = EXIT_FAIL;
	watch_built(&w->machine, false);
}

static void start_build(struct watch *w)
{
	char err[1024];

	module_build_free(&w->build);
	if (module_build_start(&w->build, w->dir, w->tree, err, sizeof(err)))
		build_failed(w, err);
}

static void build_ended(struct watch *w, int status)
{
	struct strbuf said = {0};
	const char *path = NULL;
	char err[1024];

	if (w->machine.stopping_build) {
		watch_built(&w->machine, false);
		return;
	}
	if (!module_build_end(&w->build, status, &said, err, sizeof(err)))
		path = module_build_pick(&w->build, w->args.module, err, sizeof(err));
	fputs(strbuf_str(&said), stderr);
	strbuf_free(&said);
	if (!path) {
		build_failed(w, err);
		say_idle(w);
		return;
	}
	free(w->module);
	w->module = strdup(path);
	watch_built(&w->machine, w->module);
}

static void start_run(struct watch *w)
{
	int err = run_args_start(&w->args, w->flags, w->module, NULL, &w->run);

	if (!err)
		return;
	log_error("kdev run can't be started: %s", strerror(-err));
	watch_ran(&w->machine);
}

static void run_ended(struct watch *w, int status)
{
	if (!w->machine.stopping_run)
		w->last = run_args_exit_code(status);
	watch_ran(&w->machine);
	say_idle(w);
}

/* Returns false at the end. */
static bool act(struct watch *w, struct monotime *wake)
{
	enum watch_action a;

	while ((a = watch_next(&w->machine, mono_now(), wake)) != WATCH_NOTHING) {
		switch (a) {
		case WATCH_BUILD: start_build(w); break;
		case WATCH_STOP_BUILD: kill(-w->build.process.pid, SIGTERM); break;
		case WATCH_RUN: start_run(w); break;
		case WATCH_STOP_RUN:
			if (!w->machine.ending)
				say("the run is given up", "");
			kill(-w->run.pid, SIGINT);
			break;
		default: return false;
		}
	}
	return true;
}

static void sources_changed(struct watch *w)
{
	char name[128];
	int rc = watch_tree_take(w->sources, name, sizeof(name));

	if (rc < 0) {
		log_error("%s: %s", w->dir,
			  rc == -ENOENT ? "the directory has gone" : strerror(-rc));
		w->failed = true;
		watch_end(&w->machine);
	} else if (rc) {
		if (!w->machine.dirty)
			say("changed:", name);
		watch_changed(&w->machine, mono_now());
	}
}

/* The first interrupt ends a run in good order, and then us; a second one is the run's too. */
static void interrupted(struct watch *w)
{
	struct signalfd_siginfo info;

	if (read(w->signals.fd, &info, sizeof(info)) != sizeof(info))
		return;
	if (w->machine.ending && w->run.pid)
		kill(-w->run.pid, SIGINT);
	watch_end(&w->machine);
}

static void reap(struct process *p, struct watch *w, void (*ended)(struct watch *w, int status))
{
	int status = 0;

	if (process_wait(p, &w->signals, &status) == -EINTR)
		watch_end(&w->machine);
	ended(w, status);
}

static int timeout_ms(struct monotime wake)
{
	int64_t left = mono_diff(wake, mono_now());

	return mono_is_never(wake) ? -1 : left <= 0 ? 0 : (int)(left / 1000) + 1;
}

static void watch_loop(struct watch *w)
{
	struct monotime wake;

	while (act(w, &wake)) {
		/* A negative fd is passed over. */
		struct pollfd fds[] = {
			{.fd = w->failed ? -1 : watch_tree_fd(w->sources), .events = POLLIN},
			{.fd = w->signals.fd, .events = POLLIN},
			{.fd = w->build.process.pid ? w->build.process.pidfd : -1,
			 .events = POLLIN},
			{.fd = w->run.pid ? w->run.pidfd : -1, .events = POLLIN},
		};

		if (poll(fds, 4, timeout_ms(wake)) < 0)
			continue;
		if (fds[2].revents)
			reap(&w->build.process, w, build_ended);
		if (fds[3].revents)
			reap(&w->run, w, run_ended);
		if (fds[0].revents)
			sources_changed(w);
		if (fds[1].revents)
			interrupted(w);
	}
}

static int prepare(struct watch *w)
{
	struct board_config cfg;
	char err[1024];
	int rc;

	if (config_load(w->flags->config, w->flags->board, &cfg, err, sizeof(err))) {
		log_error("%s", err);
		return EXIT_USAGE;
	}
	if (!module_build_is_dir(w->dir))
		return command_usage(&command_watch, "%s: a directory is expected", w->dir);
	w->tree = module_build_tree(&cfg, err, sizeof(err));
	if (!w->tree) {
		log_error("%s", err);
		return EXIT_INFRA;
	}
	rc = watch_tree_open(&w->sources, w->dir);
	if (!rc)
		rc = process_signals_open(&w->signals);
	if (!rc)
		return 0;
	log_error("%s can't be watched: %s%s", w->dir, strerror(-rc),
		  rc == -ENOSPC ? ": raise fs.inotify.max_user_watches" : "");
	return EXIT_INFRA;
}

static int watch(const struct common_flags *flags, int argc, char **argv)
{
	struct watch w = {.flags = flags, .last = EXIT_INTERRUPTED};
	int rc = run_args_parse(&command_watch, options, argc, argv, NULL, NULL, &w.args);

	if (!rc && !w.args.n_rest)
		rc = command_usage(&command_watch, "a directory is expected: kdev watch DIR");
	if (!rc) {
		w.dir = w.args.rest[0];
		rc = prepare(&w);
	}
	if (!rc) {
		/* What is there is the first change. */
		watch_changed(&w.machine, mono_now());
		watch_loop(&w);
		rc = w.failed ? EXIT_INFRA : w.last;
		process_signals_close(&w.signals);
	}
	module_build_free(&w.build);
	process_kill(&w.run);
	watch_tree_close(w.sources);
	run_args_free(&w.args);
	free(w.module);
	free(w.tree);
	return rc;
}

const struct command command_watch = {
	.name = "watch",
	.args = "[options] DIR [param=value ...]",
	.summary = "build and run a directory's module at each change",
	.help = "The module is built by kbuild against the board's kernel and run as by kdev run,\n"
		"now and whenever a source file changes. What does not build is shown; a change\n"
		"during a run gives that run up. Ctrl-C ends it, with the status of the last run.\n"
		"\n"
		"  --module NAME  which of the directory's modules, if it makes several\n"
		"\n"
		"and the options of kdev run.\n",
	.run = watch,
};
