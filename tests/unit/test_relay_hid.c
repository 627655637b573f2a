/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: watchdog/power/relay_hid.c watchdog/power/relay_at_once.c */
/* LINK: watchdog/power/relay_dcttech.c watchdog/power/relay_lcus_hid.c tests/fakes/hid_devices.c */
/* LIBS: libuv */
/* HID relays: the exact reports, the choice of the device, and how they fail. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/fakes/hid_devices.h"
#include "tests/unit/relay_bench.h"

struct bench {
	struct relay_bench r;
	struct fake_hid one, two, lcus;
};

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	uv_loop_init(&b->r.loop);
	b->one = (struct fake_hid){
		.path = "/dev/null", .vendor = 0x16c0, .product = 0x05df, .id = "BITFT"};
	b->two = (struct fake_hid){
		.path = "/dev/zero", .vendor = 0x16c0, .product = 0x05df, .id = "6QMBS"};
	b->lcus = (struct fake_hid){
		.path = "/dev/full", .vendor = 0x5131, .product = 0x2007, .serial = L"A001"};
	fake_hid_devices((struct fake_hid *const[]){&b->one, &b->two, &b->lcus, NULL});
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	relay_bench_end(&b->r);
	assert_int_equal(b->one.opens, b->one.closes);
	assert_int_equal(b->two.opens, b->two.closes);
	assert_int_equal(b->lcus.opens, b->lcus.closes);
	assert_int_equal(uv_loop_close(&b->r.loop), 0);
	free(b);
	return 0;
}

static void a_dcttech_relay_gets_a_feature_report(void **state)
{
	struct bench *b = *state;

	assert_int_equal(relay_bench_open(&b->r, &relay_dcttech, "any"), 0);
	assert_int_equal(relay_bench_set(&b->r, 2, true), 0);
	assert_int_equal(b->r.closed, 1);
	assert_true(b->one.feature);
	assert_int_equal(b->one.got_n, 9);
	assert_memory_equal(b->one.got, "\0\xff\x02\0\0\0\0\0\0", 9);
	assert_int_equal(b->one.states, 2);
	assert_int_equal(relay_bench_set(&b->r, 2, false), 0);
	assert_memory_equal(b->one.got, "\0\xfd\x02\0\0\0\0\0\0", 9);
	assert_int_equal(b->one.states, 0);
	b->one.states = 0x80;
	assert_int_equal(relay_bench_get(&b->r, 8), 1);
	assert_int_equal(relay_bench_get(&b->r, 1), 0);
}

static void a_dcttech_relay_is_found_by_the_name_it_gives_itself(void **state)
{
	struct bench *b = *state;

	assert_int_equal(relay_bench_open(&b->r, &relay_dcttech, "6QMBS"), 0);
	assert_int_equal(relay_bench_set(&b->r, 1, true), 0);
	assert_int_equal(b->one.states, 0);
	assert_int_equal(b->two.states, 1);
}

static void a_device_is_found_by_its_path(void **state)
{
	struct bench *b = *state;

	assert_int_equal(relay_bench_open(&b->r, &relay_dcttech, "/dev/../dev/zero"), 0);
	assert_int_equal(relay_bench_set(&b->r, 1, true), 0);
	assert_int_equal(b->two.states, 1);
}

static void an_lcus_hid_relay_gets_the_serial_protocol_in_a_report(void **state)
{
	struct bench *b = *state;

	assert_int_equal(relay_bench_open(&b->r, &relay_lcus_hid, "A001"), 0);
	assert_int_equal(relay_bench_set(&b->r, 1, true), 0);
	assert_int_equal(b->r.closed, -1);
	assert_false(b->lcus.feature);
	assert_int_equal(b->lcus.got_n, 5);
	assert_memory_equal(b->lcus.got, "\0\xa0\x01\x01\xa2", 5);
	assert_int_equal(relay_bench_set(&b->r, 1, false), 0);
	assert_memory_equal(b->lcus.got, "\0\xa0\x01\x00\xa1", 5);
	assert_int_equal(b->lcus.states, 0);
}

static void no_device_of_that_name_is_told(void **state)
{
	struct bench *b = *state;

	assert_int_equal(relay_bench_open(&b->r, &relay_dcttech, "XXXXX"), 0);
	assert_int_equal(relay_bench_set(&b->r, 1, true), -ENODEV);
	assert_string_equal(b->r.why, "dcttech relay 1 at XXXXX: no such device, or no permission "
				      "(USB 16c0:05df): is it plugged in?");
}

static void contacts_that_stick_are_told(void **state)
{
	struct bench *b = *state;

	b->one.sticks = true;
	assert_int_equal(relay_bench_open(&b->r, &relay_dcttech, "any"), 0);
	assert_int_equal(relay_bench_set(&b->r, 1, true), -EIO);
	assert_non_null(strstr(b->r.why, "says that it is open"));
}

static void a_device_that_was_unplugged_is_opened_anew(void **state)
{
	struct bench *b = *state;

	assert_int_equal(relay_bench_open(&b->r, &relay_dcttech, "BITFT"), 0);
	assert_int_equal(relay_bench_set(&b->r, 1, true), 0);
	b->one.absent = true;
	assert_int_equal(relay_bench_set(&b->r, 1, false), -EIO);
	assert_null(strchr(b->r.why, '\n')); /* the library's text is made safe */
	assert_int_equal(relay_bench_set(&b->r, 1, false), -ENODEV);
	b->one.absent = false;
	assert_int_equal(relay_bench_set(&b->r, 1, false), 0);
	assert_int_equal(b->one.states, 0);
}

static void force_needs_an_open_device(void **state)
{
	struct bench *b = *state;

	assert_int_equal(relay_bench_open(&b->r, &relay_dcttech, "any"), 0);
	assert_int_equal(relay_dcttech.force(b->r.relay, 1, false), -ENODEV);
	assert_int_equal(relay_bench_set(&b->r, 1, true), 0);
	assert_int_equal(relay_dcttech.force(b->r.relay, 1, false), 0);
	assert_int_equal(b->one.states, 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_dcttech_relay_gets_a_feature_report),
		TEST(a_dcttech_relay_is_found_by_the_name_it_gives_itself),
		TEST(a_device_is_found_by_its_path),
		TEST(an_lcus_hid_relay_gets_the_serial_protocol_in_a_report),
		TEST(no_device_of_that_name_is_told),
		TEST(contacts_that_stick_are_told),
		TEST(a_device_that_was_unplugged_is_opened_anew),
		TEST(force_needs_an_open_device),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
