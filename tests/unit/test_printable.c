/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/printable.c console/strbuf.c */
/* What foreign text may do to a terminal: nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "console/printable.h"

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

static void control_characters_are_escaped(void **state)
{
	CHECK("a\033[2Jb", "a\\x1b[2Jb");
	CHECK("a\r\nb\0c\x7f", "a\\x0d\\x0ab\\x00c\\x7f");
	CHECK("a\tb", "a b");
	CHECK("\xc2\x9b"
	      "31m",
	      "\\xc2\\x9b31m"); /* CSI as one character of Latin 1 */
}

static void text_that_reorders_or_hides_is_escaped(void **state)
{
	CHECK("x\xe2\x80\xaey", "x\\xe2\\x80\\xaey"); /* right-to-left override */
	CHECK("x\xe2\x80\x8by", "x\\xe2\\x80\\x8by"); /* zero width space */
}

static void bytes_that_are_no_utf8_are_escaped(void **state)
{
	CHECK("\xff\xfe", "\\xff\\xfe");
	CHECK("\xc3", "\\xc3");                            /* cut */
	CHECK("\xe2\x82", "\\xe2\\x82");                   /* cut */
	CHECK("\xc0\xaf", "\\xc0\\xaf");                   /* overlong '/' */
	CHECK("\xe0\x80\xaf", "\\xe0\\x80\\xaf");          /* overlong '/' */
	CHECK("\xed\xa0\x80", "\\xed\\xa0\\x80");          /* surrogate */
	CHECK("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"); /* beyond Unicode */
	CHECK("\x80"
	      "a",
	      "\\x80"
	      "a");
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
		cmocka_unit_test(control_characters_are_escaped),
		cmocka_unit_test(text_that_reorders_or_hides_is_escaped),
		cmocka_unit_test(bytes_that_are_no_utf8_are_escaped),
		cmocka_unit_test(columns_are_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
