/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/run/run_machine.c harness/run/run_moves.c harness/run/run_cycle.c */
/* LINK: harness/run/run_evidence.c harness/run/run_recovery.c harness/run/run_verdict.c */
/*
 * The run's state machine against scripted boards: each test is a story, told in events and
 * seconds, and the actions and phases that must come of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "harness/run/run_machine.h"

/* The machine links nothing of the watchdog but this name table. */
const char *board_state_name(enum board_state s)
{
	static const char *const names[] = {"off",   "firmware",    "booting",
					    "ready", "nfs-stalled", "network-lost",
					    "hung",  "panicked",    "never-came"};

	return names[s];
}

struct story {
	struct run_machine m;
	char actions[512]; /* "lock up push …" since the last look */
	struct monotime now;
};

static void note_action(void *arg, enum run_action action)
{
	static const char *const words[] = {"lock",  "up",      "push",   "load",
					    "test",  "unload",  "cancel", "stop",
					    "stuck", "harvest", "reset",  "unlock"};
	struct story *s = arg;
	size_t n = strlen(s->actions);

	snprintf(s->actions + n, sizeof(s->actions) - n, "%s%s", n ? " " : "", words[action]);
}

static void ignore_enter(void *arg, enum run_phase from, enum run_phase to, const char *why)
{
	assert_non_null(why);
}

static void ignore_verdict(void *arg, enum run_verdict v, const char *reason)
{
	assert_true(reason[0]);
}

static const struct run_machine_ops ops = {note_action, ignore_enter, ignore_verdict, NULL};

static const struct run_plan default_plan = {
	.module = true,
	.test = true,
	.boot_us = MONO_SEC(60),
	.push_us = MONO_SEC(30),
	.load_us = MONO_SEC(30),
	.test_us = MONO_SEC(60),
	.unload_us = MONO_SEC(30),
	.settle_us = MONO_SEC(3),
	.collect_us = MONO_SEC(10),
	.stall_us = MONO_SEC(600),
	.reset_us = MONO_SEC(15),
	.boot_tries = 3,
};

static void feed(struct story *s, struct run_event ev)
{
	if (!ev.text)
		ev.text = "";
	run_machine_event(&s->m, &ev, s->now);
}

static void begin(struct story *s, const struct run_plan *plan)
{
	memset(s, 0, sizeof(*s));
	s->now.us = MONO_SEC(1000);
	run_machine_init(&s->m, plan, &ops, s);
	feed(s, (struct run_event){.type = RUN_EV_START});
}

/* Let time pass; ticks come when the machine asked for them. */
static void pass(struct story *s, double seconds)
{
	struct monotime end = mono_add(s->now, (int64_t)(seconds * 1e6));
	int ticks = 0;

	for (;;) {
		struct monotime wake = run_machine_wakeup(&s->m);

		if (wake.us > end.us)
			break;
		assert_true(++ticks < 1000); /* a machine that spins */
		if (wake.us > s->now.us)
			s->now = wake;
		feed(s, (struct run_event){.type = RUN_EV_TICK});
	}
	s->now = end;
}

static void board(struct story *s, enum board_state state, bool ssh)
{
	feed(s, (struct run_event){.type = RUN_EV_BOARD,
				   .board = state,
				   .ssh = ssh,
				   .text = board_state_name(state)});
}

static void step_ok(struct story *s)
{
	feed(s, (struct run_event){.type = RUN_EV_STEP_DONE, .ok = true});
}

static void step_bad(struct story *s, const char *why)
{
	feed(s, (struct run_event){.type = RUN_EV_STEP_DONE, .text = why});
}

static void crash_begins(struct story *s, enum crash_class klass, const char *title)
{
	feed(s, (struct run_event){.type = RUN_EV_CRASH_BEGIN, .klass = klass, .text = title});
}

static void crash_ends(struct story *s)
{
	feed(s, (struct run_event){.type = RUN_EV_CRASH_END});
}

static void answered(struct story *s)
{
	feed(s, (struct run_event){.type = RUN_EV_ANSWERED});
}

static void reset_done(struct story *s)
{
	board(s, BOARD_FIRMWARE, false);
	feed(s, (struct run_event){.type = RUN_EV_RESET_DONE, .ok = true});
}

#define assert_actions(s, expected)                                                                \
	do {                                                                                       \
		assert_string_equal((s)->actions, expected);                                       \
		(s)->actions[0] = '\0';                                                            \
	} while (0)

static void locked(struct story *s, const char *dirty)
{
	feed(s, (struct run_event){.type = RUN_EV_LOCKED, .text = dirty});
}

