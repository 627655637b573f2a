/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Everything that a user can have done for him. */
#include "harness/privileged/answer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/netboot/boot_server.h"
#include "harness/netboot/privileged_local.h"
#include "harness/netboot/privileged_wire.h"
#include "harness/paths.h"
#include "harness/privileged/request.h"
#include "harness/privileged/started.h"

enum { GROUPS_MAX = 1024, NETCONSOLE_BUFFER = 4 << 20 };

struct conversation {
	const struct answering *a;
	int fd;
	struct ucred peer;
	struct priv_request rq;
	struct board_config board;
	char *dir; /* STATE/OWNER.BOARD */
	struct priv_reply reply;
};

/* ---- who ---- */

/* The socket's mode has seen to that already, unless somebody passed an open one on. Root needs
 * nobody to ask. */
static bool may_ask(const struct conversation *c)
{
	gid_t groups[GROUPS_MAX];
	socklen_t len = sizeof(groups);

	if (c->peer.uid == 0)
		return false;
	if (c->peer.gid == c->a->group)
		return true;
	if (getsockopt(c->fd, SOL_SOCKET, SO_PEERGROUPS, groups, &len))
		return false;
	for (size_t i = 0; i < len / sizeof(*groups); i++)
		if (groups[i] == c->a->group)
			return true;
	return false;
}

/* ---- the reply ---- */

