/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was learned of a board's times, for people, for files and for the attendant. */
#include "harness/power/learned_times.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/strbuf.h"
#include "harness/paths.h"
#include "watchdog/power/relay.h"

static bool wired(const char *channel)
{
	return *channel && strcmp(channel, "none") != 0;
}

/* QEMU, a program and a PDU press by themselves, for as long as they think fit. */
struct learn_config learned_times_wanted(const struct board_config *c)
{
	bool relay = relay_driver_find(c->power) != NULL;

	return (struct learn_config){
		.reset_button = relay && wired(c->reset_button),
		.power_button = relay && wired(c->power_button),
		.mains = relay && wired(c->mains),
		.boot_us = c->boot_us,
	};
}

static int64_t configured(const struct board_config *c, enum learn_time t)
{
	switch (t) {
	case LEARN_RESET: return c->reset_us;
	case LEARN_HOLD: return c->hold_us;
	case LEARN_PRESS: return c->press_us;
	case LEARN_OFF: return c->off_us;
	case LEARN_SIGN: return c->sign_us;
	case LEARN_READY: return c->boot_us;
	case LEARN_TIMES: break;
	}
	return 0;
}

static const char *const fields[LEARN_TIMES] = {
	[LEARN_RESET] = "reset_us", [LEARN_HOLD] = "hold_us", [LEARN_PRESS] = "press_us",
	[LEARN_OFF] = "off_us",     [LEARN_SIGN] = "sign_us", [LEARN_READY] = "boot_us",
};

json_t *learned_times_json(enum learn_time t, int64_t us)
{
	return json_pack("{s:I}", fields[t], (json_int_t)us);
}

json_t *learned_times_all(const struct board_config *c)
{
	json_t *o = json_pack("{s:b}", "keep", 1);

	for (int t = 0; o && t < LEARN_TIMES; t++)
		json_object_set_new(o, fields[t], json_integer(configured(c, (enum learn_time)t)));
	return o;
}

/* "reset_time = 400ms ; 200ms was enough". False: nothing was found out. */
static bool line_of(const struct learn *l, enum learn_time t, char *text, size_t size)
{
	int64_t us = learn_advice(l, t);
	char value[32], found[32];

	if (!us || duration_format(us, value, sizeof(value)) ||
	    duration_format(l->found[t] / 1000 * 1000, found, sizeof(found)))
		return false;
	snprintf(text, size, "%s = %s ; it %s %s", learn_time_key(t), value,
		 t == LEARN_SIGN || t == LEARN_READY ? "took at most" : "needed no more than",
		 found);
	return true;
}

int learned_times_write(const struct learn *l, const struct board_config *c, char *err,
			size_t err_len)
{
	char *path = path_board(c->name, LEARNED_FILE);
	struct strbuf text = {0};
	char line[128];
	int rc = path ? 0 : -ENOMEM;

	strbuf_addf(&text, "; Found out by kdev power learn; kdev.conf wins.\n[board %s]\n",
		    c->name);
	for (int t = 0; t < LEARN_TIMES; t++)
		if (line_of(l, (enum learn_time)t, line, sizeof(line)))
			strbuf_addf(&text, "%s\n", line);
	if (!rc)
		rc = path_write_atomic(path, strbuf_str(&text), strlen(strbuf_str(&text)), 0644);
	if (rc)
		snprintf(err, err_len, "%s: %s", path ? path : LEARNED_FILE, strerror(-rc));
	strbuf_free(&text);
	free(path);
	return rc;
}

static void print_json(const struct learn *l)
{
	const char *comma = "";

	putchar('{');
	for (int t = 0; t < LEARN_TIMES; t++) {
		int64_t us = learn_advice(l, (enum learn_time)t);

		if (!us)
			continue;
		printf("%s\"%s\": {\"needed_us\": %" PRId64 ", \"advised_us\": %" PRId64 "}", comma,
		       learn_time_key((enum learn_time)t), l->found[t], us);
		comma = ", ";
	}
	puts("}");
}

void learned_times_print(const struct learn *l, const struct board_config *c,
			 const struct common_flags *flags)
{
	char line[128], value[32];

	if (flags->json) {
		print_json(l);
		return;
	}
	printf("[board %s]\n", c->name);
	for (int t = 0; t < LEARN_TIMES; t++) {
		int64_t now = configured(c, (enum learn_time)t);

		if (!line_of(l, (enum learn_time)t, line, sizeof(line)))
			continue;
		puts(line);
		if (now != learn_advice(l, (enum learn_time)t) &&
		    !duration_format(now, value, sizeof(value)))
			printf("; but the configuration says %s, and wins\n", value);
	}
}
