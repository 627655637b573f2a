/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/pipeline/hold.c */
/* Torn records wait a little, in their order, and never too many of them. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "console/pipeline/hold.h"

#define AT(t) ((struct monotime){t})

static int add(struct hold *h, const char *text, int64_t us, uint64_t id, int64_t until)
{
	struct log_record rec = {.text = text, .len = strlen(text), .kernel_us = us};

	return hold_add(h, &rec, id, AT(until));
}

static void assert_takes(struct hold *h, int64_t now, int64_t before_us, const char *text)
{
	struct held held;

	assert_true(hold_take(h, AT(now), before_us, &held));
	assert_int_equal(held.rec.len, strlen(text));
	assert_memory_equal(held.rec.text, text, held.rec.len);
	free(held.text);
}

static void assert_takes_none(struct hold *h, int64_t now, int64_t before_us)
{
	struct held held;

	assert_false(hold_take(h, AT(now), before_us, &held));
}

static void the_first_holds_up_those_behind_it(void **state)
{
	struct hold h = {0};

	add(&h, "torn", 1, 1, 20);
	add(&h, "whole", 2, 2, 0);
	assert_int_equal(hold_wakeup(&h).us, 20);
	assert_takes_none(&h, 19, INT64_MAX);
	assert_takes(&h, 20, INT64_MAX, "torn");
	assert_takes(&h, 20, INT64_MAX, "whole");
	assert_true(hold_is_empty(&h));
	assert_true(mono_is_never(hold_wakeup(&h)));
}

static void a_dropped_one_does_not_come_out(void **state)
{
	struct hold h = {0};

	add(&h, "torn", 1, 1, 20);
	add(&h, "whole", 2, 2, 0);
	hold_drop(&h, 1);
	hold_drop(&h, 7);
	assert_takes(&h, 0, INT64_MAX, "whole");
	assert_takes_none(&h, 100, INT64_MAX);
}

static void settled_ones_leave_at_once(void **state)
{
	struct hold h = {0};

	add(&h, "torn", 1, 1, 20);
	add(&h, "torn too", 5, 2, 20);
	hold_settle(&h, 5);
	assert_takes(&h, 0, INT64_MAX, "torn");
	assert_takes_none(&h, 0, INT64_MAX);
	hold_free(&h);
}

static void only_older_ones_are_taken_before_a_time(void **state)
{
	struct hold h = {0};

	add(&h, "a", 1, 1, 0);
	add(&h, "b", 2, 2, 0);
	assert_takes(&h, 0, 2, "a");
	assert_takes_none(&h, 0, 2);
	assert_takes(&h, 0, 3, "b");
}

static void it_is_bounded_and_goes_round(void **state)
{
	struct hold h = {0};

	for (int round = 0; round < 3; round++) {
		for (uint64_t i = 0; i < HOLD_MAX; i++)
			assert_int_equal(add(&h, "x", 1, i + 1, 0), 0);
		assert_int_equal(add(&h, "x", 1, 99, 0), -ENOSPC);
		for (int i = 0; i < HOLD_MAX - round; i++)
			assert_takes(&h, 0, INT64_MAX, "x");
		hold_free(&h);
		assert_true(hold_is_empty(&h));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_holds_up_those_behind_it),
		cmocka_unit_test(a_dropped_one_does_not_come_out),
		cmocka_unit_test(settled_ones_leave_at_once),
		cmocka_unit_test(only_older_ones_are_taken_before_a_time),
		cmocka_unit_test(it_is_bounded_and_goes_round),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
