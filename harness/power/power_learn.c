/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The trials of watchdog/learn.h on a real board, through its attendant. */
#include "harness/power/power_learn.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "harness/attendant/link.h"
#include "harness/exit_code.h"
#include "harness/log.h"
#include "harness/netboot/setup.h"
#include "harness/output/text_json.h"
#include "harness/power/learned_times.h"
#include "watchdog/learn.h"

#define LOOK_MS 250

struct trials {
	const struct board_config *cfg;
	const struct common_flags *flags;
	uv_loop_t loop;
	uv_timer_t timer;
	uv_signal_t sigint, sigterm;
	struct link *link;
	struct learn learn;
	struct monotime began; /* the verb that is looked after */
	bool interrupted, timer_over;
};

/* The press that is under way is waited for; a second signal is not caught any more. */
static void on_signal(uv_signal_t *s, int signum)
{
	struct trials *t = s->data;

	t->interrupted = true;
	uv_signal_stop(s);
}

static void on_timer(uv_timer_t *timer)
{
	((struct trials *)timer->data)->timer_over = true;
}

static void pause_until(struct trials *t, struct monotime at)
{
	int64_t us = mono_diff(at, mono_now());

	t->timer_over = false;
	uv_update_time(&t->loop);
	uv_timer_start(&t->timer, on_timer, us > 0 ? (uint64_t)us / 1000 + 1 : 0, 0);
	while (!t->timer_over && !t->interrupted)
		uv_run(&t->loop, UV_RUN_ONCE);
	uv_timer_stop(&t->timer);
}

/* Call, and say why if it did not work. */
static bool ask(struct trials *t, const char *op, json_t *fields)
{
	json_t *reply = link_call(t->link, op, fields);
	bool ok = link_ok("power learn", reply);

	json_decref(reply);
	return ok;
}

static json_t *status_of(struct trials *t)
{
	json_t *reply = link_call(t->link, "status", NULL);

	if (!link_ok("power learn", reply)) {
		json_decref(reply);
		return NULL;
	}
	return reply;
}

static bool await_ready(struct trials *t)
{
	struct monotime give_up = mono_add(mono_now(), 2 * t->cfg->boot_us);
	bool ready = false;

	while (!ready && !t->interrupted && !mono_due(give_up, mono_now())) {
		json_t *st = status_of(t);

		if (!st)
			return false;
		ready = !strcmp(json_text_of(json_object_get(st, "board"), "state"), "ready");
		json_decref(st);
		if (!ready)
			pause_until(t, mono_add(mono_now(), MONO_MS(LOOK_MS)));
	}
	if (!ready && !t->interrupted)
		log_error("power learn: the board does not get ready by itself, as the trials "
			  "need it (kdev status, kdev console)");
	return ready;
}

/* A mark of the boot, relative to the press. Marks of the boot before are earlier. */
static int64_t since_press(const struct trials *t, const json_t *boot, const char *key)
{
	json_int_t from = json_integer_value(json_object_get(boot, "began_us"));
	json_int_t us = json_integer_value(json_object_get(boot, key));

	if (from < 0 || us < 0 || from + us < t->began.us)
		return -1;
	return from + us - t->began.us;
}

static struct learn_seen seen_in(const struct trials *t, const json_t *status)
{
	const json_t *boot = json_object_get(json_object_get(status, "board"), "boot");
	json_int_t old = json_integer_value(json_object_get(boot, "old_heard_us"));
	struct learn_seen s = {.old_us = old < 0 ? -1 : old - t->began.us};
	int64_t kernel = since_press(t, boot, "kernel_us");

	s.ready_us = since_press(t, boot, "ready_us");
	s.sign_us = since_press(t, boot, "firmware_us");
	if (s.sign_us < 0)
		s.sign_us = kernel >= 0 ? kernel : s.ready_us;
	return s;
}

static struct learn_action look(struct trials *t, struct monotime at)
{
	static const struct learn_seen nothing = {-1, -1, -1};
	struct learn_seen seen = nothing;
	json_t *st;

	pause_until(t, at);
	st = status_of(t);
	if (!st)
		return (struct learn_action){.what = LEARN_DONE, .err = -EPIPE};
	seen = seen_in(t, st);
	json_decref(st);
	return learn_saw(&t->learn, &seen, mono_now());
}

