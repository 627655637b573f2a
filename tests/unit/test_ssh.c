/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/ssh/ssh*.c harness/paths*.c */
/* LINK: tests/unit/ssh_server.c tests/unit/ssh_bench.c */
/* LIBS: libuv libssh2 */
/* Commands over ssh, run by a real server. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "ssh_bench.h"

#define N_PARALLEL 10
#define MEGABYTE   ((size_t)1 << 20)

static struct ssh_server server;

static int start_server(void **state)
{
	signal(SIGPIPE, SIG_IGN);
	if (ssh_server_missing())
		return 0;
	return ssh_server_prepare(&server) && ssh_server_start(&server) ? 0 : -1;
}

static int stop_server(void **state)
{
	ssh_server_remove(&server);
	return 0;
}

static int setup(void **state)
{
	struct ssh_bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	*state = b;
	if (!ssh_server_missing())
		ssh_bench_up(b, &server);
	return 0;
}

static int teardown(void **state)
{
	struct ssh_bench *b = *state;

	if (b->ssh)
		ssh_bench_end(b);
	free(b);
	return 0;
}

/* The bench of a test; the test is skipped where there is no server. */
static struct ssh_bench *bench(void **state)
{
	const char *missing = ssh_server_missing();

	if (missing) {
		print_message("skipped: %s\n", missing);
		skip();
	}
	return *state;
}

static void check_status(struct ssh_bench *b, const char *text, int status)
{
	struct command c = {0};

	command_run(b, &c, text);
	assert_int_equal(c.err, 0);
	assert_int_equal(c.status, status);
	command_free(&c);
}

static void the_exit_status_of_a_command_is_told(void **state)
{
	struct ssh_bench *b = bench(state);

	check_status(b, "true", 0);
	check_status(b, "exit 1", 1);
	check_status(b, "exit 255", 255);
	check_status(b, "/no/such/program", 127);
}

static void death_by_a_signal_is_128_and_its_number(void **state)
{
	struct ssh_bench *b = bench(state);

	check_status(b, "kill -KILL $$", 128 + SIGKILL);
	check_status(b, "kill -SEGV $$", 128 + SIGSEGV);
	check_status(b, "sh -c 'kill -ABRT $$'", 128 + SIGABRT);
}

/* RFC 4254 has no name for these, and the server then says nothing at all. */
static void a_signal_that_ssh_has_no_name_for_is_no_success(void **state)
{
	struct ssh_bench *b = bench(state);

	check_status(b, "sh -c 'kill -BUS $$'", 128 + SIGBUS);
	check_status(b, "sh -c 'kill -SYS $$'", 128 + SIGSYS);
	check_status(b, "sh -c 'kill -TRAP $$'  # a comment", 128 + SIGTRAP);
}

static void stdout_and_stderr_come_apart(void **state)
{
	struct ssh_bench *b = bench(state);
	struct command c = {0};

	command_run(b, &c, "echo out; echo err >&2; printf 'no newline'");
	assert_int_equal(c.status, 0);
	assert_string_equal(c.said[1], "out\nno newline");
	assert_string_equal(c.said[2], "err\n");
	command_free(&c);
}

static unsigned char *noise(size_t n)
{
	unsigned char *p = malloc(n);
	uint32_t x = 2463534242u;

	assert_non_null(p);
	for (size_t i = 0; i < n; i++) {
		x ^= x << 13, x ^= x >> 17, x ^= x << 5;
		p[i] = (unsigned char)x;
	}
	return p;
}

static void two_megabytes_of_stdin_arrive_byte_for_byte(void **state)
{
	struct ssh_bench *b = bench(state);
	struct command c = {.keep = 2 * MEGABYTE};
	unsigned char *input = noise(2 * MEGABYTE);

	command_start(b, &c, "cat", input, 2 * MEGABYTE);
	assert_true(ssh_bench_wait(b, &c.exits, 1, 20000));
	assert_int_equal(c.status, 0);
	assert_int_equal(c.n[1], 2 * MEGABYTE);
	assert_memory_equal(c.said[1], input, 2 * MEGABYTE);
	command_free(&c);
	free(input);
}

static void a_command_without_input_sees_end_of_file(void **state)
{
	struct command c = {0};

	command_run(bench(state), &c, "wc -c");
	assert_string_equal(c.said[1], "0\n");
	command_free(&c);
}

