/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/netboot/service_record.c harness/netboot/service_args.c */
/* LIBS: jansson */
/* What is written of a service and what is concluded from it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/netboot/service_args.h"
#include "harness/netboot/service_record.h"

#define BOOT "4b0f9a53-6a2e-4c1d-9a6f-0d6a1c1e8a11"

static const struct service_record sample = {
	.pid = 4711, .start_time = 123456789, .boot_id = BOOT, .digest = 0xfedcba9876543210u};

static int parse(const char *text, struct service_record *r)
{
	return service_record_parse(text, strlen(text), r);
}

static void a_record_comes_back_as_it_was_written(void **state)
{
	char *argv[] = {"dnsmasq", "--port=0", "\"quoted\\ \n", NULL};
	char *text = service_record_format(&sample, argv);
	struct service_record r;

	assert_non_null(text);
	assert_int_equal(parse(text, &r), 0);
	assert_int_equal(r.pid, sample.pid);
	assert_int_equal(r.start_time, sample.start_time);
	assert_string_equal(r.boot_id, BOOT);
	assert_true(r.digest == sample.digest);
	assert_non_null(strstr(text, "dnsmasq"));
	free(text);
}

static void a_record_cut_anywhere_is_refused_and_nothing_is_written(void **state)
{
	char *argv[] = {"x", NULL};
	char *text = service_record_format(&sample, argv);
	struct service_record r = {.pid = 7};

	assert_non_null(text);
	for (size_t len = 0; len < strlen(text); len++) {
		assert_int_equal(service_record_parse(text, len, &r), -EINVAL);
		assert_int_equal(r.pid, 7);
	}
	free(text);
}

static void a_record_with_wrong_values_is_refused(void **state)
{
	static const char *const bad[] = {
		"[]",
		"{}",
		"{\"pid\":1,\"start_time\":5,\"boot_id\":\"b\",\"digest\":\"0123456789abcdef\"}",
		"{\"pid\":0,\"start_time\":5,\"boot_id\":\"b\",\"digest\":\"0123456789abcdef\"}",
		"{\"pid\":-4,\"start_time\":5,\"boot_id\":\"b\",\"digest\":\"0123456789abcdef\"}",
		"{\"pid\":4294967300,\"start_time\":5,\"boot_id\":\"b\",\"digest\":"
		"\"0123456789abcdef\"}",
		"{\"pid\":9,\"start_time\":0,\"boot_id\":\"b\",\"digest\":\"0123456789abcdef\"}",
		"{\"pid\":9,\"start_time\":-1,\"boot_id\":\"b\",\"digest\":\"0123456789abcdef\"}",
		"{\"pid\":\"9\",\"start_time\":5,\"boot_id\":\"b\",\"digest\":"
		"\"0123456789abcdef\"}",
		"{\"pid\":9,\"start_time\":5,\"boot_id\":\"b\",\"digest\":\"0123456789abcde\"}",
		"{\"pid\":9,\"start_time\":5,\"boot_id\":\"b\",\"digest\":\"0x23456789abcdef\"}",
		"{\"pid\":9,\"start_time\":5,\"boot_id\":\"b\",\"digest\":\" 123456789abcdef\"}",
		"{\"pid\":9,\"start_time\":5,\"digest\":\"0123456789abcdef\"}",
		"{\"pid\":9,\"start_time\":5,\"boot_id\":"
		"\"0123456789012345678901234567890123456789\",\"digest\":\"0123456789abcdef\"}",
	};
	struct service_record r;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (parse(bad[i], &r) != -EINVAL)
			fail_msg("accepted: %s", bad[i]);
}

static void the_start_time_is_found_behind_any_process_name(void **state)
{
	static const char tail[] = " S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4242 0 0\n";
	static const char *const names[] = {"(sh)", "(a b)", "(a) S 9 (b)", "())", "(\n)"};
	char stat[256];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		snprintf(stat, sizeof(stat), "99 %s%s", names[i], tail);
		assert_int_equal(service_start_time(stat), 4242);
	}
}

static void a_dead_or_cut_process_line_has_no_start_time(void **state)
{
	assert_int_equal(service_start_time(""), 0);
	assert_int_equal(service_start_time("99 (sh)"), 0);
	assert_int_equal(service_start_time("99 (sh) "), 0);
	assert_int_equal(service_start_time("99 (sh) S 1 2 3"), 0);
	assert_int_equal(
		service_start_time("9 (x) Z 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4242 0"),
		0);
	assert_int_equal(
		service_start_time("9 (x) X 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4242 0"),
		0);
}

static struct service_now as_recorded(void)
{
	return (struct service_now){
		.start_time = sample.start_time,
		.boot_id = BOOT,
		.digest = sample.digest,
		.in_network = 1,
	};
}

static void the_recorded_process_as_wanted_is_adopted(void **state)
{
	struct service_now now = as_recorded();

	assert_int_equal(service_judge(&sample, &now), SERVICE_GOOD);
}

static void a_reused_pid_is_never_taken_for_ours(void **state)
{
	struct service_now now = as_recorded();

	now.start_time++;
	assert_int_equal(service_judge(&sample, &now), SERVICE_GONE);
	now.start_time = 0;
	assert_int_equal(service_judge(&sample, &now), SERVICE_GONE);
	/* After a reboot of the host the same pid can even have the same start time. */
	now = as_recorded();
	now.boot_id = "another";
	assert_int_equal(service_judge(&sample, &now), SERVICE_GONE);
}

