/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/sources/source_command.c console/sources/argv.c console/sources/stream_write.c */
/* LINK: tests/fakes/skewed_clock.c */
/* LIBS: libuv */
/* A program's standard input and output as a console. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/fakes/skewed_clock.h"
#include "tests/unit/source_bench.h"

static void what_it_writes_comes_and_what_is_typed_goes(void **state)
{
	struct source_bench *b = *state;

	source_bench_open(b, &source_command, "cat");
	source_bench_wait(b, &b->ups, 1);
	assert_int_equal(source_command.write(b->source, "one ", 4), 0);
	assert_int_equal(source_command.write(b->source, "tw\0", 3), 0);
	source_bench_wait_bytes(b, 7);
	assert_memory_equal(b->bytes, "one tw\0", 7);
	assert_null(source_command.send_break);
}

static void it_is_started_again_and_its_last_words_are_the_reason(void **state)
{
	struct source_bench *b = *state;

	source_bench_open(
		b, &source_command,
		"sh -c 'echo out; echo Connecting >&2; echo \"no \033[1m SOL\" >&2; exit 3'");
	source_bench_wait(b, &b->downs, 1);
	assert_string_equal(b->why, "sh: it ended with status 3: no ?[1m SOL");
	assert_int_equal(b->n, 4); /* nothing that it said before its end is lost */
	assert_int_equal(source_command.write(b->source, "x", 1), -ENOTCONN);
	skew_clock(1000);
	source_bench_wait(b, &b->ups, 2);
	source_bench_wait(b, &b->downs, 2);
	assert_int_equal(b->n, 8);
}

static void a_signal_is_named(void **state)
{
	struct source_bench *b = *state;

	source_bench_open(b, &source_command, "sh -c 'kill -9 $$'");
	source_bench_wait(b, &b->downs, 1);
	assert_string_equal(b->why, "sh: it was killed by signal 9");
}

static void one_that_closes_its_output_is_ended(void **state)
{
	struct source_bench *b = *state;

	source_bench_open(b, &source_command, "sh -c 'exec >&- 2>&-; sleep 60'");
	source_bench_wait(b, &b->downs, 1);
	assert_string_equal(b->why, "sh: it closed its output");
}

static void a_program_that_is_not_there_is_told_once(void **state)
{
	struct source_bench *b = *state;

	source_bench_open(b, &source_command, "/nonexistent/sol -I lanplus");
	source_bench_wait(b, &b->downs, 1);
	assert_string_equal(b->why, "/nonexistent/sol: no such file or directory");
	for (int i = 0; i < 3; i++) {
		skew_clock(1000);
		source_bench_turn(b, 5);
	}
	assert_int_equal(b->downs, 1);
}

/* Also all that it started, and one that ignores SIGTERM. */
static void closing_ends_the_program(void **state)
{
	struct source_bench *b = *state;
	pid_t pid;

	source_bench_open(b, &source_command,
			  "sh -c 'trap \"\" TERM; echo $$; sleep 60 & wait; sleep 60'");
	source_bench_wait(b, &b->calls, 1);
	b->bytes[b->n] = 0;
	pid = (pid_t)strtol(b->bytes, NULL, 10);
	assert_true(pid > 1);
	assert_int_equal(kill(pid, 0), 0);
	source_bench_close(b);
	uv_run(&b->loop, UV_RUN_DEFAULT);
	assert_int_equal(kill(pid, 0), -1);
	assert_int_equal(errno, ESRCH);
}

static void it_may_be_closed_from_its_callbacks(void **state)
{
	struct source_bench *b = *state;

	b->close_on_bytes = true;
	source_bench_open(b, &source_command, "sh -c 'while :; do echo x; done'");
	source_bench_wait(b, &b->calls, 1);
	source_bench_turn(b, 20);
	assert_int_equal(b->calls, 1);
	b->close_on_down = true;
	b->ups = b->downs = 0;
	source_bench_open(b, &source_command, "true");
	source_bench_wait(b, &b->downs, 1);
}

static void a_line_without_a_program_is_refused(void **state)
{
	struct source_bench *b = *state;

	assert_int_equal(source_bench_refuses(b, &source_command, " "), -EINVAL);
	assert_int_equal(source_bench_refuses(b, &source_command, "cat 'x"), -EINVAL);
	source_command.close(NULL);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, source_bench_setup, source_bench_teardown)
	const struct CMUnitTest tests[] = {
		TEST(what_it_writes_comes_and_what_is_typed_goes),
		TEST(it_is_started_again_and_its_last_words_are_the_reason),
		TEST(a_signal_is_named),
		TEST(one_that_closes_its_output_is_ended),
		TEST(a_program_that_is_not_there_is_told_once),
		TEST(closing_ends_the_program),
		TEST(it_may_be_closed_from_its_callbacks),
		TEST(a_line_without_a_program_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
