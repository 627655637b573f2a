/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdev attendant: internal; commands start it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "harness/attendant/attendant.h"
#include "harness/commands/command.h"
#include "harness/exit_code.h"
#include "harness/log.h"

extern const struct command command_attendant;

/* stderr is the attendant's log file: a line gets its time. */
static void to_log_file(void *arg, enum log_level level, const char *text)
{
	static const char *const words[] = {"error", "warning", "info", "debug"};
	time_t now = time(NULL);
	char when[32];
	struct tm tm;

	strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
	fprintf(stderr, "%s %s: %s\n", when, words[level], text);
}

static int attendant(const struct common_flags *flags, int argc, char **argv)
{
	struct board_config cfg;
	int ready_fd = -1;
	char err[256];

	for (int i = 1; i + 1 < argc; i += 2)
		if (!strcmp(argv[i], "--ready-fd"))
			ready_fd = (int)strtol(argv[i + 1], NULL, 10);
	if (config_load(flags->config, flags->board, &cfg, err, sizeof(err))) {
		log_error("%s", err);
		return EXIT_USAGE;
	}
	log_to(to_log_file, NULL, LOG_INFO);
	return attendant_run(&cfg, ready_fd);
}

const struct command command_attendant = {
	.name = "attendant",
	.args = "--ready-fd N",
	.summary = "hold a board (started by the other commands)",
	.hidden = true,
	.run = attendant,
};
