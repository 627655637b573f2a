/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/run/record.c harness/output/crash_json.c harness/output/text_json.c */
/* LINK: harness/paths*.c console/detector/crash.c console/strbuf.c tests/unit/crash_fixture.c */
/* LINK: harness/ktap/ktap_sentence.c */
/* LIBS: jansson */
/* The record of a run: true at every moment, and as docs/run.schema.json says. */
#include <errno.h>
#include <jansson.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "crash_fixture.h"
#include "harness/paths.h"
#include "harness/run/record.h"

#define ID "20261123-064213-gadget"

/* Exit status 0: all are valid, 10: none is, 11: some are, and they are named. One process for all:
 * it takes its time to start. */
static const char validate_py[] =
	"import json, sys\n"
	"from jsonschema import Draft7Validator as V\n"
	"schema = json.load(open('docs/run.schema.json'))\n"
	"V.check_schema(schema)\n"
	"valid = [f for f in sys.argv[1:] if V(schema).is_valid(json.load(open(f)))]\n"
	"if len(valid) == len(sys.argv) - 1: sys.exit(0)\n"
	"if valid: print('valid:', valid, file=sys.stderr)\n"
	"sys.exit(11 if valid else 10)\n";

static const char have_py[] = "from jsonschema import Draft7Validator";

/* The exit status of a python program with arguments, or -1. */
static int python(const char *program, char *const *args, size_t n)
{
	const char *argv[32] = {"python3", "-c", program};
	int status;
	pid_t pid;

	assert_in_range(n, 0, 28);
	for (size_t i = 0; i < n; i++)
		argv[3 + i] = args[i];
	if (posix_spawnp(&pid, argv[0], NULL, NULL, (char *const *)argv, environ))
		return -1;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int setup(void **state)
{
	char template[] = "/tmp/kdev-test-record.XXXXXX";

	*state = strdup(mkdtemp(template));
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	int err = path_remove_tree(*state);

	free(*state);
	return err;
}

static json_t *load(void **state)
{
	char *path = path_format("%s/run.json", (const char *)*state);
	json_t *doc = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);

	assert_non_null(doc);
	free(path);
	return doc;
}

/* Write the record, read it back, free it. */
static json_t *written(void **state, struct record *r)
{
	assert_int_equal(record_write(r, *state), 0);
	record_free(r);
	return load(state);
}

static struct record *new_record(void)
{
	struct record *r = record_new(ID, "virtual");

	assert_non_null(r);
	return r;
}

static const char *string_at(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	assert_non_null(s);
	return s;
}

static json_int_t number_at(const json_t *o, const char *key)
{
	assert_true(json_is_integer(json_object_get(o, key)));
	return json_integer_value(json_object_get(o, key));
}

static json_t *item(const json_t *doc, const char *list, size_t i)
{
	json_t *o = json_array_get(json_object_get(doc, list), i);

	assert_non_null(o);
	return o;
}

static void module_of_test(struct record *r)
{
	char name[] = "gadget", path[] = "build/gadget.ko", version[] = "6.1.0 SMP ",
	     hex[] = "ab12";
	char p0[] = "debug=1", p1[] = "name=\xff";
	char *params[] = {p0, p1};
	struct module_file m = {.path = path,
				.name = name,
				.vermagic = version,
				.srcversion = hex,
				.build_id = hex};

	record_module(r, &m, params, 2);
}

/* All that can be in a record. */
static struct record *full_record(void)
{
	struct crash_report *full = crash_fixture_full(), *bare = crash_fixture_bare();
	struct record *r = new_record();

