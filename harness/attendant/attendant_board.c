/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The board: its services, its state, up and down. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/attendant/attendant.h"
#include "harness/log.h"
#include "harness/output/text_json.h"

#define SERVICE_TEXT_MAX 640

static void on_wakeup(uv_timer_t *t)
{
	struct attendant *a = t->data;
	struct monotime now = mono_now();

	pipeline_tick(a->pipeline, now);
	board_watch_tick(&a->watch, now);
	attendant_crash_kernel_tick(a);
	attendant_recovery_look(a);
	attendant_rearm(a);
}

void attendant_rearm(struct attendant *a)
{
	struct monotime next;
	int64_t us;

	if (!a->up)
		return;
	next = mono_min(pipeline_wakeup(a->pipeline), board_watch_wakeup(&a->watch));
	next = mono_min(next, crash_kernel_wakeup(&a->crash.kernel));
	if (mono_is_never(next)) {
		uv_timer_stop(&a->timer);
		return;
	}
	us = mono_diff(next, mono_now());
	uv_update_time(&a->loop);
	uv_timer_start(&a->timer, on_wakeup, us > 0 ? (uint64_t)(us + 999) / 1000 : 0, 0);
}

static json_int_t at(struct monotime t)
{
	return mono_is_never(t) ? -1 : t.us;
}

static json_int_t since(struct monotime from, struct monotime to)
{
	return mono_is_never(from) || mono_is_never(to) ? -1 : mono_diff(to, from);
}

json_t *attendant_board_json(const struct attendant *a)
{
	const struct board_watch *w = &a->watch;
	bool told = w->state == BOARD_NEVER_CAME && a->boot_story[0];
	char reason[sizeof(w->reason) + sizeof(a->boot_story) + 2];

	snprintf(reason, sizeof(reason), "%s%s%s", w->reason, told ? "; " : "",
		 told ? a->boot_story : "");

	if (!a->up)
		return json_pack("{s:s, s:s, s:s, s:b}", "ev", "board", "state", "off", "reason",
				 "its services are not started", "ssh", 0);
	return json_pack("{s:s, s:s, s:s, s:b, s:b, s:s, s:I, s:{s:I, s:I, s:I, s:I, s:I}}", "ev",
			 "board", "state", board_state_name(w->state), "reason", reason, "ssh",
			 a->ssh_up, "root_gone", w->root_gone, "boot_id", w->heartbeat.boot_id,
			 "since_us", (json_int_t)w->since.us, "boot", "began_us", at(w->boot_began),
			 "firmware_us", since(w->boot_began, w->firmware_at), "kernel_us",
			 since(w->boot_began, w->kernel_at), "ready_us",
			 since(w->boot_began, w->ready_at), "old_heard_us", at(w->old_heard));
}

static void board_changed(void *arg, const struct board_change *c)
{
	struct attendant *a = arg;
	char text[256 + BOOT_STORY_MAX];
	bool told;

	if (c->event == BOARD_EV_SELF_RESET) {
		if (attendant_crash_kernel_gone(a, c->reason))
			return;
		log_warn("the board reset by itself: %s", c->reason);
		attendant_note(a, c->reason);
		ssh_drop(a->ssh, "the board reset by itself");
		attendant_broadcast(
			a, json_pack("{s:s, s:s}", "ev", "self-reset", "reason", c->reason));
		return;
	}
	if (c->to == BOARD_FIRMWARE)
		attendant_boot_begins(a);
	told = c->to == BOARD_NEVER_CAME && c->from == BOARD_FIRMWARE;
	if (told)
		attendant_boot_tell(a);
	snprintf(text, sizeof(text), "board: %s -> %s, %s%s%s", board_state_name(c->from),
		 board_state_name(c->to), c->reason, told ? "; " : "", told ? a->boot_story : "");
	log_info("%s", text);
	attendant_note(a, text);
	if (c->to == BOARD_PANICKED)
		attendant_crash_kernel_panic(a);
	if (c->to == BOARD_READY)
		attendant_ssh_connect(a);
	attendant_broadcast(a, attendant_board_json(a));
}

/* ---- up and down ---- */

/* A new QEMU begins its serial log anew, and so must our capture: the one is what the other is
 * completed from after an attendant's death. */
static void begin_captures_anew(struct attendant *a)
{
	struct capture *fresh;
	int err = capture_open(a->dir, true, &fresh);

	if (err) {
		log_error("%s: captures go on in their old files: %s", a->dir, strerror(-err));
		return;
	}
	capture_close(a->capture);
	a->capture = fresh;
	if (a->run_dir && capture_run_begin(fresh, a->run_dir))
		log_error("%s: the run's captures can't be continued", a->run_dir);
}

static void on_service_died(void *arg, const char *what, const char *why)
{
	struct attendant *a = arg;
	char text[SERVICE_TEXT_MAX];

	snprintf(text, sizeof(text), "%s ended (%s) and was started again", what, why);
	log_warn("%s", text);
	if (a->up)
		attendant_note(a, text);
}

