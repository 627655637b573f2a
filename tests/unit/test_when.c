/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/output/when.c */
/* Points in time as people type them. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "harness/output/when.h"

#define NOW INT64_C(1700719331) /* 2023-11-23 07:02:11 in Berlin */

static int setup(void **state)
{
	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	return 0;
}

static void expect(const char *text, int64_t seconds)
{
	int64_t us = -1;

	assert_int_equal(when_parse(text, NOW * 1000000, &us), 0);
	assert_true(us == seconds * 1000000);
}

static void a_duration_is_counted_back_from_now(void **state)
{
	expect("90s", NOW - 90);
	expect("16h", NOW - 57600);
	expect("2d", NOW - 172800);
	expect("1w", NOW - 604800);
}

static void a_clock_time_is_the_last_one(void **state)
{
	expect("07:00", NOW - 131);
	expect("22:00", NOW - 131 - 9 * 3600);
	expect("07:03", NOW - 11 + 60 - 86400);
}

static void a_day_begins_at_midnight(void **state)
{
	expect("today", NOW - 11 - 120 - 7 * 3600);
	expect("yesterday", NOW - 11 - 120 - 7 * 3600 - 86400);
	expect("2023-11-22", NOW - 11 - 120 - 7 * 3600 - 86400);
}

static void a_date_may_have_a_time(void **state)
{
	expect("2023-11-22 22:00", NOW - 131 - 9 * 3600);
	expect("2023-11-22T22:00:11", NOW - 120 - 9 * 3600);
	/* Summer time. */
	expect("2023-07-01 02:00", 1688169600);
}

static void what_is_no_time_is_refused(void **state)
{
	static const char *const bad[] = {"",         "h",    "16",         "16x",          "-1h",
					  "25:00",    "7:61", "2023-13-01", "2023-11-22 x", "soon",
					  "9999999d", "16h ", "999999w"};
	int64_t us;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(when_parse(bad[i], NOW * 1000000, &us), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_duration_is_counted_back_from_now),
		cmocka_unit_test(a_clock_time_is_the_last_one),
		cmocka_unit_test(a_day_begins_at_midnight),
		cmocka_unit_test(a_date_may_have_a_time),
		cmocka_unit_test(what_is_no_time_is_refused),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
