/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/loop/iteration_line.c */
/* The line before each iteration of a batch: what is one, and what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "harness/loop/iteration_line.h"

static void the_line_tells_its_iteration_and_the_time_of_the_one_before(void **state)
{
	static const struct {
		const char *text;
		struct iteration_line line;
	} rows[] = {
		{"kdev: iteration 0", {0, -1, -1}},
		{"[   12.345678] kdev: iteration 8 (2911 + 16020 us)", {8, 2911, 16020}},
		{"[   12.345678][  T123] kdev: iteration 123456789012 (0 + 1 us)",
		 {123456789012, 0, 1}},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct iteration_line line;

		assert_true(iteration_line_parse(rows[i].text, strlen(rows[i].text), &line));
		assert_int_equal(line.iteration, rows[i].line.iteration);
		assert_int_equal(line.load_us, rows[i].line.load_us);
		assert_int_equal(line.unload_us, rows[i].line.unload_us);
	}
}

static void whatever_is_torn_or_different_is_no_such_line(void **state)
{
	static const char *const rows[] = {
		"",
		"kdev: iteration ",
		"kdev: iteration x",
		"kdev: iteration 8 ",
		"kdev: iteration 8 (2911 + 16020",
		"kdev: iteration 8 (2911 + 16020 us) and more",
		"kdev: iteration 1234567890123456789012",
		"a long text before it, which is more than a time: kdev: iteration 8",
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct iteration_line line;

		assert_false(iteration_line_parse(rows[i], strlen(rows[i]), &line));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_line_tells_its_iteration_and_the_time_of_the_one_before),
		cmocka_unit_test(whatever_is_torn_or_different_is_no_such_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
