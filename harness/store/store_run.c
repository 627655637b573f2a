/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One run's directory becomes rows. What can't be understood is left out and noted, the rest
 * counts: a report that could not be written whole may still be in the record.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "console/strbuf.h"
#include "harness/output/text_json.h"
#include "harness/store/store_internal.h"

#define N(columns) (sizeof(columns) / sizeof((columns)[0]))

/* A run while it is read. */
struct reading {
	struct store *store;
	const char *run; /* its name */
	int dir;
	json_t *doc; /* run.json */
};

static const struct store_column run_columns[] = {
	{NULL, "board", 't'},           {NULL, "started", 'i'},
	{NULL, "ended", 'i'},           {NULL, "verdict", 't'},
	{NULL, "exit_code", 'i'},       {NULL, "reason", 't'},
	{"module", "name", 't'},        {"module", "path", 't'},
	{"module", "srcversion", 't'},  {"module", "build_id", 't'},
	{"module", "joined", 't'},      {"kernel", "release", 't'},
	{"kernel", "build_id", 't'},    {"kernel", "taint_before", 'i'},
	{"kernel", "taint_after", 'i'}, {"loop", "id", 't'},
	{"loop", "case", 't'},          {"loop", "first", 'i'},
	{"loop", "iteration", 'i'},
};

static const struct store_column step_columns[] = {
	{NULL, "name", 't'},    {NULL, "started_us", 'i'}, {NULL, "took_us", 'i'},
	{NULL, "outcome", 't'}, {NULL, "output", 't'},
};

static const struct store_column crash_columns[] = {
	{NULL, "at_us", 'i'},     {NULL, "step", 't'},     {NULL, "title", 't'},
	{NULL, "type", 't'},      {NULL, "class", 't'},    {NULL, "module", 't'},
	{NULL, "function", 't'},  {"source", "file", 't'}, {"source", "line", 'i'},
	{NULL, "signature", 't'}, {NULL, "variant", 't'},  {NULL, "corrupted", 'b'},
	{NULL, "secondary", 'b'}, {NULL, "panicked", 'b'},
};

static const struct store_column boot_columns[] = {
	{NULL, "reason", 't'},
	{NULL, "firmware_us", 'i'},
	{NULL, "kernel_us", 'i'},
	{NULL, "ready_us", 'i'},
};

static const struct store_column reset_columns[] = {
	{NULL, "method", 't'},
	{NULL, "verified", 'b'},
	{NULL, "took_us", 'i'},
};

static const struct store_column lost_columns[] = {
	{NULL, "source", 't'},
	{NULL, "records", 'i'},
	{NULL, "why", 't'},
};

static const struct store_column result_columns[] = {
	{NULL, "joined", 't'},
	{NULL, "outcome", 't'},
	{NULL, "directive", 't'},
	{NULL, "diagnostics", 't'},
};

static int leave_out(struct reading *r, const char *leaf, const char *why)
{
	json_t *o = json_pack("{s:s, s:s}", "leaf", leaf, "why", why);
	static const struct store_column columns[] = {{NULL, "leaf", 't'}, {NULL, "why", 't'}};
	int err = o ? store_put(r->store, STORE_PUT_BROKEN, r->run, -1, o, columns, N(columns))
		    : -ENOMEM;

	json_decref(o);
	return err;
}

static int put_list(struct reading *r, const char *key, enum store_statement which,
		    const struct store_column *columns, size_t n_columns)
{
	const json_t *o;
	int err = 0;
	size_t i;

	json_array_foreach (json_object_get(r->doc, key), i, o)
		if (!err)
			err = store_put(r->store, which, r->run, (int64_t)i, o, columns, n_columns);
	return err;
}

int store_join(json_t *o, const char *key, const char *between)
{
	const json_t *word;
	struct strbuf joined = {0};
	int err;
	size_t i;

	json_array_foreach (json_object_get(o, key), i, word) {
		strbuf_adds(&joined, i ? between : "");
		if (json_is_string(word))
			strbuf_adds(&joined, json_string_value(word));
	}
	err = joined.err;
	if (!err && json_is_object(o) &&
	    json_object_set_new(o, "joined", text_json(strbuf_str(&joined))))
		err = -ENOMEM;
	strbuf_free(&joined);
	return err;
}

static int join_paths(json_t *results)
{
	json_t *result;
	int err = 0;
	size_t i;

	json_array_foreach (results, i, result)
		if (!err)
			err = store_join(result, "path", " > ");
	return err;
}

