/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Servers: started, recorded, signalled. */
#include "harness/privileged/started.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "harness/netboot/board_services.h"
#include "harness/netboot/capabilities.h"
#include "harness/netboot/privileged_local.h"
#include "harness/netboot/service_file.h"
#include "harness/paths.h"

#define END_MS 2000

static const char *const names[PRIV_SERVICES] = PRIV_SERVICE_NAMES;

/* ---- what each may do ---- */

static uint64_t capabilities_of(enum priv_service which)
{
	switch (which) {
	/* Port 111; then it becomes a user of its own. */
	case PRIV_RPCBIND:
		return CAPABILITY(NET_BIND_SERVICE) | CAPABILITY(SETUID) | CAPABILITY(SETGID);
	/* Files by their handles; it reads them as the board's users. The export is read-only. */
	case PRIV_NFS: return CAPABILITY(DAC_READ_SEARCH) | CAPABILITY(SETUID) | CAPABILITY(SETGID);
	/* Ports 67 and 69, ping, the board's entry among its neighbours. */
	case PRIV_DNSMASQ:
		return CAPABILITY(NET_BIND_SERVICE) | CAPABILITY(NET_RAW) | CAPABILITY(NET_ADMIN);
	default: return 0;
	}
}

struct confinement {
	uid_t uid;
	gid_t gid;
	uint64_t capabilities;
};

static int confine(void *arg)
{
	const struct confinement *c = arg;

	return capabilities_become(c->uid, c->gid, c->capabilities);
}

/* ---- records ---- */

/* The process of the record, if it still is that process. A pidfd, or -ESRCH. */
static int find(const char *dir, enum priv_service which, struct service_record *r)
{
	char boot_id[BOOT_ID_SIZE];
	int pidfd;

	if (service_file_read(dir, names[which], r))
		return -ESRCH;
	pidfd = (int)syscall(SYS_pidfd_open, r->pid, 0);
	if (pidfd < 0)
		return -ESRCH;
	/* From here on the pid can't change hands unseen. */
	service_file_boot_id(boot_id);
	if (service_file_start_time(r->pid) == r->start_time && !strcmp(boot_id, r->boot_id))
		return pidfd;
	close(pidfd);
	return -ESRCH;
}

static void end(const char *dir, enum priv_service which)
{
	struct service_record r;
	struct pollfd fd = {.fd = find(dir, which, &r), .events = POLLIN};

	if (fd.fd >= 0) {
		local_kill(fd.fd, SIGKILL);
		poll(&fd, 1, END_MS);
		close(fd.fd);
	}
	service_file_remove(dir, names[which]);
}

void started_end_all(const char *dir)
{
	for (int i = 0; i < PRIV_SERVICES; i++)
		end(dir, (enum priv_service)i);
}

int started_signal(const char *dir, enum priv_service which, int sig)
{
	struct service_record r;
	int pidfd = find(dir, which, &r), rc;

	if (pidfd < 0)
		return pidfd;
	rc = local_kill(pidfd, sig);
	close(pidfd);
	return rc;
}

/* ---- the start ---- */

struct starting {
	const struct started *s;
	enum priv_service which;
	const char *log;
	char *const *argv;
};

static int record(void *arg, pid_t pid)
{
	const struct starting *st = arg;
	struct service_record r = {
		.pid = pid,
		.start_time = service_file_start_time(pid),
		.digest = service_digest(st->argv, NULL),
	};
	int rc;

	service_file_boot_id(r.boot_id);
	rc = service_file_write(st->s->dir, names[st->which], &r, st->argv);
	return rc ? rc : st->s->wait(st->s->arg, pid, st->log);
}

static int write_nfs_config(const struct started *s)
{
	char *path = path_format("%s/ganesha.conf", s->dir);
	struct strbuf text = {0};
	struct stat st;
	int rc = path ? 0 : -ENOMEM;

	if (!rc && stat(s->path, &st))
		rc = -errno;
	if (!rc)
		rc = ganesha_config(s->board, s->dir, s->path, st.st_ino, &text);
	if (!rc)
		rc = path_write_atomic(path, strbuf_str(&text), text.len, 0644);
	strbuf_free(&text);
	free(path);
	return rc;
}

static int make_args(const struct started *s, enum priv_service which, struct service_args *args)
{
	int rc = 0;

	switch (which) {
	case PRIV_RPCBIND: rpcbind_args(args); break;
	case PRIV_NFS:
		rc = write_nfs_config(s);
		ganesha_args(s->dir, args);
		break;
	case PRIV_DNSMASQ: dnsmasq_args(s->board, s->path, args); break;
	default: rc = -EINVAL;
	}
	return rc ? rc : args->err;
}

static pid_t spawn(const struct started *s, enum priv_service which,
		   const struct service_args *args, const char *log, char *err, size_t err_len)
{
	bool as_user = which == PRIV_DNSMASQ;
	struct confinement c = {as_user ? s->uid : 0, as_user ? s->gid : 0, capabilities_of(which)};
	struct local_spawn how = {.end = -1, .confine = confine, .arg = &c};
	struct starting st = {s, which, log, args->argv};
	struct service_record mapper;
	int mapper_pidfd = -1;
	pid_t pid;
	struct priv_spawn spawn = {
		.name = names[which],
		.argv = (const char *const *)args->argv,
		.log_path = log,
		.dir = "/",
		.private_run = which == PRIV_RPCBIND,
		.record = record,
		.arg = &st,
	};

	if (which == PRIV_NFS) {
		mapper_pidfd = find(s->dir, PRIV_RPCBIND, &mapper);
		if (mapper_pidfd < 0) {
			snprintf(err, err_len, "nfs: rpcbind does not run");
			return -ESRCH;
		}
		spawn.share_run = mapper.pid;
		spawn.share_run_pidfd = mapper_pidfd;
	}
	pid = local_spawn(s->board, &spawn, &how, err, err_len);
	if (mapper_pidfd >= 0)
		close(mapper_pidfd);
	return pid;
}

pid_t started_begin(const struct started *s, enum priv_service which, char *err, size_t err_len)
{
	char *log = path_format("%s/%s.log", s->dir, names[which]);
	struct service_args args = {0};
	pid_t pid = log ? path_mkdirs(s->dir, 0755) : -ENOMEM;

	if (!pid) {
		end(s->dir, which);
		if (s->fresh)
			unlink(log);
		pid = make_args(s, which, &args);
	}
	if (pid)
		snprintf(err, err_len, "%s: %s", names[which], strerror(-pid));
	else
		pid = spawn(s, which, &args, log, err, err_len);
	if (pid < 0)
		service_file_remove(s->dir, names[which]);
	else if (which == PRIV_RPCBIND)
		rpcbind_wait(pid);
	service_args_free(&args);
	free(log);
	return pid;
}
