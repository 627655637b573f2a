/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: watchdog/ladder.c */
/* The escalation ladder against boards that answer to some of its steps. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "watchdog/ladder.h"

#define ASK    MONO_SEC(3)
#define ACT    MONO_SEC(10)
#define VERIFY MONO_SEC(20)

static const struct ladder_config all = {
	.has = {true, true, true, true, true},
	.ask_us = ASK,
	.act_us = ACT,
	.verify_us = VERIFY,
};

static struct monotime at(double s)
{
	return (struct monotime){MONO_SEC(1000) + (int64_t)(s * 1e6)};
}

static void expect(struct ladder_action a, enum ladder_what what, enum ladder_rung rung)
{
	assert_int_equal(a.what, what);
	assert_int_equal(a.rung, rung);
}

static void the_cheapest_step_that_is_enough_is_the_last(void **state)
{
	struct ladder_memory memory = {0};
	struct ladder_action a;
	struct ladder l;

	a = ladder_begin(&l, &all, &memory, LADDER_AGENT, at(0));
	expect(a, LADDER_ACT, LADDER_AGENT);
	expect(ladder_acted(&l, 0, "", at(0.1)), LADDER_WAIT, LADDER_AGENT);
	a = ladder_booted(&l, "its firmware started", at(0.9));
	expect(a, LADDER_DONE, LADDER_AGENT);
	assert_int_equal(a.err, 0);
	assert_string_equal(l.story, "agent reboot: its firmware started after 0.9 s");
	/* What comes later changes nothing. */
	expect(ladder_booted(&l, "a kernel started", at(3)), LADDER_DONE, LADDER_AGENT);
	expect(ladder_time(&l, at(100)), LADDER_DONE, LADDER_AGENT);
}

static void a_step_without_effect_is_followed_by_the_next(void **state)
{
	struct ladder_memory memory = {0};
	struct ladder_action a;
	struct ladder l;

	ladder_begin(&l, &all, &memory, LADDER_RESET, at(0));
	a = ladder_acted(&l, 0, "", at(0.5));
	expect(a, LADDER_WAIT, LADDER_RESET);
	assert_int_equal(a.until.us, at(20.5).us);
	expect(ladder_time(&l, at(20)), LADDER_WAIT, LADDER_RESET);
	expect(ladder_time(&l, at(20.5)), LADDER_ACT, LADDER_HOLD);
	ladder_acted(&l, 0, "", at(26));
	expect(ladder_booted(&l, "a kernel started", at(30)), LADDER_DONE, LADDER_HOLD);
	assert_string_equal(l.story, "reset button: no sign of a boot within 20.0 s; "
				     "power button: a kernel started after 9.5 s");
	assert_int_equal(memory.failed[LADDER_RESET], 1);
	assert_int_equal(memory.failed[LADDER_HOLD], 0);
}

static void what_can_not_be_done_costs_no_wait(void **state)
{
	struct ladder_memory memory = {0};
	struct ladder l;

	ladder_begin(&l, &all, &memory, LADDER_SYSRQ, at(0));
	expect(ladder_acted(&l, -EOPNOTSUPP, "the console carries no BREAK", at(0)), LADDER_ACT,
	       LADDER_RESET);
	assert_string_equal(l.story, "SysRq-b: the console carries no BREAK");
}

static void a_driver_that_does_not_answer_is_not_waited_for(void **state)
{
	struct ladder_memory memory = {0};
	struct ladder l;

	ladder_begin(&l, &all, &memory, LADDER_RESET, at(0));
	expect(ladder_time(&l, at(9)), LADDER_ACT, LADDER_RESET);
	expect(ladder_time(&l, at(10)), LADDER_ACT, LADDER_HOLD);
	assert_non_null(strstr(l.story, "reset button: no answer within 10.0 s"));
	/* One that is only asked has less time. */
	ladder_begin(&l, &all, &memory, LADDER_AGENT, at(0));
	expect(ladder_time(&l, at(3)), LADDER_ACT, LADDER_SYSRQ);
}

static void a_press_that_works_at_once_is_still_ended_by_its_driver(void **state)
{
	struct ladder_memory memory = {0};
	struct ladder l;

	ladder_begin(&l, &all, &memory, LADDER_RESET, at(0));
	expect(ladder_booted(&l, "its firmware started", at(0.2)), LADDER_ACT, LADDER_RESET);
	expect(ladder_acted(&l, 0, "", at(0.5)), LADDER_DONE, LADDER_RESET);
}

static void a_board_that_nothing_helps_is_given_up_with_the_whole_story(void **state)
{
	struct ladder_memory memory = {0};
	struct ladder_action a;
	struct ladder l;
	double t = 0;

	a = ladder_begin(&l, &all, &memory, LADDER_AGENT, at(t));
	for (int i = 0; i < LADDER_RUNGS; i++) {
		expect(a, LADDER_ACT, (enum ladder_rung)i);
		a = ladder_acted(&l, 0, "", at(t += 1));
		expect(a, LADDER_WAIT, (enum ladder_rung)i);
		a = ladder_time(&l, at(t += 20));
	}
	assert_int_equal(a.what, LADDER_DONE);
	assert_int_equal(a.err, -ETIMEDOUT);
	for (int i = 0; i < LADDER_RUNGS; i++)
		assert_non_null(strstr(l.story, ladder_rung_name((enum ladder_rung)i)));
}

