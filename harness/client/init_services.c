/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PID 1's long job: start the few programs of a board, start them again, bury the dead. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/client/init.h"

#define MAX_SERVICES 6
#define ARGS         12
#define RESPAWN_MS   1000

struct service {
	const char *name;
	const char *argv[ARGS];
	char tty[32]; /* its controlling terminal, "" for none */
	bool ask;     /* wait for Enter before it starts */
	bool own_libs;
	pid_t pid; /* 0: not running */
	int64_t next_ms;
};

struct services {
	struct service list[MAX_SERVICES];
	size_t n;
};

#define ENVIRONMENT_OWN 5 /* how many of them all have */

static const char *const environment[] = {
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	"HOME=/root",
	"USER=root",
	"SHELL=/bin/sh",
	"TERM=linux",
	"LD_LIBRARY_PATH=/usr/lib/kdev/lib", /* the last one: of kdev's own server alone */
	NULL,
};

/* A shell on a console starts when somebody is there: line noise must not run commands. */
static void wait_for_enter(void)
{
	char ch;

	dprintf(STDOUT_FILENO, "\r\nPress Enter for a shell.\r\n");
	while (read(STDIN_FILENO, &ch, 1) == 1 && ch != '\n' && ch != '\r')
		;
}

static void open_terminal(const struct service *s)
{
	const char *path = s->tty[0] ? s->tty : "/dev/console";
	int fd = open(path, O_RDWR | O_NOCTTY);

	if (fd < 0)
		_exit(126);
	if (s->tty[0])
		ioctl(fd, TIOCSCTTY, 0);
	for (int i = 0; i <= 2; i++)
		dup2(fd, i);
	if (fd > 2)
		close(fd);
	if (s->ask)
		wait_for_enter();
}

static void start(struct service *s)
{
	const char *env[sizeof(environment) / sizeof(environment[0])];
	sigset_t none;

	s->next_ms = init_now_ms() + RESPAWN_MS;
	s->pid = fork();
	if (s->pid < 0) {
		init_error("%s: fork: %s", s->name, strerror(errno));
		s->pid = 0;
	}
	if (s->pid != 0)
		return;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	open_terminal(s);
	memcpy(env, environment, sizeof(env));
	if (!s->own_libs)
		env[ENVIRONMENT_OWN] = NULL;
	execve(s->argv[0], (char *const *)s->argv, (char *const *)env);
	init_error("%s: %s", s->argv[0], strerror(errno));
	_exit(127);
}

static struct service *add(struct services *all, const struct service *s)
{
	if (all->n == MAX_SERVICES)
		return NULL;
	all->list[all->n] = *s;
	return &all->list[all->n++];
}

/* A shell on each console of the kernel: "tty0 ttyS0". The VGA one is the first screen. */
static void add_shells(struct services *all, bool ask)
{
	struct service shell = {.name = "shell", .argv = {"/bin/sh", "-l"}, .ask = ask};
	char active[128], *save = NULL, *name;

	if (init_read("/sys/class/tty/console/active", active, sizeof(active)) < 0)
		return;
	for (name = strtok_r(active, " ", &save); name; name = strtok_r(NULL, " ", &save)) {
		if (!strcmp(name, "tty0"))
			name = "tty1";
		snprintf(shell.tty, sizeof(shell.tty), "/dev/%.20s", name);
		add(all, &shell);
	}
}

static void describe(struct services *all, const struct init_cmdline *c, char *server)
{
	const struct service agent = {.name = "kdev-agent",
				      .argv = {RUN_AGENT, "beat", server, RUN_NFS}};
	/* Foreground, keys only (-s), no forwarding (-j -k), no message of the day (-m). */
	const struct service ssh = {
		.name = "dropbear",
		.argv = {"/usr/sbin/dropbear", "-F", "-s", "-j", "-k", "-m", NULL}};
	const struct service own_ssh = {
		.name = "dropbear",
		.argv = {ROOT_SSH_SERVER, "-F", "-s", "-j", "-k", "-m", "-r", ROOT_SSH_HOST_KEY},
		.own_libs = true};

	if (!c->rescue) {
		add(all, access(ROOT_SSH_SERVER, X_OK) ? &ssh : &own_ssh);
		add(all, &agent);
	}
	/* Another init has the consoles. */
	if (getpid() == 1)
		add_shells(all, !c->rescue);
}

static void reap(struct services *all)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (size_t i = 0; i < all->n; i++) {
			struct service *s = &all->list[i];

			if (s->pid != pid)
				continue;
			s->pid = 0;
			if (!s->tty[0])
				init_error("%s ended (%s %d); starting it again", s->name,
					   WIFSIGNALED(status) ? "signal" : "exit status",
					   WIFSIGNALED(status) ? WTERMSIG(status)
							       : WEXITSTATUS(status));
		}
	}
}

/* Start what does not run and may; returns how long to wait, in ms; -1: for a signal. */
static int start_due(struct services *all)
{
	int64_t now = init_now_ms();
	int wait = -1;

	for (size_t i = 0; i < all->n; i++) {
		struct service *s = &all->list[i];

		if (s->pid)
			continue;
		if (now >= s->next_ms)
			start(s);
		if (!s->pid)
			wait = RESPAWN_MS;
	}
	return wait;
}

static int wait_signal(const sigset_t *set, int ms)
{
	struct timespec ts = {.tv_sec = ms / 1000, .tv_nsec = (ms % 1000) * 1000000L};
	int sig;

	do {
		sig = ms < 0 ? sigwaitinfo(set, NULL) : sigtimedwait(set, NULL, &ts);
	} while (sig < 0 && errno == EINTR);
	return sig;
}

int init_services_run(const struct init_cmdline *c)
{
	struct services all = {0};
	char server[INET_ADDRSTRLEN];
	sigset_t set;

	inet_ntop(AF_INET, &c->server, server, sizeof(server));
	describe(&all, c, server);

	/* All signals are blocked since the start. Ctrl-Alt-Del comes as SIGINT. */
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGUSR2);
	if (getpid() == 1)
		reboot(RB_DISABLE_CAD);

	for (;;) {
		switch (wait_signal(&set, start_due(&all))) {
		case SIGTERM:
		case SIGINT: return RB_AUTOBOOT;
		case SIGUSR2: return RB_POWER_OFF;
		case SIGCHLD: reap(&all); break;
		default: break; /* the time has come to start something again */
		}
	}
}