static void on_service_lost(void *arg, const char *why)
{
	struct attendant *a = arg;

	log_error("%s", why);
	if (a->up)
		attendant_note(a, why);
	attendant_broadcast(a,
			    json_pack("{s:s, s:o}", "ev", "service-lost", "why", text_json(why)));
}

/* The virtual board has power again. Its console socket is new: the source reconnects. */
static void power_returns(struct attendant *a)
{
	attendant_remember(a, "");
	board_watch_power(&a->watch, true, mono_now());
}

static void on_board_died(void *arg, const char *why)
{
	struct attendant *a = arg;
	char text[SERVICE_TEXT_MAX];

	snprintf(text, sizeof(text), "QEMU ended (%s): the board lost its power", why);
	log_warn("%s", text);
	if (!a->up)
		return;
	attendant_note(a, text);
	ssh_drop(a->ssh, "the board lost its power");
	pipeline_new_boot(a->pipeline, mono_now());
	board_watch_power(&a->watch, false, mono_now());
	begin_captures_anew(a);
	if (services_start_board(a->services, text, sizeof(text)))
		log_error("%s", text);
	else
		power_returns(a);
	attendant_rearm(a);
}

static const struct services_ops services_ops = {
	.died = on_service_died,
	.lost = on_service_lost,
	.board_died = on_board_died,
};

/* What was given up gets another chance with each `up`: its cause may be gone. */
static int revive(struct attendant *a, char *err, size_t err_len)
{
	bool ran;
	int rc = services_start(a->services, &ran, err, err_len);

	if (!rc && !ran && a->cfg.type == BOARD_VIRTUAL)
		power_returns(a);
	attendant_rearm(a);
	return rc;
}

static int open_all(struct attendant *a, bool adopted, char *err, size_t err_len)
{
	struct board_watch_config watch_cfg = {a->cfg.heartbeat_us, a->cfg.boot_us};
	int rc = capture_open(a->dir, !adopted, &a->capture);

	if (rc) {
		snprintf(err, err_len, "%s: captures: %s", a->dir, strerror(-rc));
		return rc;
	}
	a->pipeline = pipeline_new(&attendant_pipeline_ops, a);
	if (!a->pipeline)
		return -ENOMEM;
	board_watch_init(&a->watch, &watch_cfg, board_changed, a, mono_now());
	rc = attendant_ssh_open(a);
	if (rc) {
		snprintf(err, err_len, "ssh: %s", strerror(-rc));
		return rc;
	}
	rc = attendant_sources_open(a, err, err_len);
	if (!rc)
		rc = attendant_vmcore_open(a, err, err_len);
	if (rc)
		return rc;
	return attendant_power_open(a, err, err_len);
}

int attendant_board_up(struct attendant *a, char *err, size_t err_len)
{
	bool adopted = false;
	int rc;

	if (a->up)
		return services_any_lost(a->services) ? revive(a, err, err_len) : 0;
	snprintf(err, err_len, "out of memory");
	rc = netboot_check(&a->cfg, err, err_len);
	if (!rc)
		rc = netboot_paths(&a->cfg, &a->paths);
	if (!rc)
		rc = services_new(&a->loop, &a->cfg, &services_ops, a, &a->services);
	if (!rc)
		rc = services_start(a->services, &adopted, err, err_len);
	if (!rc)
		rc = open_all(a, adopted, err, err_len);
	if (rc) {
		attendant_board_down(a, true);
		return rc;
	}
	a->up = true;
	if (adopted) {
		board_watch_adopted(&a->watch, mono_now());
		attendant_catch_up(a);
	} else if (a->cfg.type == BOARD_BARE) {
		/* It may be at work: its root comes back. Or off: that is found out by listening.
		 */
		board_watch_adopted(&a->watch, mono_now());
	} else {
		board_watch_power(&a->watch, true, mono_now());
		attendant_remember(a, "");
	}
	rc = attendant_console_open(a, err, err_len);
	if (rc)
		attendant_board_down(a, true);
	else
		attendant_rearm(a);
	return rc;
}

void attendant_board_down(struct attendant *a, bool stop_services)
{
	a->up = false;
	uv_timer_stop(&a->timer);
	uv_timer_stop(&a->ssh_timer);
	attendant_recovery_end(a, "the board is taken down");
	attendant_crash_kernel_end(a, "the board is taken down");
	attendant_harvest_end(a, "the board is taken down");
	attendant_vmcore_close(a);
	attendant_console_close(a);
	power_close(a->power);
	source_udp_close(a->netconsole);
	source_udp_close(a->heartbeat);
	ssh_free(a->ssh);
	pipeline_free(a->pipeline);
	capture_close(a->capture);
	if (stop_services && a->services)
		services_stop(a->services);
	services_free(a->services);
	netboot_paths_free(&a->paths);
	a->netconsole = a->heartbeat = NULL;
	a->power = NULL;
	a->ssh = NULL;
	a->ssh_up = a->ssh_connected = false;
	a->pipeline = NULL;
	a->capture = NULL;
	a->services = NULL;
}
