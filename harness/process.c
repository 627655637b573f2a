/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Run other programs to their end. */
#include "harness/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/log.h"

#define ORPHANED      SIGUSR1
#define KILL_AFTER_MS 2000
#define TAIL_MAX      2048
#define SBIN          "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"

int process_signals_open(struct process_signals *s)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	s->fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (s->fd < 0)
		return -errno;
	sigprocmask(SIG_BLOCK, &set, &s->before);
	return 0;
}

void process_signals_close(struct process_signals *s)
{
	close(s->fd);
	sigprocmask(SIG_SETMASK, &s->before, NULL);
}

/* Debian's users have no sbin in their PATH, and depmod lives there. */
static void extend_path(void)
{
	const char *path = getenv("PATH");
	char buf[4096];

	if (path && (size_t)snprintf(buf, sizeof(buf), "%s:%s", path, SBIN) < sizeof(buf))
		setenv("PATH", buf, 1);
	else
		setenv("PATH", SBIN, 1);
}

static int open_to(const char *path, int flags, int target)
{
	int fd = open(path, flags | O_CLOEXEC, 0644);

	if (fd < 0 || dup2(fd, target) < 0)
		return -errno;
	close(fd);
	return 0;
}

static int redirect(const struct process_spec *spec)
{
	const char *log = spec->log ? spec->log : "/dev/null";
	int err;

	err = open_to("/dev/null", O_RDONLY, STDIN_FILENO);
	if (!err && !spec->inherit)
		err = open_to(log, O_WRONLY | O_CREAT | O_APPEND, STDERR_FILENO);
	if (!err && spec->output)
		err = open_to(spec->output, O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
	else if (!err && !spec->inherit && dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
		err = -errno;
	return err;
}

static int exec_program(const struct process_spec *spec)
{
	sigset_t none;
	int err;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	err = redirect(spec);
	if (err)
		return err;
	/* Slave: what the host unmounts meanwhile does not live on here. */
	if (spec->own_mounts &&
	    (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_SLAVE, NULL)))
		return -errno;
	if (spec->dir && chdir(spec->dir))
		return -errno;
	extend_path();
	execvp(spec->argv[0], (char *const *)spec->argv);
	return -errno;
}

/* End as the program did, so that our parent reads its status from us. */
__attribute__((noreturn)) static void end_like(int status)
{
	sigset_t none;

	if (WIFSIGNALED(status)) {
		prctl(PR_SET_DUMPABLE, 0); /* one core is enough */
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		raise(WTERMSIG(status));
	}
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 126);
}

/*
 * Between us and the program stands a keeper, the leader of its group. The kernel tells it
 * (ORPHANED) when we are gone, however we went, and it ends the whole group: otherwise
 * mmdebstrap's children would go on writing into a tree that the next set-up begins anew.
 */
__attribute__((noreturn)) static void keep(pid_t parent, pid_t program)
{
	sigset_t set;
	int status, sig;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, ORPHANED);
	for (;;) {
		if (getppid() != parent)
			kill(0, SIGKILL);
		if (waitpid(program, &status, WNOHANG) == program)
			end_like(status);
		sigwait(&set, &sig);
	}
}

/* Runs in the child. What goes wrong before the program runs is written to `report`. */
__attribute__((noreturn)) static void run_child(const struct process_spec *spec, pid_t parent,
						int report)
{
	sigset_t all;
	pid_t program;
	int err;

	setpgid(0, 0);
	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_DFL);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	prctl(PR_SET_PDEATHSIG, ORPHANED);
	program = fork();
	if (program > 0) {
		close(report);
		keep(parent, program);
	}
	err = program < 0 ? -errno : exec_program(spec);
	_exit(write(report, &err, sizeof(err)) == sizeof(err) ? 127 : 126);
}

int process_start(const struct process_spec *spec, struct process *p)
{
	pid_t parent = getpid();
	int report[2], err = 0;

	*p = (struct process){0};
	if (pipe2(report, O_CLOEXEC))
		return -errno;
	p->pid = fork();
	if (p->pid < 0) {
		err = -errno;
		close(report[0]);
		close(report[1]);
		return err;
	}
	if (p->pid == 0)
		run_child(spec, parent, report[1]);
	setpgid(p->pid, p->pid); /* both sides do it: whoever comes first */
	close(report[1]);
	/* A successful exec closes the pipe without a word. */
	if (read(report[0], &err, sizeof(err)) != sizeof(err))
		err = 0;
	close(report[0]);
	if (!err) {
		p->pidfd = (int)syscall(SYS_pidfd_open, p->pid, 0);
		if (p->pidfd < 0)
			err = -errno;
	}
	if (err) {
		kill(p->pid, SIGKILL);
		waitpid(p->pid, NULL, 0);
		*p = (struct process){0};
	}
	return err;
}

