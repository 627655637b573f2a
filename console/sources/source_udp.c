/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Console source: a bound UDP socket, one callback a datagram. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "console/sources/source.h"

struct source {
	uv_udp_t udp;
	struct source_ops ops;
	void *arg;
	bool closing;
	char buf[65536];
};

static void on_closed(uv_handle_t *h)
{
	free(h->data);
}

static void on_alloc(uv_handle_t *h, size_t hint, uv_buf_t *buf)
{
	struct source *s = h->data;

	*buf = uv_buf_init(s->buf, sizeof(s->buf));
}

static void on_recv(uv_udp_t *h, ssize_t n, const uv_buf_t *buf, const struct sockaddr *from,
		    unsigned flags)
{
	struct source *s = h->data;

	/* Errors of a UDP socket (an ICMP answer to nothing we sent) change nothing. */
	if (n > 0 && from && !s->closing)
		s->ops.bytes(s->arg, buf->base, (size_t)n);
}

int source_udp_open(uv_loop_t *loop, int fd, const struct source_ops *ops, void *arg,
		    struct source **out)
{
	struct source *s = calloc(1, sizeof(*s));
	int err;

	if (!s) {
		close(fd);
		return -ENOMEM;
	}
	s->ops = *ops;
	s->arg = arg;
	uv_udp_init(loop, &s->udp);
	s->udp.data = s;
	err = uv_udp_open(&s->udp, fd);
	if (err)
		close(fd);
	else
		err = uv_udp_recv_start(&s->udp, on_alloc, on_recv);
	if (err) {
		uv_close((uv_handle_t *)&s->udp, on_closed);
		return err;
	}
	*out = s;
	return 0;
}

void source_udp_close(struct source *s)
{
	if (!s || s->closing)
		return;
	s->closing = true;
	uv_close((uv_handle_t *)&s->udp, on_closed);
}
