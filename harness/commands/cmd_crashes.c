/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdev crashes: which bugs were seen in all runs, how often and when. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "console/pipeline/printable.h"
#include "harness/commands/command.h"
#include "harness/exit_code.h"
#include "harness/log.h"
#include "harness/output/text_json.h"
#include "harness/output/when.h"
#include "harness/paths.h"
#include "harness/store/crash_store.h"
#include "harness/store/crash_table.h"
#include "harness/store/rate.h"
#include "harness/store/store.h"

#define PREFIX_MIN 4

extern const struct command command_crashes;

/* What was asked for. */
struct choice {
	const struct crash_bug **bugs;
	size_t n;
	bool one_by_one;  /* by signature: with their runs */
	int64_t since_us; /* 0: not asked for */
};

/* insmod's '-' is the kernel's '_'. */
static bool same_module(const char *a, const char *b)
{
	if (!a)
		return false;
	for (; *a && *b; a++, b++)
		if (*a != *b && !(strchr("-_", *a) && strchr("-_", *b)))
			return false;
	return *a == *b;
}

static bool of_module(const struct crash_bug *b, const char *name)
{
	for (size_t i = 0; i < b->n_seen; i++)
		if (same_module(b->seen[i].module, name) ||
		    same_module(b->seen[i].run_module, name))
			return true;
	return false;
}

static bool of_signature(const struct crash_bug *b, const char *prefix)
{
	size_t n = strlen(prefix);

	return n >= PREFIX_MIN && !strncasecmp(b->seen->signature, prefix, n);
}

static void choose(struct choice *c, const struct crash_store *s, const char *what,
		   bool (*fits)(const struct crash_bug *b, const char *what))
{
	for (size_t i = 0; i < s->n_bugs; i++)
		if (!what || fits(&s->bugs[i], what))
			c->bugs[c->n++] = &s->bugs[i];
}

static json_t *runs_json(const struct crash_bug *b)
{
	json_t *list = json_array();

	for (size_t i = 0; i < b->n_seen; i++) {
		const struct crash_sighting *s = &b->seen[i];
		char dir[32];

		snprintf(dir, sizeof(dir), "crash-%u", s->n);
		json_array_append_new(
			list, json_pack("{s:o, s:s, s:I, s:o, s:o, s:o, s:b, s:b}", "run",
					text_json(s->run), "dir", dir, "at_us",
					(json_int_t)s->at_us, "board", text_json(s->board), "step",
					text_json(s->step), "variant", text_json(s->variant),
					"corrupted", s->corrupted, "secondary", s->secondary));
	}
	if (json_array_size(list) == b->n_seen)
		return list;
	json_decref(list);
	return NULL;
}

/* hits of `of`, and the interval, as parts of 1. */
static json_t *rate_json(const struct crash_rate *r)
{
	struct rate x = rate_of(r->hits, r->of);

	return json_pack("{s:I, s:I, s:f, s:f, s:f}", "hits", (json_int_t)r->hits, "of",
			 (json_int_t)r->of, "rate", x.value, "low_95", x.low, "high_95", x.high);
}

static json_t *bug_json(const struct crash_bug *b, bool with_runs, bool split)
{
	static const char *const news[] = {"new", "known", "gone"};
	const struct crash_sighting *last = &b->seen[b->n_seen - 1];
	json_t *o = json_pack("{s:o, s:o, s:o, s:I, s:I, s:I, s:I, s:o, s:o}", "signature",
			      text_json(last->signature), "title", text_json(b->title), "module",
			      text_json(last->module), "count", (json_int_t)b->n_seen, "variants",
			      (json_int_t)b->variants, "first_us", (json_int_t)b->seen[0].at_us,
			      "last_us", (json_int_t)last->at_us, "last_run", text_json(last->run),
			      "runs_rate", rate_json(&b->since));

	if (o && split &&
	    (json_object_set_new(o, "news", json_string(news[crash_bug_news(b)])) ||
	     json_object_set_new(o, "runs_rate_before", rate_json(&b->before)))) {
		json_decref(o);
		return NULL;
	}
	if (o && with_runs && json_object_set_new(o, "runs", runs_json(b))) {
		json_decref(o);
		return NULL;
	}
	return o;
}

static int print_json(const struct choice *c)
{
	json_t *list = json_array();
	int err = 0;

	for (size_t i = 0; i < c->n; i++)
		if (json_array_append_new(list, bug_json(c->bugs[i], c->one_by_one, c->since_us)))
			err = -ENOMEM;
	if (!list || err || json_dumpf(list, stdout, JSON_INDENT(2)))
		err = -ENOMEM;
	else
		putchar('\n');
	json_decref(list);
	return err;
}

