/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdev boot-server: internal; a board's services start it in the board's network. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/commands/command.h"
#include "harness/exit_code.h"
#include "harness/log.h"
#include "harness/netboot/boot_server.h"

extern const struct command command_boot_server;

static void to_log_file(void *arg, enum log_level level, const char *text)
{
	fprintf(stderr, "%s\n", text);
}

static int run(const struct common_flags *flags, int argc, char **argv)
{
	int err, fd = -1;

	if (argc != 3 && argc != 4)
		return command_usage(&command_boot_server, "expected a directory and an address");
	if (argc == 4)
		fd = (int)strtol(argv[3], NULL, 10);
	log_to(to_log_file, NULL, LOG_INFO);
	err = boot_server_run(argv[1], argv[2], BOOT_SERVER_PORT, fd);
	log_error("%s:%d: %s", argv[2], BOOT_SERVER_PORT, strerror(-err));
	return EXIT_INFRA;
}

const struct command command_boot_server = {
	.name = "boot-server",
	.args = "DIRECTORY ADDRESS [SOCKET]",
	.summary = "serve boot files by HTTP (started with the board's services)",
	.hidden = true,
	.run = run,
};
