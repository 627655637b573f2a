/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The loop between the run machine and the attendant. */
#include "harness/run.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "harness/exit_code.h"
#include "harness/log.h"
#include "harness/text_json.h"

static void rearm(struct run *r);

void run_feed(struct run *r, struct run_event ev)
{
	if (!ev.text)
		ev.text = "";
	run_machine_event(&r->machine, &ev, mono_now());
	rearm(r);
}

static void on_timer(uv_timer_t *t)
{
	run_feed(t->data, (struct run_event){.type = RUN_EV_TICK});
}

static void rearm(struct run *r)
{
	struct monotime at = run_machine_wakeup(&r->machine);
	int64_t us;

	if (r->machine.phase == RUN_DONE || mono_is_never(at)) {
		uv_timer_stop(&r->timer);
		return;
	}
	us = mono_diff(at, mono_now());
	uv_update_time(&r->loop);
	uv_timer_start(&r->timer, on_timer, us > 0 ? (uint64_t)(us + 999) / 1000 : 0, 0);
}

void run_step_done(struct run *r, const char *text)
{
	run_feed(r, (struct run_event){.type = RUN_EV_STEP_DONE, .ok = !text, .text = text});
}

void run_step_broken(struct run *r, const char *why)
{
	run_feed(r, (struct run_event){.type = RUN_EV_STEP_BROKEN, .text = why});
}

static void on_lost(void *arg)
{
	run_feed(arg, (struct run_event){.type = RUN_EV_LOST});
}

/* ---- what the machine does ---- */

/* Should this command be killed, the attendant must know what the board is left with. */
static void tell_step(struct run *r, enum run_phase phase)
{
	json_t *fields = json_pack("{s:s}", "name", run_phase_name(phase));

	if (phase == RUN_LOADING && fields)
		json_object_set_new(fields, "dirty", json_string("a run ended in its middle"));
	link_request(r->link, "step", fields, NULL, NULL);
}

static void enter(void *arg, enum run_phase from, enum run_phase to, const char *why)
{
	struct run *r = arg;
	struct monotime now = mono_now();
	int64_t took = mono_diff(now, r->began);

	r->began = now;
	r->step_us[from] += took;
	if (to == RUN_PROBING)
		r->hung_phase = from;
	log_debug("run: %s -> %s, %s", run_phase_name(from), run_phase_name(to), why);
	if (r->record && from >= RUN_PREPARING)
		record_step_end(r->record, took, why);
	if (from >= RUN_PUSHING && from <= RUN_UNLOADING)
		run_dir_step_output(r, from);
	run_screen_phase(r, from, took, why);
	if (from >= RUN_PUSHING && !r->machine.open_reports)
		run_crashes_explain(r);
	if (from == RUN_RECOVERING && r->record)
		record_reset(r->record, *r->reset_method ? r->reset_method : "none",
			     to == RUN_DONE && !r->machine.board_lost, took);
	if (r->record && to >= RUN_PREPARING && to < RUN_DONE)
		record_step_begin(r->record, run_phase_name(to), now);
	if (to > RUN_PREPARING && to < RUN_DONE && r->opt->module)
		tell_step(r, to);
	run_dir_record(r);
	if (to == RUN_DONE)
		uv_stop(&r->loop);
}

static void verdict(void *arg, enum run_verdict v, const char *reason)
{
	log_debug("run: verdict %s, %s", run_verdict_name(v), reason);
}

static const struct run_machine_ops machine_ops = {run_act, enter, verdict};

/* ---- start and end ---- */

static void on_signal(uv_signal_t *h, int signum)
{
	struct run *r = h->data;

	if (r->interrupts++) {
		run_screen_note(
			r, "interrupted again: leaving now; the board is reset before its next "
			   "run if it must be");
		uv_stop(&r->loop);
		return;
	}
	run_screen_note(r, "interrupted: leaving the board clean (again to leave at once)");
	run_feed(r, (struct run_event){.type = RUN_EV_INTERRUPT});
}

static void on_ticker(uv_timer_t *t)
{
	run_screen_progress(t->data);
}

