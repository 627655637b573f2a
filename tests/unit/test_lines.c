/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/pipeline/lines.c */
/* Bytes to lines: whole, torn, too long, too old. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "console/pipeline/lines.h"

#define AT(ms) ((struct monotime){MONO_MS(ms)})

/* What came out: the lines, each ended by '\n', or by '+' when it was cut. */
struct seen {
	char text[1024];
	size_t len, count, bytes, longest;
	struct line last;
};

static void on_line(void *arg, const struct line *line)
{
	struct seen *s = arg;

	s->count++;
	s->bytes += line->len;
	s->longest = line->len > s->longest ? line->len : s->longest;
	s->last = *line;
	if (s->len + line->len + 1 >= sizeof(s->text))
		return;
	memcpy(s->text + s->len, line->text, line->len);
	s->len += line->len;
	s->text[s->len++] = line->cut ? '+' : '\n';
	s->text[s->len] = 0;
}

static struct lines *fresh(struct seen *s)
{
	struct lines *l = malloc(sizeof(*l));

	assert_non_null(l);
	memset(s, 0, sizeof(*s));
	lines_init(l, on_line, s);
	return l;
}

static void feed(struct lines *l, const char *text, struct monotime now)
{
	lines_feed(l, text, strlen(text), now);
}

static void whole_lines_are_not_copied(void **state)
{
	const char *text = "one\ntwo\n";
	struct seen s;
	struct lines *l = fresh(&s);

	feed(l, text, AT(5));
	assert_string_equal(s.text, "one\ntwo\n");
	assert_ptr_equal(s.last.text, text + 4);
	assert_int_equal(s.last.number, 2);
	assert_int_equal(s.last.at.us, MONO_MS(5));
	assert_true(mono_is_never(lines_wakeup(l)));
	free(l);
}

static void carriage_returns_at_the_edges_are_dropped(void **state)
{
	struct seen s;
	struct lines *l = fresh(&s);

	feed(l, "a\r\nb\r\r\n\rc\r", AT(0));
	feed(l, "\nd\re\r\n\r\n", AT(0));
	assert_string_equal(s.text, "a\nb\nc\nd\re\n\n");
	free(l);
}

static void a_line_in_pieces_has_the_time_of_its_first_byte(void **state)
{
	struct seen s;
	struct lines *l = fresh(&s);

	feed(l, "BUG: un", AT(1));
	feed(l, "able to", AT(2));
	feed(l, "\n", AT(3));
	assert_string_equal(s.text, "BUG: unable to\n");
	assert_int_equal(s.last.at.us, MONO_MS(1));
	assert_int_equal(s.last.start, LINE_FRESH);
	free(l);
}

static void every_split_of_the_bytes_gives_the_same_lines(void **state)
{
	const char text[] = "\r\nfirst\r\n\n[    1.0] second\nthird, \x1b[1mbold\r\n";
	size_t n = sizeof(text) - 1;
	struct seen whole, split;
	struct lines *l = fresh(&whole);

	lines_feed(l, text, n, AT(0));
	free(l);
	for (size_t i = 0; i <= n; i++) {
		l = fresh(&split);
		lines_feed(l, text, i, AT(0));
		lines_feed(l, text + i, n - i, AT(0));
		assert_string_equal(split.text, whole.text);
		free(l);
	}
}

static void a_partial_line_is_given_out_after_its_deadline(void **state)
{
	struct seen s;
	struct lines *l = fresh(&s);

	feed(l, "login: ", AT(0));
	assert_int_equal(lines_wakeup(l).us, LINES_QUIET);
	lines_tick(l, (struct monotime){LINES_QUIET - 1});
	assert_int_equal(s.count, 0);
	lines_tick(l, (struct monotime){LINES_QUIET});
	assert_string_equal(s.text, "login: +");
	assert_true(s.last.cut);
	assert_true(mono_is_never(lines_wakeup(l)));

	feed(l, "SeaBIOS\n", AT(3000));
	assert_string_equal(s.text, "login: +SeaBIOS\n");
	assert_int_equal(s.last.start, LINE_AFTER_PAUSE);
	assert_int_equal(s.last.number, 1);
	feed(l, "next\n", AT(3000));
	assert_int_equal(s.last.start, LINE_FRESH);
	assert_int_equal(s.last.number, 2);
	free(l);
}

