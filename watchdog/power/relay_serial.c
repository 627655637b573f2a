/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The engine of relays on a serial line. */
#include "watchdog/power/relay_serial.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "watchdog/power/serial_poll.h"

#define WHY_MAX 256
#define BITS    11 /* of a byte on the wire, start and stop and one to spare */

enum phase {
	PHASE_IDLE,
	PHASE_SET,  /* its answer is awaited */
	PHASE_SENT, /* no answer comes: the bytes are on the wire */
	PHASE_GET,
};

struct serial_relay {
	struct relay base;
	const struct serial_relay_protocol *protocol;
	struct serial_poll line;
	uv_loop_t *loop;
	uv_timer_t deadline;
	char *where;
	enum phase phase;
	unsigned channel;
	bool wanted;    /* what was set */
	bool verifying; /* the reading is of what was set */
	relay_done_fn done;
	void *arg;
	size_t n;
	uint8_t reply[256];
};

static int ask(struct serial_relay *s, enum phase phase);

static void finish(struct serial_relay *s, int err, int closed, const char *why)
{
	relay_done_fn done = s->done;

	uv_timer_stop(&s->deadline);
	s->phase = PHASE_IDLE;
	s->done = NULL;
	if (done)
		done(s->arg, err, closed, why);
}

static void fail(struct serial_relay *s, int err, const char *what)
{
	char why[WHY_MAX];

	snprintf(why, sizeof(why), "%s relay %u at %s: %s", s->base.driver->name, s->channel,
		 s->where, what);
	finish(s, err, -1, why);
}

static void fail_errno(struct serial_relay *s, int err)
{
	fail(s, err, strerror(-err));
}

/* The line is dead: the next operation opens it anew. */
static void gone(struct serial_relay *s)
{
	serial_poll_shut(&s->line);
	if (s->phase != PHASE_IDLE)
		fail(s, -ENODEV, "it was unplugged");
}

static void on_get(struct serial_relay *s, int closed)
{
	if (s->verifying && closed != (int)s->wanted)
		fail(s, -EIO,
		     s->wanted ? "it was told to close, and says that it is open"
			       : "it was told to open, and says that it is closed");
	else
		finish(s, 0, closed, "");
}

static void on_set(struct serial_relay *s)
{
	int err;

	if (!s->protocol->get) {
		finish(s, 0, -1, "");
		return;
	}
	s->verifying = true;
	err = ask(s, PHASE_GET);
	if (err)
		fail_errno(s, err);
}

static void on_bytes(struct serial_relay *s)
{
	int r = s->phase == PHASE_GET ? s->protocol->get_reply(s->channel, s->reply, s->n)
				      : s->protocol->set_reply(s->channel, s->reply, s->n);

	if (r == -EAGAIN && s->n < sizeof(s->reply))
		return;
	if (r < RELAY_UNSAID)
		fail(s, -EPROTO, "it answered something else than such a relay does");
	else if (s->phase == PHASE_GET)
		on_get(s, r);
	else
		on_set(s);
}

static void on_poll(uv_poll_t *h, int status, int events)
{
	struct serial_relay *s = h->data;
	uint8_t rest[64];
	bool room = s->n < sizeof(s->reply);
	int n = 0;

	if (!status)
		n = serial_port_read(&s->line.port, room ? s->reply + s->n : rest,
				     room ? sizeof(s->reply) - s->n : sizeof(rest));
	/* Readable, and nothing to read: a line that was hung up. */
	if (n <= 0) {
		gone(s);
		return;
	}
	if (s->phase != PHASE_SET && s->phase != PHASE_GET)
		return; /* unasked */
	if (room)
		s->n += (size_t)n;
	on_bytes(s);
}

static void on_deadline(uv_timer_t *t)
{
	struct serial_relay *s = t->data;

	if (s->phase == PHASE_SENT) {
		on_set(s);
		return;
	}
	/* What would come now would be taken for the answer to the next question. */
	serial_poll_shut(&s->line);
	fail(s, -ETIMEDOUT, "it does not answer (is it such a relay?)");
}

