/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON lines over a unix socket, on libuv. */
#include "harness/attendant/wire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct wire {
	uv_pipe_t pipe;
	uv_timer_t linger;
	unsigned handles; /* left for libuv to close before we can be freed */
	struct wire_ops ops;
	void *arg;
	char *buf; /* an unfinished line */
	size_t len, size;
	size_t searched; /* so much of buf has no newline */
	bool raw;
	bool closing;  /* wire_close() was called */
	bool reported; /* ops.closed was called */
};

struct wire_write {
	uv_write_t req;
	char *data;
};

static void handle_closed(uv_handle_t *h)
{
	struct wire *w = h->data;

	if (--w->handles)
		return;
	free(w->buf);
	free(w);
}

static void close_handles(struct wire *w)
{
	if (uv_is_closing((uv_handle_t *)&w->pipe))
		return;
	uv_close((uv_handle_t *)&w->pipe, handle_closed);
	uv_close((uv_handle_t *)&w->linger, handle_closed);
}

static void on_shut(uv_shutdown_t *req, int status)
{
	struct wire *w = req->handle->data;

	free(req);
	close_handles(w);
}

static void on_lingered(uv_timer_t *t)
{
	close_handles(t->data);
}

void wire_close(struct wire *w)
{
	uv_shutdown_t *req = NULL;

	if (!w || w->closing)
		return;
	w->closing = true;
	uv_read_stop((uv_stream_t *)&w->pipe);
	/* Shutdown waits for what is queued: not for a peer that is gone. */
	if (!w->reported && wire_queued(w))
		req = malloc(sizeof(*req));
	if (!req || uv_shutdown(req, (uv_stream_t *)&w->pipe, on_shut)) {
		free(req);
		close_handles(w);
		return;
	}
	uv_timer_start(&w->linger, on_lingered, WIRE_LINGER_MS, 0);
}

static void wire_broken(struct wire *w, int err)
{
	if (w->closing || w->reported)
		return;
	w->reported = true;
	uv_read_stop((uv_stream_t *)&w->pipe);
	w->ops.closed(w->arg, err);
}

static int wire_line(struct wire *w, const char *line, size_t n)
{
	json_t *msg = NULL;

	if (n <= WIRE_LINE_MAX)
		msg = json_loadb(line, n, JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(msg)) {
		json_decref(msg);
		return -EPROTO;
	}
	w->ops.message(w->arg, msg);
	json_decref(msg);
	return 0;
}

/* Hand out the whole lines of the buffer; a callback may close us or go raw. */
static int wire_lines(struct wire *w)
{
	size_t at = 0, from = w->searched;
	int err = 0;

	while (at < w->len && !w->closing && !err) {
		char *nl;

		if (w->raw) {
			w->ops.raw(w->arg, w->buf + at, w->len - at);
			at = w->len;
			break;
		}
		nl = memchr(w->buf + from, '\n', w->len - from);
		if (!nl)
			break;
		err = wire_line(w, w->buf + at, (size_t)(nl - w->buf) - at);
		at = from = (size_t)(nl - w->buf) + 1;
	}
	if (w->closing)
		return 0;
	memmove(w->buf, w->buf + at, w->len - at);
	w->len -= at;
	w->searched = w->len;
	return w->len > WIRE_LINE_MAX ? -EPROTO : err;
}

static void wire_alloc(uv_handle_t *h, size_t hint, uv_buf_t *buf)
{
	struct wire *w = h->data;

	if (w->size - w->len < 4096) {
		size_t size = w->size ? w->size * 2 : 16384;
		char *p = realloc(w->buf, size);

		if (p) {
			w->buf = p;
			w->size = size;
		}
	}
	/* With no room left libuv reports ENOBUFS, and the connection ends. */
	*buf = uv_buf_init(w->buf ? w->buf + w->len : NULL, (unsigned)(w->size - w->len));
}

static void wire_read(uv_stream_t *s, ssize_t n, const uv_buf_t *buf)
{
	struct wire *w = s->data;
	int err;

	if (n == 0 || w->closing)
		return;
	if (n < 0) {
		wire_broken(w, n == UV_EOF ? 0 : (int)n);
		return;
	}
	w->len += (size_t)n;
	err = wire_lines(w);
	if (err)
		wire_broken(w, err);
}

int wire_open(uv_loop_t *loop, int fd, const struct wire_ops *ops, void *arg, struct wire **out)
{
	struct wire *w = calloc(1, sizeof(*w));
	int err;

	if (!w) {
		close(fd);
		return -ENOMEM;
	}
	w->ops = *ops;
	w->arg = arg;
	w->handles = 2;
	uv_pipe_init(loop, &w->pipe, 0);
	uv_timer_init(loop, &w->linger);
	w->pipe.data = w->linger.data = w;
	err = uv_pipe_open(&w->pipe, fd);
	if (err)
		close(fd);
	else
		err = uv_read_start((uv_stream_t *)&w->pipe, wire_alloc, wire_read);
	if (err) {
		w->closing = true;
		close_handles(w);
		return err;
	}
	*out = w;
	return 0;
}

static void wire_written(uv_write_t *req, int status)
{
	struct wire_write *ww = (struct wire_write *)req;
	struct wire *w = req->handle->data;

	free(ww->data);
	free(ww);
	if (status < 0 && status != UV_ECANCELED)
		wire_broken(w, status);
}

/* Takes data over. */
static int wire_write(struct wire *w, char *data, size_t n)
{
	struct wire_write *ww;
	uv_buf_t buf = uv_buf_init(data, (unsigned)n);
	int err;

	if (w->closing || w->reported || wire_queued(w) > WIRE_QUEUE_MAX) {
		free(data);
		return w->closing || w->reported ? -EPIPE : -ENOBUFS;
	}
	ww = malloc(sizeof(*ww));
	if (!ww) {
		free(data);
		return -ENOMEM;
	}
	ww->data = data;
	err = uv_write(&ww->req, (uv_stream_t *)&w->pipe, &buf, 1, wire_written);
	if (err) {
		free(data);
		free(ww);
	}
	return err;
}

int wire_send(struct wire *w, json_t *msg)
{
	char *text;
	size_t n;

	if (!msg)
		return -ENOMEM;
	text = json_dumps(msg, JSON_COMPACT);
	json_decref(msg);
	if (!text)
		return -ENOMEM;
	n = strlen(text);
	text[n] = '\n'; /* over its NUL: the length travels beside it */
	return wire_write(w, text, n + 1);
}

void wire_go_raw(struct wire *w)
{
	w->raw = true;
}

int wire_send_raw(struct wire *w, const void *bytes, size_t n)
{
	char *copy = malloc(n ? n : 1);

	if (!copy)
		return -ENOMEM;
	memcpy(copy, bytes, n);
	return wire_write(w, copy, n);
}

size_t wire_queued(const struct wire *w)
{
	return uv_stream_get_write_queue_size((const uv_stream_t *)&w->pipe);
}
