/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asking kdev-privileged: one connection a question. */
#include "harness/netboot/privileged_remote.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "harness/config/config_keys.h"
#include "harness/log.h"
#include "harness/netboot/privileged_local.h"
#include "harness/netboot/privileged_wire.h"

#define PATIENCE_S 20 /* iproute2 and the start of a server, on a busy machine */

/* One question under way. */
struct call {
	int fd;
	struct priv_reply reply;
	int got; /* the fd that came; -1: none */
};

static int dial(char *err, size_t err_len)
{
	const char *path = getenv("KDEV_PRIVILEGED");
	struct timeval patience = {.tv_sec = PATIENCE_S};
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	int fd, rc = 0;

	path = path && *path ? path : PRIV_SOCKET;
	if (strlen(path) >= sizeof(sa.sun_path)) {
		snprintf(err, err_len, "KDEV_PRIVILEGED: longer than %zu", sizeof(sa.sun_path) - 1);
		return -ENAMETOOLONG;
	}
	memcpy(sa.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) ||
	    connect(fd, (struct sockaddr *)&sa, sizeof(sa)))
		rc = -errno;
	if (!rc)
		return fd;
	snprintf(err, err_len, "%s: %s: %s", path, strerror(-rc),
		 rc == -EACCES ? "you are not in its group: usermod -aG kdev USER"
			       : "boards need root, or kdev-privileged running: see PRIVILEGES in "
				 "kdev(1)");
	if (fd >= 0)
		close(fd);
	return rc;
}

static int describe(struct priv_request *rq, const struct board_config *b)
{
	static const char *const keys[PRIV_N_KEYS] = PRIV_KEYS;
	int rc = 0;

	rq->version = PRIV_WIRE_VERSION;
	snprintf(rq->name, sizeof(rq->name), "%s", b->name);
	for (int i = 0; i < PRIV_N_KEYS && !rc; i++)
		rc = config_key_get(config_key_find(keys[i], NULL), b, rq->value[i],
				    PRIV_VALUE_MAX);
	return rc;
}

/* Take the fd that may have come along. */
static int take_fd(struct msghdr *msg)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(msg);
	int fd = -1;

	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS &&
	    c->cmsg_len == CMSG_LEN(sizeof(fd)))
		memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	return fd;
}

