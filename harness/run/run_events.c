/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the attendant says, as the run machine's events. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "harness/output/crash_json.h"
#include "harness/output/text_json.h"
#include "harness/run/run.h"

static enum board_state board_state_of(const json_t *ev)
{
	const char *name = json_text_of(ev, "state");

	for (int s = BOARD_OFF; s <= BOARD_NEVER_CAME; s++)
		if (!strcmp(name, board_state_name((enum board_state)s)))
			return (enum board_state)s;
	return BOARD_OFF;
}

static enum crash_class crash_class_of(const json_t *ev)
{
	const char *name = json_text_of(ev, "class");

	for (int c = CRASH_OOPS; c <= CRASH_OTHER; c++)
		if (!strcmp(name, crash_class_name((enum crash_class)c)))
			return (enum crash_class)c;
	return CRASH_OTHER;
}

/* Ready, and not since a boot that was seen to begin. */
static bool is_old_boot(const json_t *board)
{
	const json_t *began = json_object_get(json_object_get(board, "boot"), "began_us");

	return board_state_of(board) == BOARD_READY && json_integer_value(began) < 0;
}

void run_feed_board(struct run *r)
{
	if (r->board)
		run_feed(r,
			 (struct run_event){
				 .type = RUN_EV_BOARD,
				 .board = board_state_of(r->board),
				 .ssh = json_is_true(json_object_get(r->board, "ssh")),
				 .old_boot = is_old_boot(r->board),
				 .root_gone = json_is_true(json_object_get(r->board, "root_gone")),
				 .text = json_text_of(r->board, "reason"),
			 });
}

static void record_boot(struct run *r, const json_t *ev)
{
	const json_t *boot = json_object_get(ev, "boot");

	if (r->record && board_state_of(ev) == BOARD_READY &&
	    (!r->board || board_state_of(r->board) != BOARD_READY))
		record_boot_seen(r->record,
				 r->machine.phase == RUN_RECOVERING ? "recovery" : "start",
				 json_integer_value(json_object_get(boot, "firmware_us")),
				 json_integer_value(json_object_get(boot, "kernel_us")),
				 json_integer_value(json_object_get(boot, "ready_us")));
}

static void on_board(struct run *r, json_t *ev)
{
	if (r->recording)
		record_boot(r, ev);
	json_decref(r->board);
	r->board = json_incref(ev);
	if (r->recording)
		run_feed_board(r);
}

static void on_crash(struct run *r, json_t *ev)
{
	bool begins = !strcmp(json_text_of(ev, "phase"), "begin");
	const json_t *report = begins ? ev : json_object_get(ev, "report");
	struct run_event event = {
		.klass = crash_class_of(ev),
		.secondary = json_is_true(json_object_get(report, "secondary")),
		.text = json_text_of(report, "title"),
	};

	if (!r->recording)
		return;
	if (begins)
		run_crash_begun(r, event);
	else
		run_crash_ended(r, event, crash_from_json(report),
				(unsigned)json_integer_value(json_object_get(ev, "n")));
}

static void on_iteration(struct run *r, const json_t *ev)
{
	struct iteration_line i = {
		.iteration = json_integer_value(json_object_get(ev, "iteration")),
		.load_us = json_integer_value(json_object_get(ev, "load_us")),
		.unload_us = json_integer_value(json_object_get(ev, "unload_us")),
	};

	run_batch_line(r, &i);
}

/* How it is opened: crash wants the kernel's debug information, which a package of its own has. */
static void on_vmcore(struct run *r, const json_t *ev)
{
	const char *path = json_text_of(ev, "path"), *release = json_text_of(ev, "release");
	bool whole = json_is_true(json_object_get(ev, "whole"));
	char command[PATH_MAX + 256] = "";

	if (whole)
		snprintf(command, sizeof(command), "crash /usr/lib/debug/boot/vmlinux-%s %s",
			 release, path);
	record_vmcore(r->record, path, (uint64_t)json_integer_value(json_object_get(ev, "bytes")),
		      whole, command);
	if (whole)
		run_screen_note(r, "vmcore: %s (linux-image-%s-dbg)", command, release);
	else
		run_screen_note(r, "vmcore: only a part came: %s", path);
}

void run_event_came(void *arg, json_t *ev)
{
	struct run *r = arg;
	const char *name = json_text_of(ev, "ev");

	if (!strcmp(name, "board")) {
		on_board(r, ev);
	} else if (!strcmp(name, "crash")) {
		on_crash(r, ev);
	} else if (!strcmp(name, "iteration") && r->recording) {
		on_iteration(r, ev);
	} else if (!strcmp(name, "output")) {
		run_step_output(r, ev);
	} else if (!strcmp(name, "self-reset") && r->recording) {
		run_feed(r, (struct run_event){.type = RUN_EV_SELF_RESET,
					       .text = json_text_of(ev, "reason")});
	} else if (!strcmp(name, "service-lost")) {
		run_feed(r, (struct run_event){.type = RUN_EV_SERVICE_LOST,
					       .text = json_text_of(ev, "why")});
	} else if (!strcmp(name, "vmcore") && r->record) {
		on_vmcore(r, ev);
	} else if (!strcmp(name, "lost") && r->record) {
		record_lost(r->record, json_text_of(ev, "source"),
			    (uint64_t)json_integer_value(json_object_get(ev, "records")),
			    json_text_of(ev, "why"));
	}
}
