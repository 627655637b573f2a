/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The relay holder. */
#include "watchdog/power/relay_holder.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "watchdog/power/relay.h"
#include "watchdog/power/relay_guard.h"

#define BACK_TRIES 5
#define BACK_MS    200 /* between two of them */

struct holder {
	uv_loop_t loop;
	uv_poll_t client;
	uv_timer_t timer;
	uv_signal_t term;
	struct relay *relay;
	bool client_gone, busy;

	/* The pulse under way. */
	bool pulsing;
	unsigned channel, tries;
	bool state;
	struct monotime end;
	struct relay_guard guard;
	int err;
	char why[sizeof(((struct relay_reply *)0)->why)];

	size_t n;
	struct relay_request request;
};

static void go_back(struct holder *h);

static void reply(struct holder *h, const struct relay_reply *r)
{
	/* A client that does not read so little is dead or will be killed. */
	if (!h->client_gone &&
	    send(STDIN_FILENO, r, sizeof(*r), MSG_NOSIGNAL | MSG_DONTWAIT) != sizeof(*r))
		h->client_gone = true;
}

static void end_if_idle(struct holder *h)
{
	if (!h->client_gone || h->busy)
		return;
	uv_poll_stop(&h->client);
	uv_close((uv_handle_t *)&h->client, NULL);
	uv_close((uv_handle_t *)&h->timer, NULL);
	uv_close((uv_handle_t *)&h->term, NULL);
	h->relay->driver->close(h->relay);
}

static void finish(struct holder *h, int err, int closed, const char *why)
{
	struct relay_reply r = {.err = err, .closed = closed};

	snprintf(r.why, sizeof(r.why), "%s", why);
	h->busy = h->pulsing = false;
	reply(h, &r);
	end_if_idle(h);
}

static void on_done(void *arg, int err, int closed, const char *why)
{
	finish(arg, err, closed, why);
}

static void on_pulse_over(uv_timer_t *t)
{
	go_back(t->data);
}

static void on_back(void *arg, int err, int closed, const char *why)
{
	struct holder *h = arg;

	if (err && ++h->tries < BACK_TRIES) {
		uv_update_time(&h->loop);
		uv_timer_start(&h->timer, on_pulse_over, BACK_MS, 0);
		return;
	}
	/* Where we failed for good, the guard has a try of its own. */
	if (err)
		close(h->guard.fd);
	else
		relay_guard_dismiss(&h->guard);
	h->guard.fd = -1;
	if (!h->err && err) {
		h->err = err;
		snprintf(h->why, sizeof(h->why), "%s", why);
	}
	finish(h, h->err, closed, h->why);
}

static void go_back(struct holder *h)
{
	int err = h->relay->driver->set(h->relay, h->channel, !h->state, on_back, h);

	if (err)
		on_back(h, err, -1, strerror(-err));
}

static void on_set(void *arg, int err, int closed, const char *why)
{
	static const struct relay_reply begun = {.begun = 1};
	struct holder *h = arg;
	int64_t left = mono_diff(h->end, mono_now());

	if (err) {
		/* It may have moved all the same. */
		h->err = err;
		snprintf(h->why, sizeof(h->why), "%s", why);
		left = 0;
	} else {
		reply(h, &begun);
	}
	uv_update_time(&h->loop);
	uv_timer_start(&h->timer, on_pulse_over, left > 0 ? (uint64_t)left / 1000 : 0, 0);
}

/* The device is open, at rest. */
static void on_at_rest(void *arg, int err, int closed, const char *why)
{
	struct holder *h = arg;
	int64_t us = h->end.us; /* so far a duration */

	if (err) {
		finish(h, err, -1, why);
		return;
	}
	h->end = mono_add(mono_now(), us);
	err = relay_guard_start(&h->guard, h->relay, h->channel, !h->state, h->end);
	if (err) {
		finish(h, err, -1, "no guard could be started, so nothing is pressed");
		return;
	}
	err = h->relay->driver->set(h->relay, h->channel, h->state, on_set, h);
	if (err)
		on_set(h, err, -1, strerror(-err));
}

/*
 * The contact is first set to where it ought to be already: that opens the device, which the guard
 * inherits.
 */
static int pulse(struct holder *h, const struct relay_request *q)
{
	if (q->ms > RELAY_PULSE_MAX_MS)
		return -ERANGE;
	h->pulsing = true;
	h->channel = q->channel;
	h->state = q->closed;
	h->end = (struct monotime){MONO_MS(q->ms)};
	h->tries = 0;
	h->err = 0;
	h->why[0] = 0;
	h->guard.fd = -1;
	return h->relay->driver->set(h->relay, h->channel, !h->state, on_at_rest, h);
}

static int obey(struct holder *h)
{
	const struct relay_driver *d = h->relay->driver;
	const struct relay_request *q = &h->request;

	if (q->channel < d->first || q->channel > d->last || q->closed > 1)
		return -EINVAL;
	switch (q->job) {
	case RELAY_JOB_SET: return d->set(h->relay, q->channel, q->closed, on_done, h);
	case RELAY_JOB_GET: return d->get ? d->get(h->relay, q->channel, on_done, h) : -EOPNOTSUPP;
	case RELAY_JOB_PULSE: return pulse(h, q);
	default: return -EINVAL;
	}
}

static void on_request(struct holder *h)
{
	int err;

	if (h->busy)
		return;
	h->busy = true;
	err = obey(h);
	if (err)
		finish(h, err, -1, strerror(-err));
}

static void on_client(uv_poll_t *p, int status, int events)
{
	struct holder *h = p->data;
	size_t left = sizeof(h->request) - h->n;
	ssize_t n = 0;

	if (!status)
		n = recv(STDIN_FILENO, (char *)&h->request + h->n, left, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		/* A press under way is finished: a hold that is cut short would be another. */
		h->client_gone = true;
		uv_poll_stop(p);
		end_if_idle(h);
		return;
	}
	h->n += (size_t)n;
	if (h->n < sizeof(h->request))
		return;
	h->n = 0;
	on_request(h);
}

/* The host goes down: let go now. */
static void on_term(uv_signal_t *s, int sig)
{
	struct holder *h = s->data;

	h->client_gone = true;
	if (h->pulsing && uv_is_active((uv_handle_t *)&h->timer))
		uv_timer_start(&h->timer, on_pulse_over, 0, 0);
	end_if_idle(h);
}

int relay_holder_run(const char *driver, const char *where)
{
	const struct relay_driver *d = relay_driver_find(driver);
	struct holder h = {.guard.fd = -1};
	int err;

	if (!d)
		return -EINVAL;
	prctl(PR_SET_NAME, "relay-holder");
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	err = uv_loop_init(&h.loop);
	if (err)
		return err;
	err = d->open(d, &h.loop, where, &h.relay);
	if (!err)
		err = uv_poll_init(&h.loop, &h.client, STDIN_FILENO);
	if (err)
		return err; /* and our process ends */
	uv_timer_init(&h.loop, &h.timer);
	uv_signal_init(&h.loop, &h.term);
	h.client.data = h.timer.data = h.term.data = &h;
	uv_signal_start(&h.term, on_term, SIGTERM);
	uv_poll_start(&h.client, UV_READABLE, on_client);
	uv_run(&h.loop, UV_RUN_DEFAULT);
	return uv_loop_close(&h.loop);
}