/* The first part of every story: until the module is to be pushed. */
static void come_up(struct story *s)
{
	locked(s, "");
	feed(s, (struct run_event){.type = RUN_EV_UP_DONE, .ok = true});
	board(s, BOARD_READY, true);
	assert_actions(s, "lock up push");
}

static void come_to_load(struct story *s)
{
	come_up(s);
	step_ok(s);
	assert_actions(s, "load");
	assert_int_equal(s->m.phase, RUN_LOADING);
}

static void recovered(struct story *s)
{
	assert_int_equal(s->m.phase, RUN_RECOVERING);
	reset_done(s);
	pass(s, 10);
	board(s, BOARD_READY, true);
	assert_int_equal(s->m.phase, RUN_DONE);
	assert_false(s->m.board_lost);
}

static void a_good_module_goes_through_all_steps_and_passes(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	come_to_load(&s);
	step_ok(&s);
	assert_actions(&s, "test");
	step_ok(&s);
	assert_actions(&s, "unload");
	step_ok(&s);
	assert_int_equal(s.m.phase, RUN_SETTLING);
	pass(&s, 2.9);
	assert_int_equal(s.m.phase, RUN_SETTLING);
	pass(&s, 0.2);
	assert_int_equal(s.m.phase, RUN_DONE);
	assert_actions(&s, "unlock");
	assert_int_equal(run_verdict_exit_code(s.m.verdict), 0);
	assert_true(mono_is_never(run_machine_wakeup(&s.m)));
}

static void without_a_test_the_module_is_unloaded_after_its_load(void **state)
{
	struct run_plan plan = default_plan;
	struct story s;

	plan.test = false;
	begin(&s, &plan);
	come_to_load(&s);
	step_ok(&s);
	assert_actions(&s, "unload");
}

static void a_board_that_is_off_is_waited_for(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	locked(&s, "");
	board(&s, BOARD_OFF, false);
	feed(&s, (struct run_event){.type = RUN_EV_UP_DONE, .ok = true});
	board(&s, BOARD_FIRMWARE, false);
	pass(&s, 5);
	board(&s, BOARD_BOOTING, false);
	pass(&s, 5);
	board(&s, BOARD_READY, false);
	assert_actions(&s, "lock up");
	board(&s, BOARD_READY, true);
	assert_actions(&s, "push");
}

static void a_dirty_board_is_reset_before_it_is_used(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	locked(&s, "a run ended in its middle");
	board(&s, BOARD_READY, true);
	assert_actions(&s, "lock up reset");
	board(&s, BOARD_READY, true); /* late news of the old boot */
	assert_actions(&s, "");
	reset_done(&s);
	board(&s, BOARD_READY, true);
	assert_actions(&s, "push");
}

static void a_board_that_never_comes_up_is_infrastructure_after_its_tries(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	locked(&s, "");
	feed(&s, (struct run_event){.type = RUN_EV_UP_DONE, .ok = true});
	board(&s, BOARD_FIRMWARE, false);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(s.m.phase, RUN_PREPARING);
		pass(&s, 61);
		reset_done(&s);
	}
	assert_actions(&s, "lock up reset reset reset");
	pass(&s, 61);
	assert_int_equal(s.m.phase, RUN_DONE);
	assert_true(s.m.board_lost);
	assert_int_equal(run_verdict_exit_code(s.m.verdict), 125);
}

static void a_refused_load_fails_and_leaves_the_board_alone(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	come_to_load(&s);
	step_bad(&s, "load failed: No such device");
	assert_int_equal(s.m.phase, RUN_SETTLING);
	pass(&s, 4);
	assert_actions(&s, "unlock");
	assert_int_equal(run_verdict_exit_code(s.m.verdict), 1);
	assert_string_equal(s.m.reason, "load failed: No such device");
}

static void a_failed_test_fails_and_the_module_is_unloaded(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	come_to_load(&s);
	step_ok(&s);
	step_bad(&s, "the test failed with exit status 2");
	assert_actions(&s, "test unload");
	step_ok(&s);
	pass(&s, 4);
	assert_int_equal(s.m.phase, RUN_DONE);
	assert_int_equal(run_verdict_exit_code(s.m.verdict), 1);
}

static void an_oops_is_collected_and_the_board_reset(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	come_to_load(&s);
	crash_begins(&s, CRASH_OOPS, "BUG: oops");
	assert_int_equal(s.m.phase, RUN_COLLECTING);
	assert_actions(&s, "cancel");
	pass(&s, 0.5);
	crash_ends(&s);
	pass(&s, 0.2);
	assert_int_equal(s.m.phase, RUN_COLLECTING);
	pass(&s, 0.2);
	assert_actions(&s, "reset");
	recovered(&s);
	assert_int_equal(run_verdict_exit_code(s.m.verdict), 3);
	assert_string_equal(s.m.reason, "BUG: oops");
}

