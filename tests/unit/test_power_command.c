/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: watchdog/power/p*.c watchdog/power/qmp*.c watchdog/power/atx.c */
/* LINK: watchdog/power/relay*.c watchdog/power/gpio_line_v*.c console/sources/serial_port.c */
/* LINK: console/sources/argv.c */
/* LINK: watchdog/power/serial_poll.c */
/* LIBS: libuv jansson libserialport hidapi-hidraw libgpiod */
/* Power by a program of the user's. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "tests/unit/power_bench.h"

struct bench {
	struct power_bench p;
	char dir[64], program[96], log[96];
};

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	uv_loop_init(&b->p.loop);
	snprintf(b->dir, sizeof(b->dir), "/tmp/kdev-test-command.XXXXXX");
	assert_non_null(mkdtemp(b->dir));
	snprintf(b->program, sizeof(b->program), "%s/power", b->dir);
	snprintf(b->log, sizeof(b->log), "%s/log", b->dir);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	power_bench_end(&b->p);
	assert_int_equal(uv_loop_close(&b->p.loop), 0);
	unlink(b->program);
	unlink(b->log);
	rmdir(b->dir);
	free(b);
	return 0;
}

/* A program that writes its arguments to the log, one bracket each, and then does `body`. */
static void program(struct bench *b, const char *arguments, const char *body)
{
	char device[160];
	FILE *f = fopen(b->program, "w");

	assert_non_null(f);
	fprintf(f,
		"#!/bin/sh\nfor a; do printf '[%%s]' \"$a\"; done >>%s\necho >>%s\nfor a; do :; "
		"done\n%s\n",
		b->log, b->log, body);
	fclose(f);
	assert_int_equal(chmod(b->program, 0755), 0);
	snprintf(device, sizeof(device), "%s%s", b->program, arguments);
	assert_int_equal(power_bench_open(&b->p, "command", device), 0);
}

static const char *logged(struct bench *b)
{
	static char text[512];
	FILE *f = fopen(b->log, "r");

	text[0] = 0;
	if (f) {
		text[fread(text, 1, sizeof(text) - 1, f)] = 0;
		fclose(f);
	}
	return text;
}

static void the_verb_is_its_last_argument(void **state)
{
	struct bench *b = *state;

	program(b, " -H  10.0.0.9 $(id)", "");
	assert_int_equal(power_bench_act(&b->p, POWER_RESET), 0);
	assert_string_equal(logged(b), "[-H][10.0.0.9][$(id)][reset]\n");
}

static void each_verb_has_its_word(void **state)
{
	struct bench *b = *state;

	program(b, "", "");
	assert_int_equal(power_bench_act(&b->p, POWER_ON), 0);
	assert_int_equal(b->p.on, 1);
	assert_int_equal(power_bench_act(&b->p, POWER_HOLD), 0);
	assert_int_equal(b->p.on, 0);
	assert_int_equal(power_bench_act(&b->p, POWER_PRESS), 0);
	assert_int_equal(b->p.on, -1);
	assert_int_equal(power_bench_act(&b->p, POWER_NMI), 0);
	assert_int_equal(power_bench_act(&b->p, POWER_BREAK), -EOPNOTSUPP);
	assert_string_equal(logged(b), "[on]\n[off]\n[press]\n[nmi]\n");
}

static void a_cycle_is_off_and_on(void **state)
{
	struct bench *b = *state;
	struct monotime begun = mono_now();

	program(b, "", "");
	assert_int_equal(power_bench_act(&b->p, POWER_CYCLE), 0);
	assert_int_equal(b->p.on, 1);
	assert_string_equal(logged(b), "[off]\n[on]\n");
	assert_true(mono_diff(mono_now(), begun) >= MONO_MS(50));
}

static void the_state_is_its_first_word(void **state)
{
	static const struct {
		const char *body;
		int on;
	} cases[] = {
		{"echo on", 1},
		{"printf 'off\\n'", 0},
		{"echo on since noon", 1},
		{"echo Chassis Power", -1},
		{"echo one", -1},
		{":", -1},
	};
	struct bench *b = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		program(b, "", cases[i].body);
		assert_int_equal(power_bench_act(&b->p, POWER_STATUS), 0);
		assert_int_equal(b->p.on, cases[i].on);
		power_close(b->p.power);
	}
	b->p.power = NULL;
}

static void a_failure_comes_with_what_it_said_last(void **state)
{
	struct bench *b = *state;
	char expected[160];

	program(b, "", "echo trying; printf 'no\\033 answer\\n\\n'; exit 3");
	assert_int_equal(power_bench_act(&b->p, POWER_ON), -EIO);
	snprintf(expected, sizeof(expected), "%s: exit status 3: no? answer", b->program);
	assert_string_equal(b->p.why, expected);
}

