/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdev init: begin the configuration of a bare board with what this host has. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/commands/command.h"
#include "harness/config/config.h"
#include "harness/exit_code.h"
#include "harness/init/init_text.h"
#include "harness/log.h"
#include "harness/paths.h"

#define SYSTEM_FILE "/etc/kdev/kdev.conf"

extern const struct command command_init;

/* Where config_load() looks first for this user's own. */
static char *usual_file(void)
{
	const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	if (geteuid() == 0)
		return strdup(SYSTEM_FILE);
	if (xdg && *xdg == '/')
		return path_format("%s/kdev/kdev.conf", xdg);
	return home && *home == '/' ? path_format("%s/.config/kdev/kdev.conf", home) : NULL;
}

/* A new file, or none: what somebody wrote is never touched. */
static int write_new(const char *path, const struct strbuf *text)
{
	char *dir = strdup(path), *slash = dir ? strrchr(dir, '/') : NULL;
	int fd, err = dir ? 0 : -ENOMEM;

	if (slash && slash > dir) {
		*slash = '\0';
		err = path_mkdirs(dir, 0755);
	}
	free(dir);
	if (err)
		return err;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0)
		return -errno;
	if (write(fd, strbuf_str(text), text->len) != (ssize_t)text->len)
		err = errno ? -errno : -EIO;
	if (close(fd) && !err)
		err = -errno;
	if (err)
		unlink(path);
	return err;
}

static int put(const char *path, const struct strbuf *text)
{
	int err;

	if (!strcmp(path, "-")) {
		fputs(strbuf_str(text), stdout);
		return fflush(stdout) ? EXIT_INFRA : EXIT_PASS;
	}
	err = write_new(path, text);
	if (err == -EEXIST)
		return command_usage(
			&command_init,
			"%s is there already, and is left as it is; kdev init - prints", path);
	if (err) {
		log_error("%s: %s", path, strerror(-err));
		return EXIT_INFRA;
	}
	printf("%s is begun: look through it, then kdev setup, kdev doctor, kdev up\n", path);
	return EXIT_PASS;
}

/* As config_load() wants it, so that what is written is read. */
static bool is_mac(const char *s)
{
	for (int i = 0; i < 17; i++)
		if (i % 3 == 2 ? s[i] != ':' : !s[i] || !strchr("0123456789abcdefABCDEF", s[i]))
			return false;
	return !s[17];
}

static bool is_name(const char *s)
{
	size_t n = strlen(s);

	return n && n < sizeof(((struct board_config *)0)->name) && *s != '-' &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == n;
}

static int init(const struct common_flags *flags, int argc, char **argv)
{
	static const struct option options[] = {{"mac", required_argument, NULL, 'm'}, {0}};
	const char *board = flags->board ? flags->board : "bench", *mac = NULL;
	struct strbuf text = {0};
	struct host host;
	char *path;
	int c, code;

	opterr = 0;
	optind = 1;
	while ((c = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (c != 'm')
			return command_usage(&command_init,
					     "%s: unknown option, or its value is missing",
					     argv[optind - 1]);
		mac = optarg;
	}
	if (argc - optind > 1)
		return command_usage(&command_init, "unexpected '%s'", argv[optind + 1]);
	if (mac && !is_mac(mac))
		return command_usage(&command_init, "%s: expected a MAC such as 04:42:1a:90:5c:77",
				     mac);
	if (!is_name(board))
		return command_usage(&command_init, "%s: expected a board's name of a-z, 0-9 and -",
				     board);
	path = optind < argc ? strdup(argv[optind]) : usual_file();
	host_find("", &host);
	if (!path || init_text(&text, board, mac, &host))
		code = command_usage(&command_init,
				     "out of memory, or no place for a configuration");
	else
		code = put(path, &text);
	strbuf_free(&text);
	free(path);
	return code;
}

const struct command command_init = {
	.name = "init",
	.args = "[--mac ADDRESS] [FILE|-]",
	.summary = "begin the configuration of a bare board with what this host has",
	.help = "  --mac ADDRESS  that of the board's network card, if it is known\n"
		"\n"
		"Network cards, serial ports and relays that are found are filled in; what else\n"
		"could be meant stands beside them in comments. Nothing is asked, and a file that\n"
		"is there is never changed. FILE is /etc/kdev/kdev.conf for root, else the user's\n"
		"own; - prints. The board is called bench, or as --board says.\n",
	.run = init,
};