static void the_reason_is_the_title_that_the_first_report_ends_with(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	come_to_load(&s);
	crash_begins(&s, CRASH_OOPS, "BUG: something");
	feed(&s, (struct run_event){.type = RUN_EV_CRASH_END, .text = "BUG: something in f"});
	crash_begins(&s, CRASH_OOPS, "BUG: a second");
	feed(&s, (struct run_event){.type = RUN_EV_CRASH_END, .text = "BUG: a second in g"});
	assert_string_equal(s.m.reason, "BUG: something in f");
}

static void an_interrupt_while_the_board_boots_again_does_not_wait_for_it(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	come_to_load(&s);
	crash_begins(&s, CRASH_OOPS, "BUG: oops");
	crash_ends(&s);
	pass(&s, 1);
	feed(&s, (struct run_event){.type = RUN_EV_INTERRUPT});
	assert_int_equal(s.m.phase, RUN_RECOVERING); /* the button is still down */
	reset_done(&s);
	assert_int_equal(s.m.phase, RUN_DONE);
	assert_int_equal(run_verdict_exit_code(s.m.verdict), 3);
}

static void a_report_that_never_ends_is_waited_for_no_longer_than_its_deadline(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	come_to_load(&s);
	crash_begins(&s, CRASH_OOPS, "BUG: oops");
	for (int i = 0; i < 9; i++) {
		pass(&s, 1);
		crash_begins(&s, CRASH_OOPS, "BUG: again");
	}
	pass(&s, 1.1);
	assert_int_equal(s.m.phase, RUN_RECOVERING);
}

static void a_killed_insmod_before_its_oops_is_still_a_crash(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	come_to_load(&s);
	step_bad(&s, "load failed: killed");
	crash_begins(&s, CRASH_OOPS, "BUG: oops");
	assert_int_equal(run_verdict_exit_code(s.m.verdict), 3);
}

static void a_warning_lets_the_run_go_on_and_the_board_is_reset_at_its_end(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	come_to_load(&s);
	crash_begins(&s, CRASH_WARN, "WARNING in warn_init");
	crash_ends(&s);
	assert_int_equal(s.m.phase, RUN_LOADING);
	step_ok(&s);
	step_ok(&s);
	step_ok(&s);
	pass(&s, 3.1);
	assert_actions(&s, "test unload reset");
	recovered(&s);
	assert_int_equal(run_verdict_exit_code(s.m.verdict), 3);
}

static void an_allowed_warning_is_no_crash_and_costs_no_reset(void **state)
{
	struct run_plan plan = default_plan;
	struct story s;

	plan.allow_warn = true;
	begin(&s, &plan);
	come_to_load(&s);
	crash_begins(&s, CRASH_WARN, "WARNING in warn_init");
	crash_ends(&s);
	step_ok(&s);
	step_ok(&s);
	step_ok(&s);
	pass(&s, 3.1);
	assert_actions(&s, "test unload unlock");
	assert_int_equal(run_verdict_exit_code(s.m.verdict), 0);
}

static void a_delayed_crash_while_settling_is_the_modules(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	come_to_load(&s);
	step_ok(&s);
	step_ok(&s);
	step_ok(&s);
	pass(&s, 1);
	crash_begins(&s, CRASH_OOPS, "BUG: later");
	crash_ends(&s);
	pass(&s, 1);
	recovered(&s);
	assert_int_equal(run_verdict_exit_code(s.m.verdict), 3);
}

static void a_soft_lockup_report_is_a_hang(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	come_to_load(&s);
	crash_begins(&s, CRASH_HANG, "BUG: soft lockup in spin");
	crash_ends(&s);
	pass(&s, 1);
	answered(&s);
	answered(&s);
	pass(&s, 1);
	recovered(&s);
	assert_int_equal(run_verdict_exit_code(s.m.verdict), 4);
}

static void a_hang_that_is_reported_again_and_again_is_collected_once(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	come_to_load(&s);
	crash_begins(&s, CRASH_HANG, "INFO: task hung");
	feed(&s, (struct run_event){.type = RUN_EV_CRASH_END, .text = "INFO: task hung in f"});
	pass(&s, 0.1);
	crash_begins(&s, CRASH_HANG, "INFO: task hung");
	pass(&s, 0.3);
	assert_int_equal(s.m.phase, RUN_PROBING);
	answered(&s);
	crash_begins(&s, CRASH_HANG, "INFO: task hung");
	answered(&s);
	pass(&s, 0.4);
	assert_int_equal(s.m.phase, RUN_RECOVERING);
}

