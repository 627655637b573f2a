/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/loop/loop_machine.c harness/run/run_verdict.c harness/loop/scenario*.c */
/* LINK: harness/config/ini_file.c harness/config/duration.c harness/commands/nearest.c */
/* LINK: console/strbuf.c */
/* LIBS: inih */
/* A loop's rules: when it stops, what it runs next, when the board is booted anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "harness/loop/loop_machine.h"

static const struct monotime t0 = {MONO_SEC(1000)};

struct loop {
	struct scenario s;
	struct loop_machine m;
};

static void begin(struct loop *l, const char *text, struct loop_limits limits)
{
	char err[256] = "";

	if (!limits.deadline.us)
		limits.deadline = MONO_NEVER;
	assert_int_equal(scenario_parse(&l->s, "f", text, strlen(text), err, sizeof(err)), 0);
	assert_int_equal(loop_machine_init(&l->m, &l->s, &limits), 0);
}

static void end(struct loop *l)
{
	loop_machine_free(&l->m);
	scenario_free(&l->s);
}

static bool feed(struct loop *l, enum run_verdict v, bool ok)
{
	struct loop_result r = {.iteration = l->m.next, .verdict = v, .ok = ok};

	return loop_machine_result(&l->m, &r);
}

static struct loop_step next(struct loop *l, struct monotime now)
{
	struct loop_step step;

	loop_machine_next(&l->m, now, &step);
	return step;
}

#define GOOD "[scenario]\nmodule=good.ko\n"
#define TWO  "[case a]\nmodule=a.ko\nrepeat=2\n[case b]\nmodule=b.ko\n"

static void it_stops_after_so_many_iterations(void **state)
{
	struct loop l;
	struct loop_step s;

	begin(&l, GOOD, (struct loop_limits){.count = 3});
	s = next(&l, t0);
	assert_int_equal(s.what, LOOP_RUN);
	assert_int_equal(s.n, 3);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(next(&l, t0).what, LOOP_RUN);
		assert_true(feed(&l, RUN_PASS, true));
	}
	s = next(&l, t0);
	assert_int_equal(s.what, LOOP_STOP);
	assert_string_equal(s.why, "all iterations were run");
	assert_int_equal(loop_machine_exit_code(&l.m), 0);
	end(&l);
}

static void without_a_limit_there_is_one_round(void **state)
{
	struct loop l;

	begin(&l, TWO, (struct loop_limits){0});
	assert_int_equal(next(&l, t0).n, 2);
	feed(&l, RUN_PASS, true);
	feed(&l, RUN_PASS, true);
	assert_string_equal(next(&l, t0).item.c->name, "b");
	feed(&l, RUN_PASS, true);
	assert_int_equal(next(&l, t0).what, LOOP_STOP);
	end(&l);
}

static void it_stops_when_its_time_is_over(void **state)
{
	struct loop l;

	begin(&l, GOOD, (struct loop_limits){.deadline = mono_add(t0, 5)});
	assert_int_equal(next(&l, mono_add(t0, 4)).what, LOOP_RUN);
	assert_int_equal(next(&l, mono_add(t0, 5)).what, LOOP_STOP);
	assert_string_equal(next(&l, mono_add(t0, 5)).why, "the time is over");
	end(&l);
}

static void until_fail_stops_at_what_was_not_expected(void **state)
{
	struct loop l;

	begin(&l, "[scenario]\nmodule=a.ko\nexpect=crash\n", (struct loop_limits){.until_fail = 1});
	feed(&l, RUN_CRASH, true);
	assert_int_equal(next(&l, t0).what, LOOP_RUN);
	feed(&l, RUN_PASS, false);
	assert_int_equal(next(&l, t0).what, LOOP_STOP);
	assert_string_equal(next(&l, t0).why, "iteration 1 was not as expected");
	assert_int_equal(loop_machine_exit_code(&l.m), 1);
	end(&l);
}

static void an_interrupt_stops_it(void **state)
{
	struct loop l;

	begin(&l, GOOD, (struct loop_limits){.count = 9});
	feed(&l, RUN_PASS, true);
	loop_machine_interrupt(&l.m);
	assert_false(feed(&l, RUN_INTERRUPTED, false));
	assert_int_equal(next(&l, t0).what, LOOP_STOP);
	assert_int_equal(l.m.done, 1);
	assert_int_equal(loop_machine_exit_code(&l.m), 130);
	end(&l);
}

static void a_failing_infrastructure_is_waited_for_longer_and_longer(void **state)
{
	struct loop l;
	struct loop_step s;
	int64_t waits[] = {5, 10, 20, 40, 80, 160, 300, 300};

	begin(&l, GOOD, (struct loop_limits){.count = 9});
	for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
		loop_machine_infra(&l.m, "no relay", t0);
		s = next(&l, t0);
		assert_int_equal(s.what, LOOP_WAIT);
		assert_string_equal(s.why, "no relay");
		assert_int_equal(mono_diff(s.until, t0), MONO_SEC(waits[i]));
		s = next(&l, s.until);
		assert_int_equal(s.what, LOOP_RUN);
		assert_int_equal(s.iteration, 0);
	}
	assert_false(feed(&l, RUN_INFRA, false));
	feed(&l, RUN_PASS, true);
	assert_int_equal(l.m.infra, 0);
	for (int i = 0; i < LOOP_INFRA_MAX; i++)
		loop_machine_infra(&l.m, "no relay", t0);
	s = next(&l, mono_add(t0, MONO_SEC(1000)));
	assert_int_equal(s.what, LOOP_STOP);
	assert_non_null(strstr(s.why, "10 times in a row: no relay"));
	assert_int_equal(loop_machine_exit_code(&l.m), 125);
	end(&l);
}

static void what_crashes_always_is_not_run_for_ever(void **state)
{
	struct loop l;

	begin(&l, TWO "quarantine=3\n", (struct loop_limits){.count = 1000});
	for (int i = 0; i < 40 && !l.m.cases[1].quarantined; i++)
		feed(&l, l.m.next % 3 == 2 ? RUN_HANG : RUN_PASS, l.m.next % 3 != 2);
	assert_int_equal(l.m.done, 9);
	for (struct loop_step s = next(&l, t0); s.what == LOOP_RUN; s = next(&l, t0)) {
		assert_string_equal(s.item.c->name, "a");
		feed(&l, RUN_PASS, true);
	}
	assert_int_equal(l.m.next, 1000);
	assert_int_equal(l.m.done + l.m.skipped, 1000);
	assert_int_equal(l.m.cases[1].runs, 3);
	assert_int_equal(loop_machine_exit_code(&l.m), 4);
	end(&l);
}

static void now_and_then_a_crash_is_no_quarantine(void **state)
{
	struct loop l;

	begin(&l, GOOD, (struct loop_limits){.count = 1000});
	for (int i = 0; i < 100; i++)
		feed(&l, i % 5 == 4 ? RUN_PASS : RUN_CRASH, i % 5 == 4);
	assert_false(l.m.cases[0].quarantined);
	for (int i = 0; i < 5; i++)
		feed(&l, RUN_CRASH, false);
	assert_int_equal(next(&l, t0).what, LOOP_STOP);
	assert_string_equal(next(&l, t0).why, "it crashed again and again and is in quarantine");
	assert_int_equal(l.m.done, 105);
	end(&l);
}

static void an_expected_crash_is_no_quarantine(void **state)
{
	struct loop l;

	begin(&l, "[scenario]\nmodule=a.ko\nexpect=crash\n", (struct loop_limits){.count = 100});
	for (int i = 0; i < 50; i++)
		feed(&l, RUN_CRASH, true);
	assert_int_equal(next(&l, t0).what, LOOP_RUN);
	assert_int_equal(loop_machine_exit_code(&l.m), 0);
	end(&l);
}

static void a_kernel_with_a_warning_or_without_lockdep_is_booted_anew(void **state)
{
	static const struct {
		const char *reboot;
		bool warned, locks_off, fresh;
	} rows[] = {
		{"after-warn", 1, 0, 1},  {"after-warn", 0, 1, 1},  {"after-warn", 0, 0, 0},
		{"after-crash", 1, 0, 0}, {"after-crash", 0, 1, 1}, {"never", 1, 1, 0},
		{"each", 0, 0, 1},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[128];
		struct loop_result r = {.ok = true};
		struct loop l;

		snprintf(text, sizeof(text), GOOD "reboot=%s\n", rows[i].reboot);
		begin(&l, text, (struct loop_limits){.count = 10});
		r.warned = rows[i].warned;
		r.locks_off = rows[i].locks_off;
		assert_true(loop_machine_result(&l.m, &r));
		assert_int_equal(next(&l, t0).fresh, rows[i].fresh);
		assert_int_equal(!!next(&l, t0).why[0], rows[i].fresh);
		feed(&l, RUN_PASS, true);
		assert_int_equal(next(&l, t0).fresh, !strcmp(rows[i].reboot, "each"));
		end(&l);
	}
}

static void a_result_that_is_not_due_counts_not(void **state)
{
	struct loop_result r = {.iteration = 1, .ok = true};
	struct loop l;

	begin(&l, GOOD, (struct loop_limits){.count = 10});
	assert_false(loop_machine_result(&l.m, &r));
	r.iteration = 0;
	assert_true(loop_machine_result(&l.m, &r));
	assert_false(loop_machine_result(&l.m, &r));
	assert_int_equal(l.m.done, 1);
	end(&l);
}

static void the_worst_that_was_not_expected_is_the_exit_code(void **state)
{
	struct loop l;

	begin(&l, GOOD, (struct loop_limits){.count = 10});
	feed(&l, RUN_FAIL, false);
	assert_int_equal(loop_machine_exit_code(&l.m), 1);
	feed(&l, RUN_RESET, false);
	assert_int_equal(loop_machine_exit_code(&l.m), 5);
	feed(&l, RUN_CRASH, false);
	feed(&l, RUN_HANG, false);
	loop_machine_interrupt(&l.m);
	assert_int_equal(loop_machine_exit_code(&l.m), 3);
	end(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_stops_after_so_many_iterations),
		cmocka_unit_test(without_a_limit_there_is_one_round),
		cmocka_unit_test(it_stops_when_its_time_is_over),
		cmocka_unit_test(until_fail_stops_at_what_was_not_expected),
		cmocka_unit_test(an_interrupt_stops_it),
		cmocka_unit_test(a_failing_infrastructure_is_waited_for_longer_and_longer),
		cmocka_unit_test(what_crashes_always_is_not_run_for_ever),
		cmocka_unit_test(now_and_then_a_crash_is_no_quarantine),
		cmocka_unit_test(an_expected_crash_is_no_quarantine),
		cmocka_unit_test(a_kernel_with_a_warning_or_without_lockdep_is_booted_anew),
		cmocka_unit_test(a_result_that_is_not_due_counts_not),
		cmocka_unit_test(the_worst_that_was_not_expected_is_the_exit_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
