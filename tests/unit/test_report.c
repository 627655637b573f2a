/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/report/report_stats.c harness/report/report_words.c harness/report/report_text.c */
/* LINK: harness/report/report_run.c harness/report/report_json.c harness/report/report_junit.c */
/* LINK: harness/report/report_ktap.c harness/report/xml_text.c harness/store/rate.c */
/* LINK: harness/store/crash_store*.c harness/store/store*.c harness/log.c */
/* LINK: harness/report/report_load*.c harness/output/text_json.c harness/paths*.c */
/* LINK: console/strbuf.c console/pipeline/printable.c console/pipeline/sanitize.c */
/* LINK: tests/unit/report_fixture.c harness/loop/journal_line.c watchdog/harvest*.c */
/* LINK: harness/ktap/ktap*.c harness/report/report_groups.c */
/* LINK: harness/output/cut_title.c */
/* LIBS: jansson sqlite3 */
/* A report in each of its forms, against tests/golden/report. */
#include <fcntl.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "report_fixture.h"

extern char **environ;

static void expect_form(int (*form)(struct strbuf *b, const struct report *r), const char *golden)
{
	struct strbuf b = {0};
	struct report r;

	report_fixture(&r);
	assert_int_equal(form(&b, &r), 0);
	report_fixture_expect(golden, strbuf_str(&b));
	strbuf_free(&b);
	report_free(&r);
}

static void expect_text(struct report_text_options o, const char *golden)
{
	struct strbuf b = {0};
	struct report r;

	report_fixture(&r);
	assert_int_equal(report_text(&b, &r, &o), 0);
	report_fixture_expect(golden, strbuf_str(&b));
	strbuf_free(&b);
	report_free(&r);
}

static void a_night_is_a_screen_of_text(void **state)
{
	expect_text((struct report_text_options){.width = 80}, "night.txt");
	expect_text((struct report_text_options){.colour = true}, "night.colour.txt");
}

static void a_night_is_json(void **state)
{
	expect_form(report_json, "night.json");
}

static void a_night_is_junit(void **state)
{
	expect_form(report_junit, "night.xml");
}

static void a_night_is_ktap(void **state)
{
	expect_form(report_ktap, "night.ktap");
}

static void a_run_is_told_with_its_explanation(void **state)
{
	const struct report_text_options o = {.width = 80};
	struct report_run pass;
	struct strbuf b = {0};
	struct report r;

	report_fixture(&r);
	/* The second run alone. */
	pass = r.runs[0];
	r.runs[0] = r.runs[1];
	r.runs[0].crashes[0].explained = strdup("BUG: \x1b[31mred\n  where    gadget.c:44\n");
	r.runs[1] = pass;
	r.one_run = true;
	assert_int_equal(report_run_text(&b, &r, &o), 0);
	report_fixture_expect("run.txt", strbuf_str(&b));
	strbuf_free(&b);
	report_free(&r);
}

static void no_run_is_a_report_too(void **state)
{
	struct report r = {.from_us = 1795384800000000, .to_us = 1795414200000000};
	const struct report_text_options o = {0};
	struct strbuf b = {0};

	setenv("TZ", "UTC", 1);
	tzset();
	assert_int_equal(report_text(&b, &r, &o), 0);
	assert_string_equal(strbuf_str(&b),
			    "Sun 2026-11-22 22:00 to Mon 2026-11-23 06:10\n0 runs\n");
	strbuf_cut(&b, 0);
	assert_int_equal(report_ktap(&b, &r), 0);
	assert_string_equal(strbuf_str(&b), "KTAP version 1\n1..0 # SKIP no run\n");
	strbuf_cut(&b, 0);
	assert_int_equal(report_json(&b, &r), 0);
	assert_int_equal(report_junit(&b, &r), 0);
	strbuf_free(&b);
}

static void no_text_form_has_a_control_character(void **state)
{
	int (*const forms[])(struct strbuf * b,
			     const struct report *r) = {report_ktap, report_junit, report_json};
	const struct report_text_options o = {.width = 60};
	struct report r;

	report_fixture(&r);
	for (size_t i = 0; i < 4; i++) {
		struct strbuf b = {0};

		assert_int_equal(i < 3 ? forms[i](&b, &r) : report_text(&b, &r, &o), 0);
		for (size_t k = 0; k < b.len; k++)
			assert_true((unsigned char)b.s[k] >= 0x20 || b.s[k] == '\n');
		strbuf_free(&b);
	}
	report_free(&r);
}

static void the_screen_is_as_wide_as_the_terminal(void **state)
{
	const struct report_text_options o = {.width = 80};
	struct strbuf b = {0};
	struct report r;
	size_t lines = 0;
	char *save = NULL;

	report_fixture_huge(&r, 300);
	assert_int_equal(report_text(&b, &r, &o), 0);
	for (char *l = strtok_r(b.s, "\n", &save); l; l = strtok_r(NULL, "\n", &save)) {
		size_t columns = 0;

		for (; *l; l++)
			columns += ((unsigned char)*l & 0xc0) != 0x80;
		assert_in_range(columns, 1, 80);
		lines++;
	}
	assert_in_range(lines, 5, 25);
	strbuf_free(&b);
	report_free(&r);
}

/* Parsed by libxml2 and checked against the schema that Jenkins and Surefire have in common. */
static void junit_is_valid(void **state)
{
	char schema[] = "tests/golden/report/junit.xsd", file[] = "tests/golden/report/night.xml";
	char name[] = "xmllint", no_out[] = "--noout", schema_flag[] = "--schema";
	char *argv[] = {name, no_out, schema_flag, schema, file, NULL};
	posix_spawn_file_actions_t quiet;
	int status = -1;
	pid_t pid;

	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(&quiet, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	if (posix_spawnp(&pid, name, &quiet, NULL, argv, environ)) {
		posix_spawn_file_actions_destroy(&quiet);
		skip();
	}
	posix_spawn_file_actions_destroy(&quiet);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WEXITSTATUS(status) == 127)
		skip();
	assert_int_equal(status, 0);
}

