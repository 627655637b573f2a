/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdev down: end the attendant and all that it started. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "harness/attendant/link.h"
#include "harness/commands/command.h"
#include "harness/config/config.h"
#include "harness/exit_code.h"
#include "harness/log.h"
#include "harness/paths.h"

extern const struct command command_down;

/* Is there an attendant, or something that a killed one left behind? */
static bool anything_left(const struct board_config *cfg)
{
	char *sock = path_board(cfg->name, "attendant.sock");
	char *services = path_board(cfg->name, "services");
	bool left = (sock && access(sock, F_OK) == 0) || (services && access(services, F_OK) == 0);

	free(sock);
	free(services);
	return left;
}

static int down(const struct common_flags *flags, int argc, char **argv)
{
	static const struct link_ops ops = {0};
	struct board_config cfg;
	struct link *link;
	json_t *reply;
	uv_loop_t loop;
	char err[512];
	bool ok;

	if (argc != 1)
		return command_usage(&command_down, "no argument is expected");
	if (config_load(flags->config, flags->board, &cfg, err, sizeof(err))) {
		log_error("%s", err);
		return EXIT_USAGE;
	}
	if (!anything_left(&cfg)) {
		if (flags->verbosity >= 0)
			printf("board %s is down\n", cfg.name);
		return EXIT_PASS;
	}
	uv_loop_init(&loop);
	if (link_open(&loop, &cfg, flags, true, &ops, NULL, &link, err, sizeof(err))) {
		log_error("%s", err);
		return EXIT_INFRA;
	}
	reply = link_call(link, "down", NULL);
	ok = link_ok("down", reply);
	json_decref(reply);
	link_close(link);
	uv_run(&loop, UV_RUN_DEFAULT);
	if (ok && flags->verbosity >= 0)
		printf("board %s is down\n", cfg.name);
	return ok ? EXIT_PASS : EXIT_INFRA;
}

const struct command command_down = {
	.name = "down",
	.args = "",
	.summary = "end the board's attendant, its services and, if virtual, the board",
	.run = down,
};
