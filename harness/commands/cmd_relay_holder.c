/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdev relay-holder: internal; what presses a board's buttons starts it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "harness/commands/command.h"
#include "harness/exit_code.h"
#include "harness/log.h"
#include "watchdog/power/relay_holder.h"

extern const struct command command_relay_holder;

static int run(const struct common_flags *flags, int argc, char **argv)
{
	int err;

	if (argc != 3)
		return command_usage(&command_relay_holder, "expected a driver and a device");
	err = relay_holder_run(argv[1], argv[2]);
	if (err)
		log_error("relay-holder: %s: %s", argv[2],
			  err == -EINVAL ? "expected a socket as standard input" : strerror(-err));
	return err ? EXIT_INFRA : EXIT_PASS;
}

const struct command command_relay_holder = {
	.name = "relay-holder",
	.args = "DRIVER DEVICE",
	.summary = "hold a relay for a client (started with the board's services)",
	.hidden = true,
	.run = run,
};
