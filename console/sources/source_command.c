/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Console source: the standard input and output of a program, which is started again when it ends.
 * What it writes to standard error last is the reason that is told then. It is the leader of its
 * own session, so that all that it started can be ended with it.
 */
#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/sources/argv.h"
#include "console/sources/source.h"
#include "console/sources/stream_write.h"

#define RETRY_MS  1000
#define KILL_MS   500 /* between SIGTERM and SIGKILL */
#define LINGER_MS 200

/* One life of the program; it ends when libuv has closed all its handles. */
struct life {
	uv_process_t process;
	uv_pipe_t in, out, err;
	uv_timer_t timer;
	struct source *owner; /* NULL: let go */
	unsigned handles;
	bool gone, silent; /* the program has ended; it has closed its output */
	int status, signal;
	size_t n;
	char complaint[200]; /* its last line */
	char buf[65536];
};

struct source {
	uv_timer_t retry;
	struct life *life; /* NULL: it does not run */
	struct source_ops ops;
	void *arg;
	char **argv;
	bool closing;
	char why[512]; /* last told */
};

static void attempt(uv_timer_t *t);

static void on_life_handle_closed(uv_handle_t *h)
{
	struct life *l = h->data;

	if (!--l->handles)
		free(l);
}

static void close_handles(struct life *l)
{
	uv_close((uv_handle_t *)&l->process, on_life_handle_closed);
	uv_close((uv_handle_t *)&l->timer, on_life_handle_closed);
}

static void close_pipes(struct life *l)
{
	uv_close((uv_handle_t *)&l->in, on_life_handle_closed);
	uv_close((uv_handle_t *)&l->out, on_life_handle_closed);
	uv_close((uv_handle_t *)&l->err, on_life_handle_closed);
}

static void signal_all(const struct life *l, int sig)
{
	if (!l->gone && l->process.pid > 0)
		kill(-l->process.pid, sig);
}

static void on_kill(uv_timer_t *t)
{
	signal_all(t->data, SIGKILL);
}

/* The program is to end, and its memory with it: the process is closed when it is gone. */
static void let_go(struct life *l)
{
	l->owner->life = NULL;
	l->owner = NULL;
	close_pipes(l);
	if (l->gone) {
		close_handles(l);
		return;
	}
	signal_all(l, SIGTERM);
	uv_timer_start(&l->timer, on_kill, KILL_MS, 0);
}

static void lost(struct source *s, const char *what)
{
	char why[sizeof(s->why)];
	bool up = s->life, news;

	snprintf(why, sizeof(why), "%s: %s%s%s", s->argv[0], what,
		 up && s->life->complaint[0] ? ": " : "", up ? s->life->complaint : "");
	news = up || strcmp(why, s->why) != 0;
	memcpy(s->why, why, sizeof(why));
	if (up)
		let_go(s->life);
	uv_timer_start(&s->retry, attempt, RETRY_MS, 0);
	if (news)
		s->ops.state(s->arg, false, why);
}

static void on_life_over(uv_timer_t *t)
{
	const struct life *l = t->data;
	char what[64];

	if (!l->gone)
		snprintf(what, sizeof(what), "it closed its output");
	else if (l->signal)
		snprintf(what, sizeof(what), "it was killed by signal %d", l->signal);
	else
		snprintf(what, sizeof(what), "it ended with status %d", l->status);
	lost(l->owner, what);
}

/* Its end and the end of its output come in any order, and another program may hold the output
 * open: after one of them the other one is waited for, but not for long. */
static void half_over(struct life *l)
{
	if (l->gone && l->silent)
		on_life_over(&l->timer);
	else
		uv_timer_start(&l->timer, on_life_over, LINGER_MS, 0);
}

static void on_gone(uv_process_t *p, int64_t status, int sig)
{
	struct life *l = p->data;

	l->gone = true;
	l->status = (int)status;
	l->signal = sig;
	if (l->owner)
		half_over(l);
	else
		close_handles(l);
}