static void an_oops_that_leads_to_a_lockup_stays_a_crash(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	come_to_load(&s);
	crash_begins(&s, CRASH_OOPS, "BUG: oops");
	crash_begins(&s, CRASH_HANG, "BUG: soft lockup");
	assert_int_equal(s.m.verdict, RUN_CRASH);
	assert_string_equal(s.m.reason, "BUG: oops");
}

static void a_silent_board_is_asked_and_its_answer_is_evidence_not_a_crash(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	come_to_load(&s);
	board(&s, BOARD_HUNG, true);
	assert_int_equal(s.m.phase, RUN_PROBING);
	pass(&s, 4);
	assert_actions(&s, "cancel harvest");
	crash_begins(&s, CRASH_PANIC, "Kernel panic: NMI");
	board(&s, BOARD_PANICKED, false);
	crash_ends(&s);
	assert_int_equal(s.m.phase, RUN_PROBING);
	answered(&s);
	pass(&s, 1);
	assert_actions(&s, "reset");
	recovered(&s);
	assert_int_equal(run_verdict_exit_code(s.m.verdict), 4);
}

static void an_init_that_never_returns_on_a_living_board_is_a_hang_without_nmi(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	come_to_load(&s);
	pass(&s, 30.1);
	assert_int_equal(s.m.verdict, RUN_HANG);
	assert_non_null(strstr(s.m.reason, "init"));
	assert_actions(&s, "stuck");
	answered(&s);
	assert_actions(&s, "harvest");
	pass(&s, 5);
	answered(&s);
	pass(&s, 1);
	assert_actions(&s, "cancel reset");
	recovered(&s);
}

static void a_test_that_does_not_end_fails_and_the_module_is_unloaded(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	come_to_load(&s);
	step_ok(&s);
	pass(&s, 60.1);
	assert_actions(&s, "test cancel unload");
	step_ok(&s);
	pass(&s, 4);
	assert_int_equal(run_verdict_exit_code(s.m.verdict), 1);
}

static void a_module_that_cannot_be_unloaded_costs_a_reset(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	come_to_load(&s);
	step_ok(&s);
	step_ok(&s);
	step_bad(&s, "unload failed: in use");
	pass(&s, 3.1);
	assert_actions(&s, "test unload reset");
	recovered(&s);
	assert_int_equal(run_verdict_exit_code(s.m.verdict), 1);
}

static void a_board_that_resets_by_itself_is_waited_for_not_reset_again(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	come_to_load(&s);
	feed(&s, (struct run_event){.type = RUN_EV_SELF_RESET, .text = "a new boot"});
	board(&s, BOARD_FIRMWARE, false);
	assert_int_equal(s.m.phase, RUN_RECOVERING);
	pass(&s, 10);
	board(&s, BOARD_READY, true);
	assert_actions(&s, "cancel unlock");
	assert_int_equal(run_verdict_exit_code(s.m.verdict), 5);
}

static void a_reset_that_was_none_is_made_up_for(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	come_to_load(&s);
	crash_begins(&s, CRASH_HANG, "a stall");
	feed(&s, (struct run_event){.type = RUN_EV_SELF_RESET, .text = "a new boot"});
	board(&s, BOARD_BOOTING, false);
	assert_int_equal(s.m.phase, RUN_RECOVERING);
	feed(&s, (struct run_event){.type = RUN_EV_BOARD,
				    .board = BOARD_READY,
				    .old_boot = true,
				    .text = "the same boot still runs"});
	assert_true(s.m.resetting);
	assert_string_equal(s.m.need_reset_why, "the same boot still runs");
}

static void a_crash_that_resets_the_board_is_a_crash(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	come_to_load(&s);
	crash_begins(&s, CRASH_PANIC, "Kernel panic");
	feed(&s, (struct run_event){.type = RUN_EV_SELF_RESET, .text = "a new boot"});
	board(&s, BOARD_FIRMWARE, false);
	board(&s, BOARD_READY, true);
	assert_int_equal(s.m.phase, RUN_DONE);
	assert_int_equal(run_verdict_exit_code(s.m.verdict), 3);
}

