/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/output/text_json.c */
/* LIBS: jansson */
/* Any bytes as a JSON string that every reader takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/output/text_json.h"

#define BAD "\xef\xbf\xbd"

/* In memory of the exact size, so that sanitizers see a byte too far. */
static void check(const char *in, size_t n, const char *expected)
{
	char *exact = malloc(n ? n : 1);
	json_t *s;

	assert_non_null(exact);
	memcpy(exact, in, n);
	s = text_json_n(exact, n);
	assert_non_null(s);
	assert_int_equal(json_string_length(s), strlen(expected));
	assert_string_equal(json_string_value(s), expected);
	json_decref(s);
	free(exact);
}

#define CHECK(in, expected) check((in), sizeof(in) - 1, (expected))

static void utf8_stays_as_it_is(void **state)
{
	CHECK("", "");
	CHECK("plain", "plain");
	CHECK("\xc2\xa0 \xc3\xbc \xe2\x80\xa6 \xf0\x9f\x92\xa5 \xf4\x8f\xbf\xbf",
	      "\xc2\xa0 \xc3\xbc \xe2\x80\xa6 \xf0\x9f\x92\xa5 \xf4\x8f\xbf\xbf");
	CHECK("\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80", "\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80");
}

static void each_byte_that_is_no_utf8_is_replaced(void **state)
{
	CHECK("a\xff\xfe-b", "a" BAD BAD "-b");
	CHECK("\x80", BAD);
	CHECK("\xc3(", BAD "(");
	CHECK("\xe2\x80 ", BAD BAD " ");
}

static void overlong_forms_surrogates_and_numbers_too_high_are_replaced(void **state)
{
	CHECK("\xc0\xaf", BAD BAD);
	CHECK("\xe0\x9f\xbf", BAD BAD BAD);
	CHECK("\xed\xa0\x80", BAD BAD BAD);
	CHECK("\xf0\x8f\xbf\xbf", BAD BAD BAD BAD);
	CHECK("\xf4\x90\x80\x80", BAD BAD BAD BAD);
	CHECK("\xf5\x80\x80\x80", BAD BAD BAD BAD);
}

static void a_sequence_that_is_cut_off_at_the_end_is_replaced(void **state)
{
	CHECK("cut \xc3", "cut " BAD);
	CHECK("cut \xe2\x80", "cut " BAD BAD);
	CHECK("cut \xf0\x9f\x92", "cut " BAD BAD BAD);
}

static void what_a_terminal_could_obey_never_comes_out_raw(void **state)
{
	json_t *s;
	char *text;

	CHECK("a\0b", "a" BAD "b");
	CHECK("\x7f\xc2\x80\xc2\x9b\xc2\x9f", BAD BAD BAD BAD);
	s = text_json("\x1b[2J\a\r");
	text = json_dumps(s, JSON_ENCODE_ANY);
	assert_string_equal(text, "\"\\u001B[2J\\u0007\\r\"");
	free(text);
	json_decref(s);
}

static void no_text_is_null(void **state)
{
	json_t *s = text_json(NULL);

	assert_true(json_is_null(s));
	json_decref(s);
}

static void every_pair_of_bytes_gives_a_string_that_can_be_read_back(void **state)
{
	for (unsigned i = 0; i < 65536; i++) {
		char pair[2] = {(char)(i >> 8), (char)i};
		json_t *s = text_json_n(pair, 2), *back;
		char *text;

		assert_non_null(s);
		text = json_dumps(s, JSON_ENCODE_ANY);
		assert_non_null(text);
		back = json_loads(text, JSON_DECODE_ANY, NULL);
		assert_true(json_equal(s, back));
		json_decref(s);
		json_decref(back);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(utf8_stays_as_it_is),
		cmocka_unit_test(each_byte_that_is_no_utf8_is_replaced),
		cmocka_unit_test(overlong_forms_surrogates_and_numbers_too_high_are_replaced),
		cmocka_unit_test(a_sequence_that_is_cut_off_at_the_end_is_replaced),
		cmocka_unit_test(what_a_terminal_could_obey_never_comes_out_raw),
		cmocka_unit_test(no_text_is_null),
		cmocka_unit_test(every_pair_of_bytes_gives_a_string_that_can_be_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