static struct learn_action press(struct trials *t, const struct learn_action *a)
{
	struct learn_action next;
	json_t *reply;
	int err = 0;

	if (a->time < LEARN_TIMES && !ask(t, "times", learned_times_json(a->time, a->us)))
		return (struct learn_action){.what = LEARN_DONE, .err = -EPIPE};
	t->began = mono_now();
	reply = link_call(t->link, "power", json_pack("{s:s}", "verb", power_verb_name(a->verb)));
	if (!json_is_true(json_object_get(reply, "ok")))
		err = json_is_true(json_object_get(reply, "unmoved")) ? -ETIME : -EIO;
	next = learn_did(&t->learn, err, json_text_of(reply, "error"), mono_now());
	json_decref(reply);
	return next;
}

static int try_all(struct trials *t)
{
	struct learn_config cfg = learned_times_wanted(t->cfg);
	struct learn_action a = learn_begin(&t->learn, &cfg, mono_now());

	while (a.what != LEARN_DONE && !t->interrupted) {
		a = a.what == LEARN_DO ? press(t, &a) : look(t, a.at);
		if (*t->learn.said && t->flags->verbosity >= 0)
			fprintf(stderr, "  %s\n", t->learn.said);
	}
	if (t->interrupted)
		return EXIT_INTERRUPTED;
	if (a.err)
		log_error("power learn: %s",
			  *t->learn.said ? t->learn.said : "the attendant is gone");
	return a.err ? EXIT_INFRA : EXIT_PASS;
}

/* From now on; the configuration's own keys win. */
static int keep(struct trials *t)
{
	struct board_config cfg;
	char err[512];

	if (learned_times_write(&t->learn, t->cfg, err, sizeof(err)) ||
	    config_load(t->flags->config, t->cfg->name, &cfg, err, sizeof(err))) {
		log_error("power learn: %s", err);
		return EXIT_INFRA;
	}
	if (!ask(t, "times", learned_times_all(&cfg)))
		return EXIT_INFRA;
	learned_times_print(&t->learn, &cfg, t->flags);
	return EXIT_PASS;
}

static int learn(struct trials *t)
{
	int code;

	if (!ask(t, "lock", NULL) || !ask(t, "up", NULL))
		return EXIT_INFRA;
	if (!await_ready(t))
		return t->interrupted ? EXIT_INTERRUPTED : EXIT_INFRA;
	code = try_all(t);
	if (code == EXIT_PASS)
		code = keep(t);
	if (code == EXIT_INTERRUPTED)
		log_warn("power learn: interrupted: nothing is pressed, and nothing was kept");
	ask(t, "release", NULL);
	ask(t, "unlock", json_pack("{s:s}", "dirty", ""));
	return code;
}

static void watch_signal(struct trials *t, uv_signal_t *s, int signum)
{
	uv_signal_init(&t->loop, s);
	s->data = t;
	uv_signal_start(s, on_signal, signum);
	uv_unref((uv_handle_t *)s);
}

int power_learn(const struct board_config *cfg, const struct common_flags *flags)
{
	static const struct link_ops ops = {0};
	struct trials t = {.cfg = cfg, .flags = flags};
	char err[512];
	int code = EXIT_INFRA;

	if (netboot_check(cfg, err, sizeof(err))) {
		log_error("%s: run kdev setup", err);
		return EXIT_INFRA;
	}
	uv_loop_init(&t.loop);
	uv_timer_init(&t.loop, &t.timer);
	t.timer.data = &t;
	watch_signal(&t, &t.sigint, SIGINT);
	watch_signal(&t, &t.sigterm, SIGTERM);
	if (link_open(&t.loop, cfg, flags, true, &ops, NULL, &t.link, err, sizeof(err)))
		log_error("%s", err);
	else
		code = learn(&t);
	link_close(t.link);
	uv_close((uv_handle_t *)&t.timer, NULL);
	uv_close((uv_handle_t *)&t.sigint, NULL);
	uv_close((uv_handle_t *)&t.sigterm, NULL);
	uv_run(&t.loop, UV_RUN_DEFAULT);
	uv_loop_close(&t.loop);
	return code;
}
