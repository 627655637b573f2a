/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Console source: a serial port of this machine. An adapter may be unplugged and come back, under
 * another /dev/ttyUSB number too: its by-id name is looked up at each attempt.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/sources/serial_port.h"
#include "console/sources/source.h"

#define RETRY_MS  250
#define DRAIN_MS  5     /* between looks whether all was sent, before a BREAK */
#define DRAIN_MAX 1000  /* looks: flow control can't stop us, so more is a broken driver */
#define QUEUE_MAX 65536 /* what is typed to a port that does not send */

enum break_phase { BREAK_NONE, BREAK_DRAINING, BREAK_SENDING };

struct source {
	struct serial_port port;
	uv_poll_t *poll; /* NULL: the port is closed */
	uv_timer_t retry, break_timer;
	struct source_ops ops;
	void *arg;
	char *path;
	unsigned baud;
	bool closing;
	unsigned handles; /* left for libuv to close before we can be freed */
	enum break_phase in_break;
	unsigned looks;
	char why[256]; /* last told */
	size_t queued;
	char queue[QUEUE_MAX], buf[16384];
};

static void on_poll_closed(uv_handle_t *h)
{
	free(h);
}

static void shut(struct source *s)
{
	if (s->poll)
		uv_close((uv_handle_t *)s->poll, on_poll_closed);
	s->poll = NULL;
	/* A BREAK ends with the port, or would last until its next user. */
	if (s->in_break == BREAK_SENDING)
		serial_port_break(&s->port, false);
	s->in_break = BREAK_NONE;
	uv_timer_stop(&s->break_timer);
	s->queued = 0;
	serial_port_close(&s->port);
}

static void attempt(uv_timer_t *t);

static void lost(struct source *s, const char *why)
{
	bool news = strcmp(why, s->why) != 0;

	shut(s);
	uv_timer_start(&s->retry, attempt, RETRY_MS, 0);
	if (!news)
		return;
	snprintf(s->why, sizeof(s->why), "%s", why);
	s->ops.state(s->arg, false, s->why);
}

static void lost_errno(struct source *s, int err)
{
	char why[sizeof(s->why)];

	if (err == -EIO || err == -ENXIO || err == -ENODEV || err == -EBADF)
		snprintf(why, sizeof(why), "%s: unplugged", s->path);
	else
		snprintf(why, sizeof(why), "%s: %s", s->path, strerror(-err));
	lost(s, why);
}

static void on_poll(uv_poll_t *h, int status, int events);

/* 0, or the port is lost. */
static int flush(struct source *s)
{
	int n = 0, events = UV_READABLE;

	if (s->queued && s->in_break == BREAK_NONE)
		n = serial_port_write(&s->port, s->queue, s->queued);
	if (n < 0) {
		lost_errno(s, n);
		return n;
	}
	s->queued -= (size_t)n;
	memmove(s->queue, s->queue + n, s->queued);
	if (s->queued && s->in_break == BREAK_NONE)
		events |= UV_WRITABLE;
	return uv_poll_start(s->poll, events, on_poll);
}

static void on_readable(struct source *s)
{
	int n = serial_port_read(&s->port, s->buf, sizeof(s->buf));

	/* Nothing to read: a port that was hung up says why when it is asked for more. */
	if (!n)
		n = sp_input_waiting(s->port.port) < 0 ? -EIO : 0;
	if (n > 0)
		s->ops.bytes(s->arg, s->buf, (size_t)n);
	else if (n < 0)
		lost_errno(s, n);
}

static void on_poll(uv_poll_t *h, int status, int events)
{
	struct source *s = h->data;

	if (status) {
		lost_errno(s, status);
		return;
	}
	if ((events & UV_WRITABLE) && flush(s))
		return;
	if (events & UV_READABLE)
		on_readable(s);
}

static int watch(struct source *s)
{
	int err;

	s->poll = calloc(1, sizeof(*s->poll));
	if (!s->poll)
		return -ENOMEM;
	err = uv_poll_init(s->retry.loop, s->poll, s->port.fd);
	if (err) {
		free(s->poll);
		s->poll = NULL;
		return err;
	}
	s->poll->data = s;
	return uv_poll_start(s->poll, UV_READABLE, on_poll);
}