static void a_stalled_nfs_server_stops_the_clock_of_the_step(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	come_to_load(&s);
	pass(&s, 20);
	board(&s, BOARD_NFS_STALLED, true);
	pass(&s, 120);
	assert_int_equal(s.m.phase, RUN_LOADING);
	board(&s, BOARD_READY, true);
	/* 10 of its 20 s had gone before anybody noticed; they are given back too. */
	pass(&s, 19);
	assert_int_equal(s.m.phase, RUN_LOADING);
	step_ok(&s);
	assert_int_equal(s.m.phase, RUN_TESTING);
	assert_int_equal(s.m.verdict, RUN_PASS);
}

static void a_stall_for_ever_ends_by_whose_fault_it_may_be(void **state)
{
	static const struct {
		enum board_state stall;
		enum run_verdict verdict;
	} cases[] = {{BOARD_NFS_STALLED, RUN_INFRA}, {BOARD_NETWORK_LOST, RUN_HANG}};
	struct story s;

	for (size_t i = 0; i < 2; i++) {
		begin(&s, &default_plan);
		come_to_load(&s);
		board(&s, cases[i].stall, true);
		pass(&s, 590);
		assert_int_equal(s.m.phase, RUN_LOADING);
		pass(&s, 50);
		assert_int_equal(s.m.verdict, cases[i].verdict);
		assert_true(s.m.need_reset || s.m.resetting);
	}
}

static void root_gone(struct story *s)
{
	feed(s, (struct run_event){.type = RUN_EV_BOARD,
				   .board = BOARD_NFS_STALLED,
				   .ssh = true,
				   .root_gone = true,
				   .text = "its NFS root is gone"});
}

static void a_root_that_is_gone_is_not_waited_for(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	come_to_load(&s);
	root_gone(&s);
	assert_int_equal(s.m.verdict, RUN_INFRA);
	assert_true(s.m.resetting);
}

static void a_board_found_without_its_root_is_reset_before_its_run(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	feed(&s, (struct run_event){.type = RUN_EV_LOCKED, .text = ""});
	feed(&s, (struct run_event){.type = RUN_EV_UP_DONE, .ok = true});
	root_gone(&s);
	assert_true(s.m.resetting);
	board(&s, BOARD_FIRMWARE, false);
	feed(&s, (struct run_event){.type = RUN_EV_RESET_DONE, .ok = true});
	assert_false(s.m.resetting);
	board(&s, BOARD_READY, true);
	assert_int_equal(s.m.phase, RUN_PUSHING);
	assert_int_equal(s.m.verdict, RUN_PASS);
}

static void the_log_settles_without_the_nfs_server(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	come_to_load(&s);
	board(&s, BOARD_NFS_STALLED, true);
	for (int i = 0; i < 3; i++)
		step_ok(&s);
	assert_int_equal(s.m.phase, RUN_SETTLING);
	pass(&s, 30);
	assert_int_equal(s.m.phase, RUN_DONE);
	assert_int_equal(s.m.verdict, RUN_PASS);
}

static void a_broken_connection_waits_for_its_reason(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	come_to_load(&s);
	feed(&s, (struct run_event){.type = RUN_EV_STEP_BROKEN});
	pass(&s, 5);
	assert_int_equal(s.m.phase, RUN_LOADING);
	board(&s, BOARD_HUNG, false);
	assert_int_equal(s.m.verdict, RUN_HANG);
}

static void a_broken_connection_without_a_reason_is_infrastructure(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	come_to_load(&s);
	feed(&s, (struct run_event){.type = RUN_EV_STEP_BROKEN});
	pass(&s, 16);
	assert_actions(&s, "reset");
	recovered(&s);
	assert_int_equal(run_verdict_exit_code(s.m.verdict), 125);
}

static void an_interrupted_test_is_cancelled_and_the_module_unloaded(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	come_to_load(&s);
	step_ok(&s);
	feed(&s, (struct run_event){.type = RUN_EV_INTERRUPT});
	assert_actions(&s, "test cancel unload");
	step_ok(&s);
	pass(&s, 0);
	assert_actions(&s, "unlock");
	assert_int_equal(run_verdict_exit_code(s.m.verdict), 130);
}

static void an_interrupt_while_loading_unloads_after_the_load(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	come_to_load(&s);
	feed(&s, (struct run_event){.type = RUN_EV_INTERRUPT});
	assert_actions(&s, "");
	step_ok(&s);
	assert_actions(&s, "unload");
}