static size_t occurrences(const char *text, const char *what)
{
	size_t n = 0;

	while ((text = strstr(text, what))) {
		text += strlen(what);
		n++;
	}
	return n;
}

/* What its first element says, after `name="`. */
static size_t told(const char *xml, const char *name)
{
	const char *at = strstr(xml, name);

	assert_non_null(at);
	return strtoul(at + strlen(name), NULL, 10);
}

static void junit_counts_the_cases_that_it_has(void **state)
{
	struct strbuf b = {0};
	struct report r;

	report_fixture(&r);
	assert_int_equal(report_junit(&b, &r), 0);
	assert_int_equal(told(b.s, " tests=\""), 6 + 4 + 5);
	assert_int_equal(occurrences(b.s, "<testcase"), 6 + 4 + 5);
	assert_int_equal(told(b.s, " failures=\""), occurrences(b.s, "<failure"));
	assert_int_equal(told(b.s, " errors=\""), occurrences(b.s, "<error"));
	assert_int_equal(told(b.s, " skipped=\""), occurrences(b.s, "<skipped"));
	strbuf_free(&b);
	report_free(&r);
}

static void what_passed_and_failed_alike_is_flaky(void **state)
{
	struct report r;

	report_fixture(&r);
	assert_int_equal(r.n_groups, 6);
	assert_true(report_is_flaky(&r.groups[0]));
	assert_int_equal(r.groups[0].n_bad, 2);
	assert_int_equal(r.groups[0].n_judged, 3);
	/* One failure of one; none that was judged. */
	assert_false(report_is_flaky(&r.groups[1]));
	assert_int_equal(r.groups[2].n_judged, 0);
	report_free(&r);
}

static void a_case_of_a_scenario_is_judged_by_what_it_expects(void **state)
{
	struct report r;

	report_fixture(&r);
	assert_true(report_is_flaky(&r.groups[4]));
	assert_int_equal(r.groups[4].n, 3);
	assert_int_equal(r.groups[4].n_bad, 1);
	assert_int_equal(r.groups[5].verdicts[REPORT_FAIL], 1);
	assert_int_equal(r.groups[5].n_bad, 0);
	report_free(&r);
}

static void of_a_million_iterations_junit_has_the_bad_ones(void **state)
{
	struct report_iteration *all = calloc(20000, sizeof(*all));
	struct strbuf b = {0};
	struct report r;

	report_fixture(&r);
	assert_non_null(all);
	for (size_t i = 0; i < 20000; i++)
		all[i] = (struct report_iteration){.took_us = 5, .i = i + 10, .ok = i % 10000 > 0};
	for (size_t i = 0; i < r.n_iterations; i++) {
		free(r.iterations[i].run);
		free(r.iterations[i].title);
		free(r.iterations[i].reason);
	}
	free(r.iterations);
	r.iterations = all;
	r.n_iterations = 20000;
	free(r.groups);
	r.groups = NULL;
	r.n_groups = 0;
	assert_int_equal(report_group(&r), 0);
	assert_int_equal(report_junit(&b, &r), 0);
	assert_int_equal(occurrences(b.s, "<testcase"), 6 + 5002 + 5);
	assert_int_equal(told(b.s, " tests=\""), 6 + 5002 + 5);
	assert_non_null(strstr(b.s, "soak/10\""));
	assert_non_null(strstr(b.s, "soak/10010\""));
	assert_non_null(strstr(b.s, "\"passed-and-left-out\" value=\"14998\""));
	strbuf_free(&b);
	report_free(&r);
}

static void figures_are_counted(void **state)
{
	struct report_stats s;
	struct report r;

	report_fixture(&r);
	assert_int_equal(report_stats(&r, &s), 0);
	assert_int_equal(s.boots, 2);
	assert_int_equal(s.boots_unseen, 1);
	assert_int_equal(s.resets_failed, 1);
	assert_int_equal(s.ready.n, 1);
	assert_int_equal(s.cycle.min, 19000);
	assert_int_equal(s.cycle.n, 4);
	assert_int_equal(s.cycle.max, 45900000);
	assert_int_equal(s.lost, 17);
	assert_int_equal(s.bugs[CRASH_NEW], 1);
	assert_int_equal(s.trials, 10);
	assert_int_equal(s.verdicts[REPORT_CRASH], 2);
	assert_int_equal(s.unexpected, 4);
	assert_int_equal(s.n_tests, 15);
	assert_int_equal(s.tests_bad, 2);
	/* Five ended, after 20 s each. */
	assert_true(s.busy_us == 100000000);
	report_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_night_is_a_screen_of_text),
		cmocka_unit_test(a_night_is_json),
		cmocka_unit_test(a_night_is_junit),
		cmocka_unit_test(a_night_is_ktap),
		cmocka_unit_test(a_run_is_told_with_its_explanation),
		cmocka_unit_test(no_run_is_a_report_too),
		cmocka_unit_test(no_text_form_has_a_control_character),
		cmocka_unit_test(the_screen_is_as_wide_as_the_terminal),
		cmocka_unit_test(junit_is_valid),
		cmocka_unit_test(junit_counts_the_cases_that_it_has),
		cmocka_unit_test(a_case_of_a_scenario_is_judged_by_what_it_expects),
		cmocka_unit_test(of_a_million_iterations_junit_has_the_bad_ones),
		cmocka_unit_test(what_passed_and_failed_alike_is_flaky),
		cmocka_unit_test(figures_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