static void attempt(uv_timer_t *t)
{
	struct source *s = t->data;
	char why[sizeof(s->why)];
	int err =
		serial_port_open(&s->port, s->path, s->baud, SERIAL_LINES_READY, why, sizeof(why));

	if (err) {
		lost(s, why);
		return;
	}
	err = watch(s);
	if (err) {
		lost_errno(s, err);
		return;
	}
	s->why[0] = 0;
	s->ops.state(s->arg, true, "");
}

static int serial_open(uv_loop_t *loop, const char *where, const struct source_ops *ops, void *arg,
		       struct source **out)
{
	struct source *s = calloc(1, sizeof(*s));
	int err = s ? source_speed_split(where, &s->path, &s->baud) : -ENOMEM;

	if (err) {
		free(s);
		return err;
	}
	s->port.fd = -1;
	s->ops = *ops;
	s->arg = arg;
	uv_timer_init(loop, &s->retry);
	uv_timer_init(loop, &s->break_timer);
	s->retry.data = s->break_timer.data = s;
	s->handles = 2;
	uv_timer_start(&s->retry, attempt, 0, 0);
	*out = s;
	return 0;
}

static int serial_write(struct source *s, const void *bytes, size_t n)
{
	if (!s->poll)
		return -ENOTCONN;
	if (n > sizeof(s->queue) - s->queued)
		return -ENOBUFS;
	memcpy(s->queue + s->queued, bytes, n);
	s->queued += n;
	/* From the loop, where a port that is lost may be told. */
	return s->in_break == BREAK_NONE
		       ? uv_poll_start(s->poll, UV_READABLE | UV_WRITABLE, on_poll)
		       : 0;
}

static void on_break_over(uv_timer_t *t)
{
	struct source *s = t->data;
	int err = serial_port_break(&s->port, false);

	s->in_break = BREAK_NONE;
	if (err)
		lost_errno(s, err);
	else
		flush(s);
}

/* A BREAK goes out at once, in the middle of what the port has yet to send: wait for that. */
static void on_drain(uv_timer_t *t)
{
	struct source *s = t->data;
	int left = sp_output_waiting(s->port.port), err;

	if (left > 0 && ++s->looks < DRAIN_MAX)
		return;
	s->in_break = BREAK_SENDING;
	err = serial_port_break(&s->port, true);
	if (err) {
		lost_errno(s, err);
		return;
	}
	uv_update_time(t->loop);
	uv_timer_start(t, on_break_over, SOURCE_BREAK_MS, 0);
}

static int serial_break(struct source *s)
{
	int n;

	if (!s->poll)
		return -ENOTCONN;
	if (s->in_break != BREAK_NONE)
		return -EBUSY;
	/* What was typed goes first; what the port does not take now follows the BREAK. */
	n = s->queued ? serial_port_write(&s->port, s->queue, s->queued) : 0;
	if (n > 0) {
		s->queued -= (size_t)n;
		memmove(s->queue, s->queue + n, s->queued);
	}
	s->in_break = BREAK_DRAINING;
	s->looks = 0;
	uv_timer_start(&s->break_timer, on_drain, 0, DRAIN_MS);
	return uv_poll_start(s->poll, UV_READABLE, on_poll);
}

static void on_closed(uv_handle_t *h)
{
	struct source *s = h->data;

	if (--s->handles)
		return;
	free(s->path);
	free(s);
}

static void serial_close(struct source *s)
{
	if (!s || s->closing)
		return;
	s->closing = true;
	shut(s);
	uv_close((uv_handle_t *)&s->retry, on_closed);
	uv_close((uv_handle_t *)&s->break_timer, on_closed);
}

const struct source_driver source_serial = {
	.name = "serial",
	.open = serial_open,
	.write = serial_write,
	.send_break = serial_break,
	.close = serial_close,
};
