/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/run/expect.c harness/run/run_verdict.c console/detector/crash.c */
/* Is an outcome the expected one, and what is said where it is not? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "harness/run/expect.h"

static struct crash_report oops = {
	.klass = CRASH_OOPS, .title = (char *)"BUG: NULL in f", .function = (char *)"f"};

static const struct row {
	struct scenario_expect e;
	struct expect_outcome o;
	const char *why; /* "": as expected */
} rows[] = {
	{{.verdict = (char *)"pass"}, {.verdict = RUN_PASS, .reason = ""}, ""},
	{{.verdict = (char *)"pass"},
	 {.verdict = RUN_CRASH, .reason = "BUG: NULL in f", .crash = &oops},
	 "BUG: NULL in f"},
	{{.verdict = (char *)"pass"},
	 {.verdict = RUN_PASS, .reason = "", .unmet = "no such line"},
	 "no such line"},
	{{.verdict = (char *)"fail"}, {.verdict = RUN_FAIL, .reason = "refused"}, ""},
	{{.verdict = (char *)"fail"},
	 {.verdict = RUN_FAIL, .reason = "refused", .unmet = "no such line"},
	 "no such line"},
	{{.verdict = (char *)"crash"},
	 {.verdict = RUN_PASS, .reason = ""},
	 "expected crash, got pass"},
	{{.verdict = (char *)"crash"},
	 {.verdict = RUN_HANG, .reason = "silence"},
	 "expected crash, got hang: silence"},
	{{.verdict = (char *)"crash",
	  .klass = (char *)"oops",
	  .function = (char *)"f",
	  .title = (char *)"NULL in"},
	 {.verdict = RUN_CRASH, .reason = "", .crash = &oops},
	 ""},
	{{.verdict = (char *)"crash", .klass = (char *)"panic"},
	 {.verdict = RUN_CRASH, .reason = "", .crash = &oops},
	 "expected class panic, got oops"},
	{{.verdict = (char *)"crash", .function = (char *)"g"},
	 {.verdict = RUN_CRASH, .reason = "", .crash = &oops},
	 "expected function g, got f"},
	{{.verdict = (char *)"crash", .function = (char *)"g"},
	 {.verdict = RUN_CRASH, .reason = ""},
	 "expected function g, got none"},
	{{.verdict = (char *)"crash", .title = (char *)"KASAN"},
	 {.verdict = RUN_CRASH, .reason = "", .crash = &oops},
	 "expected a title with \"KASAN\", got BUG: NULL in f"},
};

static void each_outcome_is_told_from_the_expected_one(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char why[200];
		bool met = expect_met(&rows[i].e, &rows[i].o, why, sizeof(why));

		assert_string_equal(why, rows[i].why);
		assert_int_equal(met, !rows[i].why[0]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_outcome_is_told_from_the_expected_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
