/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/output/crash_json.c harness/output/text_json.c console/detector/crash.c */
/* LINK: tests/unit/crash_fixture.c */
/* LIBS: jansson */
/* Crash reports as JSON, and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crash_fixture.h"
#include "harness/output/crash_json.h"

static void free_both(struct crash_report *r, json_t *o)
{
	crash_report_free(r);
	json_decref(o);
}

static const char *string_at(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	assert_non_null(s);
	return s;
}

static void every_field_has_its_documented_name_and_type(void **state)
{
	struct crash_report *r = crash_fixture_full();
	json_t *o = crash_to_json(r), *frame;
	json_t *expected = json_pack("{s:s, s:i}", "file", "gadget.c", "line", 8);

	assert_string_equal(string_at(o, "title"), r->title);
	assert_string_equal(string_at(o, "type"), r->type);
	assert_int_equal(json_array_size(json_object_get(o, "alt")), 2);
	assert_true(json_is_true(json_object_get(o, "corrupted")));
	assert_true(json_is_true(json_object_get(o, "panicked")));
	assert_true(json_is_true(json_object_get(o, "secondary")));
	assert_int_equal(json_integer_value(json_object_get(o, "first_line")), 700);
	assert_int_equal(json_integer_value(json_object_get(o, "last_line")), 734);
	assert_string_equal(string_at(o, "function"), "poke");
	assert_string_equal(string_at(o, "module"), "gadget");
	assert_true(json_equal(json_object_get(o, "source"), expected));
	assert_string_equal(string_at(o, "taint"), "G      D    OE");
	assert_int_equal(json_integer_value(json_object_get(o, "cpu")), 1);
	assert_int_equal(json_integer_value(json_object_get(o, "pid")), 312);
	assert_string_equal(string_at(o, "comm"), "insmod");
	assert_string_equal(string_at(o, "signature"), "77aa0f1100c0ffee");
	assert_string_equal(string_at(o, "variant"), "12e0b6d4a5a5a5a5");
	assert_string_equal(string_at(o, "text"), r->text);
	assert_string_equal(string_at(o, "class"), "memory");
	assert_string_equal(string_at(o, "address"), "0xffff888012345678");
	frame = json_array_get(json_object_get(o, "frames"), 0);
	assert_string_equal(string_at(frame, "function"), "store");
	assert_true(json_is_true(json_object_get(frame, "inline")));
	assert_int_equal(json_integer_value(json_object_get(frame, "offset")), 0x10);
	assert_int_equal(json_integer_value(json_object_get(frame, "size")), 0x20);
	json_decref(expected);
	free_both(r, o);
}

static void what_is_not_known_is_null(void **state)
{
	static const char *const keys[] = {"function", "module", "source",  "taint",
					   "cpu",      "pid",    "comm",    "signature",
					   "variant",  "code",   "address", NULL};
	struct crash_report *r = crash_fixture_bare();
	json_t *o = crash_to_json(r);

	for (int i = 0; keys[i]; i++)
		assert_true(json_is_null(json_object_get(o, keys[i])));
	assert_string_equal(string_at(o, "type"), "");
	assert_int_equal(json_array_size(json_object_get(o, "frames")), 0);
	free_both(r, o);
}

static void a_report_survives_the_way_there_and_back(void **state)
{
	struct crash_report *before[] = {crash_fixture_full(), crash_fixture_bare()};

	for (int i = 0; i < 2; i++) {
		json_t *o = crash_to_json(before[i]), *again;
		struct crash_report *after = crash_from_json(o);

		assert_non_null(after);
		assert_int_equal(after->klass, before[i]->klass);
		assert_int_equal(after->text_len, before[i]->text_len);
		assert_int_equal(after->n_frames, before[i]->n_frames);
		again = crash_to_json(after);
		assert_true(json_equal(o, again));
		json_decref(again);
		crash_report_free(after);
		free_both(before[i], o);
	}
}

static void every_class_comes_back(void **state)
{
	for (int c = CRASH_OOPS; c <= CRASH_OTHER; c++) {
		struct crash_report *r = crash_fixture_bare(), *after;
		json_t *o;

		r->klass = (enum crash_class)c;
		o = crash_to_json(r);
		after = crash_from_json(o);
		assert_non_null(after);
		assert_int_equal(after->klass, c);
		crash_report_free(after);
		free_both(r, o);
	}
}

static void bytes_of_a_broken_line_become_valid_text(void **state)
{
	struct crash_report *r = crash_fixture_full();
	json_t *o;

	r->comm[0] = '\xff';
	r->frames[1].function[0] = '\xc3';
	r->text[0] = '\0';
	o = crash_to_json(r);
	assert_string_equal(string_at(o, "comm"), "\xef\xbf\xbdnsmod");
	assert_string_equal(string_at(json_array_get(json_object_get(o, "frames"), 1), "function"),
			    "\xef\xbf\xbdoke");
	assert_memory_equal(string_at(o, "text"), "\xef\xbf\xbdUG: kernel", 12);
	free_both(r, o);
}

static void numbers_beyond_jsons_stay_positive(void **state)
{
	struct crash_report *r = crash_fixture_full();
	json_t *o, *frame;

	r->frames[0].offset = UINT64_MAX;
	r->last_line = UINT64_MAX;
	o = crash_to_json(r);
	frame = json_array_get(json_object_get(o, "frames"), 0);
	assert_int_equal(json_integer_value(json_object_get(frame, "offset")), INT64_MAX);
	assert_int_equal(json_integer_value(json_object_get(o, "last_line")), INT64_MAX);
	free_both(r, o);
}

/* Take the field out, or put `value` in; true if it is a report still. */
static bool accepts(const char *key, const char *value)
{
	struct crash_report *r = crash_fixture_full(), *after;
	json_t *o = crash_to_json(r);
	bool ok;

	if (value)
		json_object_set_new(o, key, json_loads(value, JSON_DECODE_ANY, NULL));
	else
		json_object_del(o, key);
	after = crash_from_json(o);
	ok = after != NULL;
	crash_report_free(after);
	free_both(r, o);
	return ok;
}