static void a_service_with_other_orders_or_in_an_old_network_is_stale(void **state)
{
	struct service_now now = as_recorded();

	now.digest++;
	assert_int_equal(service_judge(&sample, &now), SERVICE_STALE);
	now = as_recorded();
	now.in_network = 0;
	assert_int_equal(service_judge(&sample, &now), SERVICE_STALE);
}

static void the_digest_sees_every_argument_its_borders_and_the_file(void **state)
{
	char *ab[] = {"a", "b", NULL}, *joined[] = {"ab", NULL}, *swapped[] = {"b", "a", NULL};
	uint64_t d = service_digest(ab, NULL);

	assert_true(d == service_digest(ab, NULL));
	assert_true(d != service_digest(joined, NULL));
	assert_true(d != service_digest(swapped, NULL));
	assert_true(d != service_digest(ab, ""));
	assert_true(service_digest(ab, "x") != service_digest(ab, "y"));
}

static void restarts_wait_longer_each_time_and_end(void **state)
{
	int before = -1, delay;
	unsigned n = 1;

	assert_int_equal(service_restart_delay(1), 0);
	while ((delay = service_restart_delay(n)) >= 0) {
		assert_true(delay > before);
		assert_true(delay <= 5000);
		before = delay;
		assert_true(++n < 20);
	}
	assert_true(n > 3);
	assert_int_equal(service_restart_delay(1000000), -1);
}

static void arguments_are_words_whatever_is_in_them(void **state)
{
	struct service_args a = {0};

	service_arg(&a, "%s", "x; rm -rf / $(y) \"");
	service_option(&a, "-m", "%u", 512u);
	assert_int_equal(a.err, 0);
	assert_int_equal(a.n, 3);
	assert_string_equal(a.argv[0], "x; rm -rf / $(y) \"");
	assert_string_equal(a.argv[1], "-m");
	assert_string_equal(a.argv[2], "512");
	assert_null(a.argv[3]);
	service_args_free(&a);
	assert_null(a.argv[0]);
}

static void too_many_arguments_are_an_error_once_and_for_all(void **state)
{
	struct service_args a = {0};

	for (int i = 0; i < SERVICE_ARGS_MAX; i++)
		service_arg(&a, "%d", i);
	assert_int_equal(a.err, 0);
	service_arg(&a, "one more");
	assert_int_equal(a.err, -E2BIG);
	assert_int_equal(a.n, SERVICE_ARGS_MAX);
	assert_null(a.argv[a.n]);
	service_args_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_comes_back_as_it_was_written),
		cmocka_unit_test(a_record_cut_anywhere_is_refused_and_nothing_is_written),
		cmocka_unit_test(a_record_with_wrong_values_is_refused),
		cmocka_unit_test(the_start_time_is_found_behind_any_process_name),
		cmocka_unit_test(a_dead_or_cut_process_line_has_no_start_time),
		cmocka_unit_test(the_recorded_process_as_wanted_is_adopted),
		cmocka_unit_test(a_reused_pid_is_never_taken_for_ours),
		cmocka_unit_test(a_service_with_other_orders_or_in_an_old_network_is_stale),
		cmocka_unit_test(the_digest_sees_every_argument_its_borders_and_the_file),
		cmocka_unit_test(restarts_wait_longer_each_time_and_end),
		cmocka_unit_test(arguments_are_words_whatever_is_in_them),
		cmocka_unit_test(too_many_arguments_are_an_error_once_and_for_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