static void an_interrupt_at_each_phase_ends_and_never_passes(void **state)
{
	for (int phase = RUN_LOCKING; phase <= RUN_SETTLING; phase++) {
		struct story s;

		begin(&s, &default_plan);
		if (phase >= RUN_PREPARING)
			locked(&s, "");
		if (phase >= RUN_PUSHING)
			board(&s, BOARD_READY, true);
		for (int p = RUN_PUSHING; p < phase; p++)
			step_ok(&s);
		assert_int_equal(s.m.phase, phase);
		feed(&s, (struct run_event){.type = RUN_EV_INTERRUPT});
		for (int i = 0; i < 3 && s.m.phase != RUN_DONE; i++)
			step_ok(&s);
		pass(&s, 1);
		assert_int_equal(s.m.phase, RUN_DONE);
		assert_int_equal(s.m.verdict, RUN_INTERRUPTED);
		assert_non_null(strstr(s.actions, "unlock"));
	}
}

static void a_run_whose_attendant_is_gone_ends(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	come_to_load(&s);
	feed(&s, (struct run_event){.type = RUN_EV_LOST});
	assert_int_equal(s.m.phase, RUN_DONE);
	assert_int_equal(run_verdict_exit_code(s.m.verdict), 125);
}

static void an_attendant_that_does_not_answer_is_not_waited_for(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	pass(&s, 11);
	assert_int_equal(s.m.phase, RUN_DONE);
	assert_int_equal(run_verdict_exit_code(s.m.verdict), 125);
}

static void a_board_that_does_not_come_back_keeps_the_crash_verdict(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	come_to_load(&s);
	crash_begins(&s, CRASH_OOPS, "BUG: oops");
	crash_ends(&s);
	pass(&s, 1);
	for (int i = 0; i < 3; i++) {
		reset_done(&s);
		pass(&s, 61);
	}
	assert_int_equal(s.m.phase, RUN_DONE);
	assert_true(s.m.board_lost);
	assert_int_equal(run_verdict_exit_code(s.m.verdict), 3);
}

static void a_board_that_can_not_be_reset_is_given_up_with_all_that_was_tried(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	come_to_load(&s);
	crash_begins(&s, CRASH_OOPS, "BUG: oops");
	crash_ends(&s);
	pass(&s, 1);
	s.actions[0] = '\0';
	feed(&s, (struct run_event){.type = RUN_EV_RESET_DONE, .text = "reset button: no sign"});
	assert_actions(&s, "unlock");
	assert_true(s.m.board_lost && s.m.need_reset);
	assert_string_equal(s.m.board_lost_why, "reset button: no sign");
	assert_int_equal(run_verdict_exit_code(s.m.verdict), 3);
}

static void questions_that_are_never_answered_hold_nobody_up_for_ever(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	come_to_load(&s);
	pass(&s, 30.1);
	pass(&s, 3);
	assert_actions(&s, "stuck harvest");
	pass(&s, 66);
	assert_actions(&s, "cancel reset");
	assert_int_equal(s.m.verdict, RUN_HANG);
}

static void a_hang_that_the_kernel_reports_is_asked_too_before_the_reset(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	come_to_load(&s);
	crash_begins(&s, CRASH_HANG, "INFO: task hung in f");
	crash_ends(&s);
	pass(&s, 0.5);
	assert_actions(&s, "cancel stuck");
	answered(&s);
	answered(&s);
	pass(&s, 1);
	assert_actions(&s, "harvest reset");
	recovered(&s);
	assert_int_equal(s.m.verdict, RUN_HANG);
}

static void a_lost_service_ends_the_wait_for_the_board_at_once(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	locked(&s, "");
	feed(&s, (struct run_event){.type = RUN_EV_UP_DONE, .ok = true});
	board(&s, BOARD_BOOTING, false);
	feed(&s, (struct run_event){.type = RUN_EV_SERVICE_LOST, .text = "nfs: no such file"});
	assert_actions(&s, "lock up unlock");
	assert_int_equal(s.m.phase, RUN_DONE);
	assert_int_equal(run_verdict_exit_code(s.m.verdict), 125);
	assert_string_equal(s.m.reason, "nfs: no such file");
}

static void a_service_lost_amid_a_test_matters_when_the_board_stalls_for_it(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	come_to_load(&s);
	step_ok(&s);
	feed(&s, (struct run_event){.type = RUN_EV_SERVICE_LOST, .text = "nfs: no such file"});
	assert_int_equal(s.m.phase, RUN_TESTING);
	s.actions[0] = '\0';
	board(&s, BOARD_NFS_STALLED, true);
	assert_actions(&s, "cancel unlock");
	assert_int_equal(run_verdict_exit_code(s.m.verdict), 125);
	assert_true(s.m.need_reset);
}

