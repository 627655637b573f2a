/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: watchdog/harvest.c watchdog/harvest_text.c console/strbuf.c */
/* The harvest against kernels that answer, in part, late, on and on, or not at all. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "watchdog/harvest.h"

static const struct harvest_config lives = {.agent = true, .brk = true};
static const struct harvest_config mute = {.brk = true, .nmi = true};

struct bench {
	struct harvest h;
	struct harvest_action a;
	double s;
};

static struct monotime at(double s)
{
	return (struct monotime){MONO_SEC(1000) + (int64_t)(s * 1e6)};
}

static void begin(struct bench *b, const struct harvest_config *can)
{
	b->s = 0;
	b->a = harvest_begin(&b->h, can, at(0));
}

static void asked(struct bench *b, int err)
{
	b->a = harvest_asked(&b->h, err, at(b->s));
}

static void say(struct bench *b, const char *line)
{
	char text[256];

	snprintf(text, sizeof(text), "[   30.932152] %s", line);
	b->s += 0.001;
	b->a = harvest_line(&b->h, text, strlen(text), at(b->s));
}

/* Its deadline passes. How long that was, in seconds. */
static double wait(struct bench *b)
{
	double us = (double)mono_diff(b->a.until, at(b->s));

	b->s += us / 1e6;
	b->a = harvest_time(&b->h, b->a.until);
	return us / 1e6;
}

static void expect(const struct bench *b, enum harvest_do what, enum harvest_part part,
		   enum harvest_way way)
{
	assert_int_equal(b->a.what, what);
	assert_int_equal(b->a.part, part);
	if (what != HARVEST_DONE)
		assert_int_equal(b->a.way, way);
}

static void agent_answers(struct bench *b, const char *title, const char *line, char key)
{
	char end[64];

	asked(b, 0);
	say(b, title);
	if (line)
		say(b, line);
	snprintf(end, sizeof(end), HARVEST_END "%c", key);
	say(b, end);
}

static void of_a_living_agent_all_is_asked_without_a_wait(void **state)
{
	struct bench b;

	begin(&b, &lives);
	expect(&b, HARVEST_ASK, HARVEST_CPUS, HARVEST_BY_AGENT);
	agent_answers(&b, "sysrq: Show backtrace of all active CPUs", "NMI backtrace for cpu 1",
		      'l');
	expect(&b, HARVEST_ASK, HARVEST_BLOCKED, HARVEST_BY_AGENT);
	agent_answers(&b, "sysrq: Show Blocked State", NULL, 'w');
	expect(&b, HARVEST_ASK, HARVEST_LOCKS, HARVEST_BY_AGENT);
	agent_answers(&b, "sysrq: Show Locks Held", "1 lock held by insmod/85:", 'd');
	expect(&b, HARVEST_ASK, HARVEST_MEMORY, HARVEST_BY_AGENT);
	agent_answers(&b, "sysrq: Show Memory", "Mem-Info:", 'm');
	expect(&b, HARVEST_DONE, HARVEST_NMI, 0);
	assert_true(b.s < 0.1);
	for (int p = HARVEST_CPUS; p <= HARVEST_MEMORY; p++)
		assert_int_equal(b.h.parts[p].result, HARVEST_WHOLE);
	assert_int_equal(b.h.parts[HARVEST_NMI].result, HARVEST_NOT_ASKED);
	assert_string_equal(strbuf_str(&b.h.parts[HARVEST_LOCKS].text),
			    "[   30.932152] sysrq: Show Locks Held\n"
			    "[   30.932152] 1 lock held by insmod/85:\n");
	harvest_end(&b.h);
}

static void a_key_that_the_kernel_lacks_is_passed_over_at_once(void **state)
{
	struct bench b;

	begin(&b, &lives);
	say(&b, "sysrq: This sysrq operation is disabled.");
	expect(&b, HARVEST_ASK, HARVEST_BLOCKED, HARVEST_BY_AGENT);
	say(&b, "sysrq: HELP : loglevel(0-9) reboot(b) show-blocked-tasks(w)");
	expect(&b, HARVEST_ASK, HARVEST_LOCKS, HARVEST_BY_AGENT);
	assert_int_equal(b.h.parts[HARVEST_CPUS].result, HARVEST_LACKS);
	assert_int_equal(b.h.parts[HARVEST_BLOCKED].result, HARVEST_LACKS);
	harvest_end(&b.h);
}

