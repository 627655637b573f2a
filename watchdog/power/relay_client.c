/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The other end of the relay holder. */
#include "watchdog/power/relay_client.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/monotime.h"
#include "watchdog/power/relay_holder.h"

#define ANSWER_MS 6000 /* several tries with an unwilling device included */

/* One holder; outlives its client until libuv has closed its handles. */
struct holder_process {
	uv_process_t process;
	uv_pipe_t pipe;
	unsigned handles;
	struct relay_client *owner; /* NULL: let go */
	size_t n;
	struct relay_reply reply;
};

struct relay_client {
	uv_timer_t deadline;
	struct holder_process *holder; /* NULL: none */
	char *driver, *where;
	relay_done_fn done; /* set while an operation is under way */
	void *arg;
};

struct outgoing {
	uv_write_t req;
	struct relay_request request;
};

static void on_handle_closed(uv_handle_t *h)
{
	struct holder_process *p = h->data;

	if (--p->handles == 0)
		free(p);
}

static void drop(struct relay_client *c)
{
	if (!c->holder)
		return;
	c->holder->owner = NULL;
	/* Its end of the socket tells it. */
	uv_close((uv_handle_t *)&c->holder->pipe, on_handle_closed);
	c->holder = NULL;
}

static void finish(struct relay_client *c, int err, int closed, const char *why)
{
	relay_done_fn done = c->done;

	uv_timer_stop(&c->deadline);
	c->done = NULL;
	if (done)
		done(c->arg, err, closed, why);
}

static void on_exit_seen(uv_process_t *process, int64_t status, int sig)
{
	struct holder_process *p = process->data;
	struct relay_client *c = p->owner;

	uv_close((uv_handle_t *)process, on_handle_closed);
	if (!c)
		return;
	drop(c);
	finish(c, -EPIPE, -1, "its holder (relay-holder) was killed");
}

static void on_deadline(uv_timer_t *t)
{
	struct relay_client *c = t->data;

	/* Stuck in the kernel with a device, it seems. Its guard does what it does not. */
	if (c->holder)
		uv_process_kill(&c->holder->process, SIGKILL);
	drop(c);
	finish(c, -ETIMEDOUT, -1, "its holder (relay-holder) does not answer");
}

static void on_alloc(uv_handle_t *h, size_t hint, uv_buf_t *buf)
{
	struct holder_process *p = h->data;

	*buf = uv_buf_init((char *)&p->reply + p->n, (unsigned)(sizeof(p->reply) - p->n));
}

/* An end is told by on_exit_seen(). */
static void on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *buf)
{
	struct holder_process *p = s->data;
	struct relay_reply *r = &p->reply;

	if (n < 0)
		uv_read_stop(s);
	if (n <= 0)
		return;
	p->n += (size_t)n;
	if (p->n < sizeof(*r))
		return;
	p->n = 0;
	r->why[sizeof(r->why) - 1] = 0;
	if (p->owner && !r->begun)
		finish(p->owner, r->err, r->closed, r->why);
}

static int start(struct relay_client *c)
{
	/* No word of kdev: whoever kills all that is named so must not kill what lets go. */
	char *args[] = {"relay-holder", "relay-holder", c->driver, c->where, NULL};
	struct holder_process *p = calloc(1, sizeof(*p));
	uv_stdio_container_t stdio[3] = {
		{.flags = UV_CREATE_PIPE | UV_READABLE_PIPE | UV_WRITABLE_PIPE},
		{.flags = UV_IGNORE},
		{.flags = UV_INHERIT_FD, .data.fd = 2},
	};
	uv_process_options_t options = {
		.exit_cb = on_exit_seen,
		.file = "/proc/self/exe",
		.args = args,
		.flags = UV_PROCESS_DETACHED,
		.stdio = stdio,
		.stdio_count = 3,
	};
	int err;

	if (!p)
		return -ENOMEM;
	uv_pipe_init(c->deadline.loop, &p->pipe, 0);
	p->pipe.data = p->process.data = p;
	p->handles = 2;
	stdio[0].data.stream = (uv_stream_t *)&p->pipe;
	err = uv_spawn(c->deadline.loop, &p->process, &options);
	if (!err)
		err = uv_read_start((uv_stream_t *)&p->pipe, on_alloc, on_read);
	if (err) {
		uv_close((uv_handle_t *)&p->process, on_handle_closed);
		uv_close((uv_handle_t *)&p->pipe, on_handle_closed);
		return err;
	}
	p->owner = c;
	c->holder = p;
	return 0;
}

static void on_written(uv_write_t *req, int status)
{
	free(req); /* a holder that is gone is told by on_exit_seen() */
}

static int ask(struct relay_client *c, const struct relay_request *q, relay_done_fn done, void *arg)
{
	struct outgoing *o;
	uv_buf_t buf;
	int err;

	if (c->done)
		return -EBUSY;
	err = c->holder ? 0 : start(c);
	if (err)
		return err;
	o = calloc(1, sizeof(*o));
	if (!o)
		return -ENOMEM;
	o->request = *q;
	buf = uv_buf_init((char *)&o->request, sizeof(o->request));
	err = uv_write(&o->req, (uv_stream_t *)&c->holder->pipe, &buf, 1, on_written);
	if (err) {
		free(o);
		return err;
	}
	c->done = done;
	c->arg = arg;
	uv_update_time(c->deadline.loop);
	return uv_timer_start(&c->deadline, on_deadline, ANSWER_MS + q->ms, 0);
}

int relay_client_set(struct relay_client *c, unsigned channel, bool closed, relay_done_fn done,
		     void *arg)
{
	const struct relay_request q = {.job = RELAY_JOB_SET, .channel = channel, .closed = closed};

	return ask(c, &q, done, arg);
}

int relay_client_get(struct relay_client *c, unsigned channel, relay_done_fn done, void *arg)
{
	const struct relay_request q = {.job = RELAY_JOB_GET, .channel = channel};

	return ask(c, &q, done, arg);
}

int relay_client_pulse(struct relay_client *c, unsigned channel, bool closed, int64_t us,
		       relay_done_fn done, void *arg)
{
	const struct relay_request q = {.job = RELAY_JOB_PULSE,
					.channel = channel,
					.closed = closed,
					.ms = (uint32_t)(us / 1000)};

	if (us < 0 || us > MONO_MS(RELAY_PULSE_MAX_MS))
		return -ERANGE;
	return ask(c, &q, done, arg);
}

static void on_client_closed(uv_handle_t *h)
{
	struct relay_client *c = h->data;

	free(c->driver);
	free(c->where);
	free(c);
}

void relay_client_close(struct relay_client *c)
{
	if (!c)
		return;
	drop(c);
	finish(c, -ECANCELED, -1, "cancelled");
	uv_close((uv_handle_t *)&c->deadline, on_client_closed);
}

int relay_client_new(uv_loop_t *loop, const char *driver, const char *where,
		     struct relay_client **out)
{
	struct relay_client *c;

	if (!relay_driver_find(driver))
		return -EINVAL;
	c = calloc(1, sizeof(*c));
	if (!c)
		return -ENOMEM;
	c->driver = strdup(driver);
	c->where = strdup(where);
	if (!c->driver || !c->where) {
		free(c->driver);
		free(c->where);
		free(c);
		return -ENOMEM;
	}
	uv_timer_init(loop, &c->deadline);
	c->deadline.data = c;
	*out = c;
	return 0;
}