static void only_the_line_end_after_a_partial_line_gives_nothing(void **state)
{
	struct seen s;
	struct lines *l = fresh(&s);

	feed(l, "half", AT(0));
	lines_tick(l, AT(2000));
	feed(l, "\r\nwhole\n", AT(2001));
	assert_string_equal(s.text, "half+whole\n");
	assert_int_equal(s.last.number, 2);
	free(l);
}

static void a_line_that_drips_is_held_no_longer_than_its_age_allows(void **state)
{
	struct seen s;
	struct lines *l = fresh(&s);
	int ms = 0;

	while (!s.count && ms < 20000) {
		feed(l, ".", AT(ms));
		ms += 500;
		lines_tick(l, AT(ms));
	}
	assert_int_equal(MONO_MS(ms), LINES_OLD);
	free(l);
}

static void a_line_of_100_mb_comes_in_bounded_pieces(void **state)
{
	enum { CHUNK = 1 << 16, CHUNKS = 1600 };
	struct seen s;
	struct lines *l = fresh(&s);
	char *chunk = malloc(CHUNK);

	assert_non_null(chunk);
	memset(chunk, 'x', CHUNK);
	for (int i = 0; i < CHUNKS; i++)
		lines_feed(l, chunk, CHUNK - (i & 7), AT(i));
	assert_int_equal(s.longest, LINES_MAX);
	assert_true(s.last.cut);
	assert_int_equal(s.last.start, LINE_AFTER_CUT);
	feed(l, "\n", AT(CHUNKS));
	assert_false(s.last.cut);
	assert_int_equal(s.bytes, (size_t)CHUNKS * CHUNK - CHUNKS / 8 * 28);
	assert_int_equal(s.last.number, 1);
	free(chunk);
	free(l);
}

static void a_line_of_exactly_the_limit_is_whole(void **state)
{
	struct seen s;
	struct lines *l = fresh(&s);
	char text[LINES_MAX + 1];

	memset(text, 'y', LINES_MAX);
	text[LINES_MAX] = '\n';
	lines_feed(l, text, sizeof(text), AT(0));
	assert_int_equal(s.count, 1);
	assert_int_equal(s.last.len, LINES_MAX);
	assert_false(s.last.cut);
	lines_feed(l, text, 10, AT(0));
	lines_feed(l, text + 10, sizeof(text) - 10, AT(0));
	assert_int_equal(s.count, 2);
	assert_int_equal(s.last.len, LINES_MAX);
	free(l);
}

static void flush_ends_the_line(void **state)
{
	struct seen s;
	struct lines *l = fresh(&s);

	lines_flush(l);
	assert_int_equal(s.count, 0);
	feed(l, "last words", AT(0));
	lines_flush(l);
	assert_string_equal(s.text, "last words+");
	feed(l, "new\n", AT(1));
	assert_int_equal(s.last.start, LINE_FRESH);
	assert_int_equal(s.last.number, 2);
	free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_lines_are_not_copied),
		cmocka_unit_test(carriage_returns_at_the_edges_are_dropped),
		cmocka_unit_test(a_line_in_pieces_has_the_time_of_its_first_byte),
		cmocka_unit_test(every_split_of_the_bytes_gives_the_same_lines),
		cmocka_unit_test(a_partial_line_is_given_out_after_its_deadline),
		cmocka_unit_test(only_the_line_end_after_a_partial_line_gives_nothing),
		cmocka_unit_test(a_line_that_drips_is_held_no_longer_than_its_age_allows),
		cmocka_unit_test(a_line_of_100_mb_comes_in_bounded_pieces),
		cmocka_unit_test(a_line_of_exactly_the_limit_is_whole),
		cmocka_unit_test(flush_ends_the_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
