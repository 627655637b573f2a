/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/ktap/ktap*.c harness/paths_file.c harness/paths.c console/strbuf.c */
/* KTAP: golden logs in tests/ktap, streams cut anywhere, bounds. */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/ktap/ktap.h"
#include "harness/paths.h"

/* All that is known of a stream, as the .expect files have it. */
static char *told(const char *text, size_t len, size_t piece)
{
	struct ktap *k = ktap_new();
	struct strbuf b = {0};
	const struct ktap_result *r;
	char sentence[300];
	size_t n;

	assert_non_null(k);
	for (size_t at = 0; at < len; at += piece)
		ktap_feed(k, text + at, len - at < piece ? len - at : piece);
	ktap_end(k);
	r = ktap_results(k, &n);
	for (size_t i = 0; i < n; i++) {
		strbuf_addf(&b, "%s ", ktap_outcome_name(r[i].outcome));
		ktap_add_path(&b, &r[i]);
		if (r[i].directive)
			strbuf_addf(&b, " # %s", r[i].directive);
		strbuf_addc(&b, '\n');
		for (const char *p = r[i].diagnostics; p && *p;) {
			size_t line = strcspn(p, "\n");

			strbuf_addf(&b, "  %.*s\n", (int)line, p);
			p += line + (p[line] == '\n');
		}
	}
	ktap_sentence(k, sentence, sizeof(sentence));
	strbuf_addf(&b, "%s\n", ktap_seen(k) ? sentence : "no KTAP");
	assert_false(ktap_broken(k));
	ktap_free(k);
	return strbuf_take(&b);
}

static void golden_logs_give_the_expected_results(void **state)
{
	glob_t g;

	assert_int_equal(glob("tests/ktap/*.ktap", 0, NULL, &g), 0);
	assert_true(g.gl_pathc >= 9);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		const char *path = g.gl_pathv[i];
		char *expect = path_format("%.*s.expect", (int)strlen(path) - 5, path);
		size_t len, n;
		char *text = path_read(path, 1 << 20, &len), *want = path_read(expect, 1 << 20, &n);

		assert_non_null(text);
		assert_non_null(want);
		for (size_t piece = 1; piece <= len; piece = piece < 8 ? piece + 1 : 2 * len) {
			char *got = told(text, len, piece < 8 ? piece : len);

			if (strcmp(got, want) != 0)
				fail_msg("%s, in pieces of %zu bytes:\n%s", path, piece, got);
			free(got);
		}
		free(text);
		free(want);
		free(expect);
	}
	globfree(&g);
}

static void a_stream_without_end_of_line_loses_nothing(void **state)
{
	char *got = told("KTAP version 1\n1..1\nok 1 last", 29, 29);

	assert_string_equal(got, "pass last\n1 tests passed\n");
	free(got);
}

static void numbers_that_jump_are_noticed(void **state)
{
	static const char text[] = "1..3\nok 1 a\nok 3 c\nok 2 b\n";
	char *got = told(text, sizeof(text) - 1, 5);

	assert_non_null(strstr(got, "not whole: test number 3 came as number 2"));
	free(got);
}

static void control_characters_of_a_name_do_not_get_out(void **state)
{
	static const char text[] = "1..1\nnot ok 1 a\033[2Jb\xff\n";
	char *got = told(text, sizeof(text) - 1, 99);

	assert_string_equal(got, "fail a?[2Jb?\n1 of 1 tests failed: a?[2Jb?\n");
	free(got);
}

static void more_results_than_are_kept_are_counted(void **state)
{
	struct ktap *k = ktap_new();
	size_t n;

	ktap_feed(k, "TAP version 13\n", 15);
	for (int i = 0; i < KTAP_RESULTS_MAX + 10; i++)
		ktap_feed(k, "not ok\n", 7);
	ktap_end(k);
	ktap_results(k, &n);
	assert_int_equal(n, KTAP_RESULTS_MAX);
	assert_int_equal(ktap_bad(k), KTAP_RESULTS_MAX + 10);
	ktap_free(k);
}

static void nesting_without_end_is_refused(void **state)
{
	struct ktap *k = ktap_new();

	ktap_feed(k, "TAP version 13\n", 15);
	for (int i = 0; i < 100; i++) {
		for (int j = 0; j <= i; j++)
			ktap_feed(k, "  ", 2);
		ktap_feed(k, "1..1\n", 5);
	}
	ktap_end(k);
	assert_non_null(strstr(ktap_error(k), "nested deeper than"));
	ktap_free(k);
}

static void the_logs_prefix_is_told_from_the_line(void **state)
{
	static const struct {
		const char *line;
		size_t prefix;
	} rows[] = {
		{"[    1.234567] ok 1", 15},
		{"<6>[    1.234567] ok 1", 18},
		{"[    1.234567][   T12]   ok", 23},
		{"[    1.234567][    C0] x", 23},
		{"[1] ok", 0},
		{"ok 1 [    1.234567] x", 0},
		{"[    1.23] ok", 0},
		{"[    1.234567]", 14},
		{"<30>x", 4},
		{"", 0},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(ktap_log_prefix(rows[i].line, strlen(rows[i].line)),
				 rows[i].prefix);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden_logs_give_the_expected_results),
		cmocka_unit_test(a_stream_without_end_of_line_loses_nothing),
		cmocka_unit_test(numbers_that_jump_are_noticed),
		cmocka_unit_test(control_characters_of_a_name_do_not_get_out),
		cmocka_unit_test(more_results_than_are_kept_are_counted),
		cmocka_unit_test(nesting_without_end_is_refused),
		cmocka_unit_test(the_logs_prefix_is_told_from_the_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
