/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdev loop: a scenario, or a module, again and again, for a night. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "harness/commands/command.h"
#include "harness/exit_code.h"
#include "harness/log.h"
#include "harness/loop/loop.h"

#define KEEP_BYTES (INT64_C(10) << 30)

extern const struct command command_loop;

enum {
	OPT_COUNT = 256,
	OPT_FOR,
	OPT_UNTIL,
	OPT_UNTIL_FAIL,
	OPT_RESUME,
	OPT_CONTINUE,
	OPT_SEED,
	OPT_MODULES,
	OPT_KEEP,
	OPT_FULL
};

static const struct option options[] = {
	{"count", required_argument, NULL, OPT_COUNT},
	{"for", required_argument, NULL, OPT_FOR},
	{"until", required_argument, NULL, OPT_UNTIL},
	{"until-fail", no_argument, NULL, OPT_UNTIL_FAIL},
	{"resume", no_argument, NULL, OPT_RESUME},
	{"continue", no_argument, NULL, OPT_CONTINUE},
	{"seed", required_argument, NULL, OPT_SEED},
	{"modules", required_argument, NULL, OPT_MODULES},
	{"keep", required_argument, NULL, OPT_KEEP},
	{"full", no_argument, NULL, OPT_FULL},
	{0},
};

/* "07:00" or "07:00:30": when it is that late next, by the local clock. */
static int parse_clock(const char *text, int64_t *us)
{
	time_t now = time(NULL), at;
	struct tm tm, clock = {0};
	const char *end = strptime(text, "%H:%M", &clock);

	if (end && *end == ':')
		end = strptime(text, "%H:%M:%S", &clock);
	if (!end || *end || !localtime_r(&now, &tm))
		return -EINVAL;
	tm.tm_hour = clock.tm_hour;
	tm.tm_min = clock.tm_min;
	tm.tm_sec = clock.tm_sec;
	tm.tm_isdst = -1;
	at = mktime(&tm);
	if (at <= now) {
		tm.tm_mday++;
		tm.tm_isdst = -1;
		at = mktime(&tm);
	}
	*us = (int64_t)at * 1000000;
	return at > now ? 0 : -EINVAL;
}

