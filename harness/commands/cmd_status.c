/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdev status: the attendant, the services and the board. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/attendant/link.h"
#include "harness/commands/command.h"
#include "harness/config/config.h"
#include "harness/exit_code.h"
#include "harness/log.h"
#include "harness/netboot/setup.h"
#include "harness/output/text_json.h"
#include "harness/paths.h"

extern const struct command command_status;

static json_int_t int_of(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

static void show(const struct board_config *cfg, const json_t *st)
{
	const json_t *board = json_object_get(st, "board");
	const json_t *boot = json_object_get(board, "boot");
	const char *dirty = json_text_of(st, "dirty"), *name;
	json_int_t ready = int_of(boot, "ready_us");
	char *log = path_board(cfg->name, "attendant.log");
	json_t *pid;

	printf("board      %s: %s, %s\n", cfg->name, json_text_of(board, "state"),
	       json_text_of(board, "reason"));
	if (ready > 0)
		printf("booted     in %lld.%lld s\n", (long long)ready / 1000000,
		       (long long)ready % 1000000 / 100000);
	printf("ssh        %s at %s\n", json_is_true(json_object_get(board, "ssh")) ? "up" : "down",
	       cfg->address);
	printf("in use     %s\n", json_is_true(json_object_get(st, "in_use")) ? "yes" : "no");
	if (*dirty)
		printf("unclean    %s: it is reset before the next run\n", dirty);
	printf("attendant  pid %lld, log %s\n", (long long)int_of(st, "pid"), log ? log : "");
	json_object_foreach (json_object_get(st, "services"), name, pid) {
		if (json_integer_value(pid))
			printf("%-10s pid %lld\n", name, (long long)json_integer_value(pid));
		else
			printf("%-10s not running\n", name);
	}
	free(log);
}

static int status(const struct common_flags *flags, int argc, char **argv)
{
	static const struct link_ops ops = {0};
	struct board_config cfg;
	struct link *link;
	json_t *reply;
	uv_loop_t loop;
	char err[512], missing[256];
	bool ok;

	if (argc != 1)
		return command_usage(&command_status, "no argument is expected");
	if (config_load(flags->config, flags->board, &cfg, err, sizeof(err))) {
		log_error("%s", err);
		return EXIT_USAGE;
	}
	uv_loop_init(&loop);
	if (link_open(&loop, &cfg, flags, false, &ops, NULL, &link, err, sizeof(err))) {
		bool set_up = netboot_check(&cfg, missing, sizeof(missing)) == 0;

		if (flags->json)
			printf("{\"board\": {\"state\": \"down\"}}\n");
		else
			printf("board      %s: down%s%s\n", cfg.name,
			       set_up ? "" : ", not set up: ", set_up ? "" : missing);
		return EXIT_PASS;
	}
	reply = link_call(link, "status", NULL);
	ok = link_ok("status", reply);
	if (ok && flags->json) {
		json_object_del(reply, "id");
		json_object_del(reply, "ok");
		json_dumpf(reply, stdout, JSON_INDENT(2));
		putchar('\n');
	} else if (ok) {
		show(&cfg, reply);
	}
	json_decref(reply);
	link_close(link);
	uv_run(&loop, UV_RUN_DEFAULT);
	return ok ? EXIT_PASS : EXIT_INFRA;
}

const struct command command_status = {
	.name = "status",
	.args = "",
	.summary = "show the attendant, the services and the board",
	.run = status,
};
