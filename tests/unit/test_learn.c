/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: watchdog/learn.c */
/* Learning a board's times, on boards that exist only here: each needs presses of its own. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "watchdog/learn.h"

/* A board, and what its buttons need. */
struct board {
	int64_t reset_us, hold_us, press_us, off_us; /* INT64_MAX: never enough */
	int64_t sign_us, ready_us;
	bool senses;      /* the driver can tell whether it is on */
	bool hangs_once;  /* a reset that is too short confuses it, the first time */
	bool never_ready; /* it boots, and no more */
	bool dead;        /* after the first press nothing is heard of it */

	bool on, booting, hung;
	struct monotime booted_at, pressed_at;
	unsigned presses;
	int64_t longest_press_us;
};

static const struct board usual = {
	.reset_us = MONO_MS(150),
	.hold_us = MONO_MS(4500),
	.press_us = MONO_MS(60),
	.off_us = MONO_SEC(2),
	.sign_us = MONO_SEC(2),
	.ready_us = MONO_SEC(9),
	.on = true,
};

static const struct learn_config wired = {
	.reset_button = true, .power_button = true, .mains = true, .boot_us = MONO_SEC(120)};

static void boot(struct board *b, struct monotime now)
{
	b->on = b->booting = true;
	b->hung = b->dead;
	b->booted_at = now;
}

/* What the driver says of the verb; `now` moves on by its time. */
static int act(struct board *b, const struct learn_action *a, struct monotime *now)
{
	b->pressed_at = *now;
	b->booting = false;
	b->presses++;
	if (a->us > b->longest_press_us)
		b->longest_press_us = a->us;
	*now = mono_add(*now, a->us);
	switch (a->verb) {
	case POWER_RESET:
		if (a->us >= b->reset_us) {
			boot(b, b->pressed_at);
		} else if (b->hangs_once) {
			b->hangs_once = false;
			b->hung = true;
		}
		return 0;
	case POWER_HOLD:
		*now = mono_add(*now, MONO_SEC(6));
		if (a->us < b->hold_us)
			return -ETIME;
		b->on = false;
		return 0;
	case POWER_ON:
		assert_false(b->on);
		if (a->us >= b->press_us)
			boot(b, b->pressed_at);
		return b->on || !b->senses ? 0 : -ETIME;
	case POWER_CYCLE:
		if (a->us >= b->off_us)
			boot(b, mono_add(b->pressed_at, a->us));
		return 0;
	default: fail(); return 0;
	}
}

static struct learn_seen seen(const struct board *b, struct monotime now)
{
	struct learn_seen s = {-1, -1, -1};
	int64_t up = mono_diff(now, b->booted_at), began = mono_diff(b->booted_at, b->pressed_at);

	if (!b->on || b->hung)
		return s;
	if (!b->booting) {
		s.old_us = mono_diff(now, b->pressed_at);
		return s;
	}
	if (up >= b->sign_us)
		s.sign_us = began + b->sign_us;
	if (up >= b->ready_us && !b->never_ready)
		s.ready_us = began + b->ready_us;
	return s;
}

/* To its end: the errno. */
static int run(struct learn *l, struct board *b, const struct learn_config *cfg)
{
	struct monotime now = {MONO_SEC(5000)};
	struct learn_action a = learn_begin(l, cfg, now);

	for (int i = 0; a.what != LEARN_DONE; i++) {
		assert_true(i < 20000);
		if (a.what == LEARN_DO) {
			int err = act(b, &a, &now);

			a = learn_did(l, err, err ? "the board is still as it was" : "", now);
		} else {
			struct learn_seen s;

			assert_true(a.at.us > now.us);
			now = a.at;
			s = seen(b, now);
			a = learn_saw(l, &s, now);
		}
	}
	return a.err;
}

static void the_shortest_times_that_are_enough_are_found(void **state)
{
	struct board b = usual;
	struct learn l;

	assert_int_equal(run(&l, &b, &wired), 0);
	assert_int_equal(l.found[LEARN_RESET], MONO_MS(200));
	assert_int_equal(l.found[LEARN_HOLD], MONO_SEC(5));
	assert_int_equal(l.found[LEARN_PRESS], MONO_MS(100));
	assert_int_equal(l.found[LEARN_OFF], MONO_SEC(2));
	/* Of a cut, the time without mains is part of it. */
	assert_int_equal(l.found[LEARN_SIGN], MONO_SEC(4));
	assert_int_equal(l.found[LEARN_READY], MONO_SEC(11));
	assert_true(b.on);
}

static void nothing_is_pressed_for_longer_than_was_needed(void **state)
{
	struct board b = usual;
	struct learn l;

	run(&l, &b, &wired);
	assert_int_equal(b.longest_press_us, MONO_SEC(5));
	/* Resets of 50, 100, twice 200 ms; holds of 4, twice 5 s; presses of 50, twice 100 ms;
	 * cuts of 0.5, 1, twice 2 s. */
	assert_int_equal(b.presses, 4 + 3 + 3 + 4);
}

