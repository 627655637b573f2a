/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/ssh/ssh*.c harness/paths*.c */
/* LINK: tests/unit/ssh_server.c tests/unit/ssh_bench.c */
/* LIBS: libuv libssh2 */
/* The life of an ssh session: how it comes up, and every way for it to go down. */
#include <arpa/inet.h>
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
#include <unistd.h>

#include <cmocka.h>

#include "harness/paths.h"
#include "ssh_bench.h"

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
	if (ssh_server_missing())
		return 0;
	if (!server.pid)
		assert_true(ssh_server_start(&server));
	ssh_bench_prepare(b, &server);
	return 0;
}

static int teardown(void **state)
{
	struct ssh_bench *b = *state;

	ssh_server_signal(&server, SIGCONT);
	if (!ssh_server_missing())
		ssh_bench_end(b);
	free(b);
	return 0;
}

static struct ssh_bench *bench(void **state)
{
	const char *missing = ssh_server_missing();

	if (missing) {
		print_message("skipped: %s\n", missing);
		skip();
	}
	return *state;
}

static void connect_to_it(struct ssh_bench *b)
{
	ssh_bench_new(b);
	ssh_connect(b->ssh);
	assert_true(ssh_bench_wait(b, &b->ups, 1, 20000));
}

static void fails_to_connect(struct ssh_bench *b, int err, int ms)
{
	ssh_bench_new(b);
	assert_int_equal(ssh_connect(b->ssh), 0);
	assert_int_equal(b->downs, 0); /* never from inside */
	assert_true(ssh_bench_wait(b, &b->downs, 1, ms));
	assert_int_equal(b->down_err, err);
	assert_int_equal(b->ups, 0);
	assert_false(ssh_is_up(b->ssh));
	assert_true(*b->why);
}

static void the_wrong_host_key_is_refused_before_any_login(void **state)
{
	struct ssh_bench *b = bench(state);

	b->cfg.host_key = server.other_public_key;
	unlink(server.log);
	ssh_server_signal(&server, SIGKILL); /* so that its log is this test's alone */
	assert_true(ssh_server_start(&server));
	fails_to_connect(b, -EKEYREJECTED, 20000);
	ssh_bench_idle(b, 300);
	assert_true(ssh_server_logged(&server, "Exit before auth"));
	assert_false(ssh_server_logged(&server, "auth succeeded"));
	assert_false(ssh_server_logged(&server, "auth attempt"));
}

static void a_missing_host_key_is_named(void **state)
{
	struct ssh_bench *b = bench(state);

	b->cfg.host_key = "/nonexistent/host.pub";
	fails_to_connect(b, -ENOENT, 20000);
	assert_non_null(strstr(b->why, "/nonexistent/host.pub"));
}

static void a_spoilt_host_key_file_is_refused(void **state)
{
	static const char *const spoilt[] = {"", "ssh-ed25519", "ssh-ed25519 ", "ssh-ed25519 !!!!",
					     "ssh-ed25519 AAAA"};
	struct ssh_bench *b = bench(state);
	char path[96];

	snprintf(path, sizeof(path), "%s/spoilt", server.dir);
	b->cfg.host_key = path;
	ssh_bench_new(b);
	for (int i = 0; i < (int)(sizeof(spoilt) / sizeof(*spoilt)); i++) {
		assert_int_equal(path_write_atomic(path, spoilt[i], strlen(spoilt[i]), 0600), 0);
		ssh_connect(b->ssh);
		assert_true(ssh_bench_wait(b, &b->downs, i + 1, 20000));
		assert_int_equal(b->down_err, -EKEYREJECTED);
	}
}

static void a_key_that_the_server_does_not_know_is_refused(void **state)
{
	struct ssh_bench *b = bench(state);

	b->cfg.private_key = server.other_key;
	b->cfg.public_key = server.other_public_key;
	fails_to_connect(b, -EACCES, 20000);
}

static void a_missing_private_key_is_an_error(void **state)
{
	struct ssh_bench *b = bench(state);

	b->cfg.private_key = "/nonexistent/id";
	fails_to_connect(b, -EACCES, 20000);
}

static void a_port_where_nobody_listens_fails_at_once(void **state)
{
	struct ssh_bench *b = bench(state);

	ssh_server_signal(&server, SIGKILL);
	fails_to_connect(b, -ECONNREFUSED, 2000);
	assert_non_null(strstr(b->why, "127.0.0.1"));
}

static void a_bad_address_fails(void **state)
{
	struct ssh_bench *b = bench(state);

	b->cfg.address = "board.example";
	fails_to_connect(b, -EINVAL, 2000);
}

