/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Console source: a TCP connection to a terminal server. Names are looked up at each attempt; each
 * address that a name has is tried. A connection whose other side vanished without a
 * word is found by keep-alive.
 */
#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/sources/host_port.h"
#include "console/sources/source.h"
#include "console/sources/stream_write.h"

#define RETRY_MS   500
#define CONNECT_MS 5000
#define ALIVE_S    5 /* between the probes of a silent connection, of which 3 may be lost */

/* One attempt; let go, it lives until libuv has closed it. */
struct conn {
	uv_tcp_t tcp;
	uv_connect_t req;
	struct source *owner; /* NULL: let go */
};

struct source {
	uv_timer_t timer; /* until the next attempt, or for this one to succeed */
	uv_getaddrinfo_t lookup;
	struct addrinfo *addresses, *next; /* of the name, and the one to be tried next */
	struct conn *conn;
	struct source_ops ops;
	void *arg;
	char *where, *host;
	const char *port; /* in host */
	bool looking_up, up, closing;
	unsigned held; /* by the timer and the lookup */
	char why[256]; /* last told */
	char buf[65536];
};

static void begin(struct source *s);
static void next_address(struct source *s, int err);

static void let_go(struct source *s)
{
	if (--s->held)
		return;
	free(s->where);
	free(s->host);
	free(s);
}

static void on_conn_closed(uv_handle_t *h)
{
	free(h->data);
}

static void drop(struct source *s)
{
	if (!s->conn)
		return;
	s->conn->owner = NULL;
	uv_close((uv_handle_t *)&s->conn->tcp, on_conn_closed);
	s->conn = NULL;
}

static void forget_addresses(struct source *s)
{
	uv_freeaddrinfo(s->addresses);
	s->addresses = s->next = NULL;
}

static void on_retry(uv_timer_t *t)
{
	begin(t->data);
}

/* The attempt or the connection has ended. */
static void lost(struct source *s, int err)
{
	char why[sizeof(s->why)];
	bool news;

	snprintf(why, sizeof(why), "%s: %s", s->where,
		 err == UV_EOF ? "the other side closed the connection" : uv_strerror(err));
	news = s->up || strcmp(why, s->why) != 0;
	memcpy(s->why, why, sizeof(why));
	s->up = false;
	drop(s);
	forget_addresses(s);
	uv_timer_start(&s->timer, on_retry, RETRY_MS, 0);
	if (news)
		s->ops.state(s->arg, false, why);
}

static void on_alloc(uv_handle_t *h, size_t hint, uv_buf_t *buf)
{
	struct conn *c = h->data;

	*buf = uv_buf_init(c->owner ? c->owner->buf : NULL, c->owner ? sizeof(c->owner->buf) : 0);
}

static void on_read(uv_stream_t *h, ssize_t n, const uv_buf_t *buf)
{
	struct conn *c = h->data;
	struct source *s = c->owner;

	if (!s)
		return;
	if (n > 0)
		s->ops.bytes(s->arg, buf->base, (size_t)n);
	else if (n < 0)
		lost(s, (int)n);
}

/* If one of these fails, a vanished terminal server is found later. */
static void keep_alive(uv_tcp_t *tcp)
{
	int interval = ALIVE_S, probes = 3;
	uv_os_fd_t fd;

	uv_tcp_nodelay(tcp, 1);
	if (uv_tcp_keepalive(tcp, 1, ALIVE_S) || uv_fileno((uv_handle_t *)tcp, &fd))
		return;
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof(interval));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof(probes));
}

static void on_connect(uv_connect_t *req, int status)
{
	struct conn *c = req->data;
	struct source *s = c->owner;

	if (!s)
		return;
	if (!status)
		status = uv_read_start((uv_stream_t *)&c->tcp, on_alloc, on_read);
	if (status) {
		next_address(s, status);
		return;
	}
	keep_alive(&c->tcp);
	uv_timer_stop(&s->timer);
	forget_addresses(s);
	s->up = true;
	s->why[0] = 0;
	s->ops.state(s->arg, true, "");
}

static void on_deadline(uv_timer_t *t)
{
	next_address(t->data, UV_ETIMEDOUT);
}

static int connect_to(struct source *s, const struct sockaddr *address)
{
	struct conn *c = calloc(1, sizeof(*c));
	int err;

	if (!c)
		return -ENOMEM;
	err = uv_tcp_init(s->timer.loop, &c->tcp);
	if (err) {
		free(c);
		return err;
	}
	c->owner = s;
	c->tcp.data = c->req.data = c;
	s->conn = c;
	uv_update_time(s->timer.loop);
	uv_timer_start(&s->timer, on_deadline, CONNECT_MS, 0);
	return uv_tcp_connect(&c->req, &c->tcp, address, on_connect);
}

/* err: why the last one failed. */
static void next_address(struct source *s, int err)
{
	struct addrinfo *a;

	drop(s);
	while ((a = s->next)) {
		s->next = a->ai_next;
		err = connect_to(s, a->ai_addr);
		if (!err)
			return;
		drop(s);
	}
	lost(s, err);
}

static void on_lookup(uv_getaddrinfo_t *req, int status, struct addrinfo *res)
{
	struct source *s = req->data;

	s->looking_up = false;
	if (s->closing) {
		uv_freeaddrinfo(res);
	} else if (status) {
		lost(s, status);
	} else {
		s->addresses = s->next = res;
		next_address(s, UV_EAI_NONAME);
	}
	let_go(s);
}

static void begin(struct source *s)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
	int err;

	s->lookup.data = s;
	err = uv_getaddrinfo(s->timer.loop, &s->lookup, on_lookup, s->host, s->port, &hints);
	if (err) {
		lost(s, err);
		return;
	}
	s->looking_up = true;
	s->held++;
}

static void on_first(uv_timer_t *t)
{
	begin(t->data);
}

static int tcp_open(uv_loop_t *loop, const char *where, const struct source_ops *ops, void *arg,
		    struct source **out)
{
	struct source *s = calloc(1, sizeof(*s));
	int err = s ? host_port_split(where, &s->host, &s->port) : -ENOMEM;

	if (!err) {
		s->where = strdup(where);
		err = s->where ? 0 : -ENOMEM;
	}
	if (err) {
		if (s)
			free(s->host);
		free(s);
		return err;
	}
	s->ops = *ops;
	s->arg = arg;
	uv_timer_init(loop, &s->timer);
	s->timer.data = s;
	s->held = 1;
	uv_timer_start(&s->timer, on_first, 0, 0);
	*out = s;
	return 0;
}

static int tcp_write(struct source *s, const void *bytes, size_t n)
{
	return s->up ? stream_write((uv_stream_t *)&s->conn->tcp, bytes, n) : -ENOTCONN;
}

static void on_timer_closed(uv_handle_t *h)
{
	let_go(h->data);
}

static void tcp_close(struct source *s)
{
	if (!s || s->closing)
		return;
	s->closing = true;
	s->up = false;
	drop(s);
	forget_addresses(s);
	if (s->looking_up)
		uv_cancel((uv_req_t *)&s->lookup);
	uv_close((uv_handle_t *)&s->timer, on_timer_closed);
}

const struct source_driver source_tcp = {
	.name = "tcp",
	.open = tcp_open,
	.write = tcp_write,
	.close = tcp_close,
};
