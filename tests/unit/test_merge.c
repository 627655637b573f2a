/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/pipeline/merge*.c console/explain/damage.c */
/* Who said what: new, known, damaged, of another boot. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "console/pipeline/merge.h"

#define SERIAL SOURCE_SERIAL
#define NET    SOURCE_NETCONSOLE

static int set_up(void **state)
{
	*state = merge_new();
	return *state ? 0 : -1;
}

static int tear_down(void **state)
{
	merge_free(*state);
	return 0;
}

static enum merge_answer add_at(struct merge *m, enum console_source src, int64_t us,
				const char *text, bool torn, int64_t at)
{
	struct log_record rec = {
		.text = text, .len = strlen(text), .kernel_us = us, .torn = torn, .at = {at}};
	uint64_t id;

	return merge_add(m, src, &rec, &id);
}

static enum merge_answer add(struct merge *m, enum console_source src, int64_t us, const char *text)
{
	return add_at(m, src, us, text, false, 0);
}

static void the_first_copy_is_new_and_the_second_known(void **state)
{
	assert_int_equal(add(*state, SERIAL, 5, "a"), MERGE_NEW);
	assert_int_equal(add(*state, NET, 5, "a"), MERGE_DUPLICATE);
	assert_int_equal(add(*state, NET, 6, "b"), MERGE_NEW);
	assert_int_equal(add(*state, SERIAL, 6, "b  "), MERGE_DUPLICATE);
}

static void a_copy_has_the_id_of_the_first(void **state)
{
	struct log_record rec = {.text = "a", .len = 1, .kernel_us = 5};
	uint64_t first, second, other;

	merge_add(*state, SERIAL, &rec, &first);
	merge_add(*state, NET, &rec, &second);
	merge_add(*state, NET, &rec, &other);
	assert_int_equal(first, second);
	assert_int_not_equal(first, other);
}

static void time_and_text_must_both_agree(void **state)
{
	add(*state, SERIAL, 5, "a");
	assert_int_equal(add(*state, NET, 6, "a"), MERGE_NEW);
	assert_int_equal(add(*state, NET, 5, "b"), MERGE_NEW);
}

static void one_copy_answers_for_one_message(void **state)
{
	add(*state, SERIAL, 5, "a");
	add(*state, SERIAL, 5, "a");
	assert_int_equal(add(*state, NET, 5, "a"), MERGE_DUPLICATE);
	assert_int_equal(add(*state, NET, 5, "a"), MERGE_DUPLICATE);
	assert_int_equal(add(*state, NET, 5, "a"), MERGE_NEW);
}

static void without_timestamp_the_time_of_arrival_counts(void **state)
{
	add_at(*state, SERIAL, -1, "a", false, 0);
	assert_int_equal(add_at(*state, NET, 5, "a", false, MERGE_UNTIMED), MERGE_DUPLICATE);
	add_at(*state, SERIAL, -1, "b", false, 0);
	assert_int_equal(add_at(*state, NET, 5, "b", false, MERGE_UNTIMED + 1), MERGE_NEW);
}

static void netconsole_is_better_than_a_damaged_serial_line(void **state)
{
	assert_int_equal(add_at(*state, SERIAL, 5, "BUG: unable to", true, 0), MERGE_NEW);
	assert_int_equal(add(*state, NET, 5, "BUG: unable to handle"), MERGE_BETTER);
	assert_int_equal(add(*state, NET, 6, "BUG: unable to handle"), MERGE_NEW);
	assert_int_equal(add(*state, SERIAL, 6, "BUG: unble to ha?dle"), MERGE_DUPLICATE);
}

static void the_likeliest_of_many_of_the_same_time_is_matched(void **state)
{
	char text[64];

	for (int i = 0; i < 300; i++) {
		snprintf(text, sizeof(text), "%03d: range %d to %d", i, i * 64, i * 64 + 63);
		assert_int_equal(add(*state, NET, 0, text), MERGE_NEW);
	}
	assert_int_equal(add(*state, SERIAL, 0, "007: ran?e 448 to 511"), MERGE_DUPLICATE);
	/* Its own is taken: the exact one of another is still there. */
	assert_int_equal(add(*state, SERIAL, 0, "008: range 512 to 575"), MERGE_DUPLICATE);
}

