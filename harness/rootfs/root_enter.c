/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Work by hand in a board's root. */
#include "harness/rootfs/root_enter.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/log.h"
#include "harness/netboot/parts.h"
#include "harness/paths.h"
#include "harness/rootfs/root_import.h"

#define RESOLV_CONF "/etc/resolv.conf"
#define RESOLV_MAX  65536

/* Debian's packages ask it whether their services may be started (invoke-rc.d(8)). */
#define POLICY "/usr/sbin/policy-rc.d"

static int mount_in(const char *tree, const char *what, const char *where, const char *type,
		    unsigned long flags)
{
	char *to = path_format("%s%s", tree, where);
	int err = !to ? -ENOMEM : mount(what, to, type, flags, NULL) ? -errno : 0;

	free(to);
	return err;
}

/* The first four are real directories: root_adapt_layout() and Debian see to that. */
static int make_mounts(const char *tree)
{
	int err = mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ? -errno : 0;

	if (!err)
		err = mount_in(tree, tree, "", NULL, MS_BIND);
	if (!err)
		err = mount_in(tree, "proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC);
	if (!err)
		err = mount_in(tree, "/dev", "/dev", NULL, MS_BIND | MS_REC);
	if (!err)
		err = mount_in(tree, "tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV);
	return err;
}

/* Names are looked up as on the host. A root whose own file leads nowhere has to do without. */
static void lend_resolver(const char *text)
{
	static const char ours[] = "/run/kdev-resolv.conf";

	if (!text || path_write_atomic(ours, text, strlen(text), 0644))
		return;
	if (access(RESOLV_CONF, F_OK) && path_write_atomic(RESOLV_CONF, "", 0, 0644))
		return;
	if (mount(ours, RESOLV_CONF, NULL, MS_BIND, NULL))
		log_debug(RESOLV_CONF ": %s", strerror(errno));
}

static bool forbid_services(void)
{
	static const char text[] = "#!/bin/sh\nexit 101\n";

	return access("/usr/sbin/invoke-rc.d", F_OK) == 0 && access(POLICY, F_OK) &&
	       path_write_atomic(POLICY, text, sizeof(text) - 1, 0755) == 0;
}

__attribute__((noreturn)) static void run_command(char *const *argv)
{
	static const char *const environment[] = {
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		"HOME=/root",
		"USER=root",
		"SHELL=/bin/sh",
		"LC_ALL=C.UTF-8",
		"PS1=(kdev root) # ",
		NULL,
		NULL,
	};
	static char *const shell[] = {"/bin/sh", "-i", NULL};
	const char *env[sizeof(environment) / sizeof(environment[0])];
	char term[64];

	memcpy(env, environment, sizeof(env));
	snprintf(term, sizeof(term), "TERM=%.50s", getenv("TERM") ? getenv("TERM") : "dumb");
	env[sizeof(env) / sizeof(env[0]) - 2] = term;
	signal(SIGINT, SIG_DFL);
	execvpe(argv[0] ? argv[0] : shell[0], argv[0] ? argv : shell, (char *const *)env);
	fprintf(stderr, "%s: %s\n", argv[0] ? argv[0] : shell[0], strerror(errno));
	_exit(127);
}

/* PID 1 of the namespace: when it ends, so does all that the command left. */
__attribute__((noreturn)) static void be_init(const char *tree, char *const *argv,
					      const char *resolver)
{
	int err = make_mounts(tree), status = 0;
	bool forbidden;
	pid_t pid, gone;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!err && (chroot(tree) || chdir("/")))
		err = -errno;
	if (err) {
		fprintf(stderr, "%s: %s\n", tree, strerror(-err));
		_exit(126);
	}
	lend_resolver(resolver);
	forbidden = forbid_services();
	pid = fork();
	if (pid == 0)
		run_command(argv);
	while (pid > 0 && ((gone = wait(&status)) > 0 || errno == EINTR) && gone != pid)
		;
	if (forbidden)
		unlink(POLICY);
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

static int run_in(struct setup *s, const char *tree, char *const *argv, int *status)
{
	char *resolver = path_read(RESOLV_CONF, RESOLV_MAX, NULL);
	pid_t pid = fork();

	if (pid == 0) {
		pid_t init;

		signal(SIGINT, SIG_IGN); /* the terminal's is the command's */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (unshare(CLONE_NEWNS | CLONE_NEWPID)) {
			fprintf(stderr, "namespaces: %s\n", strerror(errno));
			_exit(126);
		}
		init = fork();
		if (init == 0)
			be_init(tree, argv, resolver);
		while (init > 0 && waitpid(init, status, 0) < 0 && errno == EINTR)
			;
		_exit(init > 0 && WIFEXITED(*status) ? WEXITSTATUS(*status) : 126);
	}
	free(resolver);
	if (pid < 0)
		return setup_fail(s, -errno, "fork: %s", strerror(errno));
	while (waitpid(pid, status, 0) < 0 && errno == EINTR)
		;
	*status = WIFEXITED(*status) ? WEXITSTATUS(*status) : 128 + WTERMSIG(*status);
	return 0;
}

static bool board_is_up(const struct board_config *b)
{
	char *sock = path_board(b->name, "attendant.sock");
	bool up = !sock || access(sock, F_OK) == 0;

	free(sock);
	return up;
}

static int enter(struct setup *s, const struct root *r, char *const *argv, int *status)
{
	int err;

	if (board_is_up(s->board))
		return setup_fail(s, -EBUSY, "board %s is up and reads this root: kdev down first",
				  s->board->name);
	signal(SIGINT, SIG_IGN);
	err = run_in(s, r->dir, argv, status);
	signal(SIGINT, SIG_DFL);
	if (err || r->kind == ROOT_PLAIN)
		return err;
	err = process_signals_open(&s->signals);
	if (err)
		return setup_fail(s, err, "signalfd: %s", strerror(-err));
	err = root_import_adapt(s, r->dir, r->source, NULL);
	process_signals_close(&s->signals);
	return err;
}

int root_enter(const struct board_config *b, char *const *argv, int *status, char *err,
	       size_t err_len)
{
	struct setup s = {.board = b, .err = err, .err_len = err_len};
	struct root r = {0};
	int fd = setup_lock(&s), rc = fd < 0 ? fd : root_find(&s, &r);

	s.log = path_format("%s/setup.log", path_cache());
	if (!rc)
		rc = s.log ? enter(&s, &r, argv, status) : setup_fail(&s, -ENOMEM, "out of memory");
	free(s.log);
	root_free(&r);
	if (fd >= 0)
		close(fd);
	return rc;
}