/* More than fits into the window: it must be opened again and again. */
static void big_output_comes_whole_and_in_order(void **state)
{
	struct ssh_bench *b = bench(state);
	struct command c = {.keep = 16 * MEGABYTE};
	unsigned long expected = 1;
	char *p, *end;

	command_run(b, &c, "seq 1 1200000");
	assert_int_equal(c.status, 0);
	for (p = c.said[1]; *p; p = end + 1)
		if (strtoul(p, &end, 10) != expected++)
			break;
	assert_int_equal(expected, 1200001);
	command_free(&c);
}

static void ten_commands_run_at_once(void **state)
{
	struct ssh_bench *b = bench(state);
	struct command c[N_PARALLEL] = {{0}};
	char text[128], expected[128];

	for (int i = 0; i < N_PARALLEL; i++) {
		snprintf(text, sizeof(text),
			 "for i in 1 2 3 4 5; do echo %d; sleep 0.1; done; exit %d", i, i);
		command_start(b, &c[i], text, NULL, 0);
	}
	for (int i = 0; i < N_PARALLEL; i++) {
		assert_true(ssh_bench_wait(b, &c[i].exits, 1, 4000));
		snprintf(expected, sizeof(expected), "%d\n%d\n%d\n%d\n%d\n", i, i, i, i, i);
		assert_string_equal(c[i].said[1], expected);
		assert_int_equal(c[i].status, i);
		command_free(&c[i]);
	}
}

/* libssh2 mixes up the answers to two channels that start at the same time. None of them ends
 * here: dropbear 2022.83 ends the session if a command does while another's channel opens. */
static void many_commands_start_at_once_again_and_again(void **state)
{
	struct ssh_bench *b = bench(state);
	char *input = calloc(1, MEGABYTE);

	for (int round = 0; round < 30; round++) {
		struct command c[4] = {{0}};

		for (int i = 0; i < 4; i++)
			command_start(b, &c[i], "cat >/dev/null; echo; exec sleep 60", input,
				      MEGABYTE);
		for (int i = 0; i < 4; i++) {
			while (!c[i].n[1] && !c[i].exits)
				uv_run(&b->loop, UV_RUN_ONCE);
			assert_int_equal(c[i].err, 0);
		}
		ssh_drop(b->ssh, "the next round");
		assert_true(ssh_bench_wait(b, &b->downs, round + 1, 20000));
		for (int i = 0; i < 4; i++)
			command_free(&c[i]);
		ssh_connect(b->ssh);
		assert_true(ssh_bench_wait(b, &b->ups, round + 2, 20000));
	}
	free(input);
}

/* Packets are half sent all the time then, and each must be finished before another begins. */
static void commands_with_much_input_share_a_narrow_socket(void **state)
{
	struct ssh_bench *b = bench(state);
	struct command c[N_PARALLEL] = {{0}};
	unsigned char *input = noise(MEGABYTE);
	int narrow = 2048;

	assert_int_equal(setsockopt(b->tcp, SOL_SOCKET, SO_SNDBUF, &narrow, sizeof(narrow)), 0);
	for (int i = 0; i < N_PARALLEL; i++) {
		c[i].keep = MEGABYTE;
		command_start(b, &c[i], "sleep 1; cat", input, MEGABYTE - (size_t)i);
	}
	for (int i = 0; i < N_PARALLEL; i++) {
		assert_true(ssh_bench_wait(b, &c[i].exits, 1, 30000));
		assert_int_equal(c[i].err, 0);
		assert_int_equal(c[i].n[1], MEGABYTE - (size_t)i);
		assert_memory_equal(c[i].said[1], input, MEGABYTE - (size_t)i);
		command_free(&c[i]);
	}
	assert_int_equal(b->downs, 0);
	free(input);
}

static void input_that_nobody_reads_does_not_hold_up_the_end(void **state)
{
	struct ssh_bench *b = bench(state);
	struct command c = {0};
	unsigned char *input = noise(2 * MEGABYTE);

	command_start(b, &c, "echo enough; exit 3", input, 2 * MEGABYTE);
	assert_true(ssh_bench_wait(b, &c.exits, 1, 20000));
	assert_int_equal(c.status, 3);
	assert_string_equal(c.said[1], "enough\n");
	command_free(&c);
	free(input);
	check_status(b, "exit 4", 4);
}

