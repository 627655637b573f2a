/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guard of one press. */
#include "watchdog/power/relay_guard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define READY_MS 1000
#define TRIES    3
#define PAUSE_MS 100

static int ms_until(struct monotime t)
{
	int64_t us = mono_diff(t, mono_now());

	return us <= 0 ? 0 : (int)((us + 999) / 1000);
}

/* Nothing of the presser's but the device and the way to it. */
static void detach(void)
{
	int null = open("/dev/null", O_RDWR);

	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_IGN);
	prctl(PR_SET_NAME, "relay-guard");
	if (null < 0)
		return;
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		dup2(null, fd);
	if (null > STDERR_FILENO)
		close(null);
}

/* True if it was told that the channel is at rest. */
static bool dismissed(int fd, struct monotime due)
{
	struct monotime late = mono_add(due, RELAY_GUARD_GRACE_US);
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char byte;

	while (poll(&p, 1, ms_until(late)) < 0 && errno == EINTR)
		;
	if (!p.revents)
		return false; /* it lives, and does nothing */
	if (read(fd, &byte, 1) == 1)
		return true;
	/* It is dead. A press that was to force the board off is still wanted whole. */
	poll(NULL, 0, ms_until(due));
	return false;
}

__attribute__((noreturn)) static void guard(int fd, struct relay *r, unsigned channel, bool rest,
					    struct monotime due)
{
	detach();
	if (write(fd, "r", 1) != 1)
		_exit(1);
	if (dismissed(fd, due))
		_exit(0);
	/* What is sent to a USB device may get lost; to say it again does no harm. */
	for (int i = 0; i < TRIES; i++) {
		r->driver->force(r, channel, rest);
		poll(NULL, 0, PAUSE_MS);
	}
	_exit(0);
}

static int await_ready(int fd)
{
	struct monotime end = mono_add(mono_now(), MONO_MS(READY_MS));
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char byte;
	int n;

	do
		n = poll(&p, 1, ms_until(end));
	while (n < 0 && errno == EINTR);
	if (n == 0)
		return -ETIMEDOUT;
	return n > 0 && read(fd, &byte, 1) == 1 ? 0 : -ECHILD;
}

int relay_guard_start(struct relay_guard *g, struct relay *r, unsigned channel, bool rest,
		      struct monotime due)
{
	int pair[2], err;
	pid_t child;

	g->fd = -1;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return -errno;
	child = fork();
	if (child == 0) {
		/* The child between ends at once: the guard must not be in our tree. */
		close(pair[0]);
		setsid();
		if (fork() == 0)
			guard(pair[1], r, channel, rest, due);
		_exit(0);
	}
	err = child < 0 ? -errno : 0;
	close(pair[1]);
	if (!err) {
		while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
			;
		err = await_ready(pair[0]);
	}
	if (err) {
		close(pair[0]);
		return err;
	}
	g->fd = pair[0];
	return 0;
}

void relay_guard_dismiss(struct relay_guard *g)
{
	if (g->fd < 0)
		return;
	/* If it is dead, there is nobody to tell. */
	send(g->fd, "d", 1, MSG_NOSIGNAL);
	close(g->fd);
	g->fd = -1;
}