static void on_alloc(uv_handle_t *h, size_t hint, uv_buf_t *buf)
{
	struct life *l = h->data;

	*buf = uv_buf_init(l->buf, sizeof(l->buf));
}

static void on_out(uv_stream_t *h, ssize_t n, const uv_buf_t *buf)
{
	struct life *l = h->data;

	if (l->owner && n > 0)
		l->owner->ops.bytes(l->owner->arg, buf->base, (size_t)n);
	if (!l->owner || n >= 0)
		return;
	uv_read_stop(h);
	l->silent = true;
	half_over(l);
}

/* Keep the last line that says something. */
static void on_err(uv_stream_t *h, ssize_t n, const uv_buf_t *buf)
{
	struct life *l = h->data;

	for (ssize_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)buf->base[i];

		if (c == '\n' || c == '\r') {
			l->n = 0;
			continue;
		}
		if (l->n >= sizeof(l->complaint) - 1)
			continue;
		l->complaint[l->n++] = isprint(c) ? (char)c : '?';
		l->complaint[l->n] = 0;
	}
	if (n < 0)
		uv_read_stop(h);
}

static int spawn(struct source *s, struct life *l)
{
	uv_stdio_container_t stdio[] = {
		{.flags = UV_CREATE_PIPE | UV_READABLE_PIPE, .data.stream = (uv_stream_t *)&l->in},
		{.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&l->out},
		{.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&l->err},
	};
	const uv_process_options_t options = {
		.exit_cb = on_gone,
		.file = s->argv[0],
		.args = s->argv,
		.flags = UV_PROCESS_DETACHED,
		.stdio = stdio,
		.stdio_count = 3,
	};
	int err = uv_spawn(s->retry.loop, &l->process, &options);

	l->gone = err;
	if (!err)
		err = uv_read_start((uv_stream_t *)&l->out, on_alloc, on_out);
	if (!err)
		err = uv_read_start((uv_stream_t *)&l->err, on_alloc, on_err);
	return err;
}

static void attempt(uv_timer_t *t)
{
	struct source *s = t->data;
	struct life *l = calloc(1, sizeof(*l));
	int err;

	if (!l) {
		lost(s, strerror(ENOMEM));
		return;
	}
	uv_pipe_init(t->loop, &l->in, 0);
	uv_pipe_init(t->loop, &l->out, 0);
	uv_pipe_init(t->loop, &l->err, 0);
	uv_timer_init(t->loop, &l->timer);
	l->process.data = l->in.data = l->out.data = l->err.data = l->timer.data = l;
	l->handles = 5;
	err = spawn(s, l);
	if (err) {
		/* uv_spawn() makes the handle even where it fails. */
		l->owner = s;
		let_go(l);
		lost(s, uv_strerror(err));
		return;
	}
	l->owner = s;
	s->life = l;
	s->ops.state(s->arg, true, "");
}

static int command_open(uv_loop_t *loop, const char *where, const struct source_ops *ops, void *arg,
			struct source **out)
{
	struct source *s = calloc(1, sizeof(*s));
	int err = s ? argv_split(where, 0, &s->argv) : -ENOMEM;

	if (err) {
		free(s);
		return err;
	}
	s->ops = *ops;
	s->arg = arg;
	uv_timer_init(loop, &s->retry);
	s->retry.data = s;
	uv_timer_start(&s->retry, attempt, 0, 0);
	*out = s;
	return 0;
}

static int command_write(struct source *s, const void *bytes, size_t n)
{
	return s->life ? stream_write((uv_stream_t *)&s->life->in, bytes, n) : -ENOTCONN;
}

static void on_closed(uv_handle_t *h)
{
	struct source *s = h->data;

	free(s->argv);
	free(s);
}

static void command_close(struct source *s)
{
	if (!s || s->closing)
		return;
	s->closing = true;
	if (s->life)
		let_go(s->life);
	uv_close((uv_handle_t *)&s->retry, on_closed);
}

const struct source_driver source_command = {
	.name = "command",
	.open = command_open,
	.write = command_write,
	.close = command_close,
};
