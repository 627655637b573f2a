/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run from its start to its end, and what stays for the next one. */
#include "harness/run/run.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "harness/exit_code.h"
#include "harness/log.h"
#include "harness/output/text_json.h"

static void on_signal(uv_signal_t *h, int signum)
{
	struct run *r = h->data;
	const struct run_watcher *w = r->opt ? r->opt->watcher : NULL;

	if (w && w->interrupted)
		w->interrupted(w->arg);
	/* Between two runs there is but a wait to be ended. */
	if (r->machine.phase == RUN_DONE || r->machine.phase == RUN_IDLE) {
		uv_stop(&r->loop);
		return;
	}
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

static void on_waited(uv_timer_t *t)
{
	uv_stop(t->loop);
}

void run_wait(struct run *r, int64_t us)
{
	uv_update_time(&r->loop);
	uv_timer_start(&r->waiter, on_waited, us > 0 ? (uint64_t)(us + 999) / 1000 : 0, 0);
	uv_run(&r->loop, UV_RUN_DEFAULT);
	uv_timer_stop(&r->waiter);
}

static void on_ticker(uv_timer_t *t)
{
	struct run *r = t->data;
	const struct run_watcher *w = r->opt ? r->opt->watcher : NULL;

	if (w && w->tick)
		w->tick(w->arg);
	else
		run_screen_progress(r);
}

int run_open(struct run *r, const struct board_config *cfg, const struct common_flags *flags)
{
	int rc;

	*r = (struct run){.cfg = cfg, .flags = flags};
	uv_loop_init(&r->loop);
	uv_timer_init(&r->loop, &r->timer);
	uv_timer_init(&r->loop, &r->ticker);
	uv_timer_init(&r->loop, &r->waiter);
	uv_timer_init(&r->loop, &r->mourning);
	uv_signal_init(&r->loop, &r->sigint);
	uv_signal_init(&r->loop, &r->sigterm);
	r->timer.data = r->ticker.data = r->mourning.data = r->sigint.data = r->sigterm.data = r;
	uv_signal_start(&r->sigint, on_signal, SIGINT);
	uv_signal_start(&r->sigterm, on_signal, SIGTERM);
	signal(SIGPIPE, SIG_IGN);
	run_screen_init(r);
	rc = netboot_paths(cfg, &r->paths);
	if (!rc)
		return 0;
	log_error("the board is not set up: %s", strerror(-rc));
	run_close(r);
	return EXIT_INFRA;
}

/* What the last run left. */
static void forget(struct run *r)
{
	run_jobs_free(r);
	run_crashes_free(r);
	record_free(r->record);
	ktap_free(r->ktap);
	strbuf_free(&r->output[0]);
	strbuf_free(&r->output[1]);
	free(r->module_copy);
	free(r->host_log);
	free(r->dir);
	r->record = NULL;
	r->ktap = NULL;
	r->module_copy = r->host_log = r->dir = NULL;
	r->recording = r->test_cancelled = r->locks_off = r->checked = false;
	r->n_explained = 0;
	r->n_begun = r->n_ended = 0;
	r->tests[0] = r->unmet[0] = r->reset_method[0] = '\0';
	r->taint_before = r->taint_after = -1;
	r->iteration = r->batch_done = -1;
	memset(r->step_us, 0, sizeof(r->step_us));
	r->machine.phase = RUN_IDLE;
}

/* The attendant may have died since the last run: then there will be another one. */
static int connect_link(struct run *r, char *err, size_t err_len)
{
	static const struct link_ops link_ops = {.event = run_event_came, .lost = run_lost};

	if (r->link && !r->link_lost)
		return 0;
	link_close(r->link);
	r->link = NULL;
	r->link_lost = false;
	json_decref(r->board);
	r->board = NULL;
	return link_open(&r->loop, r->cfg, r->flags, true, &link_ops, r, &r->link, err, err_len);
}

int run_once(struct run *r, const struct board_config *cfg, const struct run_options *opt,
	     char *err, size_t err_len)
{
	struct run_plan plan;
	int rc = 0;

	forget(r);
	r->cfg = cfg;
	r->opt = opt;
	r->ktap = ktap_new();
	if (opt->module)
		rc = run_dir_make(r, err, err_len);
	if (!rc)
		rc = connect_link(r, err, err_len);
	if (rc)
		return rc;
	if (r->tty || opt->watcher)
		uv_timer_start(&r->ticker, on_ticker, 250, 250);
	run_plan_of(r, &plan);
	run_machine_init(&r->machine, &plan, &run_ops, r);
	r->began = mono_now();
	run_feed(r, (struct run_event){.type = RUN_EV_START});
	if (r->machine.phase != RUN_DONE)
		uv_run(&r->loop, UV_RUN_DEFAULT);
	uv_timer_stop(&r->timer);
	uv_timer_stop(&r->ticker);
	uv_timer_stop(&r->mourning);
	run_crashes_explain(r);
	run_dir_record(r);
	return 0;
}

static void close_handle(uv_handle_t *h, void *arg)
{
	/* The link's handles are closed by the link, children's when they end. */
	if ((h->type == UV_TIMER || h->type == UV_SIGNAL) && !uv_is_closing(h))
		uv_close(h, NULL);
}

void run_close(struct run *r)
{
	link_close(r->link);
	run_jobs_free(r);
	uv_walk(&r->loop, close_handle, NULL);
	uv_run(&r->loop, UV_RUN_DEFAULT);
	uv_loop_close(&r->loop);
	forget(r);
	json_decref(r->board);
	netboot_paths_free(&r->paths);
}

/* --json: the record, on stdout. */
static void print_record(const struct run *r)
{
	char *text = r->flags->json && r->record ? record_text(r->record) : NULL;

	if (text)
		puts(text);
	free(text);
}

int run_execute(const struct board_config *cfg, const struct common_flags *flags,
		const struct run_options *opt)
{
	char err[512];
	struct run r;
	int code = run_open(&r, cfg, flags);

	if (code)
		return code;
	if (run_once(&r, cfg, opt, err, sizeof(err))) {
		log_error("%s", err);
		run_close(&r);
		return EXIT_INFRA;
	}
	code = run_verdict_exit_code(r.machine.verdict);
	if (r.machine.phase != RUN_DONE)
		code = EXIT_INTERRUPTED;
	run_screen_verdict(&r);
	print_record(&r);
	run_close(&r);
	return code;
}