/* Lines that go elsewhere are not cut: grep wants all of them. */
static unsigned screen_width(void)
{
	struct winsize size;

	if (!isatty(STDOUT_FILENO))
		return 0;
	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_col ? 80 : size.ws_col;
}

static int print_text(const struct choice *c, const char *what)
{
	unsigned width = screen_width();
	struct strbuf b = {0};
	int err;

	if (!c->n) {
		strbuf_adds(&b, "no crash");
		if (what) {
			strbuf_adds(&b, " of ");
			strbuf_add_printable(&b, what, strlen(what));
		}
		strbuf_adds(&b, " was seen\n");
	} else if (!c->one_by_one) {
		crash_table_bugs(&b, c->bugs, c->n, c->since_us, width);
	}
	for (size_t i = 0; c->one_by_one && i < c->n; i++) {
		if (i)
			strbuf_addc(&b, '\n');
		crash_table_runs(&b, c->bugs[i], width);
	}
	err = b.err;
	if (!err)
		fputs(strbuf_str(&b), stdout);
	strbuf_free(&b);
	return err;
}

static int print_store(const struct crash_store *s, bool json, const char *what)
{
	struct choice c = {.bugs = calloc(s->n_bugs + 1, sizeof(struct crash_bug *)),
			   .since_us = s->since_us};
	int err;

	if (!c.bugs)
		return -ENOMEM;
	choose(&c, s, what, of_module);
	if (!c.n && what) {
		choose(&c, s, what, of_signature);
		c.one_by_one = c.n > 0;
	}
	err = json ? print_json(&c) : print_text(&c, what);
	free(c.bugs);
	return err;
}

/* What the command line says. */
struct request {
	const char *what; /* or NULL: all */
	int64_t since_us; /* 0: not asked for */
};

static int parse(int argc, char **argv, struct request *q)
{
	static const struct option options[] = {{"since", required_argument, NULL, 's'}, {0}};
	int c;

	optind = 0;
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (c == ':')
			return command_usage(&command_crashes, "%s: a value is missing",
					     argv[optind - 1]);
		if (c != 's')
			return command_usage(&command_crashes, "%s: unknown option",
					     argv[optind - 1]);
		if (when_parse(optarg, (int64_t)time(NULL) * 1000000, &q->since_us))
			return command_usage(&command_crashes,
					     "--since %s: expected " WHEN_EXPECTED, optarg);
	}
	if (argc - optind > 1)
		return command_usage(&command_crashes,
				     "one argument at most is expected, a module or a signature");
	q->what = argv[optind];
	return 0;
}

static int crashes(const struct common_flags *flags, int argc, char **argv)
{
	struct crash_store crashes = {0};
	struct request q = {0};
	struct store *index = NULL;
	int err = parse(argc, argv, &q);

	if (err)
		return err;
	err = store_open(&index, path_state());
	if (!err)
		err = crash_store_read(&crashes, index, flags->board, q.since_us);
	if (crashes.n_broken)
		log_warn("%zu of the runs and crashes below %s/runs can't be read and are left "
			 "out; %s",
			 crashes.n_broken, path_state(), crashes.broken);
	if (!err)
		err = print_store(&crashes, flags->json, q.what);
	if (err)
		log_error("%s/runs: %s", path_state(), strerror(-err));
	crash_store_free(&crashes);
	store_close(index);
	return err ? EXIT_INFRA : EXIT_PASS;
}

const struct command command_crashes = {
	.name = "crashes",
	.args = "[--since T] [MODULE|SIGNATURE]",
	.summary = "list the crashes of all runs",
	.help = "  MODULE     those in this module, or in runs of it\n"
		"  SIGNATURE  this one, with each run that had it; its first digits do, four\n"
		"             at least\n"
		"  --since T  which are new since then, known, gone; T is a time such as 16h,\n"
		"             22:00, yesterday, 2026-11-22 or 2026-11-22 22:00\n"
		"\n"
		"\"3 of 120 of gadget\": so many runs, and iterations of loops, had the crash, of\n"
		"all that loaded a module with which it was ever seen; behind it the rate with "
		"its\n"
		"95 % interval (Wilson's).\n"
		"\n"
		"With --board, runs on that board alone. With --json, an array of objects.\n",
	.run = crashes,
};