static int no_socket(void *arg)
{
	return -ENOENT;
}

static void a_socket_that_can_not_be_made_fails(void **state)
{
	struct ssh_bench *b = bench(state);

	b->cfg.socket = no_socket; /* the network namespace is gone, say */
	fails_to_connect(b, -ENOENT, 2000);
}

/* A listener that takes connections and says nothing. */
static int listen_silently(struct ssh_bench *b)
{
	struct sockaddr_in sin = {.sin_family = AF_INET,
				  .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
	socklen_t len = sizeof(sin);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&sin, len), 0);
	assert_int_equal(listen(fd, 5), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&sin, &len), 0);
	b->cfg.port = ntohs(sin.sin_port);
	return fd;
}

static void a_server_that_says_nothing_is_given_up_at_the_deadline(void **state)
{
	struct ssh_bench *b = bench(state);
	int fd = listen_silently(b);

	b->cfg.connect_us = 300000;
	fails_to_connect(b, -ETIMEDOUT, 5000);
	close(fd);
}

static void a_server_that_stops_in_the_handshake_is_given_up_too(void **state)
{
	struct ssh_bench *b = bench(state);
	int fd = listen_silently(b), peer;

	b->cfg.connect_us = 500000;
	ssh_bench_new(b);
	ssh_connect(b->ssh);
	peer = accept(fd, NULL, NULL);
	assert_int_equal(write(peer, "SSH-2.0-x\r\n", 11), 11);
	assert_true(ssh_bench_wait(b, &b->downs, 1, 5000));
	assert_int_equal(b->down_err, -ETIMEDOUT);
	close(peer);
	close(fd);
}

static void a_server_that_talks_nonsense_is_refused(void **state)
{
	struct ssh_bench *b = bench(state);
	int fd = listen_silently(b), peer;
	char noise[4096];

	memset(noise, 0x80, sizeof(noise));
	ssh_bench_new(b);
	ssh_connect(b->ssh);
	peer = accept(fd, NULL, NULL);
	assert_int_equal(write(peer, "SSH-2.0-x\r\n", 11), 11);
	assert_int_equal(write(peer, noise, sizeof(noise)), sizeof(noise));
	assert_true(ssh_bench_wait(b, &b->downs, 1, 5000));
	assert_int_equal(b->down_err, -EPROTO);
	close(peer);
	close(fd);
}

static void a_second_connect_changes_nothing(void **state)
{
	struct ssh_bench *b = bench(state);

	ssh_bench_new(b);
	assert_int_equal(ssh_connect(b->ssh), 0);
	assert_int_equal(ssh_connect(b->ssh), 0);
	assert_true(ssh_bench_wait(b, &b->ups, 1, 20000));
	assert_int_equal(ssh_connect(b->ssh), 0);
	ssh_bench_idle(b, 100);
	assert_int_equal(b->ups, 1);
	assert_int_equal(b->downs, 0);
}

static void a_stopped_server_is_dropped_at_once(void **state)
{
	struct ssh_bench *b = bench(state);
	struct command c[3] = {{0}};
	char *input = calloc(1, 1 << 20);

	connect_to_it(b);
	for (int i = 0; i < 3; i++)
		command_start(b, &c[i], "cat >/dev/null; sleep 20", input, 1 << 20);
	ssh_bench_idle(b, 200);
	ssh_server_signal(&server, SIGSTOP);
	ssh_bench_idle(b, 50);
	ssh_drop(b->ssh, "the test said so");
	assert_int_equal(b->downs, 0); /* not from inside */
	assert_false(ssh_is_up(b->ssh));
	assert_true(ssh_bench_wait(b, &b->downs, 1, 1000));
	assert_int_equal(b->down_err, -ECONNRESET);
	assert_string_equal(b->why, "the test said so");
	for (int i = 0; i < 3; i++) {
		assert_int_equal(c[i].exits, 1);
		assert_int_equal(c[i].status, -1);
		assert_int_equal(c[i].err, -ECONNRESET);
		command_free(&c[i]);
	}
	free(input);
}

static void a_drop_while_it_connects_is_a_drop(void **state)
{
	struct ssh_bench *b = bench(state);

	ssh_bench_new(b);
	for (int ms = 0; ms < 12; ms++) {
		int downs = b->downs;

		ssh_connect(b->ssh);
		ssh_bench_idle(b, ms);
		ssh_drop(b->ssh, "no more");
		assert_true(ssh_bench_wait(b, &b->downs, downs + 1, 2000));
		/* dropbear has five at a time that are not logged in, and hangs up on the next:
		 * it may have been first. */
		if (b->down_err != -EPIPE)
			assert_int_equal(b->down_err, -ECONNRESET);
		ssh_bench_idle(b, 5);
		assert_int_equal(b->downs, downs + 1);
	}
}