static void plan_of(const struct run *r, struct run_plan *p)
{
	const struct board_config *c = r->cfg;

	*p = (struct run_plan){
		.module = r->opt->module != NULL,
		.test = r->opt->test_command || r->opt->test_file,
		.allow_warn = r->opt->allow_warn,
		/* The watch says first what became of a boot: a slow one is given twice its time.
		 */
		.boot_us = 2 * c->boot_us + MONO_SEC(5),
		.push_us = MONO_SEC(30),
		.load_us = c->load_us,
		.test_us = c->test_us,
		.unload_us = c->unload_us,
		.settle_us = c->settle_us,
		.collect_us = c->collect_us,
		.stall_us = MONO_SEC(600),
		/* Each of the ladder's five steps, and a driver that answers late. */
		.reset_us =
			5 * (c->hold_us + c->off_us + 2 * c->power_us + c->sign_us) + MONO_SEC(30),
		.boot_tries = c->boot_tries,
	};
}

static void start(struct run *r)
{
	struct run_plan plan;

	uv_timer_init(&r->loop, &r->timer);
	uv_timer_init(&r->loop, &r->ticker);
	uv_signal_init(&r->loop, &r->sigint);
	uv_signal_init(&r->loop, &r->sigterm);
	r->timer.data = r->ticker.data = r->sigint.data = r->sigterm.data = r;
	uv_signal_start(&r->sigint, on_signal, SIGINT);
	uv_signal_start(&r->sigterm, on_signal, SIGTERM);
	if (r->tty)
		uv_timer_start(&r->ticker, on_ticker, 250, 250);
	signal(SIGPIPE, SIG_IGN);
	plan_of(r, &plan);
	run_machine_init(&r->machine, &plan, &machine_ops, r);
	r->began = mono_now();
	run_feed(r, (struct run_event){.type = RUN_EV_START});
}

static void close_handle(uv_handle_t *h, void *arg)
{
	/* The link's handles are closed by the link. */
	if ((h->type == UV_TIMER || h->type == UV_SIGNAL) && !uv_is_closing(h))
		uv_close(h, NULL);
}

/* --json: the record, on stdout. */
static void print_record(const struct run *r)
{
	char *text = r->flags->json && r->record ? record_text(r->record) : NULL;

	if (text)
		puts(text);
	free(text);
}

static int finish(struct run *r)
{
	int code = run_verdict_exit_code(r->machine.verdict);

	if (r->machine.phase != RUN_DONE)
		code = EXIT_INTERRUPTED;
	run_crashes_explain(r);
	run_dir_record(r);
	run_screen_verdict(r);
	print_record(r);
	link_close(r->link);
	uv_walk(&r->loop, close_handle, NULL);
	uv_run(&r->loop, UV_RUN_DEFAULT);
	uv_loop_close(&r->loop);
	run_crashes_free(r);
	record_free(r->record);
	json_decref(r->board);
	strbuf_free(&r->output[0]);
	strbuf_free(&r->output[1]);
	netboot_paths_free(&r->paths);
	free(r->module_copy);
	free(r->dir);
	return code;
}

int run_execute(const struct board_config *cfg, const struct common_flags *flags,
		const struct run_options *opt)
{
	static const struct link_ops link_ops = {.event = run_event_came, .lost = on_lost};
	struct run r = {
		.cfg = cfg, .flags = flags, .opt = opt, .taint_before = -1, .taint_after = -1};
	char err[512];
	int rc;

	uv_loop_init(&r.loop);
	run_screen_init(&r);
	rc = netboot_paths(cfg, &r.paths);
	if (rc)
		snprintf(err, sizeof(err), "the board is not set up: %s", strerror(-rc));
	if (!rc && opt->module)
		rc = run_dir_make(&r, err, sizeof(err));
	if (!rc)
		rc = link_open(&r.loop, cfg, flags, true, &link_ops, &r, &r.link, err, sizeof(err));
	if (rc) {
		log_error("%s", err);
		netboot_paths_free(&r.paths);
		return EXIT_INFRA;
	}
	start(&r);
	if (r.machine.phase != RUN_DONE)
		uv_run(&r.loop, UV_RUN_DEFAULT);
	return finish(&r);
}