static void a_command_that_closed_its_output_still_gets_its_input(void **state)
{
	struct ssh_bench *b = bench(state);
	struct command c = {0};
	unsigned char *input = noise(MEGABYTE);

	command_start(b, &c,
		      "exec >/dev/null 2>&1; sleep 0.2; n=$(wc -c); test $n = 1048576 && exit 9",
		      input, MEGABYTE);
	assert_true(ssh_bench_wait(b, &c.exits, 1, 20000));
	assert_int_equal(c.status, 9);
	command_free(&c);
	free(input);
}

static void on_tick(uv_timer_t *t)
{
	++*(int *)t->data;
}

static void a_flood_of_output_does_not_starve_the_loop(void **state)
{
	struct ssh_bench *b = bench(state);
	struct command c = {0};
	int ticks = 0;
	uv_timer_t tick;

	uv_timer_init(&b->loop, &tick);
	tick.data = &ticks;
	uv_timer_start(&tick, on_tick, 10, 10);
	command_start(b, &c, "exec cat /dev/zero", NULL, 0);
	assert_true(ssh_bench_wait(b, &ticks, 50, 3000));
	assert_true(c.n[1] > 100000);
	ssh_exec_cancel(c.exec);
	assert_true(ssh_bench_wait(b, &c.exits, 1, 2000));
	uv_close((uv_handle_t *)&tick, NULL);
	command_free(&c);
	check_status(b, "exit 5", 5);
}

static void a_cancelled_command_ends_at_once(void **state)
{
	struct ssh_bench *b = bench(state);
	struct command c = {0};

	command_start(b, &c, "echo up; exec sleep 30", NULL, 0);
	while (!c.n[1])
		uv_run(&b->loop, UV_RUN_ONCE);
	ssh_exec_cancel(c.exec);
	assert_int_equal(c.exits, 0); /* not from inside */
	assert_true(ssh_bench_wait(b, &c.exits, 1, 1000));
	assert_int_equal(c.status, -1);
	assert_int_equal(c.err, -ECANCELED);
	command_free(&c);
	check_status(b, "exit 6", 6);
}

static void commands_are_cancelled_at_every_stage_of_their_opening(void **state)
{
	struct ssh_bench *b = bench(state);

	for (int turns = 0; turns < 12; turns++) {
		struct command c[3] = {{0}};

		for (int i = 0; i < 3; i++)
			command_start(b, &c[i], "exec sleep 30", "x", 1);
		ssh_bench_idle(b, turns);
		for (int i = 0; i < 3; i++)
			ssh_exec_cancel(c[i].exec);
		for (int i = 0; i < 3; i++) {
			assert_true(ssh_bench_wait(b, &c[i].exits, 1, 1000));
			assert_int_equal(c[i].err, -ECANCELED);
			command_free(&c[i]);
		}
		check_status(b, "exit 7", 7);
	}
	assert_int_equal(b->downs, 0);
}

/* Its number is the old one's, whose last output still is under way. */
static void the_next_command_gets_nothing_of_a_cancelled_one(void **state)
{
	struct ssh_bench *b = bench(state);

	for (int i = 0; i < 20; i++) {
		struct command flood = {0}, next = {0};

		command_start(b, &flood, "exec cat /dev/zero", NULL, 0);
		while (flood.n[1] < MEGABYTE && !b->downs)
			uv_run(&b->loop, UV_RUN_ONCE);
		ssh_exec_cancel(flood.exec);
		command_run(b, &next, "echo mine");
		assert_int_equal(next.status, 0);
		assert_string_equal(next.said[1], "mine\n");
		command_free(&flood);
		command_free(&next);
	}
}

static void a_command_ends_at_once_when_cancelled_though_the_server_stands_still(void **state)
{
	struct ssh_bench *b = bench(state);
	struct command c = {0}, late = {0};
	unsigned char *input = noise(8 * MEGABYTE);

	ssh_server_signal(&server, SIGSTOP);
	command_start(b, &c, "cat", input, 8 * MEGABYTE);
	command_start(b, &late, "cat", input, MEGABYTE);
	ssh_bench_idle(b, 100);
	ssh_exec_cancel(c.exec);
	ssh_exec_cancel(late.exec);
	assert_true(ssh_bench_wait(b, &c.exits, 1, 1000));
	assert_true(ssh_bench_wait(b, &late.exits, 1, 1000));
	ssh_server_signal(&server, SIGCONT);
	check_status(b, "exit 8", 8);
	command_free(&c);
	command_free(&late);
	free(input);
}

