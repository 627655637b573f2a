/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the pipeline makes of the consoles: the timeline, crash reports, marks of a boot. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/attendant/attendant.h"
#include "harness/log.h"
#include "harness/loop/iteration_line.h"
#include "harness/output/crash_files.h"
#include "harness/output/crash_json.h"
#include "harness/output/text_json.h"
#include "harness/paths.h"

void attendant_note(struct attendant *a, const char *text)
{
	capture_line(a->capture, "kdev", mono_now(), text, strlen(text));
}

/* In order with the reports: so it is known in which iteration each of them came. */
static void tell_iteration(struct attendant *a, const struct console_line *line)
{
	struct iteration_line i;

	if (iteration_line_parse(line->text, line->len, &i))
		attendant_broadcast(a, json_pack("{s:s, s:I, s:I, s:I}", "ev", "iteration",
						 "iteration", (json_int_t)i.iteration, "load_us",
						 (json_int_t)i.load_us, "unload_us",
						 (json_int_t)i.unload_us));
}

static void log_line(void *arg, const struct console_line *line)
{
	struct attendant *a = arg;

	attendant_crash_kernel_line(a, line->text, line->len);
	attendant_harvest_line(a, line);
	if (line->duplicate)
		return;
	capture_line(a->capture, line->source == SOURCE_SERIAL ? "serial" : "netconsole", line->at,
		     line->text, line->len);
	if (a->owner)
		tell_iteration(a, line);
}

static void log_crash_begin(void *arg, const struct crash_report *r)
{
	struct attendant *a = arg;

	log_warn("%s: %s", crash_class_name(r->klass), r->title);
	if (!a->owner) {
		char why[160];

		snprintf(why, sizeof(why), "it crashed between two runs: %.120s", r->title);
		attendant_remember(a, why);
	}
	attendant_broadcast(a, json_pack("{s:s, s:s, s:s, s:o, s:b, s:I}", "ev", "crash", "phase",
					 "begin", "class", crash_class_name(r->klass), "title",
					 text_json(r->title), "secondary", r->secondary, "at_us",
					 (json_int_t)r->begun.us));
	/* After the report's own event: the panic is its consequence. */
	if (r->klass == CRASH_PANIC || r->panicked)
		board_watch_panic(&a->watch, mono_now());
	attendant_crash_kernel_report(a, r);
}

/* The report goes to disk here, so that it is kept whatever becomes of the command. */
static void keep_crash(struct attendant *a, const struct crash_report *r)
{
	int err = a->run_dir ? crash_files_write(a->run_dir, ++a->crashes, r) : 0;

	if (err)
		log_error("a crash report can't be written: %s", strerror(-err));
}

static void log_crash_end(void *arg, struct crash_report *r)
{
	struct attendant *a = arg;
	json_t *doc = crash_to_json(r);

	if (r->panicked)
		board_watch_panic(&a->watch, mono_now());
	keep_crash(a, r);
	if (doc) {
		attendant_broadcast(a,
				    json_pack("{s:s, s:s, s:s, s:i, s:o}", "ev", "crash", "phase",
					      "end", "class", crash_class_name(r->klass), "n",
					      a->run_dir ? (int)a->crashes : 0, "report", doc));
	}
	crash_report_free(r);
	attendant_harvest_report(a);
}

void attendant_crash(struct attendant *a, struct crash_report *r)
{
	r->begun = r->ended = mono_now();
	log_crash_begin(a, r);
	log_crash_end(a, r);
}

/* A heartbeat that the agent put into the kernel's log. */
static void hear_beat(struct attendant *a, const char *text, size_t len, struct monotime now)
{
	const char *beat = memchr(text, ' ', len);
	struct heartbeat hb;

	if (beat && !heartbeat_parse(beat, len - (size_t)(beat - text), &hb))
		board_watch_console_beat(&a->watch, &hb, now);
}

static void log_mark(void *arg, enum boot_mark mark, const char *text, size_t len)
{
	struct attendant *a = arg;
	struct monotime now = mono_now();

	if (attendant_crash_kernel_mark(a, mark))
		return;
	switch (mark) {
	case BOOT_FIRMWARE: board_watch_firmware(&a->watch, now); break;
	case BOOT_KERNEL: board_watch_kernel(&a->watch, now); break;
	case BOOT_RESTART: board_watch_restart(&a->watch, now); break;
	case BOOT_NFS_STALLED: board_watch_nfs(&a->watch, true, now); break;
	case BOOT_HEARTBEAT: hear_beat(a, text, len, now); break;
	case BOOT_TROUBLE: board_watch_trouble(&a->watch, text, len, now); break;
	case BOOT_GAVE_UP: board_watch_gave_up(&a->watch, text, len, now); break;
	case BOOT_NFS_OK: board_watch_nfs(&a->watch, false, now); break;
	}
}

static void log_lost(void *arg, enum console_source source, uint64_t records, const char *why)
{
	struct attendant *a = arg;

	attendant_broadcast(a, json_pack("{s:s, s:s, s:I, s:s}", "ev", "lost", "source",
					 source == SOURCE_SERIAL ? "serial" : "netconsole",
					 "records", (json_int_t)records, "why", why));
}

const struct pipeline_ops attendant_pipeline_ops = {
	.line = log_line,
	.crash_begin = log_crash_begin,
	.crash_end = log_crash_end,
	.mark = log_mark,
	.lost = log_lost,
};