static int reap(struct process *p, int *status)
{
	int err = 0;

	while (waitpid(p->pid, status, 0) < 0) {
		if (errno != EINTR) {
			err = -errno;
			break;
		}
	}
	close(p->pidfd);
	*p = (struct process){0};
	return err;
}

void process_kill(struct process *p)
{
	struct pollfd fd = {.fd = p->pidfd, .events = POLLIN};
	int status;

	if (!p->pid)
		return;
	kill(-p->pid, SIGTERM);
	poll(&fd, 1, KILL_AFTER_MS);
	/* Also when its leader is gone: the rest of the group may be left. */
	kill(-p->pid, SIGKILL);
	reap(p, &status);
}

int process_wait(struct process *p, struct process_signals *s, int *status)
{
	struct pollfd fds[] = {
		{.fd = p->pidfd, .events = POLLIN},
		{.fd = s->fd, .events = POLLIN},
	};
	struct signalfd_siginfo info;

	while (poll(fds, 2, -1) < 0 && errno == EINTR)
		;
	if (fds[0].revents)
		return reap(p, status);
	if (read(s->fd, &info, sizeof(info)) < 0)
		log_debug("signalfd: %s", strerror(errno));
	process_kill(p);
	return -EINTR;
}

int process_wait_interrupt(struct process *p, struct process_signals *s, int *status)
{
	struct signalfd_siginfo info;
	bool told = false;
	int err;

	for (;;) {
		struct pollfd fds[] = {
			{.fd = p->pidfd, .events = POLLIN},
			{.fd = s->fd, .events = POLLIN},
		};

		if (poll(fds, 2, -1) < 0)
			continue;
		if (fds[0].revents)
			break;
		if (read(s->fd, &info, sizeof(info)) == sizeof(info)) {
			told = true;
			kill(-p->pid, SIGINT);
		}
	}
	err = reap(p, status);
	return err ? err : told ? -EINTR : 0;
}

/* The last line with something on it: what failed programs say last is why. */
static void last_line(const char *path, char *buf, size_t size)
{
	char tail[TAIL_MAX + 1];
	char *end, *line;
	ssize_t n = -1;
	off_t at;
	int fd;

	buf[0] = '\0';
	fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	if (fd < 0)
		return;
	at = lseek(fd, 0, SEEK_END);
	if (at >= 0)
		n = pread(fd, tail, TAIL_MAX, at > TAIL_MAX ? at - TAIL_MAX : 0);
	close(fd);
	if (n <= 0)
		return;
	end = tail + n;
	while (end > tail && (end[-1] == '\n' || end[-1] == ' '))
		end--;
	*end = '\0';
	line = strrchr(tail, '\n');
	snprintf(buf, size, "%.199s", line ? line + 1 : tail);
	log_make_safe(buf);
}

void process_describe(const struct process_spec *spec, int start_err, int status, char *err,
		      size_t err_len)
{
	const char *name = spec->argv[0];
	char line[200];

	if (!err)
		return;
	if (start_err) {
		snprintf(err, err_len, "%s: %s%s", name, strerror(-start_err),
			 start_err == -ENOENT ? ": is it installed?" : "");
		return;
	}
	last_line(spec->log, line, sizeof(line));
	snprintf(err, err_len, "%s: %s %d%s%s", name,
		 WIFSIGNALED(status) ? "killed by signal" : "exit status",
		 WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status), line[0] ? ": " : "",
		 line);
}

int process_run(const struct process_spec *spec, struct process_signals *s, char *err,
		size_t err_len)
{
	struct process p;
	int status = 0, r;

	r = process_start(spec, &p);
	if (!r)
		r = process_wait(&p, s, &status);
	if (r == -EINTR)
		snprintf(err, err ? err_len : 0, "interrupted");
	else if (r || status)
		process_describe(spec, r, status, err, err_len);
	if (!r && status)
		r = -ECHILD;
	return r;
}
