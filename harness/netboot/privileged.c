/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Services in a board's namespace: started so that they outlive whoever starts them. */
#include "harness/netboot/privileged.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the grandchild tells through the pipe: its pid first, then, if exec fails, why. */
struct failure {
	int err;
	char step[28];
};

static void fail(int fd, const char *step)
{
	struct failure f = {.err = errno};

	snprintf(f.step, sizeof(f.step), "%s", step);
	if (write(fd, &f, sizeof(f)) < 0)
		_exit(126);
	_exit(127);
}

static int join(const char *path, int type)
{
	int rc, fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	rc = setns(fd, type);
	close(fd);
	return rc;
}

static int join_network(const struct board_config *b)
{
	char path[64];

	snprintf(path, sizeof(path), "/run/netns/kdev-%s", b->name);
	return join(path, CLONE_NEWNET);
}

static int join_mounts(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", (int)pid);
	return join(path, CLONE_NEWNS);
}

/* Own /run: rpcbind's socket and lock there must not meet the host's. */
static int private_run(void)
{
	if (unshare(CLONE_NEWNS))
		return -1;
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return -1;
	return mount("tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=1m");
}

static int redirect(const char *log_path)
{
	int null = open("/dev/null", O_RDONLY);
	int log = open(log_path, O_WRONLY | O_CREAT | O_APPEND, 0644);

	if (null < 0 || log < 0)
		return -1;
	return dup2(null, 0) < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0 ? -1 : 0;
}

/* In the grandchild. fd is close-on-exec: a successful exec closes it without a word. */
static void become(const struct board_config *b, const struct priv_spawn *s, int fd)
{
	static const char path[] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
	pid_t pid = getpid();
	sigset_t none;

	if (write(fd, &pid, sizeof(pid)) != sizeof(pid))
		_exit(126);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_DFL);
	if (redirect(s->log_path))
		fail(fd, "log file");
	if (join_network(b))
		fail(fd, "network namespace");
	if (s->private_run && private_run())
		fail(fd, "private /run");
	if (s->share_run && join_mounts(s->share_run))
		fail(fd, "shared /run");
	if (s->dir && chdir(s->dir))
		fail(fd, "directory");
	if (dup2(fd, 3) < 0 || fcntl(3, F_SETFD, FD_CLOEXEC))
		fail(fd, "pipe");
	close_range(4, ~0U, 0);
	setenv("PATH", path, 1);
	execvp(s->argv[0], (char *const *)s->argv);
	fail(3, "exec");
}

static void fork_twice(const struct board_config *b, const struct priv_spawn *s, int fd)
{
	setsid();
	if (fork() == 0)
		become(b, s, fd);
	_exit(0);
}

pid_t priv_spawn(const struct board_config *b, const struct priv_spawn *s, char *err,
		 size_t err_len)
{
	struct failure f;
	pid_t child, pid = -1;
	int fds[2];
	ssize_t n;

	if (pipe2(fds, O_CLOEXEC))
		return -errno;
	child = fork();
	if (child == 0)
		fork_twice(b, s, fds[1]);
	close(fds[1]);
	if (child < 0) {
		close(fds[0]);
		snprintf(err, err_len, "%s: fork: %s", s->argv[0], strerror(errno));
		return -EAGAIN;
	}
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	n = read(fds[0], &pid, sizeof(pid));
	if (n == sizeof(pid) && read(fds[0], &f, sizeof(f)) == sizeof(f)) {
		snprintf(err, err_len, "%s: %s: %s", s->argv[0], f.step, strerror(f.err));
		pid = -f.err;
	} else if (n != sizeof(pid)) {
		snprintf(err, err_len, "%s: could not be started", s->argv[0]);
		pid = -EAGAIN;
	}
	close(fds[0]);
	return pid;
}

int priv_kill(pid_t pid, int sig)
{
	if (pid <= 1)
		return -EINVAL;
	return kill(pid, sig) ? -errno : 0;
}