static int ask(struct serial_relay *s, enum phase phase)
{
	uint8_t command[RELAY_COMMAND_MAX];
	bool set = phase == PHASE_SET;
	size_t len = set ? s->protocol->set(command, s->channel, s->wanted)
			 : s->protocol->get(command, s->channel);
	uint64_t ms = RELAY_REPLY_MS;
	int n;

	s->n = 0;
	s->phase = phase;
	if (set && !s->protocol->set_reply) {
		s->phase = PHASE_SENT;
		ms = len * BITS * 1000 / s->protocol->baud + 2;
	}
	n = serial_port_write(&s->line.port, command, len);
	if (n < 0)
		return n;
	if ((size_t)n != len)
		return -EAGAIN;
	uv_update_time(s->loop);
	return uv_timer_start(&s->deadline, on_deadline, ms, 0);
}

/* The device is opened from the loop too, so that every failure comes by done. */
static void on_begin(uv_timer_t *t)
{
	struct serial_relay *s = t->data;
	enum phase phase = s->phase;
	char why[WHY_MAX];
	int err = serial_poll_open(&s->line, s->loop, s->where, s->protocol->baud, on_poll, s, why,
				   sizeof(why));

	if (err) {
		finish(s, err, -1, why);
		return;
	}
	err = ask(s, phase);
	if (err) {
		serial_poll_shut(&s->line);
		fail_errno(s, err);
	}
}

static int begin(struct serial_relay *s, enum phase phase, unsigned channel, relay_done_fn done,
		 void *arg)
{
	if (s->done)
		return -EBUSY;
	s->phase = phase;
	s->channel = channel;
	s->verifying = false;
	s->done = done;
	s->arg = arg;
	return uv_timer_start(&s->deadline, on_begin, 0, 0);
}

int serial_relay_set(struct relay *r, unsigned channel, bool closed, relay_done_fn done, void *arg)
{
	struct serial_relay *s = (struct serial_relay *)r;

	if (!s->done)
		s->wanted = closed;
	return begin(s, PHASE_SET, channel, done, arg);
}

int serial_relay_get(struct relay *r, unsigned channel, relay_done_fn done, void *arg)
{
	struct serial_relay *s = (struct serial_relay *)r;

	return s->protocol->get ? begin(s, PHASE_GET, channel, done, arg) : -EOPNOTSUPP;
}

int serial_relay_force(struct relay *r, unsigned channel, bool closed)
{
	struct serial_relay *s = (struct serial_relay *)r;
	uint8_t command[RELAY_COMMAND_MAX];
	size_t len = s->protocol->set(command, channel, closed);
	int n;

	if (!s->line.port.port)
		return -ENODEV;
	n = serial_port_write(&s->line.port, command, len);
	if (n < 0)
		return n;
	return (size_t)n == len ? 0 : -EAGAIN;
}

static void on_closed(uv_handle_t *h)
{
	struct serial_relay *s = h->data;

	free(s->where);
	free(s);
}

void serial_relay_close(struct relay *r)
{
	struct serial_relay *s = (struct serial_relay *)r;

	if (!s)
		return;
	serial_poll_shut(&s->line);
	finish(s, -ECANCELED, -1, "cancelled");
	uv_close((uv_handle_t *)&s->deadline, on_closed);
}

int serial_relay_open(const struct relay_driver *d, uv_loop_t *loop, const char *where,
		      struct relay **out)
{
	struct serial_relay *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	s->where = strdup(where);
	if (!s->where) {
		free(s);
		return -ENOMEM;
	}
	s->base.driver = d;
	s->protocol = d->protocol;
	s->line.port.fd = -1;
	s->loop = loop;
	uv_timer_init(loop, &s->deadline);
	s->deadline.data = s;
	*out = &s->base;
	return 0;
}
