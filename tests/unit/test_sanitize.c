/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/pipeline/sanitize.c */
/* What a terminal would act on never gets through; the text does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "console/pipeline/sanitize.h"

/* All texts of src with '|' where the cursor moved. */
static const char *clean(const char *src, size_t n)
{
	static char out[512];
	char *exact = malloc(n ? n : 1), *dst = malloc(n ? n : 1);
	size_t at = 0, used = 0, len;

	assert_non_null(exact);
	assert_non_null(dst);
	memcpy(exact, src, n);
	while (used < n) {
		size_t step = text_clean(exact + used, n - used, dst, &len);

		assert_true(step > 0 && step <= n - used);
		assert_true(len <= step);
		assert_true(at + len + 2 < sizeof(out));
		if (used)
			out[at++] = '|';
		memcpy(out + at, dst, len);
		at += len;
		used += step;
	}
	out[at] = 0;
	free(dst);
	free(exact);
	return out;
}

#define CLEAN(literal) clean(literal, sizeof(literal) - 1)

static void colours_and_charsets_are_left_out(void **state)
{
	assert_string_equal(CLEAN("\x1b[0;1miPXE\x1b[0m -- \x1b(Bok\x1b[?25l"), "iPXE -- ok");
}

static void nul_and_control_bytes_are_left_out(void **state)
{
	assert_string_equal(CLEAN("a\0b\x07"
				  "c\b\x7f"
				  "d\te"),
			    "abcd\te");
}

static void a_cursor_move_separates_texts(void **state)
{
	assert_string_equal(CLEAN("\x1b"
				  "c\x1b[?7l\x1b[2J\x1b[0mSeaBIOS"),
			    "||SeaBIOS");
	assert_string_equal(CLEAN("menu\x1b[24;01Hboot:\rLoading"), "menu|boot:|Loading");
}

static void a_broken_sequence_does_not_eat_a_timestamp(void **state)
{
	assert_string_equal(CLEAN("\x1b[[    1.5] x"), "[    1.5] x");
	assert_string_equal(CLEAN("\x1b[0;3"), "");
	assert_string_equal(CLEAN("x\x1b"), "x");
}

static void an_unended_title_sequence_does_not_hide_the_line(void **state)
{
	assert_string_equal(CLEAN("\x1b]0;title\aprompt"), "prompt");
	assert_string_equal(CLEAN("\x1b]0;title\x1b\\prompt"), "prompt");
	assert_string_equal(CLEAN("\x1b]BUG: oops"), "BUG: oops");
}

static void utf8_stays_and_line_noise_becomes_question_marks(void **state)
{
	assert_string_equal(CLEAN("caf\xc3\xa9 \xe2\x9c\x93 \xf0\x9f\x90\xa7"),
			    "caf\xc3\xa9 \xe2\x9c\x93 \xf0\x9f\x90\xa7");
	assert_string_equal(CLEAN("\xff\xc3z"), "??z");
	assert_string_equal(CLEAN("\xc0\xaf"), "??");           /* overlong */
	assert_string_equal(CLEAN("\xed\xa0\x80"), "???");      /* surrogate */
	assert_string_equal(CLEAN("\xf5\x80\x80\x80"), "????"); /* above U+10FFFF */
	assert_string_equal(CLEAN("\xe2\x9c"), "??");           /* cut */
}

static void c1_controls_and_direction_marks_do_not_get_through(void **state)
{
	assert_string_equal(CLEAN("a\x9b"
				  "31mb"),
			    "a?31mb");
	assert_string_equal(CLEAN("\xc2\x9b"
				  "1m"),
			    "??1m");
	assert_string_equal(CLEAN("\xe2\x80\xae"
				  "txt"),
			    "???txt");
}

/* Each byte value at each place of a line: the fast answer and the copy agree. */
static void the_fast_check_says_plain_exactly_when_nothing_changes(void **state)
{
	for (int c = 0; c < 256; c++) {
		for (size_t at = 0; at < 19; at++) {
			char s[19], out[19];
			size_t len, used;
			bool same;

			memset(s, 'a' + (char)at, sizeof(s));
			s[at] = (char)c;
			used = text_clean(s, sizeof(s), out, &len);
			same = used == sizeof(s) && len == sizeof(s) && !memcmp(s, out, len);
			assert_int_equal(text_is_plain(s, sizeof(s)), same);
		}
	}
	assert_true(text_is_plain("", 0));
	assert_true(text_is_plain("\t\ttabs, and more of them\t", 24));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(colours_and_charsets_are_left_out),
		cmocka_unit_test(nul_and_control_bytes_are_left_out),
		cmocka_unit_test(a_cursor_move_separates_texts),
		cmocka_unit_test(a_broken_sequence_does_not_eat_a_timestamp),
		cmocka_unit_test(an_unended_title_sequence_does_not_hide_the_line),
		cmocka_unit_test(utf8_stays_and_line_noise_becomes_question_marks),
		cmocka_unit_test(c1_controls_and_direction_marks_do_not_get_through),
		cmocka_unit_test(the_fast_check_says_plain_exactly_when_nothing_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