static void commands_end_when_the_server_dies(void **state)
{
	struct ssh_bench *b = bench(state);
	struct command c[2] = {{0}};

	connect_to_it(b);
	for (int i = 0; i < 2; i++)
		command_start(b, &c[i], "echo started; sleep 20", NULL, 0);
	while (!c[0].n[1] || !c[1].n[1])
		uv_run(&b->loop, UV_RUN_ONCE);
	ssh_server_signal(&server, SIGKILL);
	assert_true(ssh_bench_wait(b, &b->downs, 1, 2000));
	assert_true(*b->why);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(c[i].exits, 1);
		assert_int_equal(c[i].status, -1);
		assert_true(c[i].err < 0);
		assert_string_equal(c[i].said[1], "started\n");
		command_free(&c[i]);
	}
	assert_int_equal(ssh_exec(b->ssh, "true", NULL, 0, &(struct ssh_exec_ops){0}, NULL, NULL),
			 -ENOTCONN);
}

static void the_servers_death_is_noticed_while_nothing_runs(void **state)
{
	struct ssh_bench *b = bench(state);

	connect_to_it(b);
	ssh_bench_idle(b, 50);
	ssh_server_signal(&server, SIGKILL);
	assert_true(ssh_bench_wait(b, &b->downs, 1, 2000));
	assert_true(b->down_err == -EPIPE || b->down_err == -ECONNRESET);
}

/* Also when the server said something that nobody waits for. */
static void an_idle_session_sleeps(void **state)
{
	struct ssh_bench *b = bench(state);
	struct command c = {0};
	unsigned before;

	b->cfg.keepalive_us = 1000000;
	connect_to_it(b);
	command_run(b, &c, "true");
	command_free(&c);
	ssh_bench_idle(b, 200);
	before = b->turns;
	ssh_bench_idle(b, 2500);
	assert_true(b->turns - before < 20);
}

static void what_came_before_the_end_is_delivered(void **state)
{
	struct ssh_bench *b = bench(state);
	struct command c = {.keep = 1 << 20};

	connect_to_it(b);
	/* A board that goes down: when we look again, output and end have both come. */
	command_start(b, &c, "echo go; sleep 0.3; seq 1 20000; sleep 0.3; kill -KILL $PPID", NULL,
		      0);
	while (!c.n[1])
		uv_run(&b->loop, UV_RUN_ONCE);
	usleep(2000000);
	assert_true(ssh_bench_wait(b, &c.exits, 1, 20000));
	assert_int_equal(c.status, -1);
	assert_int_equal(c.n[1], 3 + 108894);
	command_free(&c);
}

static void it_connects_again_from_inside_down(void **state)
{
	struct ssh_bench *b = bench(state);
	struct command c = {0};

	connect_to_it(b);
	b->reconnect = true;
	for (int i = 0; i < 3; i++) {
		ssh_drop(b->ssh, "again");
		assert_true(ssh_bench_wait(b, &b->ups, i + 2, 20000));
	}
	b->reconnect = false;
	command_run(b, &c, "exit 7");
	assert_int_equal(c.status, 7);
	command_free(&c);
}

static void connect_from_exit(struct command *c)
{
	ssh_connect(c->bench->ssh);
}

static void it_connects_again_from_inside_exit(void **state)
{
	struct ssh_bench *b = bench(state);
	struct command c = {.on_exit = connect_from_exit};

	connect_to_it(b);
	command_start(b, &c, "sleep 20", NULL, 0);
	ssh_drop(b->ssh, "again");
	assert_true(ssh_bench_wait(b, &b->ups, 2, 20000));
	assert_int_equal(b->downs, 1);
	command_free(&c);
}

static void it_is_freed_at_any_moment(void **state)
{
	struct ssh_bench *b = bench(state);

	for (int ms = 0; ms < 30; ms += 2) {
		ssh_bench_new(b);
		ssh_connect(b->ssh);
		ssh_bench_idle(b, ms);
		ssh_free(b->ssh);
		b->ssh = NULL;
		ssh_bench_idle(b, 1);
	}
	assert_int_equal(b->downs, 0);
}

