/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdev power: the buttons of a board. */
#include <stdio.h>
#include <string.h>

#include "harness/attendant/link.h"
#include "harness/commands/command.h"
#include "harness/config/config.h"
#include "harness/exit_code.h"
#include "harness/log.h"
#include "harness/power/power_learn.h"
#include "watchdog/power/power.h"

extern const struct command command_power;

static void show_status(const struct common_flags *flags, int on)
{
	static const char *const words[] = {"unknown", "off", "on"};

	if (flags->json)
		printf("{\"power\": \"%s\"}\n", words[on + 1]);
	else
		printf("power: %s\n", words[on + 1]);
}

static int power(const struct common_flags *flags, int argc, char **argv)
{
	static const struct link_ops ops = {0};
	struct board_config cfg;
	struct link *link;
	json_t *reply;
	uv_loop_t loop;
	char err[512];
	int verb, code = EXIT_INFRA;
	bool learn;

	if (argc != 2)
		return command_usage(&command_power, "one verb is expected");
	verb = power_verb_parse(argv[1]);
	learn = !strcmp(argv[1], "learn");
	if ((verb < 0 && !learn) || verb == POWER_BREAK)
		return command_usage(&command_power,
				     "%s: unknown verb, expected status, on, off, press, hold, "
				     "reset, cycle, nmi or learn",
				     argv[1]);
	if (config_load(flags->config, flags->board, &cfg, err, sizeof(err))) {
		log_error("%s", err);
		return EXIT_USAGE;
	}
	if (learn)
		return power_learn(&cfg, flags);
	uv_loop_init(&loop);
	if (link_open(&loop, &cfg, flags, false, &ops, NULL, &link, err, sizeof(err))) {
		log_error("%s", err);
		return EXIT_INFRA;
	}
	reply = link_call(link, "power", json_pack("{s:s}", "verb", argv[1]));
	if (link_ok("power", reply)) {
		code = EXIT_PASS;
		if (verb == POWER_STATUS)
			show_status(flags, (int)json_integer_value(json_object_get(reply, "on")));
		else if (flags->verbosity >= 0)
			printf("power %s: done\n", argv[1]);
	}
	json_decref(reply);
	link_close(link);
	uv_run(&loop, UV_RUN_DEFAULT);
	return code;
}

const struct command command_power = {
	.name = "power",
	.args = "status|on|off|press|hold|reset|cycle|nmi|learn",
	.summary = "press the board's buttons",
	.help = "  status  is the power on?\n"
		"  on      switch it on, if it is off\n"
		"  off     switch it off without asking (as hold does)\n"
		"  press   a short press of the power button: asks a running system to stop\n"
		"  hold    hold the power button until the board is off\n"
		"  reset   the reset button\n"
		"  cycle   off, a second's wait, on\n"
		"  nmi     the NMI button: with unknown_nmi_panic the kernel says where it is\n"
		"  learn   find out by trial how long the board's buttons must be pressed and\n"
		"          how long it takes to boot; prints lines for kdev.conf and uses them\n"
		"          from then on. Resets the board again and again, for some minutes.\n",
	.run = power,
};
