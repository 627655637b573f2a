/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The session: connect, check the host key, log in, stay. Everything that ends it goes through
 * ssh_break() and is done in the next turn of the loop, so that no callback comes from inside a
 * call of the user's.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/paths.h"
#include "harness/ssh_internal.h"

#define DEFAULT_CONNECT_US   10000000
#define DEFAULT_KEEPALIVE_US 5000000
#define HOST_KEY_FILE_MAX    16384

/* Fast for an emulated peer, and what every ssh server of today has. */
static const struct {
	int method;
	const char *prefs;
} methods[] = {
	{LIBSSH2_METHOD_KEX, "curve25519-sha256,curve25519-sha256@libssh.org"},
	{LIBSSH2_METHOD_HOSTKEY, "ssh-ed25519"},
	{LIBSSH2_METHOD_CRYPT_CS, "aes128-ctr"},
	{LIBSSH2_METHOD_CRYPT_SC, "aes128-ctr"},
	{LIBSSH2_METHOD_MAC_CS, "hmac-sha2-256"},
	{LIBSSH2_METHOD_MAC_SC, "hmac-sha2-256"},
};

static void on_turn(uv_timer_t *t);

const char *ssh_error(const struct ssh *s, const char *what, char *buf, size_t size)
{
	char *msg = NULL;

	if (s->session)
		libssh2_session_last_error(s->session, &msg, NULL, 0);
	snprintf(buf, size, "%s: %s", what, msg && *msg ? msg : "failed");
	return buf;
}

void ssh_break(struct ssh *s, int err, const char *why)
{
	if (s->drop || s->state == SSH_IDLE)
		return;
	s->drop = true;
	s->drop_err = err;
	snprintf(s->drop_why, sizeof(s->drop_why), "%s", why);
	ssh_kick(s);
}

void ssh_kick(struct ssh *s)
{
	if (s->timer)
		uv_timer_start(s->timer, on_turn, 0, 0);
}

static void free_poll(uv_handle_t *h)
{
	close((int)(intptr_t)h->data);
	free(h);
}

/* Close without a word to the other side: it may be long dead, and would be waited for. */
static void close_socket(struct ssh *s)
{
	if (s->fd < 0)
		return;
	shutdown(s->fd, SHUT_RDWR);
	if (s->session) {
		/* With its socket shut no call can want to wait; the bound is for safety. */
		for (int i = 0; i < 1000; i++)
			if (libssh2_session_free(s->session) != LIBSSH2_ERROR_EAGAIN)
				break;
		s->session = NULL;
		s->idle = NULL;
	}
	if (s->poll) {
		s->poll->data = (void *)(intptr_t)s->fd;
		uv_poll_stop(s->poll);
		uv_close((uv_handle_t *)s->poll, free_poll);
	} else {
		close(s->fd);
	}
	s->poll = NULL;
	s->fd = -1;
}

static void go_down(struct ssh *s)
{
	char why[sizeof(s->drop_why)];
	int err = s->drop_err;

	memcpy(why, s->drop_why, sizeof(why));
	s->drop = false;
	s->state = SSH_IDLE;
	s->blocked = NULL;
	uv_timer_stop(s->timer);
	ssh_execs_end(s, err, true);
	close_socket(s);
	s->ops.down(s->arg, err, why);
}

static void rearm_keepalive(struct ssh *s)
{
	int next = 0;

	if (libssh2_keepalive_send(s->session, &next) == LIBSSH2_ERROR_SOCKET_SEND)
		ssh_break(s, -EPIPE, "the connection broke");
	if (next < 1)
		next = 1;
	uv_timer_start(s->timer, on_turn, (uint64_t)next * 1000, 0);
}

static void on_turn(uv_timer_t *t)
{
	struct ssh *s = t->data;

	if (s->drop) {
		go_down(s);
		return;
	}
	switch (s->state) {
	case SSH_IDLE: break;
	case SSH_UP:
		ssh_drive(s);
		if (s->state != SSH_UP || s->drop)
			break;
		if (s->blocked) /* no packet of ours may come between */
			uv_timer_start(s->timer, on_turn, 1000, 0);
		else
			rearm_keepalive(s);
		break;
	default:
		ssh_break(s, -ETIMEDOUT,
			  s->state == SSH_CONNECTING ? "no answer on the ssh port"
						     : "the ssh server did not answer in time");
	}
}

