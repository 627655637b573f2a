/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What presses the board's buttons. Nothing is pressed here, but relays are opened. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/config/power_config.h"
#include "harness/doctor/doctor.h"
#include "harness/output/text_json.h"
#include "harness/paths.h"
#include "watchdog/power/power.h"
#include "watchdog/power/relay.h"

static bool is_relay(const struct board_config *c)
{
	return relay_driver_find(c->power) != NULL;
}

static bool wired(const char *channel)
{
	return *channel && strcmp(channel, "none") != 0;
}

static void driver(struct doctor *d, const char *arg, struct doctor_finding *f)
{
	struct power_settings s = power_settings_of(d->cfg, "qmp.sock");
	struct power *power = NULL;
	char err[256];

	if (power_open(d->loop, &s, &power, err, sizeof(err)))
		doctor_fail(f, "correct it in kdev.conf", "%s", err);
	else
		doctor_ok(f, "%s%s%s", d->cfg->power, *d->cfg->power_device ? " at " : "",
			  d->cfg->power_device);
	power_close(power);
}

/* Most devices have a path; HID relays a name, a PDU a host. */
static void device(struct doctor *d, const char *arg, struct doctor_finding *f)
{
	const char *path = d->cfg->power_device;

	if (is_relay(d->cfg) && *path == '/')
		doctor_device(f, path, strcspn(path, ","));
}

static void buttons(struct doctor *d, const char *arg, struct doctor_finding *f)
{
	const struct board_config *c = d->cfg;

	if (!is_relay(c))
		return;
	if (wired(c->reset_button) && (wired(c->power_button) || wired(c->mains)))
		doctor_ok(f, "reset %s, power %s, mains %s", c->reset_button, c->power_button,
			  c->mains);
	else if (wired(c->reset_button) || wired(c->power_button) || wired(c->mains))
		doctor_warn(f,
			    "wire a second one, such as power_button, for boards that do not "
			    "come back by the first",
			    "there is one way to reset the board: reset %s, power %s, mains %s",
			    c->reset_button, c->power_button, c->mains);
	else
		doctor_fail(f, "set reset_button, power_button or mains in kdev.conf",
			    "no relay is across any button");
}

/* ---- the device itself, through the attendant or, where there is none, by ourselves ---- */

struct answer {
	bool over;
	int err, on;
	char why[256];
};

static void on_done(void *arg, int err, int on, const char *why)
{
	struct answer *a = arg;

	a->over = true;
	a->err = err;
	a->on = on;
	snprintf(a->why, sizeof(a->why), "%s", why && *why ? why : strerror(-err));
}

/* POWER_STATUS, or with `release` all relays are opened. */
static void by_ourselves(struct doctor *d, bool release, struct answer *a)
{
	struct power_settings s = power_settings_of(d->cfg, "qmp.sock");
	struct power *power;

	a->err = power_open(d->loop, &s, &power, a->why, sizeof(a->why));
	if (a->err)
		return;
	a->err = release ? power_release(power, on_done, a)
			 : power_act(power, POWER_STATUS, on_done, a);
	if (a->err)
		a->over = true;
	while (!a->over)
		uv_run(d->loop, UV_RUN_ONCE);
	power_close(power);
}

static void ask(struct doctor *d, bool release, struct answer *a)
{
	json_t *fields = release ? NULL : json_pack("{s:s}", "verb", "status");
	json_t *reply;

	*a = (struct answer){.on = -1};
	if (!d->link) {
		json_decref(fields);
		by_ourselves(d, release, a);
		return;
	}
	reply = doctor_ask(d, release ? "release" : "power", fields);
	a->err = doctor_answered(reply) ? 0 : -EIO;
	if (!a->err && json_object_get(reply, "on"))
		a->on = (int)json_integer_value(json_object_get(reply, "on"));
	snprintf(a->why, sizeof(a->why), "%s", json_text_of(reply, "error"));
	json_decref(reply);
}

static void opens(struct doctor *d, const char *arg, struct doctor_finding *f)
{
	const struct relay_driver *r = relay_driver_find(d->cfg->power);
	struct answer a;

	if (!r)
		return;
	ask(d, true, &a);
	if (a.err)
		doctor_fail(f,
			    "is it the device that kdev.conf says, plugged in, and not used by "
			    "another program?",
			    "%s", a.why);
	else if (r->get)
		doctor_ok(f, "the device answers, and says that every button is let go");
	else
		doctor_ok(f, "the device took it; this kind can't be read back");
}

static void state(struct doctor *d, const char *arg, struct doctor_finding *f)
{
	static const char *const words[] = {"not known", "off", "on"};
	struct answer a;

	if (!is_relay(d->cfg) && !d->link) {
		doctor_skip(f, "the board is not up (kdev up)");
		return;
	}
	ask(d, false, &a);
	if (a.err)
		doctor_fail(f, "kdev power status, and the attendant's log, tell more", "%s",
			    a.why);
	else if (a.on < 0 && is_relay(d->cfg) && !d->link)
		doctor_skip(f, "no power_sense is wired: what the board says tells, when it is up");
	else if (a.on < 0)
		doctor_warn(f, "wire the power LED to power_sense, where the device has inputs",
			    "whether the board is on can't be told");
	else
		doctor_ok(f, "the board is %s", words[a.on + 1]);
}

static void times(struct doctor *d, const char *arg, struct doctor_finding *f)
{
	char *path = path_board(d->cfg->name, LEARNED_FILE);

	if (is_relay(d->cfg) && path && access(path, F_OK))
		doctor_warn(f, "kdev power learn finds them out, in some minutes",
			    "how long this board's buttons must be pressed is not known but by "
			    "kdev.conf and defaults");
	else if (is_relay(d->cfg))
		doctor_ok(f, "found out by kdev power learn");
	free(path);
}

static const struct doctor_check checks[] = {
	{"driver", driver, NULL},
	{"device", device, NULL},
	{"buttons", buttons, NULL},
	{"relays open", opens, NULL},
	{"state", state, NULL},
	{"times", times, NULL},
	{0},
};

extern const struct doctor_section doctor_power;
const struct doctor_section doctor_power = {"power", checks};