static void start_another(struct command *c)
{
	command_start(c->bench, c + 1, "exit 2", NULL, 0);
}

static void a_command_may_be_started_when_another_ends(void **state)
{
	struct ssh_bench *b = bench(state);
	struct command c[2] = {{.on_exit = start_another}, {0}};

	command_run(b, &c[0], "exit 1");
	assert_true(ssh_bench_wait(b, &c[1].exits, 1, 5000));
	assert_int_equal(c[1].status, 2);
	command_free(&c[0]);
	command_free(&c[1]);
}

static void a_command_that_is_too_long_is_refused_alone(void **state)
{
	struct ssh_bench *b = bench(state);
	char *text = malloc(MEGABYTE);
	struct ssh_exec *exec;

	assert_non_null(text);
	memset(text, 'x', MEGABYTE);
	text[MEGABYTE - 1] = '\0';
	assert_int_equal(ssh_exec(b->ssh, text, NULL, 0, &(struct ssh_exec_ops){0}, NULL, &exec),
			 -E2BIG);
	free(text);
	check_status(b, "exit 9", 9);
}

/* Longer strings make dropbear end the session. */
static void the_longest_command_is_taken(void **state)
{
	struct ssh_bench *b = bench(state);
	char text[8193];

	memset(text, ' ', sizeof(text));
	memcpy(text, "exit 10", 7);
	text[8192] = '\0';
	check_status(b, text, 10);
}

static void check_quoting(struct ssh_bench *b, const char *word)
{
	char *quoted = ssh_quote(word), text[256];
	struct command c = {0};

	assert_non_null(quoted);
	snprintf(text, sizeof(text), "printf %%s %s", quoted);
	command_run(b, &c, text);
	assert_int_equal(c.status, 0);
	assert_string_equal(c.said[1] ? c.said[1] : "", word);
	command_free(&c);
	free(quoted);
}

static void quoted_words_come_through_the_shell_unchanged(void **state)
{
	struct ssh_bench *b = bench(state);

	check_quoting(b, "");
	check_quoting(b, "plain");
	check_quoting(b, "it's");
	check_quoting(b, "'''");
	check_quoting(b, "$(reboot) `reboot` ${HOME} \\ \" ! * ? ~ # ; & | < >\n\t-");
	check_quoting(b, "\xc3\xbc\xff\x01");
}

#define SSH_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SSH_TEST(the_exit_status_of_a_command_is_told),
		SSH_TEST(death_by_a_signal_is_128_and_its_number),
		SSH_TEST(a_signal_that_ssh_has_no_name_for_is_no_success),
		SSH_TEST(stdout_and_stderr_come_apart),
		SSH_TEST(two_megabytes_of_stdin_arrive_byte_for_byte),
		SSH_TEST(a_command_without_input_sees_end_of_file),
		SSH_TEST(big_output_comes_whole_and_in_order),
		SSH_TEST(ten_commands_run_at_once),
		SSH_TEST(many_commands_start_at_once_again_and_again),
		SSH_TEST(commands_with_much_input_share_a_narrow_socket),
		SSH_TEST(input_that_nobody_reads_does_not_hold_up_the_end),
		SSH_TEST(a_command_that_closed_its_output_still_gets_its_input),
		SSH_TEST(a_flood_of_output_does_not_starve_the_loop),
		SSH_TEST(a_cancelled_command_ends_at_once),
		SSH_TEST(commands_are_cancelled_at_every_stage_of_their_opening),
		SSH_TEST(the_next_command_gets_nothing_of_a_cancelled_one),
		SSH_TEST(a_command_ends_at_once_when_cancelled_though_the_server_stands_still),
		SSH_TEST(a_command_may_be_started_when_another_ends),
		SSH_TEST(a_command_that_is_too_long_is_refused_alone),
		SSH_TEST(the_longest_command_is_taken),
		SSH_TEST(quoted_words_come_through_the_shell_unchanged),
	};

	return cmocka_run_group_tests(tests, start_server, stop_server);
}
