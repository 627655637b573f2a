/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdev nfs-server: internal; a board's services start it in the board's network. */
#include <stdio.h>

#include "harness/commands/command.h"
#include "harness/exit_code.h"
#include "harness/log.h"
#include "harness/netboot/nfsd.h"

extern const struct command command_nfs_server;

static void to_log_file(void *arg, enum log_level level, const char *text)
{
	fprintf(stderr, "%s\n", text);
}

static int run(const struct common_flags *flags, int argc, char **argv)
{
	char err[256];

	if (argc != 4)
		return command_usage(&command_nfs_server,
				     "expected a directory, the board's address and ours");
	log_to(to_log_file, NULL, LOG_INFO);
	if (!nfsd_run(argv[1], argv[2], argv[3], err, sizeof(err)))
		return EXIT_PASS;
	log_error("the kernel's NFS server can't be used: %s", err);
	return EXIT_INFRA;
}

const struct command command_nfs_server = {
	.name = "nfs-server",
	.args = "DIRECTORY ADDRESS SERVER",
	.summary = "serve the NFS root by the kernel's nfsd (started with the board's services)",
	.hidden = true,
	.run = run,
};
