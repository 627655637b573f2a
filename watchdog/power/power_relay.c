/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Power driver of all relays: what atx.h says is to be done is done with the channels of the
 * settings, by the relay holder.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "watchdog/power/atx.h"
#include "watchdog/power/relay_client.h"
#include "watchdog/power/relay_lines.h"

#define BUSY_MS 250 /* between two tries with a device that a guard has */

struct relay_power {
	struct power base;
	struct relay_client *client;
	uv_timer_t timer;
	struct atx_config cfg;
	struct atx atx;
	struct relay_lines lines;
	bool mains_opens;
	int (*board_on)(void *arg);
	void *board_arg;
	power_done_fn done; /* set while an operation is under way */
	void *arg;

	/* Of a release: the line that is next, how long a busy device is waited for. */
	bool releasing;
	unsigned next;
	struct monotime give_up;

	/* A verb that came in a release, and waits for its end. */
	enum power_verb waiting_verb;
	power_done_fn waiting; /* NULL: none */
	void *waiting_arg;
};

static void begin(struct relay_power *p, enum power_verb verb, power_done_fn done, void *arg);
static void obey(struct relay_power *p, struct atx_action a);
static void release_next(struct relay_power *p);

static void finish(struct relay_power *p, int err, int on, const char *why)
{
	power_done_fn done = p->done, waiting = p->waiting;
	bool released = p->releasing && !err;
	void *arg = p->arg;

	uv_timer_stop(&p->timer);
	p->releasing = false;
	p->done = NULL;
	p->waiting = NULL;
	if (released && waiting)
		begin(p, p->waiting_verb, waiting, p->waiting_arg);
	if (done)
		done(arg, err, on, why);
	/* What could not be let go can't be pressed either. */
	if (!released && waiting)
		waiting(p->waiting_arg, err, on, why);
}

/* What a line's contact is while it is active. */
static bool contact(const struct relay_power *p, enum atx_line line)
{
	return line == ATX_MAINS ? !p->mains_opens : true;
}

static void on_looked(void *arg, int err, int closed, const char *why)
{
	struct relay_power *p = arg;

	if (p->done)
		obey(p, atx_looked(&p->atx, err ? -1 : closed, mono_now()));
}

static void on_acted(void *arg, int err, int closed, const char *why)
{
	struct relay_power *p = arg;

	/* Cancelled by the end of all. */
	if (p->done)
		obey(p, atx_acted(&p->atx, err, why, mono_now()));
}

static void on_timer(uv_timer_t *t)
{
	struct relay_power *p = t->data;

	if (p->releasing)
		release_next(p);
	else
		obey(p, atx_time(&p->atx, mono_now()));
}

/* The relay holder answers before the machine's deadlines, so those need no timer. */
static int look(struct relay_power *p)
{
	if (p->lines.has_sense)
		return relay_client_get(p->client, p->lines.sense, on_looked, p);
	return -EOPNOTSUPP;
}

static void obey(struct relay_power *p, struct atx_action a)
{
	int64_t us;
	int err;

	for (;;) {
		bool active = contact(p, a.line);
		unsigned channel = p->lines.channels[a.line];

		switch (a.what) {
		case ATX_DONE: finish(p, a.err, a.on, a.why); return;
		case ATX_WAIT:
			us = mono_diff(a.until, mono_now());
			uv_update_time(p->timer.loop);
			uv_timer_start(&p->timer, on_timer, us > 0 ? (uint64_t)us / 1000 + 1 : 0,
				       0);
			return;
		case ATX_LOOK:
			if (!look(p))
				return;
			a = atx_looked(&p->atx, p->board_on ? p->board_on(p->board_arg) : -1,
				       mono_now());
			continue;
		case ATX_ACTIVATE:
			err = a.us ? relay_client_pulse(p->client, channel, active, a.us, on_acted,
							p)
				   : relay_client_set(p->client, channel, active, on_acted, p);
			break;
		default: err = relay_client_set(p->client, channel, !active, on_acted, p); break;
		}
		if (!err)
			return;
		a = atx_acted(&p->atx, err, strerror(-err), mono_now());
	}
}

static void on_begin(uv_timer_t *t)
{
	struct relay_power *p = t->data;

	obey(p, atx_begin(&p->atx, &p->cfg, (enum power_verb)p->next, mono_now()));
}

