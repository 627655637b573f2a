/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/store/rate.c console/strbuf.c */
/* What counted events say of a probability. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "harness/store/rate.h"

static void expect(size_t hits, size_t of, double low, double high)
{
	struct rate r = rate_of(hits, of);

	assert_true(fabs(r.low - low) < 0.00005);
	assert_true(fabs(r.high - high) < 0.00005);
}

/* Figures of published tables of the score interval. */
static void the_interval_is_wilsons(void **state)
{
	expect(81, 263, 0.2553, 0.3662); /* Newcombe, Statistics in Medicine 17, 1998 */
	expect(15, 148, 0.0624, 0.1605);
	expect(0, 20, 0, 0.1611);
	expect(1, 29, 0.0061, 0.1718);
}

static void it_stays_between_0_and_1(void **state)
{
	for (size_t of = 1; of < 60; of++) {
		for (size_t hits = 0; hits <= of; hits++) {
			struct rate r = rate_of(hits, of);

			assert_true(r.low >= 0 && r.low <= r.value);
			assert_true(r.high <= 1 && r.high >= r.value);
		}
	}
}

static void nothing_is_known_of_no_trial(void **state)
{
	expect(0, 0, 0, 1);
}

static void the_text_has_as_many_digits_as_it_is_worth(void **state)
{
	struct strbuf b = {0};

	rate_add(&b, 3, 120);
	assert_string_equal(strbuf_str(&b), "2.5 % (95 % interval 0.85 to 7.1 %)");
	strbuf_cut(&b, 0);
	rate_add(&b, 5, 5);
	assert_string_equal(strbuf_str(&b), "100 % (95 % interval 57 to 100 %)");
	strbuf_free(&b);
}

static void passes_are_needed_until_luck_is_ruled_out(void **state)
{
	assert_int_equal(rate_passes_needed(0.1, 0.95), 29);
	assert_int_equal(rate_passes_needed(0.5, 0.75), 2);
	assert_int_equal(rate_passes_needed(0.01, 0.99), 459);
	assert_int_equal(rate_passes_needed(0.99, 0.5), 1);
	for (unsigned percent = 1; percent < 100; percent += 7) {
		double rate = percent / 100.0;
		unsigned n = rate_passes_needed(rate, 0.95);

		assert_true(pow(1 - rate, n) <= 0.05 + 1e-9);
		assert_true(n == 1 || pow(1 - rate, n - 1) > 0.05);
	}
}

static void what_is_no_probability_is_refused(void **state)
{
	assert_int_equal(rate_passes_needed(0, 0.95), 0);
	assert_int_equal(rate_passes_needed(1, 0.95), 0);
	assert_int_equal(rate_passes_needed(0.1, 1), 0);
	assert_int_equal(rate_passes_needed(-0.1, 0.5), 0);
	assert_int_equal(rate_passes_needed(NAN, 0.5), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_interval_is_wilsons),
		cmocka_unit_test(it_stays_between_0_and_1),
		cmocka_unit_test(nothing_is_known_of_no_trial),
		cmocka_unit_test(the_text_has_as_many_digits_as_it_is_worth),
		cmocka_unit_test(passes_are_needed_until_luck_is_ruled_out),
		cmocka_unit_test(what_is_no_probability_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
