/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Starting an attendant: a process of its own session that outlives the command. */
#include "harness/attendant/link_start.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/attendant/wire.h"
#include "harness/paths.h"

#define START_MS 20000 /* it may have to adopt, and to stop, services */

/* In the grandchild: become the attendant. Never returns. */
static void become_attendant(const struct board_config *cfg, const struct common_flags *flags,
			     const char *log_path, int ready_fd)
{
	char fd_text[16];
	const char *argv[10] = {"kdev", "attendant", "--board", cfg->name, "--ready-fd", fd_text};
	int n = 6, null, log;

	snprintf(fd_text, sizeof(fd_text), "%d", ready_fd);
	if (flags->config) {
		argv[n++] = "--config";
		argv[n++] = flags->config;
	}
	argv[n] = NULL;
	null = open("/dev/null", O_RDWR);
	log = open(log_path, O_WRONLY | O_CREAT | O_APPEND, 0644);
	if (null < 0 || log < 0 || dup2(null, 0) < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0)
		_exit(127);
	if (fcntl(ready_fd, F_SETFD, 0))
		_exit(127);
	execv("/proc/self/exe", (char *const *)argv);
	dprintf(ready_fd, "%s\n", strerror(errno));
	_exit(127);
}

/* Read what the new attendant says of its start: "ok", or one line. */
static int await_ready(int fd, char *err, size_t err_len)
{
	char text[512];
	size_t len = 0;
	ssize_t n = 1;

	while (len < sizeof(text) - 1 && n > 0) {
		struct pollfd p = {.fd = fd, .events = POLLIN};

		if (poll(&p, 1, START_MS) <= 0) {
			snprintf(err, err_len, "the attendant did not start within %d s",
				 START_MS / 1000);
			return -ETIMEDOUT;
		}
		n = read(fd, text + len, sizeof(text) - 1 - len);
		if (n > 0)
			len += (size_t)n;
	}
	text[len] = '\0';
	if (!strcmp(text, "ok\n"))
		return 0;
	text[strcspn(text, "\n")] = '\0';
	snprintf(err, err_len, "the attendant did not start: %s",
		 text[0] ? text : "it ended at once");
	return -EIO;
}

static int start_attendant(const struct board_config *cfg, const struct common_flags *flags,
			   char *err, size_t err_len)
{
	char *log_path = path_board(cfg->name, "attendant.log");
	int fds[2], rc;
	pid_t pid;

	if (!log_path || pipe2(fds, O_CLOEXEC)) {
		free(log_path);
		snprintf(err, err_len, "the attendant can't be started: %s", strerror(errno));
		return -ENOMEM;
	}
	pid = fork();
	if (pid == 0) {
		/* Twice, so that it is nobody's child and has no terminal. */
		setsid();
		if (fork() == 0)
			become_attendant(cfg, flags, log_path, fds[1]);
		_exit(0);
	}
	close(fds[1]);
	free(log_path);
	if (pid < 0) {
		close(fds[0]);
		snprintf(err, err_len, "fork: %s", strerror(errno));
		return -EAGAIN;
	}
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	rc = await_ready(fds[0], err, err_len);
	close(fds[0]);
	return rc;
}

int link_connect(const struct board_config *cfg, const struct common_flags *flags, bool start,
		 char *err, size_t err_len)
{
	char *dir = path_board(cfg->name, NULL);
	char *path = path_board(cfg->name, "attendant.sock");
	int fd = -ENOMEM;

	snprintf(err, err_len, "out of memory");
	if (!dir || !path)
		goto out;
	fd = wire_socket_connect(path);
	if (fd >= 0)
		goto out;
	if (fd != -ENOENT && fd != -ECONNREFUSED) {
		snprintf(err, err_len, "%s: %s", path, strerror(-fd));
		goto out;
	}
	if (!start) {
		snprintf(err, err_len, "board %s is not up (kdev up)", cfg->name);
		fd = -ENOENT;
		goto out;
	}
	fd = path_mkdirs(dir, 0755);
	if (fd) {
		snprintf(err, err_len, "%s: %s", dir, strerror(-fd));
		goto out;
	}
	fd = start_attendant(cfg, flags, err, err_len);
	/* Two commands may start one at the same time: whoever's lost, the other's serves. */
	if (fd == 0 || fd == -EIO) {
		int sock = wire_socket_connect(path);

		if (sock >= 0 || fd == 0)
			fd = sock;
		if (sock < 0 && fd == sock)
			snprintf(err, err_len, "%s: %s", path, strerror(-sock));
	}
out:
	free(dir);
	free(path);
	return fd;
}
