/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Work inside a root file system that others have made. */
#include "harness/rootfs/root_jail.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the child says at its end: shorter than PIPE_BUF, so it never waits for us. */
struct verdict {
	int err;
	char line[500];
};

__attribute__((noreturn)) static void be_jailed(const struct setup *of, const char *tree,
						int (*work)(struct setup *s, void *arg), void *arg,
						int report, pid_t parent)
{
	struct verdict v = {0};
	struct setup s = *of;
	sigset_t none;

	setpgid(0, 0);
	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	s.err = v.line;
	s.err_len = sizeof(v.line);
	/* Names in archives are UTF-8; this one needs no file. */
	setlocale(LC_CTYPE, "C.UTF-8");
	umask(022);
	if (chroot(tree) || chdir("/"))
		v.err = setup_fail(&s, -errno, "%s: %s", tree, strerror(errno));
	else
		v.err = work(&s, arg);
	_exit(write(report, &v, sizeof(v)) == sizeof(v) ? 0 : 1);
}

static int await(struct setup *s, struct process *p, const char *tree, int report)
{
	struct verdict v = {0};
	int status = 0, err;

	err = process_wait(p, &s->signals, &status);
	if (err)
		return setup_fail(s, err, "interrupted");
	if (read(report, &v, sizeof(v)) != sizeof(v))
		return setup_fail(s, -ECHILD, "%s: the work on it ended (status %#x)", tree,
				  (unsigned)status);
	v.line[sizeof(v.line) - 1] = '\0';
	return v.err ? setup_fail(s, v.err, "%s", v.line) : 0;
}

int root_jail(struct setup *s, const char *tree, int (*work)(struct setup *s, void *arg), void *arg)
{
	pid_t parent = getpid();
	struct process p = {0};
	int report[2], err;

	if (pipe2(report, O_CLOEXEC))
		return setup_fail(s, -errno, "pipe: %s", strerror(errno));
	p.pid = fork();
	if (p.pid == 0)
		be_jailed(s, tree, work, arg, report[1], parent);
	err = p.pid < 0 ? -errno : 0;
	close(report[1]);
	if (!err) {
		setpgid(p.pid, p.pid);
		p.pidfd = (int)syscall(SYS_pidfd_open, p.pid, 0);
		err = p.pidfd < 0 ? -errno : 0;
		if (err) {
			kill(p.pid, SIGKILL);
			waitpid(p.pid, NULL, 0);
		}
	}
	err = err ? setup_fail(s, err, "%s: %s", tree, strerror(-err))
		  : await(s, &p, tree, report[0]);
	close(report[0]);
	return err;
}
