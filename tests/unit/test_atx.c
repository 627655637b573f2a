/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: watchdog/power/atx.c */
/* ATX verbs: a board that exists only here, with a clock that only it moves. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "watchdog/power/atx.h"

/* A board with its buttons as the ACPI specification has them. */
struct board {
	struct atx_config cfg;
	struct monotime now;
	bool on, mains;
	bool starts_with_mains, power_button_broken, mains_broken, blind;
	bool mute;          /* the looks get no answer at all */
	int64_t follows_us; /* until the state can be seen */
	struct monotime changed;
	bool seen;
	int relay_err, release_err;
	bool relay_mute;
	char trace[512];
	int64_t pressed_us[ATX_LINES];
	unsigned presses[ATX_LINES];
};

static struct board new_board(bool on)
{
	return (struct board){
		.cfg = {.has = {[ATX_POWER] = true, [ATX_RESET] = true},
			.press_us = MONO_MS(500),
			.reset_us = MONO_SEC(1),
			.hold_us = MONO_SEC(8),
			.off_us = MONO_SEC(5),
			.verify_us = MONO_SEC(10)},
		.now = {MONO_SEC(1000)},
		.on = on,
		.seen = on,
		.mains = true,
	};
}

static void set_on(struct board *b, bool on)
{
	if (b->on == on)
		return;
	b->on = on;
	b->changed = b->now;
}

static bool sees(struct board *b)
{
	if (b->on != b->seen && mono_diff(b->now, b->changed) >= b->follows_us)
		b->seen = b->on;
	return b->seen;
}

static void note(struct board *b, const char *what)
{
	size_t n = strlen(b->trace);

	snprintf(b->trace + n, sizeof(b->trace) - n, "%s%s", n ? " " : "", what);
}

static void power_button(struct board *b, int64_t us)
{
	if (b->power_button_broken || !b->mains)
		return;
	if (!b->on)
		set_on(b, true);
	else if (us < MONO_SEC(4))
		return; /* ACPI: the system may take its time */
	if (us >= MONO_SEC(4))
		set_on(b, false);
}

static void mains(struct board *b, bool there)
{
	if (b->mains_broken)
		return;
	b->mains = there;
	if (!there)
		set_on(b, false);
	else if (b->starts_with_mains)
		set_on(b, true);
}

static void activate(struct board *b, const struct atx_action *a)
{
	char text[64];

	snprintf(text, sizeof(text), "%s:%lldms", atx_line_name(a->line), (long long)a->us / 1000);
	note(b, text);
	b->presses[a->line]++;
	b->pressed_us[a->line] += a->us;
	if (a->line == ATX_MAINS)
		mains(b, false);
	b->now = mono_add(b->now, a->us);
	if (a->line == ATX_POWER)
		power_button(b, a->us);
	else if (a->line == ATX_MAINS && a->us)
		mains(b, true);
}

/* Until it is done; every action must end in time that is bounded. */
static struct atx_action run(struct board *b, enum power_verb verb)
{
	struct atx m;
	struct atx_action a = atx_begin(&m, &b->cfg, verb, b->now);
	static char why[256];

	for (int i = 0; a.what != ATX_DONE; i++) {
		assert_true(i < 1000);
		assert_true(mono_is_never(a.until) || mono_diff(a.until, b->now) >= 0);
		assert_false(mono_is_never(a.until));
		if ((a.what == ATX_LOOK && b->mute) || a.what == ATX_WAIT ||
		    (b->relay_mute && a.what != ATX_LOOK)) {
			b->now = a.until;
			a = atx_time(&m, b->now);
		} else if (a.what == ATX_LOOK) {
			a = atx_looked(&m, b->blind ? -1 : sees(b), b->now);
		} else if (a.what == ATX_RELEASE) {
			note(b, "release");
			if (a.line == ATX_MAINS && !b->release_err)
				mains(b, true);
			a = atx_acted(&m, b->release_err, "it is stuck", b->now);
		} else if (b->relay_err) {
			a = atx_acted(&m, b->relay_err, "it was unplugged", b->now);
		} else {
			activate(b, &a);
			a = atx_acted(&m, 0, "", b->now);
		}
	}
	snprintf(why, sizeof(why), "%s", a.why);
	a.why = why;
	return a;
}

static void on_starts_a_board_that_is_off(void **state)
{
	struct board b = new_board(false);
	struct atx_action a = run(&b, POWER_ON);

	assert_int_equal(a.err, 0);
	assert_int_equal(a.on, 1);
	assert_string_equal(b.trace, "power button:500ms");
}

static void on_leaves_a_board_that_is_on_alone(void **state)
{
	struct board b = new_board(true);
	struct atx_action a = run(&b, POWER_ON);

	assert_int_equal(a.err, 0);
	assert_int_equal(a.on, 1);
	assert_string_equal(b.trace, "");
}

