/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/pipeline/printable.c console/pipeline/sanitize.c console/strbuf.c */
/* What foreign text may do to a terminal: nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "console/pipeline/printable.h"

static void check(const char *text, size_t n, const char *expect)
{
	struct strbuf b = {0};

	strbuf_add_printable(&b, text, n);
	assert_string_equal(strbuf_str(&b), expect);
	strbuf_free(&b);
}

#define CHECK(text, expect) check(text, sizeof(text) - 1, expect)

static void plain_text_and_utf8_stay_as_they_are(void **state)
{
	CHECK("", "");
	CHECK("foo+0x1/0x2 [bar]", "foo+0x1/0x2 [bar]");
	CHECK("Gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x90\xa7",
	      "Gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x90\xa7");
}

static void control_characters_and_sequences_are_left_out(void **state)
{
	CHECK("a\033[31mb", "ab");
	CHECK("a\nb\0c\x7f", "abc");
	CHECK("a\tb\tc", "a b c");
}

static void a_jump_of_the_cursor_becomes_a_blank(void **state)
{
	CHECK("a\033[2Jb", "a b");
	CHECK("hidden\rshown", "hidden shown");
}

static void bytes_that_are_no_utf8_are_marked(void **state)
{
	CHECK("\xff\xfe", "??");
	CHECK("a\xc3", "a?");
}

static void wide_characters_take_two_columns(void **state)
{
	static const char s[] = "a\xe6\x97\xa5\xf0\x9f\x92\xa5"
				"e\xcc\x81z"; /* a, a kanji, a collision, e with an accent, z */

	assert_int_equal(printable_columns(s, strlen(s)), 7);
	assert_int_equal(printable_fit(s, strlen(s), 2), 1);
	assert_int_equal(printable_fit(s, strlen(s), 5), 8);
	assert_int_equal(printable_fit(s, strlen(s), 6), 11);
}

static void columns_are_characters(void **state)
{
	const char *s = "Gr\xc3\xbc\xc3\x9f";

	assert_int_equal(printable_columns(s, strlen(s)), 4);
	assert_int_equal(printable_fit(s, strlen(s), 3), 4); /* not in the middle of one */
	assert_int_equal(printable_fit(s, strlen(s), 9), 6);
	assert_int_equal(printable_fit(s, strlen(s), 0), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_text_and_utf8_stay_as_they_are),
		cmocka_unit_test(control_characters_and_sequences_are_left_out),
		cmocka_unit_test(a_jump_of_the_cursor_becomes_a_blank),
		cmocka_unit_test(bytes_that_are_no_utf8_are_marked),
		cmocka_unit_test(columns_are_characters),
		cmocka_unit_test(wide_characters_take_two_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
