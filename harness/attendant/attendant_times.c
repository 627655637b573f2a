/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How long buttons are pressed and boots may take: what is tried out, and what was found. */
#include <errno.h>
#include <string.h>

#include "harness/attendant/attendant.h"

static struct power_times times_of(const struct board_config *c)
{
	return (struct power_times){c->press_us, c->reset_us, c->hold_us, c->off_us};
}

static void take(const json_t *req, const char *key, int64_t *us)
{
	const json_t *v = json_object_get(req, key);

	if (json_integer_value(v) > 0)
		*us = json_integer_value(v);
}

void attendant_times(struct attendant *a, struct client *c, json_int_t id, const json_t *req)
{
	struct board_config cfg = a->cfg;
	struct power_times t;
	int err;

	take(req, "press_us", &cfg.press_us);
	take(req, "reset_us", &cfg.reset_us);
	take(req, "hold_us", &cfg.hold_us);
	take(req, "off_us", &cfg.off_us);
	take(req, "sign_us", &cfg.sign_us);
	take(req, "boot_us", &cfg.boot_us);
	t = times_of(&cfg);
	err = power_set_times(a->power, &t);
	if (err && err != -EOPNOTSUPP) {
		client_reply(c, id, strerror(-err));
		return;
	}
	a->trial = true;
	if (json_is_true(json_object_get(req, "keep"))) {
		a->trial = false;
		a->cfg = cfg;
		a->watch.cfg.boot_us = cfg.boot_us;
	}
	client_reply(c, id, NULL);
}

void attendant_times_end(struct attendant *a)
{
	const struct power_times t = times_of(&a->cfg);

	if (!a->trial || !a->up)
		return;
	a->trial = false;
	/* A press that is under way keeps its own time, and ends by itself. */
	power_set_times(a->power, &t);
	/* Only signs of another boot are waited for, and a press that was too short brings none. */
	if (a->watch.expect_boot) {
		board_watch_adopted(&a->watch, mono_now());
		attendant_rearm(a);
	}
}
