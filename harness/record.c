/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run.json: built as a JSON object from the first moment on. */
#include "harness/record.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "harness/crash_json.h"
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

static json_t *text(const char *s)
{
	json_t *j = s ? json_string(s) : json_null();

	return j ? j : json_string("(not valid UTF-8)");
}

struct record *record_new(const char *id, const char *board)
{
	struct record *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->doc = json_object();
	r->mono_to_wall = wall_us() - mono_now().us;
	set(r, "id", text(id));
	set(r, "board", text(board));
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
		json_array_append_new(list, text(params[i]));
	set(r, "module",
	    json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "path", text(m->path), "name",
		      text(m->name), "srcversion", text(m->srcversion), "build_id",
		      text(m->build_id), "vermagic", text(m->vermagic), "params", list));
}

static void set_kernel(struct record *r, const char *key, json_t *value)
{
	if (json_object_set_new(json_object_get(r->doc, "kernel"), key, value))
		r->broken = true;
}

void record_kernel(struct record *r, const char *release, const char *build_id, const char *cmdline)
{
	set_kernel(r, "release", text(release));
	set_kernel(r, "build_id", text(build_id));
	set_kernel(r, "cmdline", text(cmdline));
}

void record_taint(struct record *r, long before, long after)
{
	set_kernel(r, "taint_before", before < 0 ? json_null() : json_integer(before));
	set_kernel(r, "taint_after", after < 0 ? json_null() : json_integer(after));
}

void record_step_end(struct record *r, const char *name, struct monotime began, int64_t took_us,
		     const char *outcome)
{
	append(r, "steps",
	       json_pack("{s:o, s:I, s:I, s:o, s:n}", "name", text(name), "started_us",
			 (json_int_t)(began.us + r->mono_to_wall), "took_us", (json_int_t)took_us,
			 "outcome", text(outcome), "output"));
}

void record_step_output(struct record *r, const char *file)
{
	json_t *steps = json_object_get(r->doc, "steps");
	json_t *last = json_array_get(steps, json_array_size(steps) - 1);

	if (last && json_object_set_new(last, "output", text(file)))
		r->broken = true;
}

void record_crash(struct record *r, const struct crash_report *c, const char *dir, const char *step)
{
	json_t *o = crash_to_json(c);

	if (!o || json_object_set_new(o, "dir", text(dir)) ||
	    json_object_set_new(o, "step", text(step)))
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
	       json_pack("{s:o, s:o, s:o, s:o}", "reason", text(reason), "firmware_us",
			 us(firmware_us), "kernel_us", us(kernel_us), "ready_us", us(ready_us)));
}

void record_reset(struct record *r, const char *method, bool verified, int64_t took_us)
{
	append(r, "resets",
	       json_pack("{s:o, s:b, s:I}", "method", text(method), "verified", verified, "took_us",
			 (json_int_t)took_us));
}

void record_lost(struct record *r, const char *source, uint64_t records, const char *why)
{
	append(r, "lost",
	       json_pack("{s:o, s:I, s:o}", "source", text(source), "records", (json_int_t)records,
			 "why", text(why)));
}

void record_verdict(struct record *r, const char *verdict, int exit_code, const char *reason)
{
	set(r, "ended", json_integer(wall_us()));
	set(r, "verdict", text(verdict));
	set(r, "exit_code", json_integer(exit_code));
	set(r, "reason", text(reason));
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
