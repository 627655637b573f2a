/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/watch/watch_machine.c */
/* When kdev watch builds, runs and gives a run up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "harness/watch/watch_machine.h"

static struct monotime at(int64_t ms)
{
	return (struct monotime){MONO_MS(ms)};
}

static enum watch_action next(struct watch_machine *m, int64_t ms)
{
	struct monotime wake;

	return watch_next(m, at(ms), &wake);
}

/* A machine whose first build has begun at 200 ms. */
static struct watch_machine building(void)
{
	struct watch_machine m = {0};

	watch_changed(&m, at(0));
	assert_int_equal(next(&m, 200), WATCH_BUILD);
	return m;
}

static struct watch_machine running(void)
{
	struct watch_machine m = building();

	watch_built(&m, true);
	assert_int_equal(next(&m, 300), WATCH_RUN);
	return m;
}

static void it_waits_until_it_was_quiet(void **state)
{
	struct watch_machine m = {0};
	struct monotime wake;

	assert_int_equal(watch_next(&m, at(0), &wake), WATCH_NOTHING);
	assert_true(mono_is_never(wake));
	watch_changed(&m, at(0));
	watch_changed(&m, at(150));
	assert_int_equal(watch_next(&m, at(250), &wake), WATCH_NOTHING);
	assert_int_equal(wake.us, at(350).us);
	assert_int_equal(next(&m, 350), WATCH_BUILD);
	assert_int_equal(next(&m, 1000), WATCH_NOTHING);
}

static void whoever_never_stops_writing_gets_a_build(void **state)
{
	struct watch_machine m = {0};
	int64_t ms = 0;

	for (; ms < 5000; ms += 100) {
		watch_changed(&m, at(ms));
		if (next(&m, ms) == WATCH_BUILD)
			break;
	}
	assert_int_equal(ms, 2000);
}

static void a_good_build_is_run_once(void **state)
{
	struct watch_machine m = running();

	assert_int_equal(next(&m, 400), WATCH_NOTHING);
	watch_ran(&m);
	assert_int_equal(next(&m, 500), WATCH_NOTHING);
}

static void a_failed_build_is_not_run(void **state)
{
	struct watch_machine m = building();

	watch_built(&m, false);
	assert_int_equal(next(&m, 300), WATCH_NOTHING);
	watch_changed(&m, at(1000));
	assert_int_equal(next(&m, 1200), WATCH_BUILD);
}

static void a_change_during_a_build_begins_it_anew(void **state)
{
	struct watch_machine m = building();

	watch_changed(&m, at(300));
	assert_int_equal(next(&m, 300), WATCH_STOP_BUILD);
	assert_int_equal(next(&m, 310), WATCH_NOTHING);
	watch_built(&m, false);
	assert_int_equal(next(&m, 500), WATCH_BUILD);
}

static void a_build_that_missed_a_change_is_not_run(void **state)
{
	struct watch_machine m = building();

	watch_changed(&m, at(300));
	watch_built(&m, true);
	assert_int_equal(next(&m, 310), WATCH_NOTHING);
	assert_int_equal(next(&m, 500), WATCH_BUILD);
}

static void a_change_during_a_run_gives_it_up(void **state)
{
	struct watch_machine m = running();

	watch_changed(&m, at(1000));
	assert_int_equal(next(&m, 1000), WATCH_STOP_RUN);
	/* Once; and the build does not wait for the board to be reset. */
	watch_changed(&m, at(1050));
	assert_int_equal(next(&m, 1050), WATCH_NOTHING);
	assert_int_equal(next(&m, 1250), WATCH_BUILD);
	watch_built(&m, true);
	assert_int_equal(next(&m, 1300), WATCH_NOTHING);
	watch_ran(&m);
	assert_int_equal(next(&m, 1400), WATCH_RUN);
}

static void the_end_stops_what_is_under_way(void **state)
{
	struct watch_machine m = running();

	watch_changed(&m, at(1000));
	assert_int_equal(next(&m, 1000), WATCH_STOP_RUN);
	assert_int_equal(next(&m, 1200), WATCH_BUILD);
	watch_end(&m);
	assert_int_equal(next(&m, 1210), WATCH_STOP_BUILD);
	assert_int_equal(next(&m, 1210), WATCH_NOTHING);
	watch_built(&m, true);
	assert_int_equal(next(&m, 1220), WATCH_NOTHING);
	watch_ran(&m);
	assert_int_equal(next(&m, 1230), WATCH_END);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_waits_until_it_was_quiet),
		cmocka_unit_test(whoever_never_stops_writing_gets_a_build),
		cmocka_unit_test(a_good_build_is_run_once),
		cmocka_unit_test(a_failed_build_is_not_run),
		cmocka_unit_test(a_change_during_a_build_begins_it_anew),
		cmocka_unit_test(a_build_that_missed_a_change_is_not_run),
		cmocka_unit_test(a_change_during_a_run_gives_it_up),
		cmocka_unit_test(the_end_stops_what_is_under_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
