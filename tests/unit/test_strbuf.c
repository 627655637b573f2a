/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/strbuf.c */
/* The growing string: what it holds, what it gives away, how it fails. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "console/strbuf.h"

static void an_empty_one_reads_as_an_empty_string(void **state)
{
	struct strbuf b = {0};
	char *s;

	assert_string_equal(strbuf_str(&b), "");
	s = strbuf_take(&b);
	assert_string_equal(s, "");
	free(s);
}

static void pieces_are_appended_in_order(void **state)
{
	struct strbuf b = {0};

	strbuf_adds(&b, "at ");
	strbuf_add(&b, "file.cxx", 6);
	strbuf_addc(&b, ':');
	strbuf_addf(&b, "%u%s", 42U, "!");
	strbuf_fill(&b, '-', 3);
	assert_string_equal(strbuf_str(&b), "at file.c:42!---");
	assert_int_equal(b.len, strlen("at file.c:42!---"));
	strbuf_free(&b);
	assert_string_equal(strbuf_str(&b), "");
}

static void it_grows_far_beyond_its_first_space(void **state)
{
	struct strbuf b = {0};

	for (unsigned i = 0; i < 10000; i++)
		assert_int_equal(strbuf_addf(&b, "%04u", i), 0);
	assert_int_equal(b.len, 40000);
	assert_memory_equal(b.s + 4 * 1234, "1234", 4);
	assert_int_equal(strlen(b.s), 40000);
	strbuf_free(&b);
}

static void zero_bytes_are_kept(void **state)
{
	struct strbuf b = {0};

	strbuf_add(&b, "a\0b", 3);
	assert_int_equal(b.len, 3);
	assert_memory_equal(b.s, "a\0b", 4);
	strbuf_free(&b);
}

static void cutting_keeps_the_beginning(void **state)
{
	struct strbuf b = {0};

	strbuf_cut(&b, 0);
	strbuf_adds(&b, "abcdef");
	strbuf_cut(&b, 9);
	assert_string_equal(strbuf_str(&b), "abcdef");
	strbuf_cut(&b, 2);
	strbuf_addc(&b, 'x');
	assert_string_equal(strbuf_str(&b), "abx");
	strbuf_free(&b);
}

static void a_taken_string_leaves_an_empty_one(void **state)
{
	struct strbuf b = {0};
	char *s;

	strbuf_adds(&b, "mine");
	s = strbuf_take(&b);
	assert_string_equal(s, "mine");
	assert_string_equal(strbuf_str(&b), "");
	free(s);
}

static void a_failure_sticks_and_nothing_is_given_away(void **state)
{
	struct strbuf b = {0};

	strbuf_adds(&b, "a");
	assert_int_equal(strbuf_fill(&b, 'x', SIZE_MAX - 1), -EOVERFLOW);
	assert_int_equal(strbuf_adds(&b, "b"), -EOVERFLOW);
	assert_string_equal(strbuf_str(&b), "a");
	assert_null(strbuf_take(&b));
	assert_int_equal(b.err, 0); /* and it can be used again */
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_one_reads_as_an_empty_string),
		cmocka_unit_test(pieces_are_appended_in_order),
		cmocka_unit_test(it_grows_far_beyond_its_first_space),
		cmocka_unit_test(zero_bytes_are_kept),
		cmocka_unit_test(cutting_keeps_the_beginning),
		cmocka_unit_test(a_taken_string_leaves_an_empty_one),
		cmocka_unit_test(a_failure_sticks_and_nothing_is_given_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
