/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a connected command may ask: a table of operations. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/attendant/attendant_client.h"
#include "harness/log.h"
#include "harness/output/text_json.h"
#include "harness/paths.h"

#define CONSOLE_REPLAY 4096 /* bytes of context that a new console is shown */

/* ---- the lock ---- */

void attendant_release(struct attendant *a)
{
	a->owner = NULL;
	if (a->capture)
		capture_run_end(a->capture);
	free(a->run_dir);
	a->run_dir = NULL;
	a->crashes = 0;
	attendant_times_end(a);
}

static void op_lock(struct client *c, json_int_t id, const json_t *req)
{
	struct attendant *a = c->a;

	if (a->owner && a->owner != c) {
		client_reply(c, id, "the board is in use by another kdev");
		return;
	}
	a->owner = c;
	c->watching = true;
	client_send(c,
		    json_pack("{s:I, s:b, s:o}", "id", id, "ok", 1, "dirty", text_json(a->dirty)));
}

/* {"op":"record","dir":"…"}: keep what comes there too, from now until the unlock. The answer says
 * which byte of the board's serial line will be the first, "serial_from". */
static void op_record(struct client *c, json_int_t id, const json_t *req)
{
	struct attendant *a = c->a;
	const char *dir = json_string_value(json_object_get(req, "dir"));
	int err = -EINVAL;

	if (a->owner == c && a->up && dir) {
		free(a->run_dir);
		a->run_dir = strdup(dir);
		a->crashes = 0;
		err = a->run_dir ? capture_run_begin(a->capture, dir) : -ENOMEM;
	}
	if (err)
		client_reply(c, id, strerror(-err));
	else
		client_send(c, json_pack("{s:I, s:b, s:I}", "id", id, "ok", 1, "serial_from",
					 (json_int_t)capture_serial_bytes(a->capture)));
}

/* {"op":"step","name":"load","dirty":"why"}: where the run is, should its command die. */
static void op_step(struct client *c, json_int_t id, const json_t *req)
{
	struct attendant *a = c->a;
	const char *name = json_string_value(json_object_get(req, "name"));
	const char *dirty = json_string_value(json_object_get(req, "dirty"));

	if (a->owner == c && a->capture && name)
		capture_step(a->capture, name);
	if (a->owner == c && dirty)
		attendant_remember(a, dirty);
	client_reply(c, id, NULL);
}

static void op_unlock(struct client *c, json_int_t id, const json_t *req)
{
	const char *dirty = json_string_value(json_object_get(req, "dirty"));

	if (c->a->owner == c) {
		attendant_remember(c->a, dirty ? dirty : "");
		attendant_release(c->a);
	}
	client_reply(c, id, NULL);
}

/* ---- the board ---- */

static void op_up(struct client *c, json_int_t id, const json_t *req)
{
	struct attendant *a = c->a;
	char err[512];

	if (attendant_board_up(a, err, sizeof(err))) {
		client_reply(c, id, err);
		return;
	}
	client_send(c, attendant_board_json(a));
	if (a->watch.state == BOARD_OFF)
		attendant_power(a, c, id, POWER_ON, 0);
	else
		client_reply(c, id, NULL);
}

static void op_down(struct client *c, json_int_t id, const json_t *req)
{
	struct attendant *a = c->a;
	char err[512];

	if (a->owner && a->owner != c) {
		client_reply(c, id, "the board is in use by another kdev: end that first");
		return;
	}
	/* Adopts what a dead attendant left behind, so that it can be ended. */
	if (!a->up && attendant_board_up(a, err, sizeof(err)))
		log_info("nothing to adopt: %s", err);
	attendant_board_down(a, true);
	attendant_remember(a, "");
	client_reply(c, id, NULL);
	attendant_end(a);
}

static void add_service(void *arg, const char *name, int pid)
{
	json_object_set_new(arg, name, json_integer(pid));
}

static void op_status(struct client *c, json_int_t id, const json_t *req)
{
	struct attendant *a = c->a;
	json_t *services = json_object();

	if (a->services)
		services_each(a->services, add_service, services);
	client_send(c, json_pack("{s:I, s:b, s:o, s:o, s:i, s:b, s:o, s:I}", "id", id, "ok", 1,
				 "board", attendant_board_json(a), "services", services, "pid",
				 (int)getpid(), "in_use", a->owner != NULL, "dirty",
				 text_json(a->dirty), "now_us", (json_int_t)mono_now().us));
}

static void op_watch(struct client *c, json_int_t id, const json_t *req)
{
	c->watching = true;
	client_reply(c, id, NULL);
	client_send(c, attendant_board_json(c->a));
}

bool attendant_sysrq_answered(const struct attendant *a)
{
	return !mono_is_never(a->watch.last_console) && a->sysrq_at.us &&
	       a->watch.last_console.us > a->sysrq_at.us;
}

