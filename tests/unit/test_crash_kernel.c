/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: watchdog/crash_kernel.c */
/* A crash kernel that does its work, and ones that get stuck at each point of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "watchdog/crash_kernel.h"

#define ALL MONO_SEC(120)

static struct crash_kernel k;

static struct monotime at(double s)
{
	return (struct monotime){MONO_SEC(1000) + (int64_t)(s * 1e6)};
}

static void panicked(bool saves)
{
	k = (struct crash_kernel){0};
	crash_kernel_panic(&k, saves, ALL, at(0));
}

static void expect(enum crash_kernel_state s)
{
	assert_int_equal(k.state, s);
}

static void without_a_panic_nothing_is_waited_for(void **state)
{
	k = (struct crash_kernel){0};
	crash_kernel_kernel(&k, at(1));
	crash_kernel_sent(&k, at(2));
	crash_kernel_leaves(&k, at(3));
	crash_kernel_tick(&k, at(1000));
	expect(CRASH_KERNEL_IDLE);
	assert_false(crash_kernel_at_work(&k));
	assert_true(mono_is_never(crash_kernel_wakeup(&k)));
}

static void a_restart_is_done_with_the_first_kernel(void **state)
{
	panicked(false);
	assert_true(crash_kernel_at_work(&k));
	assert_false(crash_kernel_may_send(&k));
	crash_kernel_kernel(&k, at(0.7));
	expect(CRASH_KERNEL_DONE);
	assert_false(crash_kernel_at_work(&k));
}

static void one_that_saves_is_done_with_the_second_kernel(void **state)
{
	panicked(true);
	assert_false(crash_kernel_may_send(&k));
	crash_kernel_kernel(&k, at(0.7));
	expect(CRASH_KERNEL_BOOTING);
	assert_true(crash_kernel_may_send(&k));
	crash_kernel_sent(&k, at(5));
	expect(CRASH_KERNEL_SAVING);
	/* one stream a panic */
	assert_false(crash_kernel_may_send(&k));
	crash_kernel_leaves(&k, at(11));
	crash_kernel_leaves(&k, at(11.5));
	expect(CRASH_KERNEL_LEAVING);
	crash_kernel_kernel(&k, at(13));
	expect(CRASH_KERNEL_DONE);
}

static void a_firmware_is_its_end_too(void **state)
{
	panicked(true);
	crash_kernel_kernel(&k, at(0.7));
	crash_kernel_firmware(&k, at(9));
	expect(CRASH_KERNEL_DONE);
}

static void what_goes_on_is_not_stuck_until_all_time_is_over(void **state)
{
	panicked(true);
	crash_kernel_kernel(&k, at(1));
	for (int s = 10; s < 60; s += 10) {
		crash_kernel_spoke(&k, at(s));
		crash_kernel_tick(&k, at(s + 9.9));
		expect(CRASH_KERNEL_BOOTING);
	}
	for (int s = 60; s < 120; s++)
		crash_kernel_sent(&k, at(s));
	assert_int_equal(crash_kernel_wakeup(&k).us, at(120).us);
	crash_kernel_tick(&k, at(119.9));
	expect(CRASH_KERNEL_SAVING);
	crash_kernel_tick(&k, at(120));
	expect(CRASH_KERNEL_STUCK);
	assert_string_equal(k.why, "it stopped sending the memory within 120.0 s, all that it may "
				   "take");
}

static void each_silence_has_its_reason(void **state)
{
	panicked(false);
	crash_kernel_tick(&k, at(20));
	assert_string_equal(k.why, "it did not start within 20.0 s");

	panicked(true);
	crash_kernel_kernel(&k, at(1));
	crash_kernel_tick(&k, at(20.9));
	expect(CRASH_KERNEL_BOOTING);
	crash_kernel_tick(&k, at(21));
	assert_string_equal(k.why, "its boot got stuck within 21.0 s");

	panicked(true);
	crash_kernel_kernel(&k, at(1));
	crash_kernel_sent(&k, at(5));
	/* What it prints meanwhile is no progress. */
	crash_kernel_spoke(&k, at(34));
	crash_kernel_tick(&k, at(35));
	assert_string_equal(k.why, "it stopped sending the memory within 35.0 s");

	panicked(true);
	crash_kernel_kernel(&k, at(1));
	crash_kernel_leaves(&k, at(5));
	crash_kernel_tick(&k, at(35));
	assert_string_equal(k.why, "no fresh kernel started after it within 35.0 s");
	expect(CRASH_KERNEL_STUCK);
	/* Too late. */
	crash_kernel_kernel(&k, at(36));
	expect(CRASH_KERNEL_STUCK);
}

static void a_second_panic_message_moves_no_deadline(void **state)
{
	panicked(true);
	crash_kernel_panic(&k, true, ALL, at(15));
	crash_kernel_tick(&k, at(20));
	expect(CRASH_KERNEL_STUCK);
	crash_kernel_forget(&k);
	expect(CRASH_KERNEL_IDLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_panic_nothing_is_waited_for),
		cmocka_unit_test(a_restart_is_done_with_the_first_kernel),
		cmocka_unit_test(one_that_saves_is_done_with_the_second_kernel),
		cmocka_unit_test(a_firmware_is_its_end_too),
		cmocka_unit_test(what_goes_on_is_not_stuck_until_all_time_is_over),
		cmocka_unit_test(each_silence_has_its_reason),
		cmocka_unit_test(a_second_panic_message_moves_no_deadline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