/* ---- coming up ---- */

/* The file has one line, "ssh-ed25519 BASE64 [comment]"; the server's raw key must be just that. */
static bool host_key_is_known(struct ssh *s)
{
	size_t len, key_len = 0;
	const char *key = libssh2_session_hostkey(s->session, &key_len, NULL);
	char *line = path_read(s->host_key, HOST_KEY_FILE_MAX, &len), *start, *decoded = NULL;
	unsigned decoded_len = 0;
	bool known = false;

	if (!line)
		return false;
	start = strchr(line, ' ');
	if (start) {
		start += strspn(start, " ");
		start[strcspn(start, " \r\n")] = '\0';
		if (!libssh2_base64_decode(s->session, &decoded, &decoded_len, start,
					   (unsigned)strlen(start)))
			known = key && decoded_len == key_len && !memcmp(decoded, key, key_len);
		if (decoded)
			libssh2_free(s->session, decoded);
	}
	free(line);
	return known;
}

static int connected(struct ssh *s)
{
	/* A board may be away for minutes (its cable, its NFS server) and come back. */
	int err = 0, one = 1, patience_ms = 300000;
	socklen_t len = sizeof(err);

	if (getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &err, &len))
		err = errno;
	if (err) {
		ssh_break(s, -err, strerror(err));
		return -err;
	}
	setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	setsockopt(s->fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &patience_ms, sizeof(patience_ms));
	s->session = libssh2_session_init_ex(NULL, NULL, NULL, s);
	if (!s->session) {
		ssh_break(s, -ENOMEM, "out of memory");
		return -ENOMEM;
	}
	libssh2_session_set_blocking(s->session, 0);
	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		libssh2_session_method_pref(s->session, methods[i].method, methods[i].prefs);
	s->state = SSH_HANDSHAKE;
	return 0;
}

static int handshake(struct ssh *s)
{
	char why[160];
	int rc = libssh2_session_handshake(s->session, s->fd);

	if (rc == LIBSSH2_ERROR_EAGAIN)
		return -EAGAIN;
	if (rc) {
		ssh_break(s, -EPROTO, ssh_error(s, "ssh handshake", why, sizeof(why)));
		return -EPROTO;
	}
	if (!host_key_is_known(s)) {
		ssh_break(s, -EKEYREJECTED,
			  "the server's host key is not the one that was made at set-up");
		return -EKEYREJECTED;
	}
	s->state = SSH_AUTH;
	return 0;
}

static int authenticate(struct ssh *s)
{
	char why[160];
	int rc = libssh2_userauth_publickey_fromfile_ex(s->session, s->user,
							(unsigned)strlen(s->user), s->public_key,
							s->private_key, NULL);

	if (rc == LIBSSH2_ERROR_EAGAIN)
		return -EAGAIN;
	if (rc) {
		ssh_break(s, -EACCES, ssh_error(s, "ssh login", why, sizeof(why)));
		return -EACCES;
	}
	s->state = SSH_LISTEN;
	return 0;
}

static int listen_idly(struct ssh *s)
{
	char why[160];

	s->idle = libssh2_channel_open_session(s->session);
	if (!s->idle && libssh2_session_last_errno(s->session) == LIBSSH2_ERROR_EAGAIN)
		return -EAGAIN;
	if (!s->idle) {
		ssh_break(s, -EPROTO, ssh_error(s, "ssh channel", why, sizeof(why)));
		return -EPROTO;
	}
	s->state = SSH_UP;
	libssh2_keepalive_config(s->session, 1, (unsigned)((s->keepalive_us + 999999) / 1000000));
	rearm_keepalive(s);
	s->ops.up(s->arg);
	return 0;
}

static void on_poll(uv_poll_t *h, int status, int events)
{
	struct ssh *s = h->data;

	ssh_drive(s);
}

