/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The session's TCP connection, between libssh2 and libuv. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/ssh/ssh_internal.h"

/* What nobody asked for (a server's own keepalives), until the next command reads it. */
#define IN_MAX (64u << 10)
/* A server that makes us answer but does not read. Commands queue far less: ssh_exec.c. */
#define OUT_MAX (4u << 20)

/* A board may be away for minutes (its cable, its NFS server) and come back. */
#define PATIENCE_MS 300000

static int bytes_add(struct ssh_bytes *b, const void *p, size_t n)
{
	if (b->at && b->at + b->len + n > b->size) {
		memmove(b->p, b->p + b->at, b->len);
		b->at = 0;
	}
	if (b->len + n > b->size) {
		size_t size = (b->len + n) * 2;
		char *grown = realloc(b->p, size);

		if (!grown)
			return -ENOMEM;
		b->p = grown;
		b->size = size;
	}
	memcpy(b->p + b->at + b->len, p, n);
	b->len += n;
	return 0;
}

static void bytes_drop(struct ssh_bytes *b, size_t n)
{
	b->at += n;
	b->len -= n;
	if (!b->len)
		b->at = 0;
}

static void bytes_free(struct ssh_bytes *b)
{
	free(b->p);
	*b = (struct ssh_bytes){0};
}

/* recv(), with the end of the connection kept in s->gone: what came before it counts. */
static ssize_t receive(struct ssh *s, void *buf, size_t n)
{
	ssize_t got;

	if (s->gone)
		return -EAGAIN;
	got = recv(s->fd, buf, n, 0);
	if (got > 0)
		return got;
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return -EAGAIN;
	s->gone = got ? -errno : -EPIPE;
	return -EAGAIN;
}

static LIBSSH2_RECV_FUNC(on_recv)
{
	struct ssh *s = *abstract;
	ssize_t got;

	if (s->silent)
		return 0;
	if (s->in.len) {
		got = (ssize_t)(s->in.len < length ? s->in.len : length);
		memcpy(buffer, s->in.p + s->in.at, (size_t)got);
		bytes_drop(&s->in, (size_t)got);
	} else {
		got = receive(s, buffer, length);
	}
	if (got > 0)
		s->received += (uint64_t)got;
	return got;
}

static LIBSSH2_SEND_FUNC(on_send)
{
	struct ssh *s = *abstract;

	if (s->silent || s->gone)
		return -EPIPE;
	if (s->out.len + length > OUT_MAX || bytes_add(&s->out, buffer, length)) {
		s->gone = -ENOBUFS;
		return -ENOBUFS;
	}
	ssh_socket_flush(s);
	return (ssize_t)length;
}

void ssh_socket_flush(struct ssh *s)
{
	while (s->out.len && !s->gone) {
		ssize_t n = send(s->fd, s->out.p + s->out.at, s->out.len, MSG_NOSIGNAL);

		if (n >= 0)
			bytes_drop(&s->out, (size_t)n);
		else if (errno == EAGAIN)
			return;
		else if (errno != EINTR)
			s->gone = -errno;
	}
}

void ssh_socket_fetch(struct ssh *s)
{
	char buf[4096];
	ssize_t n;

	while ((n = receive(s, buf, sizeof(buf))) > 0)
		if (s->in.len > IN_MAX || bytes_add(&s->in, buf, (size_t)n))
			s->gone = -ENOBUFS;
}

void ssh_socket_attach(struct ssh *s)
{
	libssh2_session_callback_set(s->session, LIBSSH2_CALLBACK_RECV, (void *)on_recv);
	libssh2_session_callback_set(s->session, LIBSSH2_CALLBACK_SEND, (void *)on_send);
}

/* Probes by the kernel, not by ssh: they cost us no wake-up, and a board whose NFS server is
 * away answers them. */
static void set_options(const struct ssh *s)
{
	int one = 1, patience_ms = PATIENCE_MS,
	    probe_s = (int)((s->keepalive_us + 999999) / 1000000);

	setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	setsockopt(s->fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &patience_ms, sizeof(patience_ms));
	setsockopt(s->fd, IPPROTO_TCP, TCP_KEEPIDLE, &probe_s, sizeof(probe_s));
	setsockopt(s->fd, IPPROTO_TCP, TCP_KEEPINTVL, &probe_s, sizeof(probe_s));
	setsockopt(s->fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one));
}

int ssh_socket_open(struct ssh *s)
{
	struct sockaddr_in sin = {.sin_family = AF_INET, .sin_port = htons((uint16_t)s->port)};

	s->gone = 0;
	s->silent = false;
	if (inet_pton(AF_INET, s->address, &sin.sin_addr) != 1)
		return -EINVAL;
	s->fd = s->socket(s->arg);
	if (s->fd < 0)
		return s->fd;
	set_options(s);
	if (connect(s->fd, (struct sockaddr *)&sin, sizeof(sin)) && errno != EINPROGRESS)
		return -errno;
	s->poll = calloc(1, sizeof(*s->poll));
	if (!s->poll)
		return -ENOMEM;
	if (uv_poll_init(s->loop, &s->poll->handle, s->fd)) {
		free(s->poll);
		s->poll = NULL;
		return -EIO;
	}
	s->poll->handle.data = s;
	s->poll->fd = s->fd;
	return 0;
}

int ssh_socket_connected(struct ssh *s)
{
	int err = 0;
	socklen_t len = sizeof(err);

	if (getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &err, &len))
		return -errno;
	return -err;
}

static void on_poll(uv_poll_t *h, int status, int events)
{
	ssh_drive(h->data);
}

void ssh_socket_rearm(struct ssh *s)
{
	int events = UV_READABLE | (s->out.len ? UV_WRITABLE : 0);

	if (s->poll)
		uv_poll_start(&s->poll->handle, s->state == SSH_CONNECTING ? UV_WRITABLE : events,
			      on_poll);
}

static void free_poll(uv_handle_t *h)
{
	struct ssh_poll *poll = (struct ssh_poll *)h;

	close(poll->fd);
	free(poll);
}

void ssh_socket_close(struct ssh *s)
{
	struct linger abort = {.l_onoff = 1};

	s->silent = true;
	if (s->session) {
		/* It forgets the keys of a key exchange that is under way, unless that fails. */
		if (s->state == SSH_HANDSHAKE)
			libssh2_session_handshake(s->session, s->fd);
		/* Silent, so that nothing is waited for; the bound is for safety. */
		for (int i = 0; i < 1000; i++)
			if (libssh2_session_free(s->session) != LIBSSH2_ERROR_EAGAIN)
				break;
		s->session = NULL;
	}
	bytes_free(&s->in);
	bytes_free(&s->out);
	if (s->fd < 0)
		return;
	/* One reset, no retries to a dead board that would hold its network namespace. */
	setsockopt(s->fd, SOL_SOCKET, SO_LINGER, &abort, sizeof(abort));
	if (s->poll)
		uv_close((uv_handle_t *)&s->poll->handle, free_poll);
	else
		close(s->fd);
	s->poll = NULL;
	s->fd = -1;
}
