/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes runs' directories for tests. */
#include "run_fixture.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/loop/journal.h"
#include "harness/paths.h"

void run_fixture_file(const char *runs, const char *path, const char *text)
{
	char *file = path_format("%s/%s", runs, path), *slash;

	assert_non_null(file);
	slash = strrchr(file, '/');
	*slash = 0;
	assert_int_equal(path_mkdirs(file, 0755), 0);
	*slash = '/';
	assert_int_equal(path_write_atomic(file, text, strlen(text), 0644), 0);
	free(file);
}

static void write_json(const char *runs, const char *name, const char *leaf, json_t *doc)
{
	char *path = path_format("%s/%s", name, leaf), *text;

	assert_non_null(doc);
	text = json_dumps(doc, JSON_INDENT(2));
	run_fixture_file(runs, path, text);
	json_decref(doc);
	free(text);
	free(path);
}

void run_fixture_make(const char *runs, const char *name, const char *board, const char *module,
		      int64_t at, int64_t later)
{
	json_int_t us = (json_int_t)at * 1000000, test = us + (json_int_t)later * 1000000;

	write_json(runs, name, "run.json",
		   json_pack("{s:s, s:s, s:I, s:{s:s}, s:[{s:s, s:I}, {s:s, s:I}], s:[]}", "id",
			     name, "board", board, "started", us, "module", "name", module, "steps",
			     "name", "load", "started_us", us, "name", "test", "started_us", test,
			     "crashes"));
}

void run_fixture_crash(const char *runs, const char *name, const struct run_fixture_crash *c)
{
	char leaf[48], dir[32];
	char *path = path_format("%s/%s/run.json", runs, name);
	json_t *run = json_load_file(path, 0, NULL);

	snprintf(dir, sizeof(dir), "crash-%u", c->n);
	snprintf(leaf, sizeof(leaf), "%s/report.json", dir);
	write_json(runs, name, leaf,
		   json_pack("{s:s?, s:s?, s:s?, s:s?, s:b}", "title", c->title, "module",
			     c->module, "signature", c->signature, "variant", c->variant,
			     "corrupted", c->corrupted));
	assert_int_equal(
		json_array_append_new(json_object_get(run, "crashes"),
				      json_pack("{s:s, s:s?}", "dir", dir, "step", c->step)),
		0);
	write_json(runs, name, "run.json", run);
	free(path);
}

void run_fixture_loop(const char *loops, const char *name, const char *sums,
		      const char *const *events)
{
	char *sums_path = path_format("%s/loop.json", name);
	char *path = path_format("%s/journal.jsonl", name), *text = strdup("");

	run_fixture_file(loops, sums_path, sums);
	for (size_t i = 0; events[i]; i++) {
		json_t *o = json_loads(events[i], 0, NULL);
		char *line = journal_line(o, i), *longer = path_format("%s%s", text, line);

		assert_non_null(o);
		assert_non_null(longer);
		free(text);
		free(line);
		text = longer;
		json_decref(o);
	}
	run_fixture_file(loops, path, text);
	free(text);
	free(path);
	free(sums_path);
}
