/* SPDX-License-Identifier: GPL-2.0-or-later */
/* GPIO lines as relays. */
#include "tests/unit/relay_gpio_tests.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/fakes/gpio_chip.h"
#include "tests/unit/relay_bench.h"

static int setup(void **state)
{
	struct relay_bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	memset(fake_lines, 0, sizeof(fake_lines));
	uv_loop_init(&b->loop);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct relay_bench *b = *state;

	relay_bench_end(b);
	assert_int_equal(fake_chips_open, 0);
	for (int i = 0; i < FAKE_LINES; i++)
		assert_false(fake_lines[i].requested);
	assert_int_equal(uv_loop_close(&b->loop), 0);
	free(b);
	return 0;
}

static void a_line_is_requested_inactive_and_kept(void **state)
{
	struct relay_bench *b = *state;

	assert_int_equal(relay_bench_open(b, &relay_gpio, FAKE_CHIP), 0);
	assert_int_equal(relay_bench_set(b, 3, false), 0);
	assert_true(fake_lines[3].requested && fake_lines[3].output);
	assert_false(fake_lines[3].level);
	assert_int_equal(relay_bench_set(b, 3, true), 0);
	assert_int_equal(b->closed, 1);
	assert_true(fake_lines[3].level);
	assert_int_equal(relay_bench_set(b, 3, false), 0);
	assert_false(fake_lines[3].level);
	assert_int_equal(fake_lines[3].requests, 1);
}

static void a_line_may_be_active_when_low(void **state)
{
	struct relay_bench *b = *state;

	assert_int_equal(relay_bench_open(b, &relay_gpio, FAKE_CHIP ",low"), 0);
	assert_int_equal(relay_bench_set(b, 0, false), 0);
	assert_true(fake_lines[0].level);
	assert_int_equal(relay_bench_set(b, 0, true), 0);
	assert_false(fake_lines[0].level);
	assert_int_equal(relay_bench_get(b, 0), 1);
}

static void a_line_that_is_only_read_stays_an_input(void **state)
{
	struct relay_bench *b = *state;

	fake_lines[5].level = true;
	assert_int_equal(relay_bench_open(b, &relay_gpio, FAKE_CHIP), 0);
	assert_int_equal(relay_bench_get(b, 5), 1);
	assert_false(fake_lines[5].output);
	fake_lines[5].level = false;
	assert_int_equal(relay_bench_get(b, 5), 0);
}

static void failures_are_told_in_words(void **state)
{
	struct relay_bench *b = *state;

	fake_lines[1].busy = fake_lines[2].stuck = true;
	assert_int_equal(relay_bench_open(b, &relay_gpio, FAKE_CHIP), 0);
	assert_int_equal(relay_bench_set(b, 1, true), -EBUSY);
	assert_non_null(strstr(b->why, "another program or a driver has the line"));
	assert_int_equal(relay_bench_set(b, 2, true), -EIO);
	assert_non_null(strstr(b->why, "does not take the value"));
	assert_int_equal(relay_bench_set(b, 9, true), -EINVAL);
	assert_non_null(strstr(b->why, "no such line"));
}

static void an_absent_chip_is_named(void **state)
{
	struct relay_bench *b = *state;

	assert_int_equal(relay_bench_open(b, &relay_gpio, "/dev/gpiochip9"), 0);
	assert_int_equal(relay_bench_set(b, 1, true), -ENOENT);
	assert_string_equal(b->why, "gpio relay 1 at /dev/gpiochip9: no such GPIO chip");
}

static void force_uses_the_line_that_is_held(void **state)
{
	struct relay_bench *b = *state;

	assert_int_equal(relay_bench_open(b, &relay_gpio, FAKE_CHIP), 0);
	assert_int_equal(relay_gpio.force(b->relay, 4, false), -ENODEV);
	assert_int_equal(relay_bench_set(b, 4, true), 0);
	assert_int_equal(relay_gpio.force(b->relay, 4, false), 0);
	assert_false(fake_lines[4].level);
}

int relay_gpio_tests(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_line_is_requested_inactive_and_kept),
		TEST(a_line_may_be_active_when_low),
		TEST(a_line_that_is_only_read_stays_an_input),
		TEST(failures_are_told_in_words),
		TEST(an_absent_chip_is_named),
		TEST(force_uses_the_line_that_is_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