static void on_is_an_error_if_the_board_stays_off(void **state)
{
	struct board b = new_board(false);
	struct atx_action a;

	b.power_button_broken = true;
	a = run(&b, POWER_ON);
	assert_int_equal(a.err, -ETIME);
	assert_int_equal(a.on, 0);
	assert_string_equal(a.why, "the board is still off 10 s after the power button was "
				   "pressed");
}

static void a_slow_board_has_its_time_to_follow(void **state)
{
	struct board b = new_board(false);
	struct monotime begun = b.now;

	b.follows_us = MONO_SEC(7);
	assert_int_equal(run(&b, POWER_ON).on, 1);
	assert_in_range(mono_diff(b.now, begun), MONO_SEC(7), MONO_SEC(9));
}

static void hold_forces_off(void **state)
{
	struct board b = new_board(true);
	struct atx_action a = run(&b, POWER_HOLD);

	assert_int_equal(a.err, 0);
	assert_int_equal(a.on, 0);
	assert_false(b.on);
	assert_string_equal(b.trace, "power button:8000ms");
}

static void hold_does_not_start_a_board_that_is_off(void **state)
{
	struct board b = new_board(false);
	struct atx_action a = run(&b, POWER_HOLD);

	assert_int_equal(a.err, 0);
	assert_int_equal(a.on, 0);
	assert_string_equal(b.trace, "");
}

static void hold_is_done_unverified_where_nothing_can_tell(void **state)
{
	struct board b = new_board(true);
	struct atx_action a;

	b.blind = true;
	a = run(&b, POWER_HOLD);
	assert_int_equal(a.err, 0);
	assert_int_equal(a.on, -1);
	assert_false(b.on);
}

static void a_look_without_an_answer_is_not_waited_for(void **state)
{
	struct board b = new_board(true);
	struct monotime begun = b.now;

	b.mute = true;
	assert_int_equal(run(&b, POWER_HOLD).err, 0);
	assert_in_range(mono_diff(b.now, begun), MONO_SEC(8), MONO_SEC(15));
}

static void off_cuts_the_mains_if_the_button_does_not_help(void **state)
{
	struct board b = new_board(true);
	struct atx_action a;

	b.cfg.has[ATX_MAINS] = true;
	b.power_button_broken = true;
	a = run(&b, POWER_OFF);
	assert_int_equal(a.err, 0);
	assert_int_equal(a.on, 0);
	assert_string_equal(b.trace, "power button:8000ms mains relay:0ms");
	assert_false(b.mains);
}

static void off_is_an_error_if_nothing_helps(void **state)
{
	struct board b = new_board(true);
	struct atx_action a;

	b.cfg.has[ATX_MAINS] = true;
	b.power_button_broken = b.mains_broken = true;
	a = run(&b, POWER_OFF);
	assert_int_equal(a.err, -ETIME);
	assert_string_equal(a.why, "the board is still on 10 s after the mains relay was switched");
}

static void hold_never_cuts_the_mains(void **state)
{
	struct board b = new_board(true);

	b.cfg.has[ATX_MAINS] = true;
	b.power_button_broken = true;
	assert_int_equal(run(&b, POWER_HOLD).err, -ETIME);
	assert_true(b.mains);
}

static void on_restores_the_mains_first(void **state)
{
	struct board b = new_board(false);

	b.cfg.has[ATX_MAINS] = true;
	b.mains = false;
	assert_int_equal(run(&b, POWER_ON).on, 1);
	assert_string_equal(b.trace, "release power button:500ms");
}

static void a_board_that_starts_with_the_mains_is_not_pressed_off(void **state)
{
	struct board b = new_board(false);

	b.cfg.has[ATX_MAINS] = true;
	b.mains = false;
	b.starts_with_mains = true;
	b.follows_us = MONO_SEC(1);
	assert_int_equal(run(&b, POWER_ON).on, 1);
	assert_string_equal(b.trace, "release");
}

static void cycle_by_the_button_waits_between(void **state)
{
	struct board b = new_board(true);
	struct monotime begun = b.now;
	struct atx_action a = run(&b, POWER_CYCLE);

	assert_int_equal(a.err, 0);
	assert_int_equal(a.on, 1);
	assert_string_equal(b.trace, "power button:8000ms power button:500ms");
	assert_in_range(mono_diff(b.now, begun), MONO_MS(13500), MONO_MS(14500));
}

static void cycle_of_a_board_that_is_off_only_starts_it(void **state)
{
	struct board b = new_board(false);

	assert_int_equal(run(&b, POWER_CYCLE).on, 1);
	assert_string_equal(b.trace, "power button:500ms");
}

