/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Buttons: reset, power, NMI, and SysRq by BREAK on the console. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "harness/attendant/attendant.h"
#include "harness/config/power_config.h"
#include "harness/log.h"
#include "harness/output/text_json.h"

/* What is heard of the board tells more than most power devices. */
static int board_on(void *arg)
{
	const struct attendant *a = arg;

	switch (a->watch.state) {
	case BOARD_OFF: return 0;
	case BOARD_BOOTING:
	case BOARD_READY:
	case BOARD_NFS_STALLED:
	case BOARD_NETWORK_LOST: return 1;
	default: return -1;
	}
}

static void on_released(void *arg, int err, int on, const char *why)
{
	if (err && err != -ECANCELED)
		log_error("power: a button may be pressed: %s", why);
}

int attendant_power_open(struct attendant *a, char *err, size_t err_len)
{
	struct power_settings s = power_settings_of(&a->cfg, services_qmp_socket(a->services));
	int rc;

	s.board_on = board_on;
	s.board_arg = a;
	rc = power_open(&a->loop, &s, &a->power, err, err_len);
	if (!rc)
		power_release(a->power, on_released, a);
	return rc;
}

static const char *name_of(const struct power_request *req)
{
	return req->release ? "release" : power_verb_name(req->verb);
}

static void finish_request(struct attendant *a, int err, int on, const char *why)
{
	struct power_request req = a->power_request;
	char text[256];

	a->power_request.busy = false;
	snprintf(text, sizeof(text), "power %s: %s", name_of(&req),
		 why && *why ? why : strerror(-err));
	if (err)
		log_error("%s", text);
	if (req.done)
		req.done(a, err, err ? text : "");
	if (!req.client)
		return;
	if (err == -ETIME)
		client_send(req.client, json_pack("{s:I, s:b, s:b, s:o}", "id", req.id, "ok", 0,
						  "unmoved", 1, "error", text_json(text)));
	else if (err || req.verb != POWER_STATUS)
		client_reply(req.client, req.id, err ? text : NULL);
	else
		client_send(req.client,
			    json_pack("{s:I, s:b, s:i}", "id", req.id, "ok", 1, "on", on));
}

static void on_done(void *arg, int err, int on, const char *why)
{
	struct attendant *a = arg;
	struct power_request *req = &a->power_request;

	if (!err) {
		switch (req->verb) {
		case POWER_OFF:
		case POWER_HOLD: board_watch_power(&a->watch, false, mono_now()); break;
		case POWER_BREAK:
			/* The kernel takes the key if it comes within 5 s of the BREAK
			 * (drivers/tty/serial/serial_core.c, SYSRQ_TIMEOUT). */
			a->sysrq_at = mono_now();
			if (req->key)
				err = attendant_type(a, &req->key, 1);
			break;
		/* unknown_nmi_panic=1: of this panic nothing is said on the console. */
		case POWER_NMI: attendant_crash_kernel_panic(a); break;
		default: break;
		}
		attendant_rearm(a);
	}
	finish_request(a, err, on, why);
}

void attendant_expect_boot(struct attendant *a, const char *why)
{
	struct monotime now = mono_now();

	attendant_crash_kernel_end(a, why);
	pipeline_new_boot(a->pipeline, now);
	board_watch_reset(&a->watch, now);
	ssh_drop(a->ssh, why);
	attendant_remember(a, "");
	attendant_rearm(a);
}

/* What the watch must know before the button goes down, or the banner surprises it. */
static enum power_verb announce(struct attendant *a, enum power_verb verb)
{
	struct monotime now = mono_now();

	switch (verb) {
	case POWER_RESET:
	case POWER_CYCLE:
		/* A reset button does nothing to a board that is off. */
		if (verb == POWER_RESET && a->watch.state == BOARD_OFF)
			verb = POWER_ON;
		attendant_expect_boot(a, "the board is being reset");
		break;
	case POWER_ON:
		if (a->watch.state == BOARD_OFF) {
			pipeline_new_boot(a->pipeline, now);
			board_watch_power(&a->watch, true, now);
			attendant_remember(a, "");
		}
		break;
	case POWER_PRESS: board_watch_pressed(&a->watch, now); break;
	case POWER_OFF:
	case POWER_HOLD:
		pipeline_new_boot(a->pipeline, now);
		ssh_drop(a->ssh, "the board is being switched off");
		break;
	default: break;
	}
	attendant_rearm(a);
	return verb;
}

/* BREAK is the console's to send; QEMU's socket carries none, but QEMU sends one for us. */
static int act(struct attendant *a, enum power_verb verb)
{
	const struct console *c = &a->console;
	int err;

	if (verb != POWER_BREAK || !c->source || !c->driver->send_break)
		return power_act(a->power, verb, on_done, a);
	err = c->driver->send_break(c->source);
	if (!err)
		on_done(a, 0, -1, "");
	return err;
}

static void begin(struct attendant *a, const struct power_request *req)
{
	int err;

	a->power_request = *req;
	a->power_request.busy = true;
	a->power_request.verb = announce(a, req->verb);
	log_info("power %s", name_of(&a->power_request));
	if (req->release)
		err = power_release(a->power, on_done, a);
	else
		err = act(a, a->power_request.verb);
	/* A driver that holds no button has let go of them all. */
	if (err == -EOPNOTSUPP && req->release)
		finish_request(a, 0, -1, "");
	else if (err)
		finish_request(a, err, -1, "");
}

void attendant_power(struct attendant *a, struct client *c, json_int_t id, enum power_verb verb,
		     char sysrq_key)
{
	const struct power_request req = {.client = c, .id = id, .verb = verb, .key = sysrq_key};

	if (a->power_request.busy)
		client_reply(c, id, "power: busy with another request");
	else
		begin(a, &req);
}

void attendant_power_release(struct attendant *a, struct client *c, json_int_t id)
{
	const struct power_request req = {
		.client = c, .id = id, .verb = POWER_STATUS, .release = true};

	if (a->power_request.busy)
		client_reply(c, id, "power: busy with another request");
	else
		begin(a, &req);
}

int attendant_press(struct attendant *a, enum power_verb verb, char key,
		    void (*done)(struct attendant *a, int err, const char *why))
{
	const struct power_request req = {.done = done, .verb = verb, .key = key};

	if (a->power_request.busy)
		return -EBUSY;
	begin(a, &req);
	return 0;
}

void attendant_power_forget(struct attendant *a, struct client *c)
{
	if (a->power_request.client == c)
		a->power_request.client = NULL;
}
