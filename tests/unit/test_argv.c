/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/sources/argv.c */
/* Words of a line, without a shell. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "console/sources/argv.h"

static void assert_words(const char *line, const char *const *words)
{
	char **argv;
	size_t n = 0;

	assert_int_equal(argv_split(line, 2, &argv), 0);
	for (; words[n]; n++) {
		assert_non_null(argv[n]);
		assert_string_equal(argv[n], words[n]);
	}
	/* The end, and what was asked for beyond. */
	for (int i = 0; i < 3; i++)
		assert_null(argv[n + i]);
	free(argv);
}

#define WORDS(line, ...) assert_words(line, (const char *const[]){__VA_ARGS__, NULL})

static void blanks_part_words(void **state)
{
	WORDS("reboot", "reboot");
	WORDS("  a\t b  ", "a", "b");
	WORDS("a b c d e f g h", "a", "b", "c", "d", "e", "f", "g", "h");
}

static void quotes_hold_blanks_together(void **state)
{
	WORDS("'a b' c", "a b", "c");
	WORDS("\"a b\"c 'd'", "a bc", "d");
	WORDS("'' x", "", "x");
	WORDS("\"it's\"", "it's");
	WORDS("'\"'", "\"");
}

static void a_backslash_takes_the_next_character(void **state)
{
	WORDS("a\\ b", "a b");
	WORDS("\"a\\\"b\"", "a\"b");
	WORDS("'a\\b'", "a\\b");
	WORDS("a\\", "a\\");
}

static void nothing_means_anything_else(void **state)
{
	WORDS("$HOME `id` * ;|&> #x", "$HOME", "`id`", "*", ";|&>", "#x");
}

static void an_open_quote_and_an_empty_line_are_refused(void **state)
{
	char **argv;

	assert_int_equal(argv_split("", 0, &argv), -EINVAL);
	assert_int_equal(argv_split(" \t", 0, &argv), -EINVAL);
	assert_int_equal(argv_split("a 'b", 0, &argv), -EINVAL);
	assert_int_equal(argv_split("\"", 0, &argv), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blanks_part_words),
		cmocka_unit_test(quotes_hold_blanks_together),
		cmocka_unit_test(a_backslash_takes_the_next_character),
		cmocka_unit_test(nothing_means_anything_else),
		cmocka_unit_test(an_open_quote_and_an_empty_line_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