	module_of_test(r);
	record_kernel(r, "6.1.0-56-amd64", "console=ttyS0 panic=0");
	record_kernel_build_id(r, "e301ff");
	record_taint(r, 0, 4224);
	record_step_begin(r, "push", mono_now());
	record_step_end(r, 41000, "done");
	record_step_begin(r, "load", mono_now());
	record_step_end(r, 77000, "the kernel crashed");
	record_step_output(r, "load.out");
	record_crash(r, full, "crash-1", "load");
	record_crash(r, bare, "crash-2", "load");
	record_boot_seen(r, "start", 2300000, 3800000, 9100000);
	record_boot_seen(r, "recovery", -1, -1, -1);
	record_reset(r, "reset", true, 9900000);
	record_evidence(r, "blocked tasks", "agent", "whole", "hang/blocked-tasks.txt");
	record_evidence(r, "held locks", "break", "not-in-this-kernel", "");
	record_lost(r, "netconsole", 3, "gap in the sequence");
	record_verdict(r, "crash", 3, "BUG in poke");
	crash_report_free(full);
	crash_report_free(bare);
	return r;
}

static void a_run_that_never_ended_says_so(void **state)
{
	json_t *doc = written(state, new_record());

	assert_string_equal(string_at(doc, "verdict"), "interrupted");
	assert_string_equal(string_at(doc, "reason"), "the run did not end");
	assert_int_equal(number_at(doc, "exit_code"), 130);
	assert_true(json_is_null(json_object_get(doc, "ended")));
	json_decref(doc);
}