static void much_output_is_cut(void **state)
{
	struct bench *b = *state;

	program(b, "", "seq 100000; echo the end; exit 1");
	assert_int_equal(power_bench_act(&b->p, POWER_ON), -EIO);
	assert_non_null(strstr(b->p.why, "exit status 1: the end"));
}

static void oversleep(uv_prepare_t *busy)
{
	usleep(120000);
}

static void on_a_busy_machine_its_last_words_are_read_too(void **state)
{
	struct bench *b = *state;
	uv_prepare_t busy;

	program(b, "", "seq 8000; echo the end; exit 1");
	uv_prepare_init(&b->p.loop, &busy);
	uv_prepare_start(&busy, oversleep);
	assert_int_equal(power_bench_act(&b->p, POWER_ON), -EIO);
	uv_close((uv_handle_t *)&busy, NULL);
	uv_run(&b->p.loop, UV_RUN_NOWAIT);
	assert_non_null(strstr(b->p.why, "exit status 1: the end"));
}

static void what_it_cannot_do_is_told_by_69(void **state)
{
	struct bench *b = *state;

	program(b, "", "exit 69");
	assert_int_equal(power_bench_act(&b->p, POWER_NMI), -EOPNOTSUPP);
}

static void a_program_that_is_missing_is_named(void **state)
{
	struct bench *b = *state;

	assert_int_equal(power_bench_open(&b->p, "command", "/nonexistent/power -x"), 0);
	assert_int_equal(power_bench_act(&b->p, POWER_ON), -ENOENT);
	assert_string_equal(b->p.why, "/nonexistent/power: No such file or directory: is it "
				      "installed?");
}

static void one_that_is_killed_is_told(void **state)
{
	struct bench *b = *state;

	program(b, "", "kill -9 $$");
	assert_int_equal(power_bench_act(&b->p, POWER_ON), -EIO);
	assert_non_null(strstr(b->p.why, "killed by signal 9"));
}

static void a_child_that_keeps_the_output_open_is_not_waited_for(void **state)
{
	struct bench *b = *state;
	struct monotime begun = mono_now();

	program(b, "", "sleep 5 &");
	assert_int_equal(power_bench_act(&b->p, POWER_ON), 0);
	assert_true(mono_diff(mono_now(), begun) < MONO_SEC(3));
}

static void closing_lets_it_go_on_to_its_end(void **state)
{
	struct bench *b = *state;

	program(b, "", "sleep 0.3; echo ended >>\"$0.ended\"");
	assert_int_equal(power_act(b->p.power, POWER_ON, power_bench_done, &b->p), 0);
	for (int i = 0; i < 100 && !*logged(b); i++) {
		uv_run(&b->p.loop, UV_RUN_NOWAIT);
		usleep(10000);
	}
	power_bench_end(&b->p);
	assert_int_equal(b->p.err, -ECANCELED);
	{
		char path[128];

		snprintf(path, sizeof(path), "%s.ended", b->program);
		assert_int_equal(unlink(path), 0);
	}
}

static void quotes_hold_a_word_together(void **state)
{
	struct bench *b = *state;

	program(b, " -H 'rack 2' \"it's\" $HOME;x", "");
	assert_int_equal(power_bench_act(&b->p, POWER_ON), 0);
	assert_string_equal(logged(b), "[-H][rack 2][it's][$HOME;x][on]\n");
}

static void a_command_without_words_is_refused(void **state)
{
	struct bench *b = *state;

	assert_int_equal(power_bench_open(&b->p, "command", "  "), -EINVAL);
	assert_string_equal(b->p.open_err, "power_device: `  `: expected the program that switches "
					   "the power, with its quotes closed");
	assert_int_equal(power_bench_open(&b->p, "command", "ipmitool -H 'rack"), -EINVAL);
	b->p.power = NULL;
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(the_verb_is_its_last_argument),
		TEST(each_verb_has_its_word),
		TEST(a_cycle_is_off_and_on),
		TEST(the_state_is_its_first_word),
		TEST(a_failure_comes_with_what_it_said_last),
		TEST(much_output_is_cut),
		TEST(on_a_busy_machine_its_last_words_are_read_too),
		TEST(what_it_cannot_do_is_told_by_69),
		TEST(a_program_that_is_missing_is_named),
		TEST(one_that_is_killed_is_told),
		TEST(a_child_that_keeps_the_output_open_is_not_waited_for),
		TEST(closing_lets_it_go_on_to_its_end),
		TEST(quotes_hold_a_word_together),
		TEST(a_command_without_words_is_refused),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
