/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the run machine wants, as requests to the attendant. */
#include <stdio.h>
#include <string.h>

#include "harness/log.h"
#include "harness/output/text_json.h"
#include "harness/run/run.h"

/* Why the board must be booted first; "": it need not be. */
static const char *reset_why(const struct run *r, const json_t *reply)
{
	const char *dirty = json_text_of(reply, "dirty");

	return !*dirty && r->opt->fresh_why ? r->opt->fresh_why : dirty;
}

static void on_locked(void *arg, json_t *reply)
{
	struct run *r = arg;

	if (json_is_true(json_object_get(reply, "ok")))
		run_feed(r, (struct run_event){.type = RUN_EV_LOCKED, .text = reset_why(r, reply)});
	else if (!json_object_get(reply, "lost"))
		run_feed(r, (struct run_event){.type = RUN_EV_REFUSED,
					       .text = json_text_of(reply, "error")});
}

static void begin_recording(struct run *r)
{
	r->recording = true;
	run_feed(r, (struct run_event){.type = RUN_EV_UP_DONE, .ok = true});
	run_feed_board(r);
}

static void on_recording(void *arg, json_t *reply)
{
	struct run *r = arg;

	if (json_is_true(json_object_get(reply, "ok"))) {
		r->serial_from = json_integer_value(json_object_get(reply, "serial_from"));
		begin_recording(r);
	} else if (!json_object_get(reply, "lost")) {
		run_feed(r, (struct run_event){.type = RUN_EV_UP_DONE,
					       .text = json_text_of(reply, "error")});
	}
}

static void on_up(void *arg, json_t *reply)
{
	struct run *r = arg;

	if (!json_is_true(json_object_get(reply, "ok")))
		run_feed(r, (struct run_event){.type = RUN_EV_UP_DONE,
					       .text = json_text_of(reply, "error")});
	else if (r->dir)
		link_request(r->link, "record", json_pack("{s:s}", "dir", r->dir), on_recording, r);
	else
		begin_recording(r);
}

static void on_reset(void *arg, json_t *reply)
{
	struct run *r = arg;
	bool ok = json_is_true(json_object_get(reply, "ok"));

	if (json_object_get(reply, "lost"))
		return;
	if (ok)
		snprintf(r->reset_method, sizeof(r->reset_method), "%s",
			 json_text_of(reply, "method"));
	run_feed(r, (struct run_event){
			    .type = RUN_EV_RESET_DONE,
			    .ok = ok,
			    .text = json_text_of(reply, ok ? "story" : "error"),
		    });
}

static void add_evidence(struct run *r, const json_t *part)
{
	const char *file = json_text_of(part, "file");

	if (r->record)
		record_evidence(r->record, json_text_of(part, "what"), json_text_of(part, "by"),
				json_text_of(part, "result"), file);
	if (*file)
		run_screen_note(r, "%s: %s%s", json_text_of(part, "what"), file,
				strcmp(json_text_of(part, "result"), "whole") ? " (cut)" : "");
}

/* Where it hangs, or what it said to SysRq and NMI. What is a report among it comes as any does. */
static void on_answer(void *arg, json_t *reply)
{
	struct run *r = arg;
	const json_t *part;
	size_t i;

	if (json_object_get(reply, "lost"))
		return;
	if (!json_is_true(json_object_get(reply, "ok")))
		log_debug("%s", json_text_of(reply, "error"));
	json_array_foreach (json_object_get(reply, "evidence"), i, part)
		add_evidence(r, part);
	run_feed(r, (struct run_event){.type = RUN_EV_ANSWERED});
}

static void unlock(struct run *r)
{
	const struct run_machine *m = &r->machine;
	const char *dirty = "";

	if (m->need_reset)
		dirty = m->need_reset_why;
	else if (m->loaded)
		dirty = "a run ended with its module loaded";
	link_request(r->link, "unlock", json_pack("{s:o}", "dirty", text_json(dirty)), NULL, NULL);
}

void run_act(void *arg, enum run_action action)
{
	struct run *r = arg;

	switch (action) {
	case RUN_DO_LOCK: link_request(r->link, "lock", NULL, on_locked, r); break;
	case RUN_DO_UP: link_request(r->link, "up", NULL, on_up, r); break;
	case RUN_DO_PUSH: run_step_push(r); break;
	case RUN_DO_LOAD: run_step_load(r); break;
	case RUN_DO_TEST: run_step_test(r); break;
	case RUN_DO_UNLOAD: run_step_unload(r); break;
	case RUN_DO_CANCEL: run_step_cancel(r); break;
	case RUN_DO_STOP: run_step_stop(r); break;
	case RUN_DO_STUCK: link_request(r->link, "stuck", NULL, on_answer, r); break;
	case RUN_DO_HARVEST: link_request(r->link, "harvest", NULL, on_answer, r); break;
	case RUN_DO_RESET: link_request(r->link, "recover", NULL, on_reset, r); break;
	case RUN_DO_UNLOCK: unlock(r); break;
	}
}
