/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Console source: a serial port behind a terminal server that speaks telnet with RFC 2217. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "console/sources/source.h"
#include "console/sources/telnet.h"

struct source {
	uv_timer_t break_timer;
	struct source *tcp; /* source_tcp's, which is another struct */
	struct source_ops ops;
	void *arg;
	struct telnet telnet;
	unsigned baud;
	bool up, in_break, closing;
	int err;    /* of what telnet sent last */
	char *held; /* what was written in a BREAK */
	size_t held_n;
};

#define HELD_MAX 65536

static void on_data(void *arg, const uint8_t *bytes, size_t n)
{
	struct source *s = arg;

	/* It may have been closed from the last call. */
	if (!s->closing)
		s->ops.bytes(s->arg, bytes, n);
}

static void on_send(void *arg, const uint8_t *bytes, size_t n)
{
	struct source *s = arg;
	int err = s->closing ? 0 : source_tcp.write(s->tcp, bytes, n);

	if (err)
		s->err = err;
}

static const struct telnet_ops telnet_ops = {.data = on_data, .send = on_send};

static void on_bytes(void *arg, const void *bytes, size_t n)
{
	struct source *s = arg;

	telnet_take(&s->telnet, bytes, n);
}

static void forget_break(struct source *s)
{
	uv_timer_stop(&s->break_timer);
	s->in_break = false;
	free(s->held);
	s->held = NULL;
	s->held_n = 0;
}

static void on_state(void *arg, bool up, const char *why)
{
	struct source *s = arg;

	s->up = up;
	forget_break(s);
	if (up)
		telnet_begin(&s->telnet, &telnet_ops, s, s->baud);
	s->ops.state(s->arg, up, why);
}

static const struct source_ops tcp_ops = {.bytes = on_bytes, .state = on_state};

static int rfc2217_open(uv_loop_t *loop, const char *where, const struct source_ops *ops, void *arg,
			struct source **out)
{
	struct source *s = calloc(1, sizeof(*s));
	char *address = NULL;
	int err = s ? source_speed_split(where, &address, &s->baud) : -ENOMEM;

	if (!err) {
		s->ops = *ops;
		s->arg = arg;
		err = source_tcp.open(loop, address, &tcp_ops, s, &s->tcp);
	}
	free(address);
	if (err) {
		free(s);
		return err;
	}
	uv_timer_init(loop, &s->break_timer);
	s->break_timer.data = s;
	*out = s;
	return 0;
}

static int hold(struct source *s, const void *bytes, size_t n)
{
	char *more;

	if (n > HELD_MAX - s->held_n)
		return -ENOBUFS;
	more = realloc(s->held, s->held_n + n + 1);
	if (!more)
		return -ENOMEM;
	s->held = more;
	memcpy(s->held + s->held_n, bytes, n);
	s->held_n += n;
	return 0;
}

static int rfc2217_write(struct source *s, const void *bytes, size_t n)
{
	if (!s->up)
		return -ENOTCONN;
	if (s->in_break)
		return hold(s, bytes, n);
	s->err = 0;
	telnet_write(&s->telnet, bytes, n);
	return s->err;
}

static void on_break_over(uv_timer_t *t)
{
	struct source *s = t->data;

	telnet_break(&s->telnet, false);
	telnet_write(&s->telnet, (const uint8_t *)s->held, s->held_n);
	forget_break(s);
}

static int rfc2217_break(struct source *s)
{
	if (!s->up)
		return -ENOTCONN;
	if (s->in_break)
		return -EBUSY;
	s->err = 0;
	telnet_break(&s->telnet, true);
	if (s->err)
		return s->err;
	s->in_break = true;
	uv_update_time(s->break_timer.loop);
	return uv_timer_start(&s->break_timer, on_break_over, SOURCE_BREAK_MS, 0);
}

static void on_closed(uv_handle_t *h)
{
	struct source *s = h->data;

	free(s);
}

static void rfc2217_close(struct source *s)
{
	if (!s || s->closing)
		return;
	/* A terminal server ends a BREAK with the connection, but not all of them do. */
	if (s->in_break)
		telnet_break(&s->telnet, false);
	s->closing = true;
	forget_break(s);
	source_tcp.close(s->tcp);
	uv_close((uv_handle_t *)&s->break_timer, on_closed);
}

const struct source_driver source_rfc2217 = {
	.name = "rfc2217",
	.open = rfc2217_open,
	.write = rfc2217_write,
	.send_break = rfc2217_break,
	.close = rfc2217_close,
};
