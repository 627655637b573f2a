/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Power driver of the virtual board: QEMU's machine protocol. Off is a stopped machine that is
 * reset before it goes on; so QEMU itself, and with it the console's socket, stays. It must be
 * started with -no-shutdown, or a board that powers itself down takes QEMU with it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "watchdog/power/power.h"
#include "watchdog/power/qmp_client.h"

#define OFF_MS 1000 /* between off and on, as a power supply needs */

/* QEMU's name for the chardev that is the board's console. */
#define CONSOLE "serial0"

struct step {
	const char *command; /* NULL: the end, or a pause */
	const char *chardev; /* argument "id" */
	const char *event;   /* by which QEMU says that it happened */
	unsigned pause_ms;
};

static const struct step boot[] = {
	{.command = "system_reset", .event = "RESET"},
	{.command = "cont"},
	{0},
};
static const struct step stop[] = {{.command = "stop"}, {0}};
static const struct step cycle[] = {
	{.command = "stop"},
	{.pause_ms = OFF_MS},
	{.command = "system_reset", .event = "RESET"},
	{.command = "cont"},
	{0},
};
static const struct step press[] = {{.command = "system_powerdown"}, {0}};
static const struct step nmi[] = {{.command = "inject-nmi"}, {0}};
static const struct step send_break[] = {
	{.command = "chardev-send-break", .chardev = CONSOLE},
	{0},
};

struct qmp_power {
	struct power base;
	uv_timer_t pause;
	struct qmp *qmp;
	enum power_verb verb;
	const struct step *step; /* the one under way */
	power_done_fn done;      /* set while an operation is under way */
	void *arg;
};

static int take_step(struct qmp_power *p, const struct step *s);

static void finish(struct qmp_power *p, int err, int on, const char *why)
{
	power_done_fn done = p->done;

	p->done = NULL;
	if (done)
		done(p->arg, err, on, why);
}

/* All steps were taken: is the board on now? */
static int on_after(enum power_verb verb)
{
	switch (verb) {
	case POWER_ON:
	case POWER_RESET:
	case POWER_CYCLE: return 1;
	case POWER_OFF:
	case POWER_HOLD: return 0;
	default: return -1;
	}
}

static void next_step(struct qmp_power *p)
{
	const struct step *s = p->step + 1;
	int err;

	if (!s->command && !s->pause_ms) {
		finish(p, 0, on_after(p->verb), "");
		return;
	}
	err = take_step(p, s);
	if (err)
		finish(p, err, -1, strerror(-err));
}

static void on_pause_over(uv_timer_t *t)
{
	next_step(t->data);
}

static void on_step_done(void *arg, int err, const json_t *ret, const char *why)
{
	struct qmp_power *p = arg;

	if (err)
		finish(p, err, -1, why);
	else
		next_step(p);
}

static int take_step(struct qmp_power *p, const struct step *s)
{
	struct qmp_command c = {.name = s->command, .event = s->event};

	p->step = s;
	if (s->pause_ms) {
		uv_update_time(p->pause.loop);
		return uv_timer_start(&p->pause, on_pause_over, s->pause_ms, 0);
	}
	if (s->chardev) {
		c.args = json_pack("{s:s}", "id", s->chardev);
		if (!c.args)
			return -ENOMEM;
	}
	return qmp_execute(p->qmp, &c, on_step_done, p);
}

/* RunState of QEMU's qapi/run-state.json. What stopped by an error has power all the same. */
static int is_on(const json_t *ret)
{
	static const char *const off[] = {"paused", "prelaunch", "shutdown"};
	const char *status = json_string_value(json_object_get(ret, "status"));

	if (!status)
		return -1;
	for (size_t i = 0; i < sizeof(off) / sizeof(off[0]); i++) {
		if (!strcmp(status, off[i]))
			return 0;
	}
	return 1;
}

static void on_status(void *arg, int err, const json_t *ret, const char *why)
{
	struct qmp_power *p = arg;
	int on = err ? -1 : is_on(ret);

	if (!err && on < 0) {
		err = -EPROTO;
		why = "query-status: QEMU said no status";
	}
	if (err) {
		finish(p, err, -1, why);
		return;
	}
	switch (p->verb) {
	case POWER_PRESS: err = take_step(p, on ? press : boot); break;
	case POWER_ON:
		if (on)
			finish(p, 0, 1, "");
		else
			err = take_step(p, boot);
		break;
	case POWER_RESET:
		/* The button of a board without power does nothing. */
		if (on)
			err = take_step(p, boot);
		else
			finish(p, 0, 0, "");
		break;
	default: finish(p, 0, on, ""); break;
	}
	if (err)
		finish(p, err, -1, strerror(-err));
}

static int begin(struct qmp_power *p)
{
	static const struct qmp_command query = {.name = "query-status"};

	switch (p->verb) {
	case POWER_STATUS:
	case POWER_ON:
	case POWER_PRESS:
	case POWER_RESET: return qmp_execute(p->qmp, &query, on_status, p);
	case POWER_OFF:
	case POWER_HOLD: return take_step(p, stop);
	case POWER_CYCLE: return take_step(p, cycle);
	case POWER_NMI: return take_step(p, nmi);
	case POWER_BREAK: return take_step(p, send_break);
	}
	return -EOPNOTSUPP;
}

static int qmp_act(struct power *base, enum power_verb verb, power_done_fn done, void *arg)
{
	struct qmp_power *p = (struct qmp_power *)base;
	int err;

	if (p->done)
		return -EBUSY;
	p->verb = verb;
	p->done = done;
	p->arg = arg;
	err = begin(p);
	if (err)
		p->done = NULL;
	return err;
}

static void on_closed(uv_handle_t *h)
{
	free(h->data);
}

static void qmp_power_close(struct power *base)
{
	struct qmp_power *p = (struct qmp_power *)base;

	if (!p)
		return;
	/* Ends a step under way, and with it the operation; one that pauses ends below. */
	qmp_close(p->qmp);
	finish(p, -ECANCELED, -1, "cancelled");
	uv_close((uv_handle_t *)&p->pause, on_closed);
}

static int qmp_power_open(uv_loop_t *loop, const char *where, struct power **out)
{
	struct qmp_power *p = calloc(1, sizeof(*p));
	int err;

	if (!p)
		return -ENOMEM;
	err = qmp_new(loop, where, &p->qmp);
	if (err) {
		free(p);
		return err;
	}
	uv_timer_init(loop, &p->pause);
	p->pause.data = p;
	p->base.driver = &power_driver_qmp;
	*out = &p->base;
	return 0;
}

static int qmp_driver_open(uv_loop_t *loop, const struct power_settings *s, struct power **out,
			   char *err, size_t err_len)
{
	int rc = qmp_power_open(loop, s->device, out);

	if (rc)
		snprintf(err, err_len, "QEMU's control socket `%s`: %s", s->device, strerror(-rc));
	return rc;
}

const struct power_driver power_driver_qmp = {
	.name = "qmp",
	.open = qmp_driver_open,
	.act = qmp_act,
	.close = qmp_power_close,
};