/* From the loop, so that done never comes from inside. */
static void begin(struct relay_power *p, enum power_verb verb, power_done_fn done, void *arg)
{
	p->done = done;
	p->arg = arg;
	p->next = verb;
	uv_timer_start(&p->timer, on_begin, 0, 0);
}

static int relay_act(struct power *base, enum power_verb verb, power_done_fn done, void *arg)
{
	struct relay_power *p = (struct relay_power *)base;

	struct atx m;

	if (atx_begin(&m, &p->cfg, verb, mono_now()).err)
		return -EOPNOTSUPP;
	if (p->releasing && !p->waiting) {
		p->waiting_verb = verb;
		p->waiting = done;
		p->waiting_arg = arg;
		return 0;
	}
	if (p->done)
		return -EBUSY;
	begin(p, verb, done, arg);
	return 0;
}

static void on_released(void *arg, int err, int closed, const char *why)
{
	struct relay_power *p = arg;

	if (!p->done)
		return;
	if (err == -EBUSY && !mono_due(p->give_up, mono_now())) {
		uv_timer_start(&p->timer, on_timer, BUSY_MS, 0);
		return;
	}
	if (err) {
		finish(p, err, -1, why);
		return;
	}
	p->next++;
	release_next(p);
}

/* The mains are no button: a board that was switched off by them stays off. */
static void release_next(struct relay_power *p)
{
	int err;

	while (p->next < ATX_LINES && (p->next == ATX_MAINS || !p->cfg.has[p->next]))
		p->next++;
	if (p->next == ATX_LINES) {
		finish(p, 0, -1, "");
		return;
	}
	err = relay_client_set(p->client, p->lines.channels[p->next], false, on_released, p);
	if (err)
		finish(p, err, -1, strerror(-err));
}

static int relay_release(struct power *base, power_done_fn done, void *arg)
{
	struct relay_power *p = (struct relay_power *)base;

	if (p->done)
		return -EBUSY;
	p->done = done;
	p->arg = arg;
	p->releasing = true;
	p->next = 0;
	p->give_up = mono_add(mono_now(), p->cfg.hold_us + MONO_SEC(5));
	return uv_timer_start(&p->timer, on_timer, 0, 0);
}

static int relay_set_times(struct power *base, const struct power_times *t)
{
	struct relay_power *p = (struct relay_power *)base;

	p->cfg.press_us = t->press_us;
	p->cfg.reset_us = t->reset_us;
	p->cfg.hold_us = t->hold_us;
	p->cfg.off_us = t->off_us;
	return 0;
}

static void on_closed(uv_handle_t *h)
{
	free(h->data);
}

static void relay_power_close(struct power *base)
{
	struct relay_power *p = (struct relay_power *)base;

	if (!p)
		return;
	finish(p, -ECANCELED, -1, "cancelled");
	relay_client_close(p->client);
	uv_close((uv_handle_t *)&p->timer, on_closed);
}

static int relay_power_open(uv_loop_t *loop, const struct power_settings *s, struct power **out,
			    char *err, size_t err_len)
{
	struct relay_power *p = calloc(1, sizeof(*p));
	int rc = -ENOMEM;

	snprintf(err, err_len, "out of memory");
	if (p)
		rc = relay_lines_take(&p->lines, s, err, err_len);
	if (!rc)
		rc = relay_client_new(loop, s->driver, s->device, &p->client);
	if (rc) {
		free(p);
		return rc;
	}
	p->base.driver = &power_driver_relay;
	p->mains_opens = s->mains_opens;
	memcpy(p->cfg.has, p->lines.has, sizeof(p->cfg.has));
	p->cfg.press_us = s->press_us;
	p->cfg.reset_us = s->reset_us;
	p->cfg.hold_us = s->hold_us;
	p->cfg.off_us = s->off_us;
	p->cfg.verify_us = s->verify_us;
	p->board_on = s->board_on;
	p->board_arg = s->board_arg;
	uv_timer_init(loop, &p->timer);
	p->timer.data = p;
	*out = &p->base;
	return 0;
}

const struct power_driver power_driver_relay = {
	.name = "relay",
	.open = relay_power_open,
	.act = relay_act,
	.release = relay_release,
	.set_times = relay_set_times,
	.close = relay_power_close,
};
