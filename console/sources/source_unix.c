/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Console source: a unix stream socket, such as that of a QEMU character device. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "console/sources/source.h"
#include "console/sources/stream_write.h"

#define RETRY_MS 50 /* the other side may be about to start */

struct source {
	uv_pipe_t pipe;
	uv_timer_t retry;
	uv_connect_t connect;
	struct source_ops ops;
	void *arg;
	char *path;
	bool pipe_open; /* the handle is initialised and not closing */
	bool up;
	bool closing;
	unsigned handles; /* left for libuv to close before we can be freed */
	char buf[65536];
};

static void try_connect(struct source *s);

static void handle_closed(uv_handle_t *h)
{
	struct source *s = h->data;

	if (--s->handles == 0 && s->closing) {
		free(s->path);
		free(s);
	}
}

static void close_pipe(struct source *s)
{
	if (!s->pipe_open)
		return;
	s->pipe_open = false;
	uv_close((uv_handle_t *)&s->pipe, handle_closed);
}

static void on_retry(uv_timer_t *t)
{
	struct source *s = t->data;

	/* The old pipe handle must be gone before its memory is used again. */
	if (s->handles > 1)
		uv_timer_start(t, on_retry, RETRY_MS, 0);
	else
		try_connect(s);
}

static void lost(struct source *s, int err)
{
	bool was_up = s->up;

	s->up = false;
	close_pipe(s);
	uv_timer_start(&s->retry, on_retry, RETRY_MS, 0);
	if (was_up)
		s->ops.state(s->arg, false, err == UV_EOF ? "closed" : uv_strerror(err));
}

static void on_alloc(uv_handle_t *h, size_t hint, uv_buf_t *buf)
{
	struct source *s = h->data;

	*buf = uv_buf_init(s->buf, sizeof(s->buf));
}

static void on_read(uv_stream_t *h, ssize_t n, const uv_buf_t *buf)
{
	struct source *s = h->data;

	if (s->closing)
		return;
	if (n > 0)
		s->ops.bytes(s->arg, buf->base, (size_t)n);
	else if (n < 0)
		lost(s, (int)n);
}

static void on_connect(uv_connect_t *req, int status)
{
	struct source *s = req->data;

	if (s->closing || status == UV_ECANCELED)
		return;
	if (!status)
		status = uv_read_start((uv_stream_t *)&s->pipe, on_alloc, on_read);
	if (status) {
		lost(s, status);
		return;
	}
	s->up = true;
	s->ops.state(s->arg, true, "");
}

static void try_connect(struct source *s)
{
	uv_pipe_init(s->retry.loop, &s->pipe, 0);
	s->pipe.data = s;
	s->pipe_open = true;
	s->handles++;
	s->connect.data = s;
	uv_pipe_connect(&s->connect, &s->pipe, s->path, on_connect);
}

static int unix_open(uv_loop_t *loop, const char *where, const struct source_ops *ops, void *arg,
		     struct source **out)
{
	struct source *s;

	/* libuv would cut it, and connect to another one. */
	if (strlen(where) >= sizeof(((struct sockaddr_un *)0)->sun_path))
		return -ENAMETOOLONG;
	s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	s->path = strdup(where);
	if (!s->path) {
		free(s);
		return -ENOMEM;
	}
	s->ops = *ops;
	s->arg = arg;
	uv_timer_init(loop, &s->retry);
	s->retry.data = s;
	s->handles = 1;
	try_connect(s);
	*out = s;
	return 0;
}

static int unix_write(struct source *s, const void *bytes, size_t n)
{
	return s->up ? stream_write((uv_stream_t *)&s->pipe, bytes, n) : -ENOTCONN;
}

static void unix_close(struct source *s)
{
	if (!s || s->closing)
		return;
	s->closing = true;
	close_pipe(s);
	uv_close((uv_handle_t *)&s->retry, handle_closed);
}

const struct source_driver source_unix = {
	.name = "unix",
	.open = unix_open,
	.write = unix_write,
	.close = unix_close,
};
