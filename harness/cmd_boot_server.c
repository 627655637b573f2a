/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdev boot-server: internal; a board's services start it in the board's network. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/command.h"
#include "harness/exit_code.h"
#include "harness/log.h"
#include "harness/netboot/boot_server.h"

extern const struct command command_boot_server;

static void to_log_file(void *arg, enum log_level level, const char *text)
{
	fprintf(stderr, "%s\n", text);
}

#define TIME_WAIT_MAX "/proc/sys/net/ipv4/tcp_max_tw_buckets"

static bool is_own_network(void)
{
	struct stat ours, first;

	return !stat("/proc/self/ns/net", &ours) && !stat("/proc/1/ns/net", &first) &&
	       (ours.st_dev != first.st_dev || ours.st_ino != first.st_ino);
}

/*
 * A boot loader opens its connections with the same port and sequence number after each reset.
 * The host would take that for a late packet of the boot before, still in TIME_WAIT, and
 * the board would wait 3 s to try again, for each file. In a namespace that has no other
 * connections the state can simply be left out.
 */
static void leave_out_time_wait(void)
{
	int fd;

	if (!is_own_network())
		return;
	fd = open(TIME_WAIT_MAX, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "0", 1) != 1)
		log_warn(TIME_WAIT_MAX ": %s: boots soon after another take 6 s longer",
			 strerror(errno));
	if (fd >= 0)
		close(fd);
}

static int run(const struct common_flags *flags, int argc, char **argv)
{
	int err;

	if (argc != 3)
		return command_usage(&command_boot_server, "expected a directory and an address");
	log_to(to_log_file, NULL, LOG_INFO);
	leave_out_time_wait();
	err = boot_server_run(argv[1], argv[2], BOOT_SERVER_PORT);
	log_error("%s:%d: %s", argv[2], BOOT_SERVER_PORT, strerror(-err));
	return EXIT_INFRA;
}

const struct command command_boot_server = {
	.name = "boot-server",
	.args = "DIRECTORY ADDRESS",
	.summary = "serve boot files by HTTP (started with the board's services)",
	.hidden = true,
	.run = run,
};
