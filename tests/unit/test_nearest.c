/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/commands/nearest.c */
/* Suggestions for mistyped words: what is near, what is not, and bounds. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "harness/commands/nearest.h"

static const char *suggest(const char *word)
{
	static const char *const names[] = {"count", "greeting", "boot_timeout", "x", "nic"};
	struct nearest near = {.word = word};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		nearest_consider(&near, names[i]);
	return near.best;
}

static void each_kind_of_slip_costs_one(void **state)
{
	assert_int_equal(nearest_distance("count", "count"), 0);
	assert_int_equal(nearest_distance("coumt", "count"), 1);  /* another letter */
	assert_int_equal(nearest_distance("cont", "count"), 1);   /* one dropped */
	assert_int_equal(nearest_distance("couunt", "count"), 1); /* one too many */
	assert_int_equal(nearest_distance("conut", "count"), 1);  /* two swapped */
	assert_int_equal(nearest_distance("", "count"), 5);
	assert_int_equal(nearest_distance("count", ""), 5);
	assert_int_equal(nearest_distance("kitten", "sitting"), 3);
}

static void dash_underscore_and_case_are_the_same(void **state)
{
	assert_int_equal(nearest_distance("Boot-Timeout", "boot_timeout"), 0);
}

static void a_slip_finds_the_name_that_was_meant(void **state)
{
	assert_string_equal(suggest("cuont"), "count");
	assert_string_equal(suggest("gretting"), "greeting");
	assert_string_equal(suggest("boot_timout"), "boot_timeout");
}

static void an_abbreviation_finds_its_name(void **state)
{
	assert_string_equal(suggest("greet"), "greeting");
	assert_string_equal(suggest("boot"), "boot_timeout");
}

static void another_word_finds_nothing(void **state)
{
	assert_null(suggest("frequency"));
	assert_null(suggest("y")); /* near "x" by number alone */
	assert_null(suggest(""));
}

static void a_word_beyond_the_limit_is_not_compared(void **state)
{
	char longest[NEAREST_MAX + 1], longer[NEAREST_MAX + 2];

	memset(longest, 'a', sizeof(longest));
	longest[NEAREST_MAX] = 0;
	memset(longer, 'a', sizeof(longer));
	longer[NEAREST_MAX + 1] = 0;
	assert_int_equal(nearest_distance(longest, longest), 0);
	assert_int_equal(nearest_distance(longest, longer), UINT_MAX);
	assert_int_equal(nearest_distance(longer, ""), UINT_MAX);
	assert_null(suggest(longer));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_of_slip_costs_one),
		cmocka_unit_test(dash_underscore_and_case_are_the_same),
		cmocka_unit_test(a_slip_finds_the_name_that_was_meant),
		cmocka_unit_test(an_abbreviation_finds_its_name),
		cmocka_unit_test(another_word_finds_nothing),
		cmocka_unit_test(a_word_beyond_the_limit_is_not_compared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