static void a_crash_whose_board_lost_a_service_is_a_crash_without_a_reset(void **state)
{
	struct story s;

	begin(&s, &default_plan);
	come_to_load(&s);
	crash_begins(&s, CRASH_OOPS, "BUG: oops");
	feed(&s, (struct run_event){.type = RUN_EV_SERVICE_LOST, .text = "dnsmasq: port in use"});
	s.actions[0] = '\0';
	crash_ends(&s);
	pass(&s, 1);
	assert_actions(&s, "unlock");
	assert_true(s.m.board_lost && s.m.need_reset);
	assert_int_equal(run_verdict_exit_code(s.m.verdict), 3);
}

static void bringing_up_alone_ends_when_the_board_is_ready(void **state)
{
	struct run_plan plan = default_plan;
	struct story s;

	plan.module = false;
	begin(&s, &plan);
	locked(&s, "");
	feed(&s, (struct run_event){.type = RUN_EV_UP_DONE, .ok = true});
	board(&s, BOARD_READY, true);
	assert_actions(&s, "lock up unlock");
	assert_int_equal(run_verdict_exit_code(s.m.verdict), 0);
}

/* ---- batches and expectations ---- */

static void begin_batch(struct story *s)
{
	struct run_plan plan = default_plan;

	plan.cycles = true;
	begin(s, &plan);
	locked(s, "");
	feed(s, (struct run_event){.type = RUN_EV_UP_DONE, .ok = true});
	board(s, BOARD_READY, true);
	step_ok(s);
	assert_actions(s, "lock up push load");
}

static void a_batch_may_last_as_long_as_it_makes_progress(void **state)
{
	struct story s;

	begin_batch(&s);
	for (int i = 0; i < 100; i++) {
		feed(&s, (struct run_event){.type = RUN_EV_PROGRESS});
		pass(&s, 50);
	}
	assert_int_equal(s.m.phase, RUN_LOADING);
	step_ok(&s);
	assert_int_equal(s.m.phase, RUN_SETTLING);
	pass(&s, 3.1);
	assert_int_equal(s.m.verdict, RUN_PASS);
	assert_actions(&s, "unlock");
}

static void a_batch_without_progress_hangs(void **state)
{
	struct story s;

	begin_batch(&s);
	pass(&s, 29);
	feed(&s, (struct run_event){.type = RUN_EV_PROGRESS});
	pass(&s, 61);
	assert_int_equal(s.m.verdict, RUN_HANG);
}

static void an_interrupted_batch_is_stopped_between_two_iterations(void **state)
{
	struct story s;

	begin_batch(&s);
	feed(&s, (struct run_event){.type = RUN_EV_INTERRUPT});
	assert_actions(&s, "stop");
	step_ok(&s);
	pass(&s, 0.1);
	assert_int_equal(s.m.phase, RUN_DONE);
	assert_int_equal(s.m.verdict, RUN_INTERRUPTED);
	assert_actions(&s, "unlock");
}

static void a_module_that_stays_loaded_after_a_batch_needs_a_reset(void **state)
{
	struct story s;

	begin_batch(&s);
	feed(&s, (struct run_event){.type = RUN_EV_STEP_DONE, .text = "in use"});
	pass(&s, 3.1);
	assert_int_equal(s.m.verdict, RUN_FAIL);
	assert_actions(&s, "reset");
	begin_batch(&s);
	feed(&s, (struct run_event){
			 .type = RUN_EV_STEP_DONE, .harmless = true, .text = "no such device"});
	pass(&s, 3.1);
	assert_int_equal(s.m.verdict, RUN_FAIL);
	assert_actions(&s, "unlock");
}

static const char *nothing_came(void *arg)
{
	return "the log has no line with: hello";
}

static void what_was_expected_and_did_not_come_is_a_failure(void **state)
{
	struct story s;

	begin_batch(&s);
	s.m.ops.unmet = nothing_came;
	step_ok(&s);
	pass(&s, 3.1);
	assert_int_equal(s.m.verdict, RUN_FAIL);
	assert_string_equal(s.m.reason, "the log has no line with: hello");
	assert_actions(&s, "unlock");
}

