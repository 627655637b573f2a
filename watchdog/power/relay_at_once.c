/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Results that are there at once, told from the loop. */
#include "watchdog/power/relay_at_once.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int relay_at_once_begin(struct relay_at_once *r, const struct relay_driver *d, uv_loop_t *loop,
			const char *where)
{
	r->base.driver = d;
	r->where = strdup(where);
	if (!r->where)
		return -ENOMEM;
	uv_timer_init(loop, &r->timer);
	r->timer.data = r;
	return 0;
}

int relay_at_once_take(struct relay_at_once *r, relay_done_fn done, void *arg)
{
	if (r->done)
		return -EBUSY;
	r->done = done;
	r->arg = arg;
	return 0;
}

static void finish(struct relay_at_once *r)
{
	relay_done_fn done = r->done;

	r->done = NULL;
	if (done)
		done(r->arg, r->err, r->closed, r->why);
}

static void on_timer(uv_timer_t *t)
{
	finish(t->data);
}

int relay_at_once_tell(struct relay_at_once *r, unsigned channel, int err, int closed,
		       const char *what)
{
	r->err = err;
	r->closed = err ? -1 : closed;
	r->why[0] = 0;
	if (err)
		snprintf(r->why, sizeof(r->why), "%s relay %u at %s: %s", r->base.driver->name,
			 channel, r->where, what ? what : strerror(-err));
	return uv_timer_start(&r->timer, on_timer, 0, 0);
}

static void on_closed(uv_handle_t *h)
{
	struct relay_at_once *r = h->data;

	free(r->where);
	free(r);
}

void relay_at_once_end(struct relay_at_once *r)
{
	r->err = -ECANCELED;
	r->closed = -1;
	snprintf(r->why, sizeof(r->why), "cancelled");
	finish(r);
	uv_close((uv_handle_t *)&r->timer, on_closed);
}