static int reply(struct conversation *c, int fd)
{
	union {
		char buf[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = {.buf = {0}};
	struct iovec iov = {&c->reply, sizeof(c->reply)};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};

	if (fd >= 0) {
		struct cmsghdr *h;

		msg.msg_control = &control;
		msg.msg_controllen = sizeof(control);
		h = CMSG_FIRSTHDR(&msg);
		h->cmsg_level = SOL_SOCKET;
		h->cmsg_type = SCM_RIGHTS;
		h->cmsg_len = CMSG_LEN(sizeof(fd));
		memcpy(CMSG_DATA(h), &fd, sizeof(fd));
	}
	return sendmsg(c->fd, &msg, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

/* ---- PRIV_GET ---- */

/* What only we may do with a socket of that kind is done before it is given away. */
static int prepare(const struct conversation *c, int fd)
{
	struct sockaddr_in sin = {.sin_family = AF_INET, .sin_port = htons(BOOT_SERVER_PORT)};
	int size = NETCONSOLE_BUFFER, on = 1;

	if (c->rq.what == PRIV_FD_UDP)
		return setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	if (c->rq.what != PRIV_FD_HTTP)
		return 0;
	if (inet_pton(AF_INET, c->board.server, &sin.sin_addr) != 1)
		return -1;
	return setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
	       bind(fd, (struct sockaddr *)&sin, sizeof(sin));
}

static int open_end(const struct conversation *c)
{
	static const struct {
		int domain, type;
	} kinds[PRIV_FDS] = {[PRIV_FD_UDP] = {AF_INET, SOCK_DGRAM},
			     [PRIV_FD_TCP] = {AF_INET, SOCK_STREAM},
			     [PRIV_FD_UDP6] = {AF_INET6, SOCK_DGRAM},
			     [PRIV_FD_TCP6] = {AF_INET6, SOCK_STREAM},
			     [PRIV_FD_PACKET] = {AF_PACKET, SOCK_DGRAM},
			     [PRIV_FD_HTTP] = {AF_INET, SOCK_STREAM}};
	int fd, err;

	if (c->rq.what >= PRIV_FDS)
		return -EINVAL;
	if (c->rq.what == PRIV_FD_TAP)
		return local_tap(&c->board);
	fd = local_socket(&c->board, kinds[c->rq.what].domain, kinds[c->rq.what].type, 0);
	if (fd < 0 || !prepare(c, fd))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

static int get(struct conversation *c)
{
	int fd = open_end(c);

	if (fd < 0) {
		snprintf(c->reply.text, sizeof(c->reply.text), "board %s: its network: %s",
			 c->board.name, strerror(-fd));
		return fd;
	}
	reply(c, fd);
	close(fd);
	return 1;
}

/* ---- PRIV_START, PRIV_SIGNAL ---- */

static int wait_for_record(void *arg, pid_t pid, const char *log)
{
	struct conversation *c = arg;
	char go;
	int rc;

	c->reply.pid = pid;
	snprintf(c->reply.text, sizeof(c->reply.text), "%s", log);
	rc = reply(c, -1);
	if (!rc && recv(c->fd, &go, 1, 0) != 1)
		rc = -ECANCELED;
	c->reply.text[0] = '\0';
	return rc;
}

static int start(struct conversation *c)
{
	struct started s = {
		.board = &c->board,
		.dir = c->dir,
		.path = c->rq.path,
		.uid = c->peer.uid,
		.gid = c->peer.gid,
		.fresh = c->rq.fresh,
		.wait = wait_for_record,
		.arg = c,
	};
	pid_t pid;
	int rc = 0;

	if (c->rq.what >= PRIV_SERVICES)
		return -EINVAL;
	rc = request_path(&c->rq, c->a->policy, c->reply.text, sizeof(c->reply.text));
	if (rc)
		return rc;
	pid = started_begin(&s, (enum priv_service)c->rq.what, c->reply.text,
			    sizeof(c->reply.text));
	return pid < 0 ? (int)pid : 0;
}

static int send_signal(struct conversation *c)
{
	if (c->rq.what >= PRIV_SERVICES || (c->rq.signal != SIGTERM && c->rq.signal != SIGKILL))
		return -EINVAL;
	return started_signal(c->dir, (enum priv_service)c->rq.what, (int)c->rq.signal);
}

/* ---- the whole ---- */

static int network_down(struct conversation *c)
{
	int rc;

	started_end_all(c->dir);
	rc = local_network_down(&c->board, c->reply.text, sizeof(c->reply.text));
	return rc;
}

/* 0, a negative errno, or 1: the reply is sent. */
static int act(struct conversation *c)
{
	switch (c->rq.op) {
	case PRIV_NETWORK_UP:
		return local_network_up(&c->board, c->reply.text, sizeof(c->reply.text));
	case PRIV_NETWORK_DOWN: return network_down(c);
	case PRIV_GET: return get(c);
	case PRIV_START: return start(c);
	case PRIV_SIGNAL: return send_signal(c);
	default: return -EINVAL;
	}
}

/* Of one board one thing is done at a time. The lock is let go with the fd. */
static int lock(const char *dir)
{
	char *path = path_format("%s/lock", dir);
	int fd, rc = path ? path_mkdirs(dir, 0755) : -ENOMEM;

	if (!rc) {
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
		rc = fd < 0 || flock(fd, LOCK_EX) ? -errno : fd;
	}
	free(path);
	return rc;
}

static int look_through(struct conversation *c)
{
	/* Read in any case: who leaves something unread resets the connection, and no answer comes.
	 */
	ssize_t n = recv(c->fd, &c->rq, sizeof(c->rq), MSG_TRUNC);

	if (!may_ask(c)) {
		snprintf(c->reply.text, sizeof(c->reply.text),
			 "user %u is not in the group that may ask", c->peer.uid);
		return -EACCES;
	}
	if (n != sizeof(c->rq) || c->rq.version != PRIV_WIRE_VERSION) {
		snprintf(c->reply.text, sizeof(c->reply.text),
			 "it is of another version than your kdev: expected both of one");
		return -EPROTO;
	}
	return request_board(&c->rq, c->a->policy, c->peer.uid, &c->board, c->reply.text,
			     sizeof(c->reply.text));
}

void answer(const struct answering *a, int connection)
{
	struct conversation c = {.a = a, .fd = connection};
	socklen_t len = sizeof(c.peer);
	int rc, locked = -1;

	if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &c.peer, &len))
		return;
	rc = look_through(&c);
	if (!rc) {
		c.dir = path_format("%s/%s", a->state, c.board.name);
		locked = c.dir ? lock(c.dir) : -ENOMEM;
		rc = locked < 0 ? locked : act(&c);
	}
	if (rc < 0 && !c.reply.text[0])
		snprintf(c.reply.text, sizeof(c.reply.text), "%s", strerror(-rc));
	c.reply.err = rc;
	if (rc <= 0)
		reply(&c, -1);
	if (rc < 0)
		fprintf(stderr, "user %u, board %.31s: %s\n", c.peer.uid, c.board.name,
			c.reply.text);
	free(c.dir);
	if (locked >= 0)
		close(locked);
}