static void freeing_it_ends_its_commands_first(void **state)
{
	struct ssh_bench *b = bench(state);

	for (int ms = 0; ms < 40; ms += 4) {
		struct command c[3] = {{0}};

		b->ups = 0;
		connect_to_it(b);
		for (int i = 0; i < 3; i++)
			command_start(b, &c[i], "cat; sleep 20", "input", 5);
		ssh_bench_idle(b, ms);
		ssh_free(b->ssh);
		b->ssh = NULL;
		for (int i = 0; i < 3; i++) {
			assert_int_equal(c[i].exits, 1);
			assert_int_equal(c[i].status, -1);
			assert_int_equal(c[i].err, -ECANCELED);
			command_free(&c[i]);
		}
		ssh_bench_idle(b, 1);
	}
	assert_int_equal(b->downs, 0);
}

static void free_it(struct ssh_bench *b)
{
	ssh_free(b->ssh);
	b->ssh = NULL;
}

static void free_from_exit(struct command *c)
{
	free_it(c->bench);
}

static void it_may_be_freed_from_inside_up(void **state)
{
	struct ssh_bench *b = bench(state);

	b->on_up = free_it;
	connect_to_it(b);
	ssh_bench_idle(b, 20);
	assert_int_equal(b->downs, 0);
}

static void it_may_be_freed_from_inside_exit(void **state)
{
	struct ssh_bench *b = bench(state);
	struct command c[2] = {{.on_exit = free_from_exit}, {0}};

	connect_to_it(b);
	command_start(b, &c[0], "true", NULL, 0);
	command_start(b, &c[1], "sleep 20", NULL, 0);
	assert_true(ssh_bench_wait(b, &c[1].exits, 1, 20000));
	assert_int_equal(c[0].status, 0);
	assert_int_equal(c[1].err, -ECANCELED);
	command_free(&c[0]);
	command_free(&c[1]);
}

static void it_may_be_freed_from_inside_an_exit_that_a_drop_brought(void **state)
{
	struct ssh_bench *b = bench(state);
	struct command c[2] = {{.on_exit = free_from_exit}, {0}};

	connect_to_it(b);
	command_start(b, &c[0], "sleep 20", NULL, 0);
	command_start(b, &c[1], "sleep 20", NULL, 0);
	ssh_drop(b->ssh, "gone");
	assert_true(ssh_bench_wait(b, &c[1].exits, 1, 2000));
	ssh_bench_idle(b, 20);
	assert_int_equal(b->downs, 0); /* it is freed: nobody is told */
	command_free(&c[0]);
	command_free(&c[1]);
}

static void nothing_is_freed_without_complaint(void **state)
{
	ssh_free(NULL);
}

#define SSH_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SSH_TEST(the_wrong_host_key_is_refused_before_any_login),
		SSH_TEST(a_missing_host_key_is_named),
		SSH_TEST(a_spoilt_host_key_file_is_refused),
		SSH_TEST(a_key_that_the_server_does_not_know_is_refused),
		SSH_TEST(a_missing_private_key_is_an_error),
		SSH_TEST(a_port_where_nobody_listens_fails_at_once),
		SSH_TEST(a_bad_address_fails),
		SSH_TEST(a_socket_that_can_not_be_made_fails),
		SSH_TEST(a_server_that_says_nothing_is_given_up_at_the_deadline),
		SSH_TEST(a_server_that_stops_in_the_handshake_is_given_up_too),
		SSH_TEST(a_server_that_talks_nonsense_is_refused),
		SSH_TEST(a_second_connect_changes_nothing),
		SSH_TEST(a_stopped_server_is_dropped_at_once),
		SSH_TEST(a_drop_while_it_connects_is_a_drop),
		SSH_TEST(commands_end_when_the_server_dies),
		SSH_TEST(the_servers_death_is_noticed_while_nothing_runs),
		SSH_TEST(an_idle_session_sleeps),
		SSH_TEST(what_came_before_the_end_is_delivered),
		SSH_TEST(it_connects_again_from_inside_down),
		SSH_TEST(it_connects_again_from_inside_exit),
		SSH_TEST(it_is_freed_at_any_moment),
		SSH_TEST(freeing_it_ends_its_commands_first),
		SSH_TEST(it_may_be_freed_from_inside_up),
		SSH_TEST(it_may_be_freed_from_inside_exit),
		SSH_TEST(it_may_be_freed_from_inside_an_exit_that_a_drop_brought),
		cmocka_unit_test(nothing_is_freed_without_complaint),
	};

	return cmocka_run_group_tests(tests, start_server, stop_server);
}