static void where_the_agent_does_not_answer_a_break_asks_the_same(void **state)
{
	struct bench b;

	begin(&b, &lives);
	asked(&b, -EPIPE);
	expect(&b, HARVEST_ASK, HARVEST_CPUS, HARVEST_BY_BREAK);
	harvest_end(&b.h);
	/* It took the question and nothing came of it. */
	begin(&b, &lives);
	asked(&b, 0);
	expect(&b, HARVEST_WAIT, HARVEST_CPUS, HARVEST_BY_AGENT);
	wait(&b);
	expect(&b, HARVEST_ASK, HARVEST_CPUS, HARVEST_BY_BREAK);
	harvest_end(&b.h);
	/* It did not even take it. */
	begin(&b, &lives);
	wait(&b);
	expect(&b, HARVEST_ASK, HARVEST_CPUS, HARVEST_BY_BREAK);
	harvest_end(&b.h);
}

static void by_break_the_end_is_known_from_the_text_or_from_quiet(void **state)
{
	struct bench b;

	begin(&b, &mute);
	asked(&b, 0);
	say(&b, "sysrq: Show backtrace of all active CPUs");
	say(&b, "NMI backtrace for cpu 1");
	say(&b, "Call Trace:");
	assert_true(wait(&b) < 1);
	expect(&b, HARVEST_ASK, HARVEST_BLOCKED, HARVEST_BY_BREAK);
	asked(&b, 0);
	say(&b, "sysrq: Show Blocked State");
	assert_true(wait(&b) < 1);
	asked(&b, 0);
	say(&b, "sysrq: Show Locks Held");
	say(&b, "Showing all locks held in the system:");
	say(&b, "=============================================");
	assert_true(wait(&b) < 0.2);
	asked(&b, 0);
	say(&b, "sysrq: Show Memory");
	say(&b, "Mem-Info:");
	say(&b, "26013 pages reserved");
	say(&b, "0 pages hwpoisoned");
	assert_true(wait(&b) < 0.2);
	expect(&b, HARVEST_DONE, HARVEST_NMI, 0);
	for (int p = HARVEST_CPUS; p <= HARVEST_MEMORY; p++)
		assert_int_equal(b.h.parts[p].result, HARVEST_WHOLE);
	assert_non_null(strstr(strbuf_str(&b.h.parts[HARVEST_MEMORY].text), "hwpoisoned"));
	harvest_end(&b.h);
}

static void a_cpu_that_was_announced_is_waited_for_as_long_as_the_kernel_waits(void **state)
{
	struct bench b;

	begin(&b, &mute);
	asked(&b, 0);
	say(&b, "sysrq: Show backtrace of all active CPUs");
	say(&b, "NMI backtrace for cpu 1");
	say(&b, "Sending NMI from CPU 1 to CPUs 0,2-3:");
	say(&b, "NMI backtrace for cpu 0");
	say(&b, "NMI backtrace for cpu 3 skipped: idling at native_halt+0xa/0x10");
	assert_true(mono_diff(b.a.until, at(b.s)) > MONO_SEC(10));
	say(&b, "NMI backtrace for cpu 2");
	say(&b, "Call Trace:");
	assert_true(wait(&b) < 1);
	expect(&b, HARVEST_ASK, HARVEST_BLOCKED, HARVEST_BY_BREAK);
	harvest_end(&b.h);
}

static void lists_of_cpus_are_hostile_too(void **state)
{
	static const char *const lists[] = {
		"Sending NMI from CPU 1 to CPUs 99999999999999999999-4294967295:",
		"Sending NMI from CPU 1 to CPUs -,,:",
		"Sending NMI from CPU 1 to CPUs 3-1,",
		"Sending NMI to CPUs",
		"Sending NMI from CPU 1 to CPUs ",
	};
	struct bench b;

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		begin(&b, &mute);
		say(&b, "sysrq: Show backtrace of all active CPUs");
		say(&b, lists[i]);
		assert_true(wait(&b) < 1);
		harvest_end(&b.h);
	}
}

static void a_board_that_does_not_answer_gets_an_nmi_after_one_question(void **state)
{
	struct bench b;

	begin(&b, &mute);
	asked(&b, 0);
	assert_true(wait(&b) <= 2);
	expect(&b, HARVEST_ASK, HARVEST_NMI, HARVEST_BY_NMI);
	asked(&b, 0);
	say(&b, "Uhhuh. NMI received for unknown reason 21 on CPU 0.");
	say(&b, "RIP: 0010:spin+0x34/0x5c [hard]");
	expect(&b, HARVEST_WAIT, HARVEST_NMI, HARVEST_BY_NMI);
	say(&b, "---[ end Kernel panic - not syncing: NMI: Not continuing ]---");
	assert_true(wait(&b) < 0.5);
	expect(&b, HARVEST_DONE, HARVEST_NMI, 0);
	assert_int_equal(b.h.parts[HARVEST_NMI].result, HARVEST_WHOLE);
	assert_int_equal(b.h.parts[HARVEST_CPUS].result, HARVEST_SILENT);
	assert_int_equal(b.h.parts[HARVEST_BLOCKED].result, HARVEST_NOT_ASKED);
	harvest_end(&b.h);
}

