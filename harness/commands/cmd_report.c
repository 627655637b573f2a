/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdev report: what happened in a night, or in one run. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "harness/commands/command.h"
#include "harness/exit_code.h"
#include "harness/log.h"
#include "harness/output/when.h"
#include "harness/paths.h"
#include "harness/report/report.h"
#include "harness/store/store.h"

extern const struct command command_report;

/* From the evening before to the first coffee. */
#define NIGHT "16h"

enum { OPT_LAST = 256, OPT_SINCE, OPT_JUNIT, OPT_HTML, OPT_KTAP };

static const struct option options[] = {
	{"last", no_argument, NULL, OPT_LAST},
	{"since", required_argument, NULL, OPT_SINCE},
	{"junit", required_argument, NULL, OPT_JUNIT},
	{"html", required_argument, NULL, OPT_HTML},
	{"ktap", no_argument, NULL, OPT_KTAP},
	{0},
};

struct request {
	struct report_query query;
	bool last, ktap;
	const char *since;
	const char *junit, *html; /* files, "-": stdout */
};

static int parse_options(int argc, char **argv, struct request *q)
{
	int c;

	optind = 0;
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		switch (c) {
		case OPT_LAST: q->last = true; break;
		case OPT_SINCE: q->since = optarg; break;
		case OPT_JUNIT: q->junit = optarg; break;
		case OPT_HTML: q->html = optarg; break;
		case OPT_KTAP: q->ktap = true; break;
		case ':':
			return command_usage(&command_report, "%s: a value is missing",
					     argv[optind - 1]);
		default:
			return command_usage(&command_report, "%s: unknown option",
					     argv[optind - 1]);
		}
	}
	return 0;
}

/* 0, or an exit code after having said why. */
static int parse(const struct common_flags *flags, int argc, char **argv, struct request *q)
{
	int rc = parse_options(argc, argv, q);

	if (rc)
		return rc;
	q->query.board = flags->board;
	q->query.now_us = (int64_t)time(NULL) * 1000000;
	q->query.run = argv[optind];
	if (argc - optind > 1 || (q->query.run && (q->last || q->since)) || (q->last && q->since))
		return command_usage(&command_report,
				     "one run, --last or --since is expected, one of them");
	if (q->ktap && flags->json)
		return command_usage(&command_report, "--json and --ktap exclude each other");
	if (when_parse(q->since ? q->since : NIGHT, q->query.now_us, &q->query.since_us))
		return command_usage(&command_report, "--since %s: expected " WHEN_EXPECTED,
				     q->since);
	return 0;
}

static int print(const struct strbuf *b)
{
	return fwrite(strbuf_str(b), 1, b->len, stdout) == b->len ? 0 : -EIO;
}

/* A pipe or a device is written to, not replaced by a file. */
static int write_special(const char *path, const struct strbuf *b)
{
	FILE *f = fopen(path, "w");
	int err;

	if (!f)
		return -errno;
	err = fwrite(strbuf_str(b), 1, b->len, f) == b->len ? 0 : -errno;
	return fclose(f) && !err ? -errno : err;
}

/* To a file, whole or not at all. */
static int write_to(const char *path, const struct strbuf *b)
{
	struct stat st;

	if (!strcmp(path, "-"))
		return print(b);
	if (!stat(path, &st) && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return write_special(path, b);
	return path_write_atomic(path, strbuf_str(b), b->len, 0644);
}

static int write_form(int (*form)(struct strbuf *b, const struct report *r), const char *path,
		      const struct report *r)
{
	struct strbuf b = {0};
	int err = form(&b, r);

	if (!err)
		err = write_to(path, &b);
	strbuf_free(&b);
	if (err)
		log_error("%s: the report can't be written: %s", path, strerror(-err));
	return err;
}

static struct report_text_options text_options(void)
{
	const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");
	struct report_text_options o = {0};
	struct winsize size;

	if (!isatty(STDOUT_FILENO))
		return o;
	o.width = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_col ? 80 : size.ws_col;
	o.colour = (!no_colour || !*no_colour) && term && strcmp(term, "dumb") != 0;
	return o;
}

static int print_text(const struct report *r)
{
	const struct report_text_options o = text_options();
	struct strbuf b = {0};
	int err = r->one_run ? report_run_text(&b, r, &o) : report_text(&b, r, &o);

	if (!err)
		err = print(&b);
	strbuf_free(&b);
	return err;
}

static int write_all(const struct common_flags *flags, const struct request *q,
		     const struct report *r)
{
	int err = 0;

	if (q->junit)
		err = write_form(report_junit, q->junit, r);
	if (!err && q->html)
		err = write_form(report_html, q->html, r);
	if (!err && q->ktap)
		err = write_form(report_ktap, "-", r);
	if (!err && flags->json)
		err = write_form(report_json, "-", r);
	if (!err && !q->ktap && !flags->json && !q->junit && !q->html)
		err = print_text(r);
	return err;
}

static int make(const struct common_flags *flags, struct request *q, struct store *store)
{
	struct report r = {0};
	char *last = NULL;
	int err = 0;

	if (q->last) {
		err = report_last_run(store, flags->board, &last);
		q->query.run = last;
	}
	if (!err)
		err = report_load(&r, store, path_state(), &q->query);
	if (err == -ENOENT && q->last)
		log_error("no run is known below %s/runs", path_state());
	else if (err == -ENOENT)
		log_error("%s: no such run below %s/runs", q->query.run, path_state());
	else if (err)
		log_error("%s/runs: %s", path_state(), strerror(-err));
	else
		err = write_all(flags, q, &r);
	report_free(&r);
	free(last);
	return err;
}

static int report(const struct common_flags *flags, int argc, char **argv)
{
	struct request q = {0};
	struct store *store = NULL;
	int rc = parse(flags, argc, argv, &q);

	if (rc)
		return rc;
	rc = store_open(&store, path_state());
	if (rc)
		log_error("%s/runs: %s", path_state(), strerror(-rc));
	else
		rc = make(flags, &q, store);
	store_close(store);
	return rc ? EXIT_INFRA : EXIT_PASS;
}

const struct command command_report = {
	.name = "report",
	.args = "[RUN | --last | --since T] [--html F] [--junit F] [--ktap]",
	.summary = "say what happened in a night, or in one run",
	.help = "  RUN        this run; its name is that of its directory\n"
		"  --last     the last run\n"
		"  --since T  all runs since then; T is a time such as 16h (the default), 22:00,\n"
		"             yesterday, 2026-11-22 or 2026-11-22 22:00\n"
		"  --html F   write one page that needs nothing else, with plots, to file F\n"
		"  --junit F  write JUnit XML to file F\n"
		"  --ktap     write KTAP to standard output\n"
		"\n"
		"A file F of - is standard output. With --board, runs on that board alone.\n",
	.run = report,
};