static int listen_to(struct call *call, char *err, size_t err_len)
{
	union {
		char buf[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec iov = {&call->reply, sizeof(call->reply)};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = &control,
			     .msg_controllen = sizeof(control)};
	ssize_t n;

	do
		n = recvmsg(call->fd, &msg, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n != sizeof(call->reply)) {
		int rc = n < 0 ? -errno : -EPROTO;

		snprintf(err, err_len, "kdev-privileged does not answer: %s", strerror(-rc));
		return rc;
	}
	call->got = take_fd(&msg);
	call->reply.text[sizeof(call->reply.text) - 1] = '\0';
	if (call->reply.err)
		snprintf(err, err_len, "kdev-privileged: %s", call->reply.text);
	return call->reply.err > 0 ? -EPROTO : call->reply.err;
}

static int begin(struct call *call, const struct board_config *b, struct priv_request *rq,
		 char *err, size_t err_len)
{
	int rc = describe(rq, b);

	call->got = -1;
	call->fd = rc ? rc : dial(err, err_len);
	if (rc)
		snprintf(err, err_len, "kdev-privileged can't be told of board %s", b->name);
	if (call->fd < 0)
		return call->fd;
	rc = send(call->fd, rq, sizeof(*rq), MSG_NOSIGNAL) < 0 ? -errno : 0;
	if (rc)
		snprintf(err, err_len, "kdev-privileged: %s", strerror(-rc));
	else
		rc = listen_to(call, err, err_len);
	if (rc)
		close(call->fd);
	return rc;
}

static int ask(const struct board_config *b, struct priv_request *rq, char *err, size_t err_len)
{
	struct call call;
	int rc = begin(&call, b, rq, err, err_len);

	if (rc)
		return rc;
	close(call.fd);
	if (rq->op != PRIV_GET)
		return 0;
	if (call.got < 0)
		snprintf(err, err_len, "kdev-privileged sent no file descriptor");
	return call.got < 0 ? -EPROTO : call.got;
}

int remote_ready(char *err, size_t err_len)
{
	int fd = dial(err, err_len);

	if (fd >= 0)
		close(fd);
	return fd < 0 ? fd : 0;
}

int remote_network_up(const struct board_config *b, char *err, size_t err_len)
{
	return ask(b, &(struct priv_request){.op = PRIV_NETWORK_UP}, err, err_len);
}

int remote_network_down(const struct board_config *b, char *err, size_t err_len)
{
	return ask(b, &(struct priv_request){.op = PRIV_NETWORK_DOWN}, err, err_len);
}

static int get(const struct board_config *b, enum priv_fd what, char *err, size_t err_len)
{
	return ask(b, &(struct priv_request){.op = PRIV_GET, .what = what}, err, err_len);
}

int remote_socket(const struct board_config *b, int domain, int type, int protocol)
{
	static const struct {
		int domain, type;
	} known[] = {[PRIV_FD_UDP] = {AF_INET, SOCK_DGRAM},
		     [PRIV_FD_TCP] = {AF_INET, SOCK_STREAM},
		     [PRIV_FD_UDP6] = {AF_INET6, SOCK_DGRAM},
		     [PRIV_FD_TCP6] = {AF_INET6, SOCK_STREAM},
		     [PRIV_FD_PACKET] = {AF_PACKET, SOCK_DGRAM}};
	char err[256];

	for (unsigned i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (known[i].domain == domain && known[i].type == type && !protocol)
			return get(b, i, err, sizeof(err));
	return -EPROTONOSUPPORT;
}

/* ---- services ---- */

static int service_of(const char *name)
{
	static const char *const names[PRIV_SERVICES] = PRIV_SERVICE_NAMES;

	for (int i = 0; i < PRIV_SERVICES; i++)
		if (!strcmp(names[i], name))
			return i;
	return -1;
}

/* Its log is root's own, where all may read it: in its place among the board's stands a link. */
static void link_log(const struct priv_spawn *s, const char *target)
{
	unlink(s->log_path);
	/* Without it the log is found at its own place alone. */
	if (symlink(target, s->log_path))
		log_warn("%s: %s", s->log_path, strerror(errno));
}

/* The process waits until it has its record, and so does kdev-privileged. */
static int let_go(struct call *call, const struct priv_spawn *s, char *err, size_t err_len)
{
	int rc = s->record ? s->record(s->arg, call->reply.pid) : 0;

	link_log(s, call->reply.text);
	if (rc) {
		snprintf(err, err_len, "%s: record: %s", s->name, strerror(-rc));
		return rc;
	}
	if (send(call->fd, "", 1, MSG_NOSIGNAL) != 1) {
		rc = -errno;
		snprintf(err, err_len, "kdev-privileged: %s", strerror(-rc));
		return rc;
	}
	return listen_to(call, err, err_len);
}

static pid_t start(const struct board_config *b, int service, const struct priv_spawn *s, char *err,
		   size_t err_len)
{
	struct priv_request rq = {.op = PRIV_START, .what = (uint32_t)service};
	const char *path = service == PRIV_NFS ? s->rootfs : s->dir;
	struct call call;
	pid_t pid;
	int rc;

	if (path && strlen(path) >= sizeof(rq.path)) {
		snprintf(err, err_len, "%s: longer than %zu", path, sizeof(rq.path) - 1);
		return -ENAMETOOLONG;
	}
	snprintf(rq.path, sizeof(rq.path), "%s", path ? path : "");
	rq.fresh = access(s->log_path, F_OK) != 0;
	rc = begin(&call, b, &rq, err, err_len);
	if (rc)
		return rc;
	pid = call.reply.pid;
	rc = let_go(&call, s, err, err_len);
	close(call.fd);
	return rc ? rc : pid;
}

/* What needs no more than its end of the network is started by ourselves. */
static pid_t start_with_end(const struct board_config *b, const struct priv_spawn *s, char *err,
			    size_t err_len)
{
	struct local_spawn how = {.outside = true};
	pid_t pid;

	how.end = get(b, s->end == PRIV_TAP ? PRIV_FD_TAP : PRIV_FD_HTTP, err, err_len);
	if (how.end < 0)
		return how.end;
	pid = local_spawn(b, s, &how, err, err_len);
	close(how.end);
	return pid;
}

pid_t remote_spawn(const struct board_config *b, const struct priv_spawn *s, char *err,
		   size_t err_len)
{
	int service = service_of(s->name);

	if (service >= 0)
		return start(b, service, s, err, err_len);
	if (s->end != PRIV_NO_END)
		return start_with_end(b, s, err, err_len);
	snprintf(err, err_len, "%s: kdev-privileged does not start it", s->name);
	return -EPERM;
}

int remote_kill(const struct board_config *b, const char *name, int sig)
{
	int service = service_of(name);
	char err[256];

	if (service < 0)
		return -EPERM;
	return ask(b,
		   &(struct priv_request){
			   .op = PRIV_SIGNAL, .what = (uint32_t)service, .signal = (uint32_t)sig},
		   err, sizeof(err));
}