static void an_object_that_is_no_report_is_refused(void **state)
{
	json_t *other = json_pack("{s:s}", "ev", "board");

	assert_null(crash_from_json(NULL));
	assert_null(crash_from_json(other));
	json_decref(other);
	assert_false(accepts("title", NULL));
	assert_false(accepts("title", "7"));
	assert_false(accepts("type", "null"));
	assert_false(accepts("text", NULL));
	assert_false(accepts("frames", "[{}]"));
	assert_false(accepts("frames", "[{\"function\": \"f\"}, 3]"));
	assert_false(accepts("alt", "[\"a\", null]"));
}

static void fields_of_a_newer_or_an_older_version_are_no_hindrance(void **state)
{
	assert_true(accepts("mood", "\"bad\""));
	assert_true(accepts("class", "\"of its own\""));
	assert_true(accepts("frames", "[{\"function\": \"f\", \"colour\": 1}]"));
	assert_true(accepts("frames", "7"));
	assert_true(accepts("address", NULL));
}

static void numbers_out_of_range_are_not_known(void **state)
{
	struct crash_report *r = crash_fixture_full(), *after;
	json_t *o = crash_to_json(r);

	json_object_set_new(o, "cpu", json_integer(INT64_MAX));
	json_object_set_new(o, "die_counter", json_integer(-1));
	json_object_set_new(o, "first_line", json_integer(-5));
	json_object_set_new(json_object_get(o, "source"), "line", json_integer(-5));
	after = crash_from_json(o);
	assert_non_null(after);
	assert_int_equal(after->cpu, -1);
	assert_int_equal(after->die_counter, 0);
	assert_int_equal(after->first_line, 0);
	assert_int_equal(after->line, 0);
	crash_report_free(after);
	free_both(r, o);
}

static unsigned long allocations, fail_at;

static void *failing_malloc(size_t n)
{
	return ++allocations >= fail_at ? NULL : malloc(n);
}

static void without_memory_there_is_no_half_report(void **state)
{
	struct crash_report *r = crash_fixture_full();
	json_t *whole = crash_to_json(r), *o = NULL;

	json_set_alloc_funcs(failing_malloc, free);
	for (fail_at = 1; !o; fail_at++) {
		assert_in_range(fail_at, 1, 10000);
		allocations = 0;
		o = crash_to_json(r);
	}
	json_set_alloc_funcs(malloc, free);
	assert_in_range(fail_at, 50, 10000);
	assert_true(json_equal(o, whole));
	json_decref(whole);
	free_both(r, o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_has_its_documented_name_and_type),
		cmocka_unit_test(what_is_not_known_is_null),
		cmocka_unit_test(a_report_survives_the_way_there_and_back),
		cmocka_unit_test(every_class_comes_back),
		cmocka_unit_test(bytes_of_a_broken_line_become_valid_text),
		cmocka_unit_test(numbers_beyond_jsons_stay_positive),
		cmocka_unit_test(an_object_that_is_no_report_is_refused),
		cmocka_unit_test(fields_of_a_newer_or_an_older_version_are_no_hindrance),
		cmocka_unit_test(numbers_out_of_range_are_not_known),
		cmocka_unit_test(without_memory_there_is_no_half_report),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
