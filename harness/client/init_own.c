/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A root with an init of its own: that becomes PID 1, and we go on as a child of it. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "harness/client/init.h"

static void leave_mark(void)
{
	int fd = open(RUN_OWN_INIT, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	if (fd < 0)
		init_error(RUN_OWN_INIT ": %s", strerror(errno));
	else
		close(fd);
}

/* It must not be paged in from a server that is away; locks do not pass to a child. */
static void go_on(const struct init_cmdline *c)
{
	prctl(PR_SET_NAME, "kdev-init");
	setsid();
	mlockall(MCL_CURRENT | MCL_FUTURE);
	init_services_run(c);
	_exit(0);
}

void init_own_become(const struct init_cmdline *c)
{
	static const char *const environment[] = {
		"HOME=/", "TERM=linux",
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", NULL};
	char path[256];
	const char *const argv[] = {path, NULL};
	sigset_t none;
	pid_t pid;

	if (c->keep_init || init_read(ROOT_OWN_INIT, path, sizeof(path)) <= 0)
		return;
	if (access(path, X_OK)) {
		init_error("%s: %s; the board goes on without it", path, strerror(errno));
		return;
	}
	leave_mark();
	pid = fork();
	if (pid < 0) {
		init_error("fork: %s", strerror(errno));
		return;
	}
	if (pid == 0)
		go_on(c);
	init_info("%s is the board's init from here on", path);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execve(path, (char *const *)argv, (char *const *)environment);
	init_error("%s: %s", path, strerror(errno));
	/* The child has what matters. */
	for (;;)
		pause();
}
