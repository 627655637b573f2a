/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run.json: built as a JSON object from the first moment on. */
#include "harness/run/record.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "harness/output/crash_json.h"
#include "harness/output/text_json.h"
#include "harness/paths.h"

struct record {
	json_t *doc;
	int64_t mono_to_wall; /* what to add to monotonic µs to get wall µs */
	bool broken;          /* an allocation failed: the record is not whole */
};

static int64_t wall_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static void set(struct record *r, const char *key, json_t *value)
{
	if (json_object_set_new(r->doc, key, value))
		r->broken = true;
}

static void append(struct record *r, const char *list, json_t *value)
{
	if (json_array_append_new(json_object_get(r->doc, list), value))
		r->broken = true;
}

struct record *record_new(const char *id, const char *board)
{
	struct record *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->doc = json_object();
	r->mono_to_wall = wall_us() - mono_now().us;
	set(r, "id", text_json(id));
	set(r, "board", text_json(board));
	set(r, "started", json_integer(wall_us()));
	set(r, "ended", json_null());
	record_verdict(r, "interrupted", 130, "the run did not end");
	set(r, "ended", json_null());
	set(r, "module", json_null());
	set(r, "kernel",
	    json_pack("{s:n, s:n, s:n, s:n, s:n}", "release", "build_id", "cmdline", "taint_before",
		      "taint_after"));
	set(r, "steps", json_array());
	set(r, "crashes", json_array());
	set(r, "boots", json_array());
	set(r, "resets", json_array());
	set(r, "vmcores", json_array());
	set(r, "lost", json_array());
	if (r->broken) {
		record_free(r);
		return NULL;
	}
	return r;
}

void record_free(struct record *r)
{
	if (!r)
		return;
	json_decref(r->doc);
	free(r);
}

void record_module(struct record *r, const struct module_file *m, char *const *params,
		   size_t n_params)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n_params; i++)
		if (json_array_append_new(list, text_json(params[i])))
			r->broken = true;
	set(r, "module",
	    json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "path", text_json(m->path), "name",
		      text_json(m->name), "srcversion", text_json(m->srcversion), "build_id",
		      text_json(m->build_id), "vermagic", text_json(m->vermagic), "params", list));
}

static void set_kernel(struct record *r, const char *key, json_t *value)
{
	if (json_object_set_new(json_object_get(r->doc, "kernel"), key, value))
		r->broken = true;
}

void record_kernel(struct record *r, const char *release, const char *cmdline)
{
	set_kernel(r, "release", text_json(release));
	set_kernel(r, "cmdline", text_json(cmdline));
}

void record_kernel_build_id(struct record *r, const char *build_id)
{
	set_kernel(r, "build_id", text_json(build_id));
}

void record_taint(struct record *r, long before, long after)
{
	set_kernel(r, "taint_before", before < 0 ? json_null() : json_integer(before));
	set_kernel(r, "taint_after", after < 0 ? json_null() : json_integer(after));
}

static json_t *last_step(struct record *r)
{
	json_t *steps = json_object_get(r->doc, "steps");
	size_t n = json_array_size(steps);

	return n ? json_array_get(steps, n - 1) : NULL;
}

void record_step_begin(struct record *r, const char *name, struct monotime began)
{
	json_int_t at = began.us + r->mono_to_wall;

	append(r, "steps",
	       json_pack("{s:o, s:I, s:n, s:s, s:n}", "name", text_json(name), "started_us", at,
			 "took_us", "outcome", "the run did not end", "output"));
}

void record_step_end(struct record *r, int64_t took_us, const char *outcome)
{
	json_t *step = last_step(r);

	if (!step)
		return;
	if (json_object_set_new(step, "took_us", json_integer(took_us)) ||
	    json_object_set_new(step, "outcome", text_json(outcome)))
		r->broken = true;
}

void record_step_output(struct record *r, const char *file)
{
	json_t *last = last_step(r);

	if (last && json_object_set_new(last, "output", text_json(file)))
		r->broken = true;
}

void record_crash(struct record *r, const struct crash_report *c, const char *dir, const char *step)
{
	json_t *o = crash_to_json(c);

	if (!o || json_object_set_new(o, "dir", text_json(dir)) ||
	    json_object_set_new(o, "step", text_json(step)))
		r->broken = true;
	append(r, "crashes", o);
}

static json_t *us(int64_t n)
{
	return n < 0 ? json_null() : json_integer(n);
}

void record_boot_seen(struct record *r, const char *reason, int64_t firmware_us, int64_t kernel_us,
		      int64_t ready_us)
{
	append(r, "boots",
	       json_pack("{s:o, s:o, s:o, s:o}", "reason", text_json(reason), "firmware_us",
			 us(firmware_us), "kernel_us", us(kernel_us), "ready_us", us(ready_us)));
}

void record_reset(struct record *r, const char *method, bool verified, int64_t took_us)
{
	append(r, "resets",
	       json_pack("{s:o, s:b, s:I}", "method", text_json(method), "verified", verified,
			 "took_us", (json_int_t)took_us));
}

void record_vmcore(struct record *r, const char *path, uint64_t bytes, bool whole,
		   const char *command)
{
	append(r, "vmcores",
	       json_pack("{s:o, s:I, s:b, s:o}", "path", text_json(path), "bytes",
			 (json_int_t)bytes, "whole", whole, "command", text_json(command)));
}

void record_evidence(struct record *r, const char *what, const char *by, const char *result,
		     const char *file)
{
	if (!json_object_get(r->doc, "evidence"))
		set(r, "evidence", json_array());
	append(r, "evidence",
	       json_pack("{s:o, s:o, s:o, s:o}", "what", text_json(what), "by", text_json(by),
			 "result", text_json(result), "file",
			 *file ? text_json(file) : json_null()));
}

void record_lost(struct record *r, const char *source, uint64_t records, const char *why)
{
	append(r, "lost",
	       json_pack("{s:o, s:I, s:o}", "source", text_json(source), "records",
			 (json_int_t)records, "why", text_json(why)));
}

void record_result(struct record *r, const struct ktap_result *result)
{
	json_t *path = json_array();

	for (size_t i = 0; i < result->depth; i++)
		if (json_array_append_new(path, text_json(result->path[i])))
			r->broken = true;
	if (!json_object_get(r->doc, "results"))
		set(r, "results", json_array());
	append(r, "results",
	       json_pack("{s:o, s:s, s:o, s:o}", "path", path, "outcome",
			 ktap_outcome_name(result->outcome), "directive",
			 text_json(result->directive), "diagnostics",
			 text_json(result->diagnostics)));
}

void record_loop(struct record *r, const char *loop, const char *name, int64_t iteration,
		 int64_t first)
{
	set(r, "loop",
	    json_pack("{s:o, s:o, s:I, s:I}", "id", text_json(loop), "case", text_json(name),
		      "iteration", (json_int_t)iteration, "first", (json_int_t)first));
}

void record_verdict(struct record *r, const char *verdict, int exit_code, const char *reason)
{
	set(r, "ended", json_integer(wall_us()));
	set(r, "verdict", text_json(verdict));
	set(r, "exit_code", json_integer(exit_code));
	set(r, "reason", text_json(reason));
}

char *record_text(const struct record *r)
{
	return r->broken ? NULL : json_dumps(r->doc, JSON_INDENT(2));
}

int record_write(const struct record *r, const char *dir)
{
	char *path = path_format("%s/run.json", dir), *s = record_text(r);
	int rc = -ENOMEM;

	if (path && s)
		rc = path_write_atomic(path, s, strlen(s), 0644);
	free(s);
	free(path);
	return rc;
}