static void cycle_by_the_mains_presses_what_does_not_start_by_itself(void **state)
{
	struct board b = new_board(true);

	b.cfg.has[ATX_MAINS] = true;
	assert_int_equal(run(&b, POWER_CYCLE).on, 1);
	assert_string_equal(b.trace, "mains relay:5000ms power button:500ms");
	b = new_board(true);
	b.cfg.has[ATX_MAINS] = b.starts_with_mains = true;
	assert_int_equal(run(&b, POWER_CYCLE).on, 1);
	assert_string_equal(b.trace, "mains relay:5000ms");
}

static void reset_presses_its_button(void **state)
{
	struct board b = new_board(true);

	assert_int_equal(run(&b, POWER_RESET).err, 0);
	assert_string_equal(b.trace, "reset button:1000ms");
}

static void a_board_that_is_off_is_not_reset(void **state)
{
	struct board b = new_board(false);
	struct atx_action a = run(&b, POWER_RESET);

	assert_int_equal(a.err, 0);
	assert_int_equal(a.on, 0);
	assert_string_equal(b.trace, "");
}

static void press_of_a_running_board_is_a_request(void **state)
{
	struct board b = new_board(true);
	struct atx_action a = run(&b, POWER_PRESS);

	assert_int_equal(a.err, 0);
	assert_int_equal(a.on, -1);
	assert_string_equal(b.trace, "power button:500ms");
}

static void what_has_no_line_is_not_supported(void **state)
{
	static const enum power_verb verbs[] = {POWER_NMI, POWER_BREAK};
	struct board b = new_board(true);

	for (size_t i = 0; i < 2; i++)
		assert_int_equal(run(&b, verbs[i]).err, -EOPNOTSUPP);
	memset(b.cfg.has, 0, sizeof(b.cfg.has));
	for (int v = POWER_ON; v <= POWER_NMI; v++)
		assert_int_equal(run(&b, (enum power_verb)v).err, -EOPNOTSUPP);
	assert_int_equal(run(&b, POWER_STATUS).on, 1);
	assert_string_equal(b.trace, "");
}

static void a_press_that_fails_is_followed_by_a_release(void **state)
{
	struct board b = new_board(true);
	struct atx_action a;

	b.relay_err = -ENODEV;
	a = run(&b, POWER_RESET);
	assert_int_equal(a.err, -ENODEV);
	assert_string_equal(a.why, "reset button: it was unplugged");
	assert_string_equal(b.trace, "release");
}

static void a_release_that_fails_too_is_said(void **state)
{
	struct board b = new_board(true);
	struct atx_action a;

	b.relay_err = b.release_err = -ENODEV;
	a = run(&b, POWER_RESET);
	assert_int_equal(a.err, -ENODEV);
	assert_string_equal(a.why, "reset button: it was unplugged; and it may still be pressed: "
				   "it is stuck");
}

static void a_device_that_never_answers_ends_within_its_deadlines(void **state)
{
	struct board b = new_board(true);
	struct monotime begun = b.now;

	b.relay_mute = true;
	assert_int_equal(run(&b, POWER_HOLD).err, -ETIMEDOUT);
	assert_in_range(mono_diff(b.now, begun), MONO_SEC(8), MONO_SEC(30));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(on_starts_a_board_that_is_off),
		cmocka_unit_test(on_leaves_a_board_that_is_on_alone),
		cmocka_unit_test(on_is_an_error_if_the_board_stays_off),
		cmocka_unit_test(a_slow_board_has_its_time_to_follow),
		cmocka_unit_test(hold_forces_off),
		cmocka_unit_test(hold_does_not_start_a_board_that_is_off),
		cmocka_unit_test(hold_is_done_unverified_where_nothing_can_tell),
		cmocka_unit_test(a_look_without_an_answer_is_not_waited_for),
		cmocka_unit_test(off_cuts_the_mains_if_the_button_does_not_help),
		cmocka_unit_test(off_is_an_error_if_nothing_helps),
		cmocka_unit_test(hold_never_cuts_the_mains),
		cmocka_unit_test(on_restores_the_mains_first),
		cmocka_unit_test(a_board_that_starts_with_the_mains_is_not_pressed_off),
		cmocka_unit_test(cycle_by_the_button_waits_between),
		cmocka_unit_test(cycle_of_a_board_that_is_off_only_starts_it),
		cmocka_unit_test(cycle_by_the_mains_presses_what_does_not_start_by_itself),
		cmocka_unit_test(reset_presses_its_button),
		cmocka_unit_test(a_board_that_is_off_is_not_reset),
		cmocka_unit_test(press_of_a_running_board_is_a_request),
		cmocka_unit_test(what_has_no_line_is_not_supported),
		cmocka_unit_test(a_press_that_fails_is_followed_by_a_release),
		cmocka_unit_test(a_release_that_fails_too_is_said),
		cmocka_unit_test(a_device_that_never_answers_ends_within_its_deadlines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