static void advice_leaves_room_for_a_slower_day_and_stays_within_the_keys(void **state)
{
	struct board b = usual;
	struct learn l;

	run(&l, &b, &wired);
	assert_int_equal(learn_advice(&l, LEARN_RESET), MONO_MS(400));
	assert_int_equal(learn_advice(&l, LEARN_HOLD), MONO_SEC(7));
	assert_int_equal(learn_advice(&l, LEARN_PRESS), MONO_MS(200));
	assert_int_equal(learn_advice(&l, LEARN_OFF), MONO_SEC(4));
	assert_int_equal(learn_advice(&l, LEARN_SIGN), MONO_SEC(14));
	/* A boot that is given up too soon costs more than one that is waited for. */
	assert_int_equal(learn_advice(&l, LEARN_READY), MONO_SEC(60));
	l.found[LEARN_READY] = MONO_SEC(41);
	assert_int_equal(learn_advice(&l, LEARN_READY), MONO_SEC(130));
	l.found[LEARN_PRESS] = MONO_SEC(2);
	assert_int_equal(learn_advice(&l, LEARN_PRESS), MONO_MS(2500));
	l.found[LEARN_READY] = 0;
	assert_int_equal(learn_advice(&l, LEARN_READY), 0);
}

static void a_board_that_senses_its_power_needs_no_waiting_for_a_press(void **state)
{
	struct board b = usual;
	struct learn l;

	b.senses = true;
	b.press_us = MONO_MS(900);
	assert_int_equal(run(&l, &b, &wired), 0);
	assert_int_equal(l.found[LEARN_PRESS], MONO_SEC(1));
}

static void a_board_that_a_short_pulse_confused_gets_a_longer_one(void **state)
{
	struct board b = usual;
	struct learn l;

	b.hangs_once = true;
	assert_int_equal(run(&l, &b, &wired), 0);
	assert_int_equal(l.found[LEARN_RESET], MONO_MS(200));
}

static void a_button_that_is_not_wired_ends_it_with_its_name(void **state)
{
	struct board b = usual;
	struct learn l;

	b.reset_us = INT64_MAX;
	assert_int_equal(run(&l, &b, &wired), -EIO);
	assert_non_null(strstr(l.said, "reset button, 5.00 s: "));
	assert_int_equal(l.found[LEARN_RESET], 0);

	b = usual;
	b.hold_us = INT64_MAX;
	assert_int_equal(run(&l, &b, &wired), -EIO);
	assert_non_null(strstr(l.said, "power button held, 15.00 s: "));
	assert_int_equal(learn_advice(&l, LEARN_HOLD), 0);
}

static void a_board_that_dies_is_not_pressed_for_ever(void **state)
{
	struct board b = usual;
	struct learn l;

	b.dead = true;
	assert_int_equal(run(&l, &b, &wired), -ETIMEDOUT);
	assert_int_equal(b.presses, 5);
	assert_non_null(strstr(l.said, "neither boots nor goes on"));

	b = usual;
	b.never_ready = true;
	assert_int_equal(run(&l, &b, &wired), -ETIMEDOUT);
	assert_non_null(strstr(l.said, "did not get ready within 240 s"));
}

static void without_relays_only_the_boots_are_measured(void **state)
{
	static const struct learn_config none = {.boot_us = MONO_SEC(120)};
	struct board b = usual;
	struct learn l;

	b.reset_us = 0;
	assert_int_equal(run(&l, &b, &none), 0);
	assert_int_equal(b.presses, 2);
	assert_int_equal(l.found[LEARN_RESET], 0);
	assert_int_equal(l.found[LEARN_SIGN], MONO_SEC(2));
	assert_int_equal(l.found[LEARN_READY], MONO_SEC(9));
}

static void a_device_that_fails_ends_it_at_once(void **state)
{
	struct learn l;
	struct monotime now = {MONO_SEC(1)};
	struct learn_action a = learn_begin(&l, &wired, now);

	assert_int_equal(a.what, LEARN_DO);
	a = learn_did(&l, -ENODEV, "it was unplugged", now);
	assert_int_equal(a.what, LEARN_DONE);
	assert_int_equal(a.err, -ENODEV);
	assert_string_equal(l.said, "reset button, 0.05 s: it was unplugged");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_shortest_times_that_are_enough_are_found),
		cmocka_unit_test(nothing_is_pressed_for_longer_than_was_needed),
		cmocka_unit_test(advice_leaves_room_for_a_slower_day_and_stays_within_the_keys),
		cmocka_unit_test(a_board_that_senses_its_power_needs_no_waiting_for_a_press),
		cmocka_unit_test(a_board_that_a_short_pulse_confused_gets_a_longer_one),
		cmocka_unit_test(a_button_that_is_not_wired_ends_it_with_its_name),
		cmocka_unit_test(a_board_that_dies_is_not_pressed_for_ever),
		cmocka_unit_test(without_relays_only_the_boots_are_measured),
		cmocka_unit_test(a_device_that_fails_ends_it_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