static void an_nmi_is_answered_when_its_report_is_whole(void **state)
{
	struct bench b;

	begin(&b, &(struct harvest_config){.nmi = true});
	expect(&b, HARVEST_ASK, HARVEST_NMI, HARVEST_BY_NMI);
	asked(&b, 0);
	say(&b, "Kernel panic - not syncing: NMI: Not continuing");
	b.a = harvest_report(&b.h, at(b.s));
	assert_true(wait(&b) < 0.5);
	expect(&b, HARVEST_DONE, HARVEST_NMI, 0);
	harvest_end(&b.h);
}

static void neither_nmi_nor_break_is_no_reason_to_wait(void **state)
{
	struct bench b;

	begin(&b, &mute);
	asked(&b, -ENOTCONN);
	expect(&b, HARVEST_ASK, HARVEST_NMI, HARVEST_BY_NMI);
	asked(&b, -EOPNOTSUPP);
	expect(&b, HARVEST_DONE, HARVEST_NMI, 0);
	assert_int_equal(b.h.parts[HARVEST_NMI].result, HARVEST_SILENT);
	harvest_end(&b.h);
	begin(&b, &(struct harvest_config){0});
	expect(&b, HARVEST_DONE, HARVEST_NMI, 0);
	harvest_end(&b.h);
}

static void a_board_that_answers_is_not_killed_by_an_nmi(void **state)
{
	struct bench b;

	begin(&b, &mute);
	asked(&b, 0);
	say(&b, "sysrq: Show backtrace of all active CPUs");
	wait(&b);
	asked(&b, 0);
	wait(&b); /* and then no more */
	expect(&b, HARVEST_DONE, HARVEST_NMI, 0);
	harvest_end(&b.h);
}

static void an_answer_without_an_end_is_cut_in_time_and_in_size(void **state)
{
	struct bench b;
	int lines = 0;

	begin(&b, &mute);
	asked(&b, 0);
	say(&b, "sysrq: Show backtrace of all active CPUs");
	while (b.a.what == HARVEST_WAIT && ++lines < 1000000) {
		if (mono_due(b.a.until, at(b.s)))
			b.a = harvest_time(&b.h, at(b.s));
		else
			say(&b, "a driver that has much to say about something, again and again");
	}
	assert_true(b.s > 20 && b.s < 40);
	expect(&b, HARVEST_ASK, HARVEST_BLOCKED, HARVEST_BY_BREAK);
	assert_int_equal(b.h.parts[HARVEST_CPUS].result, HARVEST_CUT);
	assert_true(b.h.parts[HARVEST_CPUS].text.len <= 1u << 20);
	harvest_end(&b.h);
}

static void what_is_said_before_the_answer_is_not_of_it(void **state)
{
	struct bench b;

	begin(&b, &mute);
	asked(&b, 0);
	say(&b, "INFO: task insmod:85 blocked for more than 10 seconds.");
	say(&b, "sysrq: Resetting"); /* of somebody else */
	expect(&b, HARVEST_WAIT, HARVEST_CPUS, HARVEST_BY_BREAK);
	assert_int_equal(b.h.parts[HARVEST_CPUS].text.len, 0);
	say(&b, "SysRq : Show backtrace of all active CPUs"); /* before Linux 5.0 */
	assert_true(b.h.parts[HARVEST_CPUS].text.len > 0);
	harvest_end(&b.h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_a_living_agent_all_is_asked_without_a_wait),
		cmocka_unit_test(a_key_that_the_kernel_lacks_is_passed_over_at_once),
		cmocka_unit_test(where_the_agent_does_not_answer_a_break_asks_the_same),
		cmocka_unit_test(by_break_the_end_is_known_from_the_text_or_from_quiet),
		cmocka_unit_test(
			a_cpu_that_was_announced_is_waited_for_as_long_as_the_kernel_waits),
		cmocka_unit_test(lists_of_cpus_are_hostile_too),
		cmocka_unit_test(a_board_that_does_not_answer_gets_an_nmi_after_one_question),
		cmocka_unit_test(an_nmi_is_answered_when_its_report_is_whole),
		cmocka_unit_test(neither_nmi_nor_break_is_no_reason_to_wait),
		cmocka_unit_test(a_board_that_answers_is_not_killed_by_an_nmi),
		cmocka_unit_test(an_answer_without_an_end_is_cut_in_time_and_in_size),
		cmocka_unit_test(what_is_said_before_the_answer_is_not_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
