/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The crash reports of a run: source lines put to them, written to the run's directory, shown. The
 * attendant has written them as they came; what is done here makes them better.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "console/explain/explain.h"
#include "console/symbolizer/symbolizer.h"
#include "harness/log.h"
#include "harness/output/crash_json.h"
#include "harness/paths.h"
#include "harness/run/run.h"
#include "harness/store/crash_store.h"

#define CRASHES_MAX 64 /* kept in memory; the rest is on disk only */

static void add(struct run *r, struct crash_report *report, unsigned n)
{
	struct run_crash *grown = NULL;

	if (r->n_crashes >= CRASHES_MAX) {
		crash_report_free(report);
		return;
	}
	if (report)
		grown = realloc(r->crashes, (r->n_crashes + 1) * sizeof(*grown));
	if (!grown) {
		log_error("a crash report can't be read; it is kept in %s", r->dir);
		crash_report_free(report);
		return;
	}
	r->crashes = grown;
	r->crashes[r->n_crashes++] = (struct run_crash){
		.report = report,
		.n = n,
		.phase = r->report_phase,
	};
}

void run_crash_begun(struct run *r, struct run_event ev)
{
	r->n_begun++;
	if (r->machine.open_reports == 0)
		r->report_phase =
			r->machine.phase == RUN_PROBING ? r->hung_phase : r->machine.phase;
	ev.type = RUN_EV_CRASH_BEGIN;
	run_feed(r, ev);
}

void run_crash_ended(struct run *r, struct run_event ev, struct crash_report *report, unsigned n)
{
	r->n_ended++;
	if (r->machine.phase > RUN_PREPARING)
		add(r, report, n);
	else
		crash_report_free(report);
	ev.type = RUN_EV_CRASH_END;
	run_feed(r, ev);
}

/* Source lines: the module that was pushed is the one that crashed. */
static void symbolize(struct run *r, struct symbolizer *s, struct crash_report *report)
{
	struct strbuf notes = {0};

	if (symbolizer_report(s, report, &notes) == 0 && notes.len)
		log_debug("%s", strbuf_str(&notes));
	strbuf_free(&notes);
}

static void write_report(struct run *r, const struct run_crash *c, const char *explained)
{
	char *json_path = path_format("%s/crash-%u/report.json", r->dir, c->n);
	char *text_path = path_format("%s/crash-%u/explained.txt", r->dir, c->n);
	json_t *doc = crash_to_json(c->report);
	char *text = doc ? json_dumps(doc, JSON_INDENT(2)) : NULL;

	if (!json_path || !text || path_write_atomic(json_path, text, strlen(text), 0644))
		log_error("crash-%u/report.json can't be written", c->n);
	if (explained && text_path)
		path_write_atomic(text_path, explained, strlen(explained), 0644);
	free(text);
	json_decref(doc);
	free(json_path);
	free(text_path);
}

/* The explanation, plain for the file or coloured for the screen. NULL: no memory. */
static char *explained(struct run *r, const struct run_crash *c, const struct crash_store *all,
		       bool colour)
{
	char *log = path_format("%s/crash-%u/report.txt", r->dir, c->n);
	struct explain_options opt = {
		.colour = colour,
		.step = run_phase_name(c->phase),
		.log = log,
	};
	struct strbuf b = {0};
	int64_t first_us = 0;

	if (all) {
		opt.seen = (unsigned)crash_store_count(all, c->report->signature, r->id, c->n,
						       &first_us);
		opt.first_seen = (time_t)(first_us / 1000000);
	}
	explain(&b, c->report, &opt);
	free(log);
	return strbuf_take(&b);
}

static struct symbolizer *open_symbolizer(struct run *r)
{
	struct symbolizer *s = symbolizer_new();
	struct strbuf why = {0};

	if (s && symbolizer_add(s, r->module_copy, &why))
		log_debug("%s", strbuf_str(&why));
	if (s && r->paths.symbols && symbolizer_add(s, r->paths.symbols, &why))
		log_debug("%s", strbuf_str(&why));
	for (size_t i = 0; s && i < r->opt->n_before; i++)
		if (symbolizer_add(s, r->opt->before[i].file->path, &why))
			log_debug("%s", strbuf_str(&why));
	strbuf_free(&why);
	return s;
}

/* NULL: the runs can't be read; then nothing is said of earlier ones. */
static const struct crash_store *read_all(struct crash_store *all)
{
	struct store *index = NULL;
	int err = store_open(&index, path_state());

	if (!err)
		err = crash_store_read(all, index, NULL, 0);
	store_close(index);
	if (err)
		log_debug("how often a crash was seen is not known: %s", strerror(-err));
	return err ? NULL : all;
}

/* The first is the cause; the others have a line, once for each title. */
static void show(struct run *r, size_t i, const char *screen)
{
	const struct run_crash *c = &r->crashes[i];

	if (i == 0 && screen) {
		run_screen_block(r, screen);
		return;
	}
	for (size_t k = 0; k < i; k++)
		if (!strcmp(r->crashes[k].report->title, c->report->title))
			return;
	run_screen_note(r, "also: %s (crash-%u)", c->report->title, c->n);
}

void run_crashes_explain(struct run *r)
{
	struct symbolizer *s;
	struct crash_store store = {0};
	const struct crash_store *all;
	size_t from = r->n_explained;

	if (!r->dir || from == r->n_crashes)
		return;
	s = open_symbolizer(r);
	all = read_all(&store);
	for (size_t i = from; i < r->n_crashes; i++) {
		struct run_crash *c = &r->crashes[i];
		char dir[32], *plain, *screen;

		if (s)
			symbolize(r, s, c->report);
		plain = explained(r, c, all, false);
		screen = explained(r, c, all, r->colour);
		write_report(r, c, plain);
		snprintf(dir, sizeof(dir), "crash-%u", c->n);
		record_crash(r->record, c->report, dir, run_phase_name(c->phase));
		show(r, i, screen);
		free(plain);
		free(screen);
	}
	r->n_explained = r->n_crashes;
	symbolizer_free(s);
	crash_store_free(&store);
}

void run_reason(const struct run *r, char *buf, size_t size)
{
	const struct run_machine *m = &r->machine;
	const struct crash_report *c = r->n_crashes ? r->crashes[0].report : NULL;
	const char *slash = c && c->file ? strrchr(c->file, '/') : NULL;
	char place[256] = "";

	if (c && c->file)
		snprintf(place, sizeof(place), ", %s:%u", slash ? slash + 1 : c->file, c->line);
	if (m->verdict == RUN_HANG && c && c->function && !c->corrupted &&
	    !strstr(m->reason, c->function))
		snprintf(buf, size, "%s; it hangs in %s%s", m->reason, c->function, place);
	else
		snprintf(buf, size, "%s", m->reason);
}

void run_crashes_free(struct run *r)
{
	for (size_t i = 0; i < r->n_crashes; i++)
		crash_report_free(r->crashes[i].report);
	free(r->crashes);
	r->crashes = NULL;
	r->n_crashes = 0;
}