static void rearm_poll(struct ssh *s)
{
	int events = UV_READABLE;

	if (!s->poll)
		return;
	if (s->state == SSH_CONNECTING)
		events = UV_WRITABLE;
	else if (s->session &&
		 (libssh2_session_block_directions(s->session) & LIBSSH2_SESSION_BLOCK_OUTBOUND))
		events |= UV_WRITABLE;
	uv_poll_start(s->poll, events, on_poll);
}

void ssh_drive(struct ssh *s)
{
	int rc = 0;

	if (s->driving || s->drop)
		return;
	s->driving = true;
	while (!rc && !s->drop && s->state != SSH_UP && s->state != SSH_IDLE) {
		switch (s->state) {
		case SSH_CONNECTING: rc = connected(s); break;
		case SSH_HANDSHAKE: rc = handshake(s); break;
		case SSH_AUTH: rc = authenticate(s); break;
		case SSH_LISTEN: rc = listen_idly(s); break;
		default: break;
		}
	}
	if (s->state == SSH_UP && !s->drop)
		ssh_execs_drive(s);
	s->driving = false;
	if (!s->drop)
		rearm_poll(s);
}

static int begin_connect(struct ssh *s)
{
	struct sockaddr_in sin = {.sin_family = AF_INET, .sin_port = htons((uint16_t)s->port)};

	if (inet_pton(AF_INET, s->address, &sin.sin_addr) != 1)
		return -EINVAL;
	s->fd = s->socket(s->arg);
	if (s->fd < 0)
		return s->fd;
	if (connect(s->fd, (struct sockaddr *)&sin, sizeof(sin)) && errno != EINPROGRESS)
		return -errno;
	s->poll = calloc(1, sizeof(*s->poll));
	if (!s->poll)
		return -ENOMEM;
	if (uv_poll_init(s->loop, s->poll, s->fd)) {
		free(s->poll);
		s->poll = NULL;
		return -EIO;
	}
	s->poll->data = s;
	return 0;
}

int ssh_connect(struct ssh *s)
{
	int err;

	if (s->state != SSH_IDLE)
		return 0;
	s->state = SSH_CONNECTING;
	err = begin_connect(s);
	uv_timer_start(s->timer, on_turn, (uint64_t)s->connect_us / 1000, 0);
	if (err)
		ssh_break(s, err, strerror(-err));
	else
		rearm_poll(s);
	return 0;
}

bool ssh_is_up(const struct ssh *s)
{
	return s->state == SSH_UP && !s->drop;
}

void ssh_drop(struct ssh *s, const char *why)
{
	ssh_break(s, -ECONNRESET, why);
}

/* ---- life ---- */

static void free_timer(uv_handle_t *h)
{
	free(h);
}

static void free_strings(struct ssh *s)
{
	free(s->address);
	free(s->user);
	free(s->private_key);
	free(s->public_key);
	free(s->host_key);
}

int ssh_new(uv_loop_t *loop, const struct ssh_config *cfg, const struct ssh_ops *ops, void *arg,
	    struct ssh **out)
{
	struct ssh *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	s->loop = loop;
	s->ops = *ops;
	s->arg = arg;
	s->socket = cfg->socket;
	s->port = cfg->port;
	s->connect_us = cfg->connect_us ? cfg->connect_us : DEFAULT_CONNECT_US;
	s->keepalive_us = cfg->keepalive_us ? cfg->keepalive_us : DEFAULT_KEEPALIVE_US;
	s->fd = -1;
	s->address = strdup(cfg->address);
	s->user = strdup(cfg->user);
	s->private_key = strdup(cfg->private_key);
	s->public_key = strdup(cfg->public_key);
	s->host_key = strdup(cfg->host_key);
	s->timer = malloc(sizeof(*s->timer));
	if (!s->address || !s->user || !s->private_key || !s->public_key || !s->host_key ||
	    !s->timer || libssh2_init(0)) {
		free_strings(s);
		free(s->timer);
		free(s);
		return -ENOMEM;
	}
	uv_timer_init(loop, s->timer);
	s->timer->data = s;
	*out = s;
	return 0;
}

void ssh_free(struct ssh *s)
{
	if (!s)
		return;
	ssh_execs_end(s, -ECANCELED, false);
	close_socket(s);
	uv_close((uv_handle_t *)s->timer, free_timer);
	free_strings(s);
	free(s);
	libssh2_exit();
}