static void old_messages_are_forgotten(void **state)
{
	char text[32];

	for (int i = 0; i <= MERGE_MESSAGES; i++) {
		snprintf(text, sizeof(text), "message %d", i);
		assert_int_equal(add(*state, SERIAL, i, text), MERGE_NEW);
	}
	assert_int_equal(add(*state, NET, 0, "message 0"), MERGE_NEW);
	assert_int_equal(add(*state, NET, 2, "message 2"), MERGE_DUPLICATE);
	assert_int_equal(add(*state, NET, MERGE_MESSAGES / 2, "message 4096"), MERGE_DUPLICATE);
}

static void a_replay_that_says_the_same_is_known(void **state)
{
	add(*state, SERIAL, 5, "a");
	merge_replay(*state, SERIAL);
	assert_int_equal(add(*state, SERIAL, 5, "a"), MERGE_DUPLICATE);
	assert_int_equal(add(*state, SERIAL, 5, "a"), MERGE_NEW);
}

static void a_replay_of_what_netconsole_had_is_known(void **state)
{
	add(*state, NET, 5, "the whole message");
	assert_int_equal(add(*state, SERIAL, 5, "the whole mess"), MERGE_DUPLICATE);
	merge_replay(*state, SERIAL);
	assert_int_equal(add(*state, SERIAL, 5, "the whole message"), MERGE_DUPLICATE);
}

static void what_goes_on_with_the_old_clock_is_of_the_old_boot(void **state)
{
	add(*state, SERIAL, MONO_SEC(50), "a");
	add(*state, NET, MONO_SEC(50), "a");
	merge_new_boot(*state, (struct monotime){0});
	assert_int_equal(add(*state, NET, MONO_SEC(50) + 1, "b"), MERGE_OLD);
	assert_int_equal(add(*state, SERIAL, 0, "a"), MERGE_NEW);
	assert_int_equal(add_at(*state, NET, MONO_SEC(51), "c", false, MERGE_OLD_BOOT), MERGE_NEW);
}

static void the_same_message_of_two_boots_is_two(void **state)
{
	add(*state, SERIAL, 0, "Linux version");
	add(*state, SERIAL, MONO_SEC(50), "a");
	merge_new_boot(*state, (struct monotime){0});
	assert_int_equal(add(*state, SERIAL, 0, "Linux version"), MERGE_NEW);
	assert_int_equal(add(*state, NET, 0, "Linux version"), MERGE_DUPLICATE);
	assert_int_equal(add(*state, NET, 0, "Linux version"), MERGE_NEW);
}

static void a_silent_source_is_not_alive(void **state)
{
	char text[32];

	assert_false(merge_alive(*state, NET));
	add(*state, NET, 0, "a");
	assert_true(merge_alive(*state, NET));
	assert_false(merge_alive(*state, SERIAL));
	for (int i = 0; i < MERGE_SILENT; i++) {
		snprintf(text, sizeof(text), "message %d", i);
		add(*state, SERIAL, i, text);
	}
	assert_false(merge_alive(*state, NET));
	assert_true(merge_alive(*state, SERIAL));
}

static void missing_is_what_only_the_other_has(void **state)
{
	add(*state, NET, 1, "a");
	add(*state, SERIAL, 1, "a");
	add(*state, SERIAL, 2, "b");
	add(*state, SERIAL, 3, "c");
	add(*state, SERIAL, 4, "d");
	assert_int_equal(merge_missing(*state, NET, 4), 2);
	assert_int_equal(merge_missing(*state, SERIAL, 4), 0);
}

static void a_clock_that_went_back_with_new_messages_is_a_boot(void **state)
{
	char text[32];

	add(*state, SERIAL, MONO_SEC(50), "old");
	for (int i = 1; i <= 7; i++) {
		snprintf(text, sizeof(text), "message %d", i);
		add(*state, SERIAL, i, text);
	}
	assert_false(merge_has_rebooted(*state, SERIAL));
	add(*state, SERIAL, 8, "message 8");
	assert_true(merge_has_rebooted(*state, SERIAL));
}

