/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The escalation ladder at work: its steps are done, and the board is listened to. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "harness/attendant/attendant.h"
#include "harness/log.h"
#include "harness/output/text_json.h"

static void follow(struct attendant *a, struct ladder_action next);

static void finish(struct attendant *a, int err)
{
	struct recovery *r = &a->recovery;
	json_int_t took = mono_diff(mono_now(), r->began);

	r->active = false;
	uv_timer_stop(&r->timer);
	r->unproven = !err;
	r->last = r->ladder.rung;
	if (!err)
		attendant_remember(a, "");
	if (!err && a->ssh_up)
		ssh_drop(a->ssh, "the board boots anew");
	attendant_memory_write(a);
	attendant_note(a, r->ladder.story);
	if (err)
		log_error("the board can't be got to boot: %s", r->ladder.story);
	else
		log_info("the board boots: %s", r->ladder.story);
	if (!r->client)
		return;
	if (err)
		client_reply(r->client, r->id, r->ladder.story);
	else
		client_send(r->client, json_pack("{s:I, s:b, s:s, s:o, s:I}", "id", r->id, "ok", 1,
						 "method", ladder_rung_key(r->ladder.rung), "story",
						 text_json(r->ladder.story), "took_us", took));
	r->client = NULL;
}

static void on_timer(uv_timer_t *t)
{
	struct attendant *a = t->data;

	follow(a, ladder_time(&a->recovery.ladder, mono_now()));
}

/* ---- the steps ---- */

static void acted(struct attendant *a, int err, const char *why)
{
	if (a->recovery.active)
		follow(a, ladder_acted(&a->recovery.ladder, err, why, mono_now()));
}

/* It is off now; the next press starts it. */
static void held(struct attendant *a, int err, const char *why)
{
	if (!err)
		err = attendant_press(a, POWER_ON, 0, acted);
	if (err)
		acted(a, err, why);
}

static void ignore_output(void *arg, int stream, const void *bytes, size_t n)
{
}

/* The session breaks when the board obeys; that it did is seen on the console. */
static void agent_ended(void *arg, int status, int err)
{
	struct attendant *a = arg;

	if (!a->recovery.active || a->recovery.ladder.rung != LADDER_AGENT || a->recovery.acted)
		return;
	a->recovery.acted = true;
	if (status > 0)
		acted(a, -EIO, "the agent could not");
	else
		acted(a, 0, "");
}

static int ask_agent(struct attendant *a)
{
	static const struct ssh_exec_ops ops = {.output = ignore_output, .exit = agent_ended};
	struct ssh_exec *exec;
	int err = ssh_exec(a->ssh, "exec /run/kdev/agent reboot", NULL, 0, &ops, a, &exec);

	if (!err) {
		pipeline_new_boot(a->pipeline, mono_now());
		board_watch_reset(&a->watch, mono_now());
		attendant_rearm(a);
	}
	return err;
}

static void act(struct attendant *a, enum ladder_rung rung)
{
	int err = -EINVAL;

	log_info("recovery: %s", ladder_rung_name(rung));
	a->recovery.acted = false;
	switch (rung) {
	case LADDER_AGENT: err = ask_agent(a); break;
	case LADDER_SYSRQ:
		attendant_expect_boot(a, "the board is being reset by SysRq-b");
		err = attendant_press(a, POWER_BREAK, 'b', acted);
		break;
	case LADDER_RESET: err = attendant_press(a, POWER_RESET, 0, acted); break;
	case LADDER_HOLD: err = attendant_press(a, POWER_HOLD, 0, held); break;
	case LADDER_MAINS: err = attendant_press(a, POWER_CYCLE, 0, acted); break;
	case LADDER_RUNGS: break;
	}
	if (err)
		acted(a, err, strerror(-err));
}

static void follow(struct attendant *a, struct ladder_action next)
{
	struct recovery *r = &a->recovery;

	if (!r->active)
		return;
	if (next.what == LADDER_DONE) {
		finish(a, next.err);
		return;
	}
	if (!mono_is_never(next.until)) {
		int64_t us = mono_diff(next.until, mono_now());

		uv_update_time(&a->loop);
		uv_timer_start(&r->timer, on_timer, us > 0 ? (uint64_t)(us + 999) / 1000 : 0, 0);
	}
	if (next.what == LADDER_ACT && !r->ladder.booted)
		act(a, next.rung);
}

