/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A QMP socket's connection: lines of JSON. */
#include "watchdog/power/qmp_connection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Outlives its owner's interest until libuv has closed it. */
struct qmp_connection {
	uv_pipe_t pipe;
	uv_connect_t connect;
	const struct qmp_connection_ops *ops; /* NULL: dropped, or told that it is broken */
	void *arg;
	size_t used;
	char line[QMP_LINE_MAX];
};

struct outgoing {
	uv_write_t req;
	char *text;
};

static void on_closed(uv_handle_t *h)
{
	free(h->data);
}

void qmp_connection_drop(struct qmp_connection *c)
{
	if (!c)
		return;
	c->ops = NULL;
	uv_close((uv_handle_t *)&c->pipe, on_closed);
}

/* c may be gone afterwards. */
static void broken(struct qmp_connection *c, int err, const char *why)
{
	const struct qmp_connection_ops *ops = c->ops;

	c->ops = NULL;
	ops->broken(c->arg, err, why);
}

static void on_line(struct qmp_connection *c, const char *line, size_t len)
{
	json_t *msg;

	if (len && line[len - 1] == '\r')
		len--;
	if (!len)
		return;
	msg = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
	if (json_is_object(msg))
		c->ops->message(c->arg, msg);
	else
		broken(c, -EPROTO, "it sent something else than QMP");
	json_decref(msg);
}

static void on_alloc(uv_handle_t *h, size_t hint, uv_buf_t *buf)
{
	struct qmp_connection *c = h->data;

	*buf = uv_buf_init(c->line + c->used, (unsigned)(sizeof(c->line) - c->used));
}

static void on_read(uv_stream_t *h, ssize_t n, const uv_buf_t *buf)
{
	struct qmp_connection *c = h->data;
	char *line = c->line, *nl;

	if (!c->ops || n == 0)
		return;
	if (n == UV_ENOBUFS) {
		broken(c, -EPROTO, "it sent a line that is too long");
		return;
	}
	if (n < 0) {
		broken(c, n == UV_EOF ? -EPIPE : (int)n,
		       n == UV_EOF ? "QEMU closed it" : uv_strerror((int)n));
		return;
	}
	c->used += (size_t)n;
	/* Memory stays until libuv has closed, which it does not do from inside of this. */
	while (c->ops && (nl = memchr(line, '\n', c->used - (size_t)(line - c->line)))) {
		on_line(c, line, (size_t)(nl - line));
		line = nl + 1;
	}
	c->used -= (size_t)(line - c->line);
	memmove(c->line, line, c->used);
}

static void on_connect(uv_connect_t *req, int status)
{
	struct qmp_connection *c = req->data;

	if (!c->ops)
		return;
	if (!status)
		status = uv_read_start((uv_stream_t *)&c->pipe, on_alloc, on_read);
	if (status)
		broken(c, status, uv_strerror(status));
	else
		c->ops->up(c->arg);
}

int qmp_connection_open(uv_loop_t *loop, const char *path, const struct qmp_connection_ops *ops,
			void *arg, struct qmp_connection **out)
{
	struct qmp_connection *c = calloc(1, sizeof(*c));

	if (!c)
		return -ENOMEM;
	c->ops = ops;
	c->arg = arg;
	c->connect.data = c->pipe.data = c;
	uv_pipe_init(loop, &c->pipe, 0);
	uv_pipe_connect(&c->connect, &c->pipe, path, on_connect);
	*out = c;
	return 0;
}

static void on_written(uv_write_t *req, int status)
{
	struct outgoing *o = (struct outgoing *)req;

	/* If it failed, the reader sees the end of the connection too. */
	free(o->text);
	free(o);
}

int qmp_connection_send(struct qmp_connection *c, json_t *msg)
{
	struct outgoing *o = calloc(1, sizeof(*o));
	uv_buf_t bufs[2];
	int err = -ENOMEM;

	if (o && msg)
		o->text = json_dumps(msg, JSON_COMPACT);
	json_decref(msg);
	if (o && o->text) {
		bufs[0] = uv_buf_init(o->text, (unsigned)strlen(o->text));
		bufs[1] = uv_buf_init((char *)"\n", 1);
		err = uv_write(&o->req, (uv_stream_t *)&c->pipe, bufs, 2, on_written);
		if (!err)
			return 0;
	}
	if (o)
		free(o->text);
	free(o);
	return err;
}