static void a_board_with_nothing_is_told_so(void **state)
{
	const struct ladder_config none = {.ask_us = ASK, .act_us = ACT, .verify_us = VERIFY};
	struct ladder_memory memory = {0};
	struct ladder_action a;
	struct ladder l;

	a = ladder_begin(&l, &none, &memory, LADDER_AGENT, at(0));
	assert_int_equal(a.what, LADDER_DONE);
	assert_int_equal(a.err, -EOPNOTSUPP);
	assert_true(l.story[0]);
}

/* One recovery of a board whose reset button is not wired: which steps were tried? */
static unsigned steps_tried(struct ladder_memory *memory)
{
	struct ladder_action a;
	unsigned tried = 0;
	struct ladder l;

	a = ladder_begin(&l, &all, memory, LADDER_RESET, at(0));
	while (a.what != LADDER_DONE) {
		tried |= 1U << a.rung;
		ladder_acted(&l, 0, "", at(1));
		a = a.rung == LADDER_RESET ? ladder_time(&l, at(21))
					   : ladder_booted(&l, "a kernel started", at(30));
	}
	return tried;
}

static void a_step_that_never_helps_is_passed_over_and_tried_again_now_and_then(void **state)
{
	struct ladder_memory memory = {0};
	unsigned with_reset = 0;

	for (int i = 0; i < 3; i++)
		assert_int_equal(steps_tried(&memory), 1 << LADDER_RESET | 1 << LADDER_HOLD);
	for (int i = 0; i < 40; i++)
		with_reset += (steps_tried(&memory) >> LADDER_RESET) & 1;
	assert_int_equal(with_reset, 2);
}

/* Its reset button is well, and did nothing but once: the board was off. */
static void a_step_is_not_blamed_for_a_board_that_may_have_been_off(void **state)
{
	struct ladder_config found_silent = all;
	struct ladder_memory memory = {0};
	struct ladder l;

	found_silent.maybe_off = true;
	for (int i = 0; i < 5; i++) {
		expect(ladder_begin(&l, &found_silent, &memory, LADDER_RESET, at(0)), LADDER_ACT,
		       LADDER_RESET);
		ladder_acted(&l, 0, "", at(1));
		expect(ladder_time(&l, at(21)), LADDER_ACT, LADDER_HOLD);
		ladder_acted(&l, 0, "", at(22));
		expect(ladder_booted(&l, "its firmware started", at(23)), LADDER_DONE, LADDER_HOLD);
	}
	assert_int_equal(memory.failed[LADDER_RESET], 0);
	/* The power button would have started it. */
	ladder_begin(&l, &found_silent, &memory, LADDER_HOLD, at(0));
	ladder_acted(&l, 0, "", at(1));
	expect(ladder_time(&l, at(21)), LADDER_ACT, LADDER_MAINS);
	assert_int_equal(memory.failed[LADDER_HOLD], 1);
}

static void the_last_step_that_is_left_is_tried_whatever_is_remembered(void **state)
{
	const struct ladder_config only = {
		.has = {[LADDER_RESET] = true}, .ask_us = ASK, .act_us = ACT, .verify_us = VERIFY};
	struct ladder_memory memory = {.failed = {[LADDER_RESET] = 100}};
	struct ladder l;

	expect(ladder_begin(&l, &only, &memory, LADDER_AGENT, at(0)), LADDER_ACT, LADDER_RESET);
}

static void above_the_highest_step_it_begins_with_that(void **state)
{
	const struct ladder_config two = {.has = {[LADDER_RESET] = true, [LADDER_HOLD] = true},
					  .ask_us = ASK,
					  .act_us = ACT,
					  .verify_us = VERIFY};
	struct ladder_memory memory = {0};
	struct ladder l;

	expect(ladder_begin(&l, &two, &memory, LADDER_MAINS, at(0)), LADDER_ACT, LADDER_HOLD);
}

static void rungs_are_known_by_their_keys(void **state)
{
	for (int r = 0; r < LADDER_RUNGS; r++)
		assert_int_equal(ladder_rung_parse(ladder_rung_key((enum ladder_rung)r)), r);
	assert_int_equal(ladder_rung_parse("rest"), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_cheapest_step_that_is_enough_is_the_last),
		cmocka_unit_test(a_step_without_effect_is_followed_by_the_next),
		cmocka_unit_test(what_can_not_be_done_costs_no_wait),
		cmocka_unit_test(a_driver_that_does_not_answer_is_not_waited_for),
		cmocka_unit_test(a_press_that_works_at_once_is_still_ended_by_its_driver),
		cmocka_unit_test(a_board_that_nothing_helps_is_given_up_with_the_whole_story),
		cmocka_unit_test(a_board_with_nothing_is_told_so),
		cmocka_unit_test(
			a_step_that_never_helps_is_passed_over_and_tried_again_now_and_then),
		cmocka_unit_test(a_step_is_not_blamed_for_a_board_that_may_have_been_off),
		cmocka_unit_test(the_last_step_that_is_left_is_tried_whatever_is_remembered),
		cmocka_unit_test(above_the_highest_step_it_begins_with_that),
		cmocka_unit_test(rungs_are_known_by_their_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
