/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kdev-privileged: what a user's kdev can't do itself. See kdev-privileged(8) for what it does,
 * with what, and for whom; harness/netboot/privileged_wire.h for what is said to it.
 *
 * It is all of kdev that root runs for another. A process of its own for each request, and not all
 * of them for one user: none can hold up or disturb another's.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/netboot/capabilities.h"
#include "harness/netboot/privileged_wire.h"
#include "harness/paths.h"
#include "harness/privileged/answer.h"

#define CONVERSATIONS_MAX 64
#define OF_ONE_USER_MAX   16
#define CONVERSATION_S    30 /* then it is ended, whatever it is at */
#define PATIENCE_S        10 /* for what the user has to say */
#define SYSTEM_PATH       "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/* Namespaces and mounts; what its three servers are started with (started.c); signals to them; and
 * the eyes to find rpcbind's /run, which is another user's. */
#define OURS                                                                                       \
	(CAPABILITY(SYS_ADMIN) | CAPABILITY(NET_ADMIN) | CAPABILITY(NET_BIND_SERVICE) |            \
	 CAPABILITY(NET_RAW) | CAPABILITY(DAC_READ_SEARCH) | CAPABILITY(SETUID) |                  \
	 CAPABILITY(SETGID) | CAPABILITY(SETPCAP) | CAPABILITY(SYS_CHROOT) | CAPABILITY(KILL) |    \
	 CAPABILITY(SYS_PTRACE) | CAPABILITY(CHOWN))

struct options {
	const char *socket, *group, *config, *state;
};

static int usage(void)
{
	fprintf(stderr, "usage: kdev-privileged [--socket PATH] [--group GROUP] [--config FILE] "
			"[--state DIR]\n");
	return 2;
}

static int find_group(const char *name, gid_t *gid)
{
	const struct group *g = getgrnam(name);
	char *end;

	*gid = g ? g->gr_gid : (gid_t)strtoul(name, &end, 10);
	if (g || (*name && !*end && *gid))
		return 0;
	fprintf(stderr, "kdev-privileged: there is no group %s: groupadd --system %s\n", name,
		name);
	return -ENOENT;
}

/* Root's, and to be opened by the group alone, from its first moment on. */
static int make_socket(const struct sockaddr_un *sa, gid_t group)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	mode_t before = umask(0177);
	int rc = fd < 0 || bind(fd, (const struct sockaddr *)sa, sizeof(*sa)) ? -1 : 0;

	umask(before);
	if (!rc && !chown(sa->sun_path, 0, group) && !chmod(sa->sun_path, 0660) &&
	    !listen(fd, CONVERSATIONS_MAX))
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static int listen_at(const char *path, gid_t group)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	char *dir = strdup(path), *slash = dir ? strrchr(dir, '/') : NULL;
	int fd = -1;

	errno = EINVAL;
	if (slash && slash > dir && strlen(path) < sizeof(sa.sun_path)) {
		*slash = '\0';
		memcpy(sa.sun_path, path, strlen(path) + 1);
		unlink(path);
		path_mkdirs(dir, 0755);
		fd = make_socket(&sa, group);
	}
	if (fd < 0)
		fprintf(stderr, "kdev-privileged: %s: %s\n", path, strerror(errno));
	free(dir);
	return fd;
}

/* systemd's (sd_listen_fds(3)): fd 3, which its unit has made. -1: there is none. */
static int given_socket(void)
{
	const char *pid = getenv("LISTEN_PID"), *n = getenv("LISTEN_FDS");

	if (!pid || !n || strtol(pid, NULL, 10) != getpid() || strcmp(n, "1") != 0 ||
	    fcntl(3, F_SETFD, FD_CLOEXEC) || fcntl(3, F_SETFL, O_NONBLOCK))
		return -1;
	return 3;
}

static void on_child(int sig)
{
	(void)sig; /* it ends ppoll() */
}

static void converse(const struct answering *a, int connection)
{
	struct timeval patience = {.tv_sec = PATIENCE_S};
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGCHLD, SIG_DFL);
	alarm(CONVERSATION_S);
	setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	answer(a, connection);
	_exit(0);
}

/* A process that answers, and whom. pid 0: a free place. */
struct place {
	pid_t pid;
	uid_t uid;
};

static void reap(struct place *places)
{
	pid_t pid;

	while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
		for (int i = 0; i < CONVERSATIONS_MAX; i++)
			if (places[i].pid == pid)
				places[i].pid = 0;
}

/* A place for one more of this user's, or NULL when he has his share. */
static struct place *place_for(struct place *places, uid_t uid)
{
	struct place *free_one = NULL;
	int his = 0;

	for (int i = 0; i < CONVERSATIONS_MAX; i++) {
		if (!places[i].pid)
			free_one = &places[i];
		else
			his += places[i].uid == uid;
	}
	return his < OF_ONE_USER_MAX ? free_one : NULL;
}

/* Whom there is no place or no process for is told by the connection's end. */
static void receive(const struct answering *a, int connection, struct place *places)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);
	struct place *place;

	if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &len) ||
	    !(place = place_for(places, peer.uid)))
		return;
	place->uid = peer.uid;
	place->pid = fork();
	if (!place->pid)
		converse(a, connection);
	if (place->pid < 0)
		place->pid = 0;
}

static void serve(const struct answering *a, int fd)
{
	struct pollfd listener = {.fd = fd, .events = POLLIN};
	struct place places[CONVERSATIONS_MAX] = {{0}};
	sigset_t none, child;

	sigemptyset(&none);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	sigaction(SIGCHLD, &(struct sigaction){.sa_handler = on_child}, NULL);
	for (;;) {
		int connection;

		ppoll(&listener, 1, NULL, &none);
		reap(places);
		connection = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
		if (connection < 0)
			continue;
		receive(a, connection, places);
		close(connection);
	}
}

static int run(const struct options *o)
{
	struct policy policy;
	struct answering a = {.policy = &policy, .state = o->state};
	int fd = given_socket();
	char err[512];

	if (geteuid()) {
		fprintf(stderr, "kdev-privileged: it is root's to start\n");
		return 1;
	}
	/* Nothing of who started us goes on to what we start. */
	if (clearenv() || setenv("PATH", SYSTEM_PATH, 1) || chdir("/"))
		return 1;
	umask(022);
	signal(SIGPIPE, SIG_IGN);
	if (policy_read(o->config, &policy, err, sizeof(err))) {
		fprintf(stderr, "kdev-privileged: %s\n", err);
		return 1;
	}
	if (find_group(o->group, &a.group))
		return 1;
	if (capabilities_keep(OURS)) {
		perror("kdev-privileged: capabilities");
		return 1;
	}
	if (fd < 0)
		fd = listen_at(o->socket, a.group);
	if (fd < 0)
		return 1;
	serve(&a, fd);
	return 0;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {{"socket", required_argument, NULL, 's'},
						{"group", required_argument, NULL, 'g'},
						{"config", required_argument, NULL, 'c'},
						{"state", required_argument, NULL, 'd'},
						{0}};
	struct options o = {PRIV_SOCKET, "kdev", POLICY_FILE, PRIV_STATE};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 's': o.socket = optarg; break;
		case 'g': o.group = optarg; break;
		case 'c': o.config = optarg; break;
		case 'd': o.state = optarg; break;
		default: return usage();
		}
	}
	return optind == argc ? run(&o) : usage();
}