/* ---- begin, signs, end ---- */

/* Is there anything that can be pressed? Relays are by channel, the others do it all. */
static bool has_buttons(const struct board_config *c)
{
	return !strcmp(c->power, "qmp") || !strcmp(c->power, "command") ||
	       !strcmp(c->power, "pdudaemon") || strcmp(c->reset_button, "none") != 0 ||
	       strcmp(c->power_button, "none") != 0 || strcmp(c->mains, "none") != 0;
}

/* Nothing has been heard of it since it was found, or switched on or reset. */
static bool maybe_off(const struct board_watch *w)
{
	return mono_is_never(w->last_console) && mono_is_never(w->last_heartbeat);
}

/* A kernel that has panicked, or did not answer when it was asked where it hangs, seldom obeys. Nor
 * does one that was never heard of. */
static bool deaf(const struct attendant *a)
{
	return a->watch.state == BOARD_PANICKED || maybe_off(&a->watch) ||
	       (a->watch.state == BOARD_HUNG && a->sysrq_at.us && !attendant_sysrq_answered(a));
}

/* Some steps need a kernel or an agent that still obeys. */
static void what_there_is(const struct attendant *a, struct ladder_config *cfg)
{
	enum board_state s = a->watch.state;
	bool kernel = s == BOARD_BOOTING || s == BOARD_READY || s == BOARD_NFS_STALLED ||
		      s == BOARD_NETWORK_LOST || s == BOARD_HUNG || s == BOARD_PANICKED;

	for (int r = 0; r < LADDER_RUNGS; r++)
		cfg->has[r] = strstr(a->cfg.recovery, ladder_rung_key((enum ladder_rung)r));
	cfg->has[LADDER_AGENT] &= s == BOARD_READY && a->ssh_up;
	cfg->has[LADDER_SYSRQ] &= kernel && !(deaf(a) && has_buttons(&a->cfg));
	cfg->maybe_off = maybe_off(&a->watch);
	cfg->ask_us = MONO_SEC(3);
	/* The longest press, its verification, and something for a slow device. */
	cfg->act_us = a->cfg.hold_us + a->cfg.off_us + 2 * a->cfg.power_us + MONO_SEC(5);
	cfg->verify_us = a->cfg.sign_us;
}

void attendant_recover(struct attendant *a, struct client *c, json_int_t id)
{
	struct recovery *r = &a->recovery;
	enum ladder_rung from = LADDER_AGENT;
	struct ladder_config cfg;

	if (attendant_crash_kernel_recover(a, c, id))
		return;
	if (r->active || a->power_request.busy) {
		client_reply(c, id, "the board's power is busy with another request");
		return;
	}
	/* The last recovery began a boot that led to nothing: more is needed than that. */
	if (r->unproven)
		from = r->last + 1 < LADDER_RUNGS ? r->last + 1 : r->last;
	what_there_is(a, &cfg);
	r->active = true;
	r->client = c;
	r->id = id;
	r->began = mono_now();
	follow(a, ladder_begin(&r->ladder, &cfg, &r->memory, from, r->began));
}

static const char *sign_of_boot(const struct board_watch *w)
{
	if (!mono_is_never(w->kernel_at))
		return "a kernel started";
	return mono_is_never(w->firmware_at) ? "its agent spoke" : "its firmware started";
}

void attendant_recovery_look(struct attendant *a)
{
	struct recovery *r = &a->recovery;

	if (a->watch.state == BOARD_READY)
		r->unproven = false;
	/* Since a boot was asked for (ladder's steps all do), a sign of it clears this. */
	if (!r->active || a->watch.expect_boot || a->watch.state == BOARD_OFF ||
	    !a->watch.commanded)
		return;
	/* It obeyed before it could say so. */
	if (r->ladder.rung == LADDER_AGENT && !r->acted) {
		r->acted = true;
		acted(a, 0, "");
	}
	follow(a, ladder_booted(&r->ladder, sign_of_boot(&a->watch), mono_now()));
}

void attendant_recovery_end(struct attendant *a, const char *why)
{
	struct recovery *r = &a->recovery;

	if (r->active && r->client)
		client_reply(r->client, r->id, why);
	r->active = r->unproven = false;
	r->client = NULL;
	uv_timer_stop(&r->timer);
}

void attendant_recovery_forget(struct attendant *a, struct client *c)
{
	if (a->recovery.client == c)
		a->recovery.client = NULL;
}
