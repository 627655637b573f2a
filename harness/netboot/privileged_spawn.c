/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Services in a board's namespace: started so that they outlive whoever starts them. */
#include "harness/netboot/privileged_local.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define SYSTEM_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/* How far the child came: everything but exec (err 0), or the step that failed. */
struct report {
	int err;
	char step[28];
};

static void fail(int fd, const char *step)
{
	struct report r = {.err = errno};

	snprintf(r.step, sizeof(r.step), "%s", step);
	if (write(fd, &r, sizeof(r)) < 0)
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

static void network_path(const struct board_config *b, char *path, size_t size)
{
	snprintf(path, size, "/run/netns/kdev-%s", b->name);
}

static int join_network(const struct board_config *b)
{
	char path[64];

	network_path(b, path, sizeof(path));
	return join(path, CLONE_NEWNET);
}

/* setns() goes to the namespace's root, which is another than ours where all of us live in a
 * chroot: go on to the root that the process itself has. */
static int join_mounts(pid_t pid, int pidfd)
{
	char path[64];
	int root, mounts, rc;

	snprintf(path, sizeof(path), "/proc/%d/root", (int)pid);
	root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return -1;
	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", (int)pid);
	mounts = open(path, O_RDONLY | O_CLOEXEC);
	/* It lives, so both were its own, and not those of another with its pid. */
	rc = mounts < 0 || local_kill(pidfd, 0) ? -1 : 0;
	if (!rc && (setns(mounts, CLONE_NEWNS) || fchdir(root) || chroot(".")))
		rc = -1;
	if (mounts >= 0)
		close(mounts);
	close(root);
	return rc;
}

/*
 * nfs-ganesha looks up what it exports in /etc/mtab, which containers and minimal systems may
 * lack. In our own mounts it can be given without touching the host's /etc.
 */
static int provide_mtab(void)
{
	if (!access("/etc/mtab", F_OK))
		return 0;
	if (mkdir("/run/etc", 0755) || mkdir("/run/etc/upper", 0755) ||
	    mkdir("/run/etc/work", 0755))
		return -1;
	if (mount("overlay", "/etc", "overlay", MS_NOSUID | MS_NODEV,
		  "lowerdir=/etc,upperdir=/run/etc/upper,workdir=/run/etc/work"))
		return -1;
	return symlink("/proc/self/mounts", "/etc/mtab");
}

/* Own /run: rpcbind's socket and lock there must not meet the host's. Slave, not private: what
 * the host unmounts must not live on here. */
static int private_run(void)
{
	if (unshare(CLONE_NEWNS))
		return -1;
	if (mount("none", "/", NULL, MS_REC | MS_SLAVE, NULL))
		return -1;
	if (mount("tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=1m"))
		return -1;
	return provide_mtab();
}

static int redirect(const char *log_path)
{
	int null = open("/dev/null", O_RDONLY);
	int log = open(log_path, O_WRONLY | O_CREAT | O_APPEND, 0644);

	if (null < 0 || log < 0)
		return -1;
	return dup2(null, 0) < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0 ? -1 : 0;
}

static void default_signals(void)
{
	sigset_t none;

	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void prepare(const struct board_config *b, const struct priv_spawn *s,
		    const struct local_spawn *how, int fd)
{
	setsid();
	umask(022);
	default_signals();
	if (redirect(s->log_path))
		fail(fd, "log file");
	if (!how->outside && join_network(b))
		fail(fd, "network namespace");
	if (s->private_run && private_run())
		fail(fd, "private /run and mtab");
	if (s->share_run && join_mounts(s->share_run, s->share_run_pidfd))
		fail(fd, "shared /run");
	if (s->dir && chdir(s->dir))
		fail(fd, "directory");
}

/* stdin and stdout are taken; then comes its end of the network, if it has one, then ours of the
 * socket, which exec closes. */
enum { REPORT_FD = PRIV_END_FD + 1, HIGH_FD = 16 };

static int order_fds(int report, int end)
{
	report = fcntl(report, F_DUPFD, HIGH_FD);
	if (report < 0 || (end >= 0 && (end = fcntl(end, F_DUPFD, HIGH_FD)) < 0))
		return -1;
	if (dup2(report, REPORT_FD) < 0 || fcntl(REPORT_FD, F_SETFD, FD_CLOEXEC))
		return -1;
	if (end >= 0 && dup2(end, PRIV_END_FD) < 0)
		return -1;
	if (end < 0)
		close(PRIV_END_FD);
	close_range(REPORT_FD + 1, ~0U, 0);
	return 0;
}

/* The child's part; does not return. Our end of the socket is closed here, so that reading
 * ends when whoever started us is gone. */
static void become(const struct board_config *b, const struct priv_spawn *s,
		   const struct local_spawn *how, int theirs, int fd)
{
	struct report ready = {0};
	char go;

	close(theirs);
	prepare(b, s, how, fd);
	if (write(fd, &ready, sizeof(ready)) < 0 || read(fd, &go, 1) != 1)
		_exit(126);
	if (order_fds(fd, how->end))
		fail(fd, "socket");
	setenv("PATH", SYSTEM_PATH, 1);
	if (how->confine && how->confine(how->arg))
		fail(REPORT_FD, "privileges");
	execvp(s->argv[0], (char *const *)s->argv);
	fail(REPORT_FD, "exec");
}

/* 0: all is well; -EPIPE: it closed without a word, which a successful exec does. */
static int hear(int fd, struct report *r)
{
	ssize_t n;

	do
		n = read(fd, r, sizeof(*r));
	while (n < 0 && errno == EINTR);
	return n == sizeof(*r) ? -r->err : -EPIPE;
}

/* Our part: the child waits, prepared, until it has its record. */
static int let_go(const struct priv_spawn *s, int fd, pid_t pid, char *err, size_t err_len)
{
	struct report r = {.step = "start"};
	int rc = hear(fd, &r);

	if (!rc && s->record) {
		snprintf(r.step, sizeof(r.step), "record");
		rc = s->record(s->arg, pid);
	}
	if (!rc && send(fd, "", 1, MSG_NOSIGNAL) != 1)
		rc = -errno;
	if (!rc) {
		rc = hear(fd, &r);
		if (rc == -EPIPE)
			return 0;
	}
	snprintf(err, err_len, "%s: %s: %s%s", s->argv[0], r.step, strerror(-rc),
		 rc == -ENOENT && !strcmp(r.step, "exec") ? " (is it installed?)" : "");
	return rc;
}

pid_t local_spawn(const struct board_config *b, const struct priv_spawn *s,
		  const struct local_spawn *how, char *err, size_t err_len)
{
	int rc, fds[2];
	pid_t pid;

	/* Packets, so that a report is whole. */
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds)) {
		rc = -errno;
		snprintf(err, err_len, "%s: socketpair: %s", s->argv[0], strerror(-rc));
		return rc;
	}
	pid = fork();
	if (pid == 0)
		become(b, s, how, fds[0], fds[1]);
	close(fds[1]);
	if (pid < 0) {
		rc = -EAGAIN;
		snprintf(err, err_len, "%s: fork: %s", s->argv[0], strerror(-rc));
	} else {
		rc = let_go(s, fds[0], pid, err, err_len);
	}
	close(fds[0]);
	if (rc && pid > 0) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	return rc ? rc : pid;
}

int local_kill(int pidfd, int sig)
{
	return syscall(SYS_pidfd_send_signal, pidfd, sig, NULL, 0) ? -errno : 0;
}

bool local_in_network(const struct board_config *b, pid_t pid)
{
	char path[64], of_pid[64];
	struct stat ours, its;

	network_path(b, path, sizeof(path));
	snprintf(of_pid, sizeof(of_pid), "/proc/%d/ns/net", (int)pid);
	return !stat(path, &ours) && !stat(of_pid, &its) && ours.st_dev == its.st_dev &&
	       ours.st_ino == its.st_ino;
}