static void a_clock_that_went_back_over_known_messages_is_none(void **state)
{
	char text[32];

	add(*state, SERIAL, 1, "message 1");
	add(*state, SERIAL, MONO_SEC(50), "old");
	assert_int_equal(add(*state, SERIAL, 1, "message 1"), MERGE_DUPLICATE);
	for (int i = 2; i <= 50; i++) {
		snprintf(text, sizeof(text), "message %d", i);
		add(*state, SERIAL, i, text);
	}
	assert_false(merge_has_rebooted(*state, SERIAL));
}

/* As where an NMI has a CPU tell where it spins with interrupts off. */
static void a_cpu_with_a_clock_of_its_own_is_no_boot(void **state)
{
	char text[32];

	add_at(*state, SERIAL, MONO_SEC(36), "rcu: INFO: stalls", false, MONO_SEC(136));
	for (int i = 1; i <= 50; i++) {
		snprintf(text, sizeof(text), "register %d", i);
		add_at(*state, SERIAL, MONO_SEC(27), text, false, MONO_SEC(137));
	}
	assert_false(merge_has_rebooted(*state, SERIAL));
	/* A boot that then comes is one. */
	for (int i = 1; i <= 8; i++) {
		snprintf(text, sizeof(text), "message %d", i);
		add_at(*state, SERIAL, i, text, false, MONO_SEC(150));
	}
	assert_true(merge_has_rebooted(*state, SERIAL));
}

static void a_leap_of_the_clock_needs_a_second_witness(void **state)
{
	add(*state, SERIAL, MONO_SEC(1), "a");
	add(*state, SERIAL, MONO_SEC(9001), "damaged");
	assert_int_equal(merge_newest(*state, SERIAL), MONO_SEC(1));
	add(*state, SERIAL, MONO_SEC(2), "b");
	assert_int_equal(merge_newest(*state, SERIAL), MONO_SEC(2));
	add(*state, SERIAL, MONO_SEC(9001), "c");
	add(*state, SERIAL, MONO_SEC(9002), "d");
	assert_int_equal(merge_newest(*state, SERIAL), MONO_SEC(9002));
}

static void a_source_that_repeats_behind_the_other_is_catching_up(void **state)
{
	add(*state, NET, 1, "a");
	add(*state, NET, 2, "b");
	assert_false(merge_catching_up(*state, (struct monotime){0}));
	add(*state, SERIAL, 1, "a");
	assert_true(merge_catching_up(*state, (struct monotime){MONO_MS(299)}));
	assert_false(merge_catching_up(*state, (struct monotime){MONO_MS(300)}));
	add(*state, SERIAL, 2, "b");
	assert_false(merge_catching_up(*state, (struct monotime){0}));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_first_copy_is_new_and_the_second_known),
		TEST(a_copy_has_the_id_of_the_first),
		TEST(time_and_text_must_both_agree),
		TEST(one_copy_answers_for_one_message),
		TEST(without_timestamp_the_time_of_arrival_counts),
		TEST(netconsole_is_better_than_a_damaged_serial_line),
		TEST(the_likeliest_of_many_of_the_same_time_is_matched),
		TEST(old_messages_are_forgotten),
		TEST(a_replay_that_says_the_same_is_known),
		TEST(a_replay_of_what_netconsole_had_is_known),
		TEST(what_goes_on_with_the_old_clock_is_of_the_old_boot),
		TEST(the_same_message_of_two_boots_is_two),
		TEST(a_silent_source_is_not_alive),
		TEST(missing_is_what_only_the_other_has),
		TEST(a_clock_that_went_back_with_new_messages_is_a_boot),
		TEST(a_clock_that_went_back_over_known_messages_is_none),
		TEST(a_cpu_with_a_clock_of_its_own_is_no_boot),
		TEST(a_leap_of_the_clock_needs_a_second_witness),
		TEST(a_source_that_repeats_behind_the_other_is_catching_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