static void a_board_that_is_to_be_kept_is_not_reset_while_it_answers(void **state)
{
	struct story s;

	begin_batch(&s);
	s.m.plan.keep = true;
	crash_begins(&s, CRASH_OOPS, "oops");
	crash_ends(&s);
	pass(&s, 1);
	assert_int_equal(s.m.phase, RUN_DONE);
	assert_actions(&s, "cancel unlock");
	begin_batch(&s);
	s.m.plan.keep = true;
	crash_begins(&s, CRASH_PANIC, "panic");
	crash_ends(&s);
	board(&s, BOARD_PANICKED, false);
	pass(&s, 1);
	assert_actions(&s, "cancel reset");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_module_goes_through_all_steps_and_passes),
		cmocka_unit_test(without_a_test_the_module_is_unloaded_after_its_load),
		cmocka_unit_test(a_board_that_is_off_is_waited_for),
		cmocka_unit_test(a_dirty_board_is_reset_before_it_is_used),
		cmocka_unit_test(a_board_that_never_comes_up_is_infrastructure_after_its_tries),
		cmocka_unit_test(a_refused_load_fails_and_leaves_the_board_alone),
		cmocka_unit_test(a_failed_test_fails_and_the_module_is_unloaded),
		cmocka_unit_test(an_oops_is_collected_and_the_board_reset),
		cmocka_unit_test(the_reason_is_the_title_that_the_first_report_ends_with),
		cmocka_unit_test(an_interrupt_while_the_board_boots_again_does_not_wait_for_it),
		cmocka_unit_test(
			a_report_that_never_ends_is_waited_for_no_longer_than_its_deadline),
		cmocka_unit_test(a_killed_insmod_before_its_oops_is_still_a_crash),
		cmocka_unit_test(a_warning_lets_the_run_go_on_and_the_board_is_reset_at_its_end),
		cmocka_unit_test(an_allowed_warning_is_no_crash_and_costs_no_reset),
		cmocka_unit_test(a_delayed_crash_while_settling_is_the_modules),
		cmocka_unit_test(a_soft_lockup_report_is_a_hang),
		cmocka_unit_test(a_hang_that_is_reported_again_and_again_is_collected_once),
		cmocka_unit_test(an_oops_that_leads_to_a_lockup_stays_a_crash),
		cmocka_unit_test(a_silent_board_is_asked_and_its_answer_is_evidence_not_a_crash),
		cmocka_unit_test(
			an_init_that_never_returns_on_a_living_board_is_a_hang_without_nmi),
		cmocka_unit_test(a_test_that_does_not_end_fails_and_the_module_is_unloaded),
		cmocka_unit_test(a_module_that_cannot_be_unloaded_costs_a_reset),
		cmocka_unit_test(a_board_that_resets_by_itself_is_waited_for_not_reset_again),
		cmocka_unit_test(a_reset_that_was_none_is_made_up_for),
		cmocka_unit_test(a_crash_that_resets_the_board_is_a_crash),
		cmocka_unit_test(a_stalled_nfs_server_stops_the_clock_of_the_step),
		cmocka_unit_test(a_stall_for_ever_ends_by_whose_fault_it_may_be),
		cmocka_unit_test(a_root_that_is_gone_is_not_waited_for),
		cmocka_unit_test(a_board_found_without_its_root_is_reset_before_its_run),
		cmocka_unit_test(the_log_settles_without_the_nfs_server),
		cmocka_unit_test(a_broken_connection_waits_for_its_reason),
		cmocka_unit_test(a_broken_connection_without_a_reason_is_infrastructure),
		cmocka_unit_test(an_interrupted_test_is_cancelled_and_the_module_unloaded),
		cmocka_unit_test(an_interrupt_while_loading_unloads_after_the_load),
		cmocka_unit_test(an_interrupt_at_each_phase_ends_and_never_passes),
		cmocka_unit_test(a_run_whose_attendant_is_gone_ends),
		cmocka_unit_test(an_attendant_that_does_not_answer_is_not_waited_for),
		cmocka_unit_test(a_board_that_does_not_come_back_keeps_the_crash_verdict),
		cmocka_unit_test(a_board_that_can_not_be_reset_is_given_up_with_all_that_was_tried),
		cmocka_unit_test(questions_that_are_never_answered_hold_nobody_up_for_ever),
		cmocka_unit_test(a_hang_that_the_kernel_reports_is_asked_too_before_the_reset),
		cmocka_unit_test(a_lost_service_ends_the_wait_for_the_board_at_once),
		cmocka_unit_test(a_service_lost_amid_a_test_matters_when_the_board_stalls_for_it),
		cmocka_unit_test(a_crash_whose_board_lost_a_service_is_a_crash_without_a_reset),
		cmocka_unit_test(bringing_up_alone_ends_when_the_board_is_ready),
		cmocka_unit_test(a_batch_may_last_as_long_as_it_makes_progress),
		cmocka_unit_test(a_batch_without_progress_hangs),
		cmocka_unit_test(an_interrupted_batch_is_stopped_between_two_iterations),
		cmocka_unit_test(a_module_that_stays_loaded_after_a_batch_needs_a_reset),
		cmocka_unit_test(what_was_expected_and_did_not_come_is_a_failure),
		cmocka_unit_test(a_board_that_is_to_be_kept_is_not_reset_while_it_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
