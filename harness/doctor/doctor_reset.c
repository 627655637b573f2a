/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Does reset really reboot? Proven by another boot id, and only if the user lets us. */
#include <stdlib.h>
#include <string.h>

#include "console/monotime.h"
#include "harness/doctor/doctor.h"
#include "harness/output/text_json.h"
#include "harness/paths.h"
#include "watchdog/ladder.h"

#define LOOK_MS 250

/* Past recoveries, as the attendant remembers them (memory.json). */
static void recoveries(struct doctor *d, const char *arg, struct doctor_finding *f)
{
	char *path = path_board(d->cfg->name, "memory.json");
	json_t *doc = path ? json_load_file(path, 0, NULL) : NULL, *times;
	char text[160] = "";
	const char *step;

	json_object_foreach (json_object_get(doc, "recovery_failed"), step, times) {
		int r = ladder_rung_parse(step);

		if (r >= 0)
			snprintf(text + strlen(text), sizeof(text) - strlen(text),
				 "%s%s, %lld times", *text ? "; " : "",
				 ladder_rung_name((enum ladder_rung)r),
				 (long long)json_integer_value(times));
	}
	if (*text)
		doctor_warn(f, "check its wiring and times, then kdev doctor --press",
			    "did not help when it was last tried: %s", text);
	else
		doctor_ok(f, "no step of the recovery has failed of late");
	json_decref(doc);
	free(path);
}

/* Is the board ready, in a boot other than `before`? Its id. */
static bool ready_in_another(struct doctor *d, const char *before, char *id, size_t size)
{
	json_t *st = doctor_ask(d, "status", NULL);
	const json_t *board = json_object_get(st, "board");
	bool ready = doctor_answered(st) && !strcmp(json_text_of(board, "state"), "ready");

	snprintf(id, size, "%s", json_text_of(board, "boot_id"));
	json_decref(st);
	return ready && *id && strcmp(id, before) != 0;
}

static bool await(struct doctor *d, const char *before, char *id, size_t size)
{
	struct monotime give_up = mono_add(mono_now(), 2 * d->cfg->boot_us);

	while (!ready_in_another(d, before, id, size)) {
		if (mono_due(give_up, mono_now()))
			return false;
		doctor_pause(d, LOOK_MS);
	}
	return true;
}

static void press(struct doctor *d, const char *verb, struct doctor_finding *f)
{
	char before[64], after[64];
	struct monotime began;
	json_t *reply;

	if (!await(d, "", before, sizeof(before))) {
		doctor_fail(f, "kdev status and kdev console tell how far it comes",
			    "the board does not get ready");
		return;
	}
	began = mono_now();
	reply = doctor_ask(d, "power", json_pack("{s:s}", "verb", verb));
	if (!doctor_answered(reply))
		doctor_fail(f, "see what kdev doctor says of power", "%s",
			    json_text_of(reply, "error"));
	else if (await(d, before, after, sizeof(after)))
		doctor_ok(f, "another boot id, %.1f s after power %s",
			  (double)mono_diff(mono_now(), began) / 1e6, verb);
	else
		doctor_fail(f, "check the wire to the header, then kdev power learn",
			    "no other boot came of power %s", verb);
	json_decref(reply);
}

/* arg: the verb */
static void reboots(struct doctor *d, const char *arg, struct doctor_finding *f)
{
	json_t *reply;

	if (!d->press) {
		doctor_skip(f, "not tried without --press");
		return;
	}
	reply = doctor_ask(d, "lock", NULL);
	if (!doctor_answered(reply)) {
		doctor_fail(f, "wait for its end, or end it",
			    "not tried: the board is in use by another kdev");
	} else {
		press(d, arg, f);
		json_decref(doctor_ask(d, "unlock", json_pack("{s:s}", "dirty", "")));
	}
	json_decref(reply);
}

static void mains(struct doctor *d, const char *arg, struct doctor_finding *f)
{
	if (strcmp(d->cfg->mains, "none") != 0)
		reboots(d, arg, f);
}

static const struct doctor_check checks[] = {
	{"recoveries", recoveries, NULL},
	{"reset reboots", reboots, "reset"},
	{"mains reboot", mains, "cycle"},
	{0},
};

extern const struct doctor_section doctor_reset;
const struct doctor_section doctor_reset = {"reset", checks};