static int put_record(struct reading *r)
{
	int err = store_join(json_object_get(r->doc, "module"), "params", " ");

	if (!err)
		err = join_paths(json_object_get(r->doc, "results"));
	if (!err)
		err = store_put(r->store, STORE_PUT_RUN, r->run, -1, r->doc, run_columns,
				N(run_columns));
	if (!err)
		err = put_list(r, "steps", STORE_PUT_STEP, step_columns, N(step_columns));
	if (!err)
		err = put_list(r, "boots", STORE_PUT_BOOT, boot_columns, N(boot_columns));
	if (!err)
		err = put_list(r, "resets", STORE_PUT_RESET, reset_columns, N(reset_columns));
	if (!err)
		err = put_list(r, "lost", STORE_PUT_LOST, lost_columns, N(lost_columns));
	if (!err)
		err = put_list(r, "results", STORE_PUT_RESULT, result_columns, N(result_columns));
	return err;
}

/* crash-N in run.json; NULL: it was not recorded. */
static json_t *recorded(const struct reading *r, unsigned n)
{
	json_t *crash;
	char dir[32];
	size_t i;

	snprintf(dir, sizeof(dir), "crash-%u", n);
	json_array_foreach (json_object_get(r->doc, "crashes"), i, crash)
		if (!strcmp(json_text_of(crash, "dir"), dir))
			return crash;
	return NULL;
}

/* When that step began, or the run if it is not known. */
static json_int_t time_of(const json_t *doc, const char *step)
{
	json_int_t at = json_integer_value(json_object_get(doc, "started"));
	const json_t *s;
	size_t i;

	json_array_foreach (json_object_get(doc, "steps"), i, s)
		if (*step && !strcmp(json_text_of(s, "name"), step))
			at = json_integer_value(json_object_get(s, "started_us"));
	return at;
}

static bool is_report(const json_t *o)
{
	return *json_text_of(o, "title") && *json_text_of(o, "signature");
}

static int put_crash(struct reading *r, unsigned n)
{
	const char *why = "it is no report of a crash";
	json_t *in_record = recorded(r, n), *report, *o;
	const char *step = json_text_of(in_record, "step");
	char path[48];
	int err;

	snprintf(path, sizeof(path), "crash-%u/report.json", n);
	report = store_load_json(r->dir, path, REPORT_JSON_MAX, &why);
	o = is_report(report) ? report : is_report(in_record) ? in_record : NULL;
	if (!o) {
		json_decref(report);
		return leave_out(r, path, why);
	}
	err = json_object_set_new(o, "at_us", json_integer(time_of(r->doc, step))) ||
			      (*step && json_object_set_new(o, "step", json_string(step)))
		      ? -ENOMEM
		      : store_put(r->store, STORE_PUT_CRASH, r->run, n, o, crash_columns,
				  N(crash_columns));
	json_decref(report);
	return err;
}

/* Those whose directory has gone, say to make room, are still in the record. */
static int put_recorded_crashes(struct reading *r)
{
	const json_t *crash;
	int err = 0;
	size_t i;

	json_array_foreach (json_object_get(r->doc, "crashes"), i, crash) {
		const char *dir = json_text_of(crash, "dir");
		unsigned n = store_crash_number(dir);

		if (!err && n && faccessat(r->dir, dir, F_OK, AT_SYMLINK_NOFOLLOW))
			err = put_crash(r, n);
	}
	return err;
}

static int put_all(struct reading *r, DIR *d)
{
	const char *why = "";
	bool has_record = false;
	const struct dirent *e;
	int err = 0;

	r->doc = store_load_json(r->dir, "run.json", RUN_JSON_MAX, &why);
	if (r->doc) {
		has_record = true;
		err = put_record(r);
		if (!err)
			err = put_recorded_crashes(r);
	}
	while (!err && (e = readdir(d))) {
		unsigned n = store_crash_number(e->d_name);

		if (n && has_record)
			err = put_crash(r, n);
		else if (!has_record && (n || !strcmp(e->d_name, "run.json")))
			err = leave_out(r, "run.json", why);
	}
	return err;
}

static int put_dir(struct store *s, const char *name, int64_t stamp)
{
	int err = store_put(s, STORE_FORGET_DIR, name, -1, NULL, NULL, 0);

	return err ? err : store_put(s, STORE_PUT_DIR, name, stamp, NULL, NULL, 0);
}

int store_run(struct store *s, int runs, const char *name, int64_t stamp)
{
	int fd = openat(runs, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct reading r = {.store = s, .run = name, .dir = fd};
	const char *why = strerror(errno);
	int err = store_run_statement(s, STORE_BEGIN);

	if (err)
		goto close;
	err = put_dir(s, name, stamp);
	if (!err)
		err = d ? put_all(&r, d) : leave_out(&r, "", why);
	if (!err)
		err = store_run_statement(s, STORE_COMMIT);
	if (err)
		store_run_statement(s, STORE_ROLLBACK);
close:
	json_decref(r.doc);
	if (d)
		closedir(d);
	else if (fd >= 0)
		close(fd);
	return err;
}
