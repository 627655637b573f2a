/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdev doctor: check host and board. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "harness/commands/command.h"
#include "harness/config/config.h"
#include "harness/doctor/doctor.h"
#include "harness/exit_code.h"
#include "harness/log.h"

extern const struct command command_doctor;

/* To be asked before a button is touched. */
static bool agreed(const struct board_config *cfg)
{
	char answer[8];

	fprintf(stderr, "This resets the board %s. Go on? [y/N] ", cfg->name);
	return fgets(answer, sizeof(answer), stdin) && (*answer == 'y' || *answer == 'Y');
}

/* A line as soon as it is known: a check may take seconds. */
static void run_check(struct doctor *d, const char *section, const struct doctor_check *c,
		      struct strbuf *json, unsigned counts[DOCTOR_GRADES])
{
	struct doctor_finding f = {0};
	struct strbuf line = {0};

	c->run(d, c->arg, &f);
	counts[f.grade]++;
	doctor_line(&line, section, c->what, &f, d->flags->verbosity > 0);
	if (f.grade > DOCTOR_OK || d->flags->verbosity >= 0)
		fputs(strbuf_str(&line), d->flags->json ? stderr : stdout);
	fflush(stdout);
	if (*f.found) {
		strbuf_adds(json, json->len ? ",\n " : "[");
		doctor_json(json, section, c->what, &f);
	}
	strbuf_free(&line);
}

static int run_all(struct doctor *d)
{
	unsigned counts[DOCTOR_GRADES] = {0};
	struct strbuf json = {0}, sum = {0};

	for (size_t i = 0; doctor_sections[i]; i++) {
		const struct doctor_section *s = doctor_sections[i];

		for (const struct doctor_check *c = s->checks; c->what; c++)
			run_check(d, s->name, c, &json, counts);
	}
	doctor_sum(&sum, counts);
	if (d->flags->json)
		printf("%s]\n", json.len ? strbuf_str(&json) : "[");
	else if (d->flags->verbosity >= 0)
		fputs(strbuf_str(&sum), stdout);
	strbuf_free(&json);
	strbuf_free(&sum);
	return counts[DOCTOR_FAIL] ? EXIT_INFRA : EXIT_PASS;
}

/* An attendant that is there is asked; one is started only for pressing. */
static int examine(struct doctor *d)
{
	static const struct link_ops ops = {0};
	char err[512];
	int code;

	if (link_open(d->loop, d->cfg, d->flags, d->press, &ops, NULL, &d->link, err, sizeof(err)))
		d->link = NULL;
	if (d->press && !d->link)
		log_error("nothing can be pressed: %s", err);
	if (d->press && d->link) {
		json_t *reply = doctor_ask(d, "up", NULL);

		d->press = link_ok("doctor", reply);
		json_decref(reply);
	}
	code = run_all(d);
	link_close(d->link);
	uv_run(d->loop, UV_RUN_DEFAULT);
	return code;
}

static int doctor(const struct common_flags *flags, int argc, char **argv)
{
	static const struct option options[] = {
		{"press", no_argument, NULL, 'p'}, {"yes", no_argument, NULL, 'y'}, {0}};
	struct board_config cfg;
	uv_loop_t loop;
	struct doctor d = {.cfg = &cfg, .flags = flags, .loop = &loop};
	bool yes = false;
	char err[512];
	int c, code;

	opterr = 0;
	optind = 1;
	while ((c = getopt_long(argc, argv, "y", options, NULL)) != -1) {
		if (c == 'p')
			d.press = true;
		else if (c == 'y')
			yes = true;
		else
			return command_usage(&command_doctor, "unknown option '%s'",
					     argv[optind - 1]);
	}
	if (optind < argc)
		return command_usage(&command_doctor, "unexpected '%s'", argv[optind]);
	if (config_load(flags->config, flags->board, &cfg, err, sizeof(err))) {
		log_error("%s", err);
		return EXIT_USAGE;
	}
	if (d.press && !yes && !isatty(STDIN_FILENO))
		return command_usage(&command_doctor,
				     "--press needs --yes where nobody can be asked");
	if (d.press && !yes && !agreed(&cfg))
		return EXIT_INTERRUPTED;
	uv_loop_init(&loop);
	code = examine(&d);
	uv_loop_close(&loop);
	return code;
}

const struct command command_doctor = {
	.name = "doctor",
	.args = "[--press [--yes]]",
	.summary = "check host and board: what is missing, and what to do",
	.help = "  --press    also reset the board, to prove that its buttons work\n"
		"  -y, --yes  without asking\n"
		"\n"
		"Each check is a line: ok, warn or FAIL, what was found, and how to mend it.\n"
		"With -v those are told that do not apply, or can't be made now: some need\n"
		"the board up. Exits with 125 if one failed.\n",
	.run = doctor,
};
