/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The life of a session. Everything that ends it goes through ssh_break() and is done in the next
 * turn of the loop, so that no callback comes from inside a call of the user's. What is freed from
 * inside a callback goes when that has returned.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/ssh/ssh_internal.h"

#define DEFAULT_CONNECT_US   10000000
#define DEFAULT_KEEPALIVE_US 5000000

static void on_turn(uv_timer_t *t);

void ssh_break(struct ssh *s, int err, const char *why)
{
	if (s->drop || s->state == SSH_IDLE)
		return;
	s->drop = true;
	s->drop_err = err;
	snprintf(s->drop_why, sizeof(s->drop_why), "%s", why);
	ssh_kick(s);
}

void ssh_break_session(struct ssh *s, int err, const char *what)
{
	char why[160], *msg = NULL;

	libssh2_session_last_error(s->session, &msg, NULL, 0);
	snprintf(why, sizeof(why), "%s: %s", what, msg && *msg ? msg : "failed");
	ssh_break(s, err, why);
}

void ssh_kick(struct ssh *s)
{
	uv_timer_start(&s->turn, on_turn, 0, 0);
}

static void handle_closed(uv_handle_t *h)
{
	struct ssh *s = h->data;

	if (--s->handles)
		return;
	free(s->address);
	free(s->user);
	free(s->private_key);
	free(s->public_key);
	free(s->host_key);
	free(s);
}

/* Everything that calls back is between these two. */
static void enter(struct ssh *s)
{
	s->depth++;
}

static void leave(struct ssh *s)
{
	if (s->depth > 1 || !s->freed) {
		s->depth--;
		return;
	}
	ssh_execs_end(s, -ECANCELED); /* not before: the caller may stand in one of them */
	ssh_socket_close(s);
	uv_close((uv_handle_t *)&s->deadline, handle_closed);
	uv_close((uv_handle_t *)&s->turn, handle_closed);
	libssh2_exit();
}

static void go_down(struct ssh *s)
{
	char why[sizeof(s->drop_why)];
	int err = s->drop_err;

	memcpy(why, s->drop_why, sizeof(why));
	enter(s);
	uv_timer_stop(&s->deadline);
	ssh_socket_close(s);
	s->drop = false;
	s->state = SSH_IDLE;
	ssh_execs_end(s, err);
	if (!s->freed)
		s->ops.down(s->arg, err, why);
	leave(s);
}

static void on_turn(uv_timer_t *t)
{
	struct ssh *s = t->data;

	if (s->drop)
		go_down(s);
	else
		ssh_drive(s);
}

static void on_deadline(uv_timer_t *t)
{
	struct ssh *s = t->data;
	char why[160];

	snprintf(why, sizeof(why), "%s port %u: %s in time", s->address, s->port,
		 s->state == SSH_CONNECTING ? "no answer" : "the ssh server did not answer");
	ssh_break(s, -ETIMEDOUT, why);
}

void ssh_drive(struct ssh *s)
{
	bool more = false;

	if (s->depth || s->drop || s->state == SSH_IDLE)
		return;
	enter(s);
	ssh_socket_flush(s);
	while (s->state != SSH_UP && !s->drop && !ssh_login_step(s))
		;
	if (s->state == SSH_UP && !s->drop)
		more = ssh_execs_drive(s);
	if (s->state == SSH_UP && !s->drop && !s->execs)
		ssh_socket_fetch(s);
	if (s->gone && !more)
		ssh_break(s, s->gone,
			  s->gone == -EPIPE ? "the ssh server closed the connection"
					    : strerror(-s->gone));
	if (more)
		ssh_kick(s);
	if (!s->drop)
		ssh_socket_rearm(s);
	leave(s);
}

int ssh_connect(struct ssh *s)
{
	char why[160];
	int err;

	if (s->state != SSH_IDLE || s->freed)
		return 0;
	s->state = SSH_CONNECTING;
	err = ssh_socket_open(s);
	if (err) {
		snprintf(why, sizeof(why), "%s port %u: %s", s->address, s->port, strerror(-err));
		ssh_break(s, err, why);
		return 0;
	}
	uv_timer_start(&s->deadline, on_deadline, (uint64_t)s->connect_us / 1000, 0);
	ssh_socket_rearm(s);
	return 0;
}

bool ssh_is_up(const struct ssh *s)
{
	return s->state == SSH_UP && !s->drop;
}

void ssh_drop(struct ssh *s, const char *why)
{
	ssh_break(s, -ECONNRESET, why);
}

static int copy_config(struct ssh *s, const struct ssh_config *cfg)
{
	s->socket = cfg->socket;
	s->port = cfg->port;
	s->connect_us = cfg->connect_us ? cfg->connect_us : DEFAULT_CONNECT_US;
	s->keepalive_us = cfg->keepalive_us ? cfg->keepalive_us : DEFAULT_KEEPALIVE_US;
	s->address = strdup(cfg->address);
	s->user = strdup(cfg->user);
	s->private_key = strdup(cfg->private_key);
	s->public_key = strdup(cfg->public_key);
	s->host_key = strdup(cfg->host_key);
	return s->address && s->user && s->private_key && s->public_key && s->host_key ? 0
										       : -ENOMEM;
}

int ssh_new(uv_loop_t *loop, const struct ssh_config *cfg, const struct ssh_ops *ops, void *arg,
	    struct ssh **out)
{
	struct ssh *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	s->loop = loop;
	s->ops = *ops;
	s->arg = arg;
	s->fd = -1;
	s->handles = 1;
	s->turn.data = s;
	if (copy_config(s, cfg) || libssh2_init(0)) {
		handle_closed((uv_handle_t *)&s->turn);
		return -ENOMEM;
	}
	s->handles = 2;
	uv_timer_init(loop, &s->deadline);
	uv_timer_init(loop, &s->turn);
	s->deadline.data = s;
	*out = s;
	return 0;
}

void ssh_free(struct ssh *s)
{
	if (!s || s->freed)
		return;
	enter(s);
	s->freed = true;
	s->drop = true; /* whoever drives it, stop */
	uv_timer_stop(&s->deadline);
	uv_timer_stop(&s->turn);
	leave(s);
}