static void op_power(struct client *c, json_int_t id, const json_t *req)
{
	const char *name = json_string_value(json_object_get(req, "verb"));
	int verb = name ? power_verb_parse(name) : -EINVAL;

	if (verb < 0)
		client_reply(c, id, "power: unknown verb");
	else if (!c->a->up)
		client_reply(c, id, "power: the board's services are not started (kdev up)");
	else
		attendant_power(c->a, c, id, (enum power_verb)verb, 0);
}

static void op_release(struct client *c, json_int_t id, const json_t *req)
{
	if (c->a->up)
		attendant_power_release(c->a, c, id);
	else
		client_reply(c, id, "release: the board's services are not started (kdev up)");
}

static void op_times(struct client *c, json_int_t id, const json_t *req)
{
	if (c->a->up && c->a->owner == c)
		attendant_times(c->a, c, id, req);
	else
		client_reply(c, id, "times: a board that is up and locked is expected");
}

static void op_recover(struct client *c, json_int_t id, const json_t *req)
{
	if (c->a->up)
		attendant_recover(c->a, c, id);
	else
		client_reply(c, id, "recover: the board's services are not started (kdev up)");
}

static void op_stuck(struct client *c, json_int_t id, const json_t *req)
{
	if (c->a->up)
		attendant_stuck(c->a, c, id);
	else
		client_reply(c, id, "stuck: the board is not up");
}

static void op_harvest(struct client *c, json_int_t id, const json_t *req)
{
	if (c->a->up)
		attendant_harvest(c->a, c, id);
	else
		client_reply(c, id, "harvest: the board is not up");
}

static void op_sysrq(struct client *c, json_int_t id, const json_t *req)
{
	const char *key = json_string_value(json_object_get(req, "key"));

	if (!key || strlen(key) != 1 || !c->a->up)
		client_reply(c, id, "sysrq: one key is expected, and a board that is up");
	else
		attendant_power(c->a, c, id, POWER_BREAK, key[0]);
}

static void op_exec(struct client *c, json_int_t id, const json_t *req)
{
	if (c->a->up)
		attendant_exec(c, c->a, id, req);
	else
		client_reply(c, id, "exec: the board is not up");
}

static void op_push(struct client *c, json_int_t id, const json_t *req)
{
	if (c->a->up)
		attendant_push(c, c->a, id, req);
	else
		client_reply(c, id, "push: the board is not up");
}

static void op_cancel(struct client *c, json_int_t id, const json_t *req)
{
	attendant_cancel(c, json_integer_value(json_object_get(req, "job")));
	client_reply(c, id, NULL);
}

/* The last lines of the console's file, so that a new terminal is not empty. */
static void replay(struct client *c)
{
	char *path = path_format("%s/console.raw", c->a->dir);
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	off_t end = fd >= 0 ? lseek(fd, 0, SEEK_END) : 0;
	char buf[CONSOLE_REPLAY], *from = buf;
	ssize_t n = 0;

	if (end > 0)
		n = pread(fd, buf, sizeof(buf), end > CONSOLE_REPLAY ? end - CONSOLE_REPLAY : 0);
	if (n > 0 && end > CONSOLE_REPLAY) {
		char *nl = memchr(buf, '\n', (size_t)n);

		from = nl ? nl + 1 : buf;
	}
	if (n > 0)
		wire_send_raw(c->wire, from, (size_t)(buf + n - from));
	if (fd >= 0)
		close(fd);
	free(path);
}

static void op_console(struct client *c, json_int_t id, const json_t *req)
{
	if (!c->a->up) {
		client_reply(c, id, "console: the board's services are not started (kdev up)");
		return;
	}
	client_reply(c, id, NULL);
	wire_go_raw(c->wire);
	c->console = true;
	replay(c);
}

static const struct {
	const char *name;
	void (*run)(struct client *c, json_int_t id, const json_t *req);
} ops[] = {
	{"lock", op_lock},
	{"unlock", op_unlock},
	{"record", op_record},
	{"step", op_step},
	{"up", op_up},
	{"down", op_down},
	{"status", op_status},
	{"watch", op_watch},
	{"power", op_power},
	{"recover", op_recover},
	{"sysrq", op_sysrq},
	{"exec", op_exec},
	{"push", op_push},
	{"cancel", op_cancel},
	{"console", op_console},
	{"stuck", op_stuck},
	{"harvest", op_harvest},
	{"release", op_release},
	{"times", op_times},
	{"hello", attendant_hello},
	{"restart", attendant_restart},
};

void attendant_request(struct client *c, json_t *msg)
{
	const char *op = json_string_value(json_object_get(msg, "op"));
	json_int_t id = json_integer_value(json_object_get(msg, "id"));

	for (size_t i = 0; op && i < sizeof(ops) / sizeof(*ops); i++) {
		if (!strcmp(op, ops[i].name)) {
			ops[i].run(c, id, msg);
			return;
		}
	}
	client_reply(c, id,
		     "unknown request: kdev and its attendant are of different versions "
		     "(kdev down ends the old one)");
}