static int parse_number(const char *text, uint64_t *n)
{
	char *end;

	if (*text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	*n = strtoull(text, &end, 10);
	return errno || *end || *n > INT64_MAX ? -EINVAL : 0;
}

static int bad_value(const char *expected)
{
	return command_usage(&command_loop, "%s: expected %s", optarg, expected);
}

/* 0, or an exit code after having said why. */
static int parse(int argc, char **argv, struct loop_options *o, bool *resume)
{
	int c, rc = 0;

	optind = 0;
	opterr = 0;
	while (!rc && (c = getopt_long(argc, argv, "+:", options, NULL)) != -1) {
		switch (c) {
		case OPT_COUNT:
			if (parse_number(optarg, &o->count) || !o->count)
				rc = bad_value("a number of iterations");
			break;
		case OPT_FOR:
			if (duration_parse(optarg, &o->for_us) || o->for_us <= 0)
				rc = bad_value("a time such as 30m or 8h");
			break;
		case OPT_UNTIL:
			if (parse_clock(optarg, &o->until_us))
				rc = bad_value("a time of the day such as 07:00");
			break;
		case OPT_UNTIL_FAIL: o->until_fail = true; break;
		case OPT_RESUME: *resume = true; break;
		case OPT_CONTINUE: o->or_go_on = true; break;
		case OPT_SEED:
			if (parse_number(optarg, &o->seed))
				rc = bad_value("a number");
			o->has_seed = true;
			break;
		case OPT_MODULES: o->modules = optarg; break;
		case OPT_KEEP:
			if (loop_quota_parse(optarg, &o->keep))
				rc = bad_value("a size such as 500M or 20G, or 0 for no limit");
			break;
		case OPT_FULL: o->full = true; break;
		case ':':
			rc = command_usage(&command_loop, "%s: a value is missing",
					   argv[optind - 1]);
			break;
		default:
			rc = command_usage(&command_loop, "%s: unknown option", argv[optind - 1]);
			break;
		}
	}
	return rc;
}

static int check_usage(int argc, char **argv, struct loop_options *o, bool resume)
{
	if (optind < argc)
		o->what = argv[optind++];
	o->params = argv + optind;
	o->n_params = (size_t)(argc - optind);
	if (resume && (o->count || o->for_us || o->until_us || o->until_fail || o->has_seed ||
		       o->modules || o->full || o->or_go_on || o->n_params))
		return command_usage(&command_loop, "--resume goes on with what the loop was "
						    "told: no other option is expected");
	if (!resume && !o->what)
		return command_usage(&command_loop, "a scenario or a module is expected: kdev loop "
						    "SCENARIO.ini|MODULE.ko");
	if (o->for_us && o->until_us)
		return command_usage(&command_loop, "--for and --until: expected one of them");
	return 0;
}

/* ---- the loop ---- */

static int open_new(struct loop *l, const struct loop_options *o)
{
	struct loop_limits limits;
	int rc;

	l->started_us = loop_wall_us();
	l->full = o->full;
	l->seed = o->seed;
	if (!o->has_seed && getrandom(&l->seed, sizeof(l->seed), 0) == sizeof(l->seed))
		l->seed &= 0x7fffffff; /* what an int parameter of a module holds */
	l->source = realpath(o->what, NULL);
	if (!l->source) {
		log_error("%s: %s", o->what, strerror(errno));
		return EXIT_USAGE;
	}
	rc = loop_read_scenario(l, o);
	if (!rc)
		rc = loop_check(l);
	if (!rc)
		rc = loop_limits(l, o, &limits);
	if (!rc && loop_machine_init(&l->machine, &l->scenario, &limits))
		rc = EXIT_INFRA;
	return rc ? rc : loop_begin(l, o);
}

static void go_round(struct loop *l)
{
	loop_sum_up(l, "running", NULL);
	for (;;) {
		loop_machine_next(&l->machine, mono_now(), &l->step);
		if (l->step.what == LOOP_STOP)
			return;
		if (l->step.what == LOOP_RUN) {
			loop_run(l);
			continue;
		}
		loop_screen_note(l, "trying again in %lld s: %s",
				 (long long)(mono_diff(l->step.until, mono_now()) / 1000000),
				 l->step.why);
		run_wait(&l->run, mono_diff(l->step.until, mono_now()));
	}
}

static int finish(struct loop *l)
{
	int code = loop_machine_exit_code(&l->machine);
	const char *state = l->machine.interrupted ? "interrupted" : "done";
	json_t *sums;

	loop_tell(l, json_pack("{s:s, s:s, s:I}", "ev", "stop", "why", l->step.why, "at_us",
			       (json_int_t)loop_wall_us()));
	loop_sync(l);
	loop_sum_up(l, state, l->step.why);
	loop_screen_sums(l, l->step.why);
	sums = l->flags->json ? loop_sums(l, state, l->step.why) : NULL;
	if (sums) {
		json_dumpf(sums, stdout, JSON_INDENT(2));
		putchar('\n');
		json_decref(sums);
	}
	return code;
}

static void close_loop(struct loop *l)
{
	journal_close(l->journal);
	run_close(&l->run);
	loop_modules_free(l);
	loop_machine_free(&l->machine);
	scenario_free(&l->scenario);
	loop_quota_free(&l->quota);
	free(l->bugs);
	free(l->modules_dir);
	free(l->source);
	free(l->text);
	free(l->dir);
}

/* What a night's unit asks after a power cut. The loop that is gone on with has its own options. */
static bool is_unfinished(const struct board_config *cfg, struct loop_options *o)
{
	char *source = realpath(o->what, NULL);
	bool unfinished = source && loop_is_unfinished(cfg->name, source);

	free(source);
	if (unfinished)
		o->what = NULL;
	return unfinished;
}

static int run(const struct common_flags *flags, int argc, char **argv)
{
	struct loop_options o = {.keep = KEEP_BYTES};
	struct board_config cfg;
	struct loop l = {.cfg = &cfg, .flags = flags};
	bool resume = false;
	char err[1024];
	int code;

	if (config_load(flags->config, flags->board, &cfg, err, sizeof(err))) {
		log_error("%s", err);
		return EXIT_USAGE;
	}
	code = parse(argc, argv, &o, &resume);
	if (!code)
		code = check_usage(argc, argv, &o, resume);
	if (code)
		return code;
	if (netboot_check(&cfg, err, sizeof(err))) {
		log_error("%s: run kdev setup", err);
		return EXIT_INFRA;
	}
	code = run_open(&l.run, &cfg, flags);
	if (code)
		return code;
	l.quota.limit = o.keep;
	resume |= o.or_go_on && is_unfinished(&cfg, &o);
	code = resume ? loop_resume(&l, &o) : open_new(&l, &o);
	if (!code) {
		loop_screen_init(&l);
		loop_screen_note(&l, "loop %s, seed %llu", l.id, (unsigned long long)l.seed);
		go_round(&l);
		code = finish(&l);
	}
	close_loop(&l);
	return code;
}

const struct command command_loop = {
	.name = "loop",
	.args = "[options] SCENARIO.ini|MODULE.ko [param=value ...]",
	.summary = "run a scenario or a module again and again, and keep count",
	.help = "  --count N     so many iterations; without any limit, one round\n"
		"  --for T       for so long: 30m, 8h\n"
		"  --until HH:MM until that time of the day\n"
		"  --until-fail  until an iteration is not as expected\n"
		"  --resume      go on with the board's last loop, or the one named in the\n"
		"                place of the scenario, whatever ended it\n"
		"  --continue    the same if the board's last loop is of this scenario or\n"
		"                module and did not come to its end, else a new one\n"
		"  --seed N      what {seed} stands for in parameters and commands\n"
		"  --modules DIR where a scenario's modules are (its own directory)\n"
		"  --keep SIZE   what the runs' directories may take on the disk (10G)\n"
		"  --full        all steps of kdev run for each iteration, also where loading\n"
		"                and unloading at full speed would do\n"
		"\n"
		"Exit status: that of the worst iteration that was not as expected: 3 crash,\n"
		"4 hang, 5 reset, 1 failure; 0 if there was none, 125 infrastructure, 129\n"
		"usage, 130 interrupted.\n",
	.run = run,
};