static void a_run_that_was_killed_tells_in_which_step(void **state)
{
	int status;
	pid_t pid = fork();
	json_t *doc, *step;

	if (!pid) {
		struct record *r = new_record();

		record_step_begin(r, "push", mono_now());
		record_write(r, *state);
		record_step_end(r, 5, "done");
		record_step_begin(r, "load", mono_now());
		record_write(r, *state);
		record_step_end(r, 6, "never written");
		raise(SIGKILL);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	doc = load(state);
	assert_string_equal(string_at(doc, "verdict"), "interrupted");
	assert_int_equal(json_array_size(json_object_get(doc, "steps")), 2);
	assert_int_equal(number_at(item(doc, "steps", 0), "took_us"), 5);
	step = item(doc, "steps", 1);
	assert_string_equal(string_at(step, "name"), "load");
	assert_true(json_is_null(json_object_get(step, "took_us")));
	json_decref(doc);
}

static void the_verdict_ends_the_run(void **state)
{
	struct record *r = new_record();
	json_t *doc;

	record_verdict(r, "pass", 0, "all went well");
	doc = written(state, r);
	assert_string_equal(string_at(doc, "verdict"), "pass");
	assert_int_equal(number_at(doc, "exit_code"), 0);
	assert_string_equal(string_at(doc, "reason"), "all went well");
	assert_true(number_at(doc, "ended") >= number_at(doc, "started"));
	json_decref(doc);
}

static void times_are_microseconds_since_the_epoch(void **state)
{
	json_int_t now = (json_int_t)time(NULL) * 1000000;
	struct record *r = new_record();
	json_t *doc;

	record_step_begin(r, "push", mono_add(mono_now(), -MONO_SEC(3600)));
	record_step_end(r, 1500, "done");
	doc = written(state, r);
	assert_in_range(number_at(doc, "started"), now - 1000000, now + 60000000);
	assert_in_range(number_at(item(doc, "steps", 0), "started_us"), now - 3602000000,
			now - 3540000000);
	assert_int_equal(number_at(item(doc, "steps", 0), "took_us"), 1500);
	json_decref(doc);
}

static void output_belongs_to_the_last_step(void **state)
{
	struct record *r = new_record();
	json_t *doc;

	record_step_output(r, "no step yet");
	record_step_end(r, 1, "no step yet");
	record_step_begin(r, "push", mono_now());
	record_step_end(r, 1, "done");
	record_step_begin(r, "test", mono_now());
	record_step_end(r, 1, "done");
	record_step_output(r, "test.out");
	doc = written(state, r);
	assert_int_equal(json_array_size(json_object_get(doc, "steps")), 2);
	assert_true(json_is_null(json_object_get(item(doc, "steps", 0), "output")));
	assert_string_equal(string_at(item(doc, "steps", 1), "output"), "test.out");
	json_decref(doc);
}

static void crashes_are_kept_in_order_with_their_place(void **state)
{
	json_t *doc = written(state, full_record());

	assert_int_equal(json_array_size(json_object_get(doc, "crashes")), 2);
	assert_string_equal(string_at(item(doc, "crashes", 0), "function"), "poke");
	assert_string_equal(string_at(item(doc, "crashes", 0), "dir"), "crash-1");
	assert_string_equal(string_at(item(doc, "crashes", 0), "step"), "load");
	assert_string_equal(string_at(item(doc, "crashes", 1), "title"), "something");
	json_decref(doc);
}

static void what_is_not_known_is_null(void **state)
{
	struct record *r = new_record();
	json_t *doc, *kernel;

	record_kernel(r, "6.1.0", NULL);
	record_taint(r, 0, -1);
	record_boot_seen(r, "start", 0, -1, 7);
	doc = written(state, r);
	kernel = json_object_get(doc, "kernel");
	assert_true(json_is_null(json_object_get(doc, "module")));
	assert_true(json_is_null(json_object_get(kernel, "build_id")));
	assert_int_equal(number_at(kernel, "taint_before"), 0);
	assert_true(json_is_null(json_object_get(kernel, "taint_after")));
	assert_int_equal(number_at(item(doc, "boots", 0), "firmware_us"), 0);
	assert_true(json_is_null(json_object_get(item(doc, "boots", 0), "kernel_us")));
	json_decref(doc);
}

/* A reason is cut to a length somewhere, in the middle of a character maybe. */
static void a_text_with_a_broken_byte_keeps_all_else(void **state)
{
	struct record *r = new_record();
	json_t *doc;

	module_of_test(r);
	record_verdict(r, "fail", 1, "caf\xc3\xa9 said: \xe2\x80");
	doc = written(state, r);
	assert_string_equal(string_at(doc, "reason"), "caf\xc3\xa9 said: \xef\xbf\xbd\xef\xbf\xbd");
	assert_string_equal(json_string_value(json_array_get(
				    json_object_get(json_object_get(doc, "module"), "params"), 1)),
			    "name=\xef\xbf\xbd");
	json_decref(doc);
}

static void a_directory_that_is_not_there_is_an_error(void **state)
{
	struct record *r = new_record();

	assert_int_equal(record_write(r, "/nonexistent"), -ENOENT);
	record_free(r);
	record_free(NULL);
}

static unsigned long allocations, fail_at;

static void *failing_malloc(size_t n)
{
	return ++allocations >= fail_at ? NULL : malloc(n);
}

/* Whatever fails, a record that is written is the whole one. */
static void without_memory_nothing_is_written(void **state)
{
	struct crash_report *full = crash_fixture_full();
	struct record *r = NULL;
	char *text = NULL;

	json_set_alloc_funcs(failing_malloc, free);
	for (fail_at = 1; !text; fail_at++) {
		assert_in_range(fail_at, 1, 10000);
		record_free(r);
		allocations = 0;
		r = record_new(ID, "virtual");
		if (!r)
			continue;
		module_of_test(r);
		record_step_begin(r, "load", mono_now());
		record_step_end(r, 1, "done");
		record_crash(r, full, "crash-1", "load");
		record_verdict(r, "crash", 3, "BUG in poke");
		text = record_text(r);
	}
	json_set_alloc_funcs(malloc, free);
	assert_non_null(strstr(text, "\"taint\": \"G      D    OE\""));
	assert_non_null(strstr(text, "\"debug=1\""));
	assert_non_null(strstr(text, "\"outcome\": \"done\""));
	assert_int_equal(record_write(r, *state), 0);
	record_free(r);
	free(text);
	crash_report_free(full);
}

static void need_validator(void)
{
	if (python(have_py, NULL, 0)) {
		print_message("skipped: python3-jsonschema is not installed\n");
		skip();
	}
}

/* Keep a document as N.json; returns its path, which the caller frees. */
static char *keep(void **state, size_t n, const json_t *doc)
{
	char *path = path_format("%s/%zu.json", (const char *)*state, n);

	assert_int_equal(json_dump_file(doc, path, 0), 0);
	return path;
}

static void records_are_as_the_schema_says(void **state)
{
	struct record *records[3];
	char *paths[3];

	need_validator();
	records[0] = new_record();
	records[1] = new_record();
	records[2] = full_record();
	record_step_begin(records[1], "prepare", mono_now());
	for (size_t i = 0; i < 3; i++) {
		json_t *doc = written(state, records[i]);

		paths[i] = keep(state, i, doc);
		json_decref(doc);
	}
	assert_int_equal(python(validate_py, paths, 3), 0);
	for (size_t i = 0; i < 3; i++)
		free(paths[i]);
}

/* One change to a good record. */
static const struct mistake {
	const char *in, *key;
	const char *value; /* NULL: the field is missing */
} mistakes[] = {
	{NULL, "verdict", "\"fine\""},
	{NULL, "verdict", "\"pass\""}, /* its exit code is another */
	{NULL, "exit_code", "2"},
	{NULL, "started", "1.5"},
	{NULL, "lost", NULL},
	{NULL, "mood", "\"good\""},
	{NULL, "id", "\"../../etc\""},
	{"module", "params", "\"debug=1\""},
	{"kernel", "taint_before", "\"G\""},
	{"steps", "took_us", "-1"},
	{"steps", "name", "\"dance\""},
	{"crashes", "signature", NULL},
	{"crashes", "address", "\"12\""},
	{"crashes", "frames", "[{\"function\": \"f\"}]"},
	{"boots", "ready_us", "\"soon\""},
	{"resets", "verified", "1"},
	{"lost", "records", "-3"},
};

#define N_MISTAKES (sizeof(mistakes) / sizeof(mistakes[0]))

static void make_mistake(json_t *doc, const struct mistake *m)
{
	json_t *o = m->in ? json_object_get(doc, m->in) : doc;

	if (json_is_array(o))
		o = json_array_get(o, 0);
	assert_true(json_is_object(o));
	if (m->value)
		json_object_set_new(o, m->key, json_loads(m->value, JSON_DECODE_ANY, NULL));
	else
		json_object_del(o, m->key);
}

static void the_schema_refuses_what_is_wrong(void **state)
{
	char *paths[N_MISTAKES];

	need_validator();
	for (size_t i = 0; i < N_MISTAKES; i++) {
		json_t *doc = written(state, full_record());

		make_mistake(doc, &mistakes[i]);
		paths[i] = keep(state, i, doc);
		json_decref(doc);
	}
	assert_int_equal(python(validate_py, paths, N_MISTAKES), 10);
	for (size_t i = 0; i < N_MISTAKES; i++)
		free(paths[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_that_never_ended_says_so),
		cmocka_unit_test(a_run_that_was_killed_tells_in_which_step),
		cmocka_unit_test(the_verdict_ends_the_run),
		cmocka_unit_test(times_are_microseconds_since_the_epoch),
		cmocka_unit_test(output_belongs_to_the_last_step),
		cmocka_unit_test(crashes_are_kept_in_order_with_their_place),
		cmocka_unit_test(what_is_not_known_is_null),
		cmocka_unit_test(a_text_with_a_broken_byte_keeps_all_else),
		cmocka_unit_test(a_directory_that_is_not_there_is_an_error),
		cmocka_unit_test(without_memory_nothing_is_written),
		cmocka_unit_test(records_are_as_the_schema_says),
		cmocka_unit_test(the_schema_refuses_what_is_wrong),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
