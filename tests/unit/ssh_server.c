/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Starts and stops dropbear for a test. */
#include "ssh_server.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/paths.h"

#define DROPBEAR "/usr/sbin/dropbear"

const char *ssh_server_missing(void)
{
	if (geteuid() != 0)
		return "a home directory for dropbear needs root";
	if (access(DROPBEAR, X_OK))
		return DROPBEAR " is not installed";
	return NULL;
}

static bool run(const char *const *argv, const char *output)
{
	posix_spawn_file_actions_t actions;
	int status = -1;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	posix_spawn_file_actions_adddup2(&actions, 1, 2);
	if (!posix_spawnp(&pid, argv[0], &actions, NULL, (char *const *)argv, environ))
		waitpid(pid, &status, 0);
	posix_spawn_file_actions_destroy(&actions);
	return status == 0;
}

static bool write_file(const char *path, const char *text, size_t n)
{
	return path_write_atomic(path, text, n, 0600) == 0;
}

/* dropbearkey says the public key among other lines. */
static bool keep_host_key(const char *printed, const char *to)
{
	size_t len;
	char *text = path_read(printed, 65536, &len);
	char *line = text ? strstr(text, "ssh-ed25519 ") : NULL;
	bool ok = line && write_file(to, line, strcspn(line, "\n") + 1);

	free(text);
	return ok;
}

static bool make_key(const char *path, const char *output)
{
	return run((const char *const[]){"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path,
					 NULL},
		   output);
}

static bool allow(const struct ssh_server *s)
{
	char dir[128], file[160], *text;
	size_t len;
	bool ok;

	snprintf(dir, sizeof(dir), "%s/home/.ssh", s->dir);
	snprintf(file, sizeof(file), "%s/authorized_keys", dir);
	text = path_read(s->public_key, 65536, &len);
	ok = text && path_mkdirs(dir, 0700) == 0 && write_file(file, text, len);
	free(text);
	return ok;
}

static unsigned free_port(void)
{
	struct sockaddr_in sin = {.sin_family = AF_INET,
				  .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
	socklen_t len = sizeof(sin);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (bind(fd, (struct sockaddr *)&sin, len) ||
	    getsockname(fd, (struct sockaddr *)&sin, &len))
		sin.sin_port = 0;
	close(fd);
	return ntohs(sin.sin_port);
}

bool ssh_server_prepare(struct ssh_server *s)
{
	const struct passwd *pw = getpwuid(geteuid());
	char server_key[96], output[96];

	*s = (struct ssh_server){.dir = "/tmp/kdev-test-ssh.XXXXXX", .port = free_port()};
	if (!pw || !mkdtemp(s->dir))
		return false;
	snprintf(s->user, sizeof(s->user), "%s", pw->pw_name);
	snprintf(s->key, sizeof(s->key), "%s/id", s->dir);
	snprintf(s->public_key, sizeof(s->public_key), "%s/id.pub", s->dir);
	snprintf(s->other_key, sizeof(s->other_key), "%s/other", s->dir);
	snprintf(s->other_public_key, sizeof(s->other_public_key), "%s/other.pub", s->dir);
	snprintf(s->host_key, sizeof(s->host_key), "%s/host.pub", s->dir);
	snprintf(s->log, sizeof(s->log), "%s/log", s->dir);
	snprintf(server_key, sizeof(server_key), "%s/host", s->dir);
	snprintf(output, sizeof(output), "%s/output", s->dir);
	return s->port && make_key(s->key, output) && make_key(s->other_key, output) && allow(s) &&
	       run((const char *const[]){"dropbearkey", "-t", "ed25519", "-f", server_key, NULL},
		   output) &&
	       keep_host_key(output, s->host_key);
}

_Noreturn static void become_server(const struct ssh_server *s)
{
	const struct passwd *pw = getpwuid(geteuid());
	char home[96], address[32], key[96];
	int log = open(s->log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	int null = open("/dev/null", O_RDWR);

	prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that crashes leaves nothing running */
	snprintf(home, sizeof(home), "%s/home", s->dir);
	snprintf(key, sizeof(key), "%s/host", s->dir);
	snprintf(address, sizeof(address), "127.0.0.1:%u", s->port);
	if (log < 0 || null < 0 || dup2(null, 0) < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0)
		_exit(1);
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount(home, pw->pw_dir, NULL, MS_BIND, NULL))
		_exit(2);
	execl(DROPBEAR, DROPBEAR, "-F", "-E", "-s", "-P", "", "-p", address, "-r", key, NULL);
	_exit(127);
}

static bool listens(unsigned port)
{
	struct sockaddr_in sin = {.sin_family = AF_INET,
				  .sin_port = htons((uint16_t)port),
				  .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool ok = !connect(fd, (struct sockaddr *)&sin, sizeof(sin));

	close(fd);
	return ok;
}

bool ssh_server_start(struct ssh_server *s)
{
	/* A process namespace, so that no command outlives its server. */
	s->pid = (pid_t)syscall(SYS_clone, CLONE_NEWNS | CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0);
	if (s->pid == 0)
		become_server(s);
	if (s->pid < 0) {
		s->pid = 0;
		return false;
	}
	for (int i = 0; i < 500; i++) {
		if (listens(s->port))
			return true;
		poll(NULL, 0, 10);
	}
	return false;
}

/* "pid:[4026532281]" of a process; "" if it is gone. */
static void process_namespace(pid_t pid, char *buf, size_t size)
{
	char path[64];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/ns/pid", (int)pid);
	n = readlink(path, buf, size - 1);
	buf[n > 0 ? n : 0] = '\0';
}

/* It and all its children, whatever session they made for themselves. */
static void signal_all(pid_t server, int sig)
{
	DIR *proc = opendir("/proc");
	const struct dirent *e;
	char ours[64], theirs[64];

	process_namespace(server, ours, sizeof(ours));
	while (proc && ours[0] && (e = readdir(proc))) {
		pid_t pid = (pid_t)strtol(e->d_name, NULL, 10);

		if (pid <= 1)
			continue;
		process_namespace(pid, theirs, sizeof(theirs));
		if (!strcmp(theirs, ours))
			kill(pid, sig);
	}
	if (proc)
		closedir(proc);
}

void ssh_server_signal(struct ssh_server *s, int sig)
{
	if (!s->pid)
		return;
	if (sig != SIGKILL) {
		signal_all(s->pid, sig);
		return;
	}
	kill(s->pid, sig); /* the first of its namespace takes all with it */
	waitpid(s->pid, NULL, 0);
	s->pid = 0;
}

bool ssh_server_logged(const struct ssh_server *s, const char *text)
{
	size_t len;
	char *log = path_read(s->log, 1 << 20, &len);
	bool found = log && strstr(log, text);

	free(log);
	return found;
}

void ssh_server_remove(struct ssh_server *s)
{
	ssh_server_signal(s, SIGKILL);
	path_remove_tree(s->dir);
}
