/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdev up: bring the board up and wait until it is ready. */
#include "harness/commands/command.h"
#include "harness/config/config.h"
#include "harness/exit_code.h"
#include "harness/log.h"
#include "harness/netboot/setup.h"
#include "harness/run/run.h"

extern const struct command command_up;

static int up(const struct common_flags *flags, int argc, char **argv)
{
	static const struct run_options nothing = {0};
	struct board_config cfg;
	char err[512];

	if (argc != 1)
		return command_usage(&command_up, "no argument is expected");
	if (config_load(flags->config, flags->board, &cfg, err, sizeof(err))) {
		log_error("%s", err);
		return EXIT_USAGE;
	}
	if (netboot_check(&cfg, err, sizeof(err))) {
		log_error("%s: run kdev setup", err);
		return EXIT_INFRA;
	}
	return run_execute(&cfg, flags, &nothing);
}

const struct command command_up = {
	.name = "up",
	.args = "",
	.summary = "start the attendant, the services and the board, and wait until it is ready",
	.run = up,
};
