/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/report/report_html*.c harness/report/report_stats.c */
/* LINK: harness/report/report_words.c harness/report/xml_text.c harness/store/rate.c */
/* LINK: harness/report/report_load*.c harness/store/crash_store*.c harness/store/store*.c */
/* LINK: harness/log.c harness/output/text_json.c harness/paths*.c console/strbuf.c */
/* LINK: tests/unit/report_fixture.c harness/loop/journal_line.c watchdog/harvest*.c */
/* LINK: harness/ktap/ktap*.c harness/report/report_groups.c */
/* LIBS: jansson sqlite3 */
/* The page: what it says, that it is harmless, and that it stays small. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report_fixture.h"

#define PAGE_MAX (2u << 20)

static void a_night_is_a_page(void **state)
{
	struct strbuf b = {0};
	struct report r;

	report_fixture(&r);
	assert_int_equal(report_html(&b, &r), 0);
	report_fixture_expect("night.html", strbuf_str(&b));
	strbuf_free(&b);
	report_free(&r);
}

static void a_run_is_a_page(void **state)
{
	struct report_run pass;
	struct strbuf b = {0};
	struct report r;

	report_fixture(&r);
	pass = r.runs[0];
	r.runs[0] = r.runs[1];
	r.runs[1] = pass;
	r.one_run = true;
	assert_int_equal(report_html(&b, &r), 0);
	report_fixture_expect("run.html", strbuf_str(&b));
	strbuf_free(&b);
	report_free(&r);
}

static void no_run_is_a_page_too(void **state)
{
	struct report r = {.from_us = 0, .to_us = 1};
	struct strbuf b = {0};

	assert_int_equal(report_html(&b, &r), 0);
	assert_non_null(strstr(strbuf_str(&b), "<h1>No run</h1>"));
	strbuf_free(&b);
}

/* Every element that is opened is closed in order; only names that we use. */
static void check_elements(const char *html)
{
	static const char *const empty[] = {"meta", "br", "!DOCTYPE"};
	char stack[64][16];
	size_t depth = 0;

	for (const char *p = strchr(html, '<'); p; p = strchr(p + 1, '<')) {
		const char *close = strchr(p, '>');
		bool end = p[1] == '/', is_empty = close && close[-1] == '/';
		const char *name = p + 1 + end;
		size_t n = 0;

		while (isalnum((unsigned char)name[n]) || name[n] == '!')
			n++;
		assert_in_range(n, 1, 15);
		if (end) {
			assert_true(depth > 0);
			depth--;
			assert_true(strlen(stack[depth]) == n && !strncmp(stack[depth], name, n));
			continue;
		}
		for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++)
			is_empty |= strlen(empty[i]) == n && !strncmp(empty[i], name, n);
		if (is_empty)
			continue;
		assert_true(depth < 64);
		memcpy(stack[depth], name, n);
		stack[depth++][n] = 0;
	}
	/* html's own end tag was the last. */
	assert_int_equal(depth, 0);
}

static void a_hostile_log_makes_no_markup(void **state)
{
	struct strbuf b = {0};
	struct report r;

	report_fixture(&r);
	assert_int_equal(report_html(&b, &r), 0);
	check_elements(strbuf_str(&b));
	assert_null(strstr(strbuf_str(&b), "<script"));
	assert_null(strstr(strbuf_str(&b), "\xe2\x80\xae"));
	assert_null(strchr(strbuf_str(&b), '\x1b'));
	assert_null(strchr(strbuf_str(&b), '\x80'));
	assert_non_null(strstr(strbuf_str(&b), "&lt;script&gt;alert(1)&lt;/script&gt;\xe2\x90\x9b"
					       "[2J[U+202E]"));
	strbuf_free(&b);
	report_free(&r);
}

static void it_needs_nothing_from_elsewhere(void **state)
{
	static const char *const absent[] = {"http:", "https:",   "url(",    "@import",
					     "src=",  "href=\"h", "href=\"/"};
	struct strbuf b = {0};
	struct report r;

	report_fixture(&r);
	assert_int_equal(report_html(&b, &r), 0);
	for (size_t i = 0; i < sizeof(absent) / sizeof(absent[0]); i++)
		assert_null(strstr(strbuf_str(&b), absent[i]));
	assert_non_null(strstr(strbuf_str(&b), "default-src 'none'"));
	strbuf_free(&b);
	report_free(&r);
}

static void a_thousand_hostile_runs_stay_below_2_mb(void **state)
{
	struct strbuf b = {0};
	struct report r;

	report_fixture_huge(&r, 3000);
	assert_int_equal(report_html(&b, &r), 0);
	assert_in_range(b.len, 500000, PAGE_MAX);
	check_elements(strbuf_str(&b));
	assert_non_null(strstr(strbuf_str(&b), "there is no room for it"));
	strbuf_free(&b);
	report_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_night_is_a_page),
		cmocka_unit_test(a_run_is_a_page),
		cmocka_unit_test(no_run_is_a_page_too),
		cmocka_unit_test(a_hostile_log_makes_no_markup),
		cmocka_unit_test(it_needs_nothing_from_elsewhere),
		cmocka_unit_test(a_thousand_hostile_runs_stay_below_2_mb),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
