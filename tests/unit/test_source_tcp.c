/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/sources/source_tcp.c console/sources/source_rfc2217.c */
/* LINK: console/sources/source_speed.c console/sources/telnet.c console/sources/host_port.c */
/* LINK: console/sources/stream_write.c tests/fakes/terminal_server.c tests/fakes/skewed_clock.c */
/* LIBS: libuv */
/* Consoles behind a terminal server, by raw TCP and by RFC 2217. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/fakes/skewed_clock.h"
#include "tests/fakes/terminal_server.h"
#include "tests/unit/source_bench.h"

#define COME_BACK_MS 500

static struct terminal_server server;

static int setup(void **state)
{
	memset(&server, 0, sizeof(server));
	return source_bench_setup(state);
}

static int teardown(void **state)
{
	terminal_server_stop(&server);
	return source_bench_teardown(state);
}

static void begin(struct source_bench *b, enum terminal_kind kind, const char *host,
		  const char *speed)
{
	char where[64];

	terminal_server_start(&server, &b->loop, kind, server.port);
	snprintf(where, sizeof(where), "%s:%u%s", host, server.port, speed);
	source_bench_open(b, kind == TERMINAL_RAW ? &source_tcp : &source_rfc2217, where);
	source_bench_wait(b, &b->ups, 1);
	source_bench_turn(b, 20);
}

static void fill(char *all)
{
	for (int i = 0; i < 256; i++)
		all[i] = (char)i;
}

static void raw_bytes_come_and_go_as_they_are(void **state)
{
	struct source_bench *b = *state;
	char all[256];

	fill(all);
	begin(b, TERMINAL_RAW, "127.0.0.1", "");
	terminal_server_say(&server, all, 256);
	source_bench_wait_bytes(b, 256);
	assert_memory_equal(b->bytes, all, 256);
	assert_int_equal(source_tcp.write(b->source, all, 256), 0);
	source_bench_turn(b, 20);
	assert_int_equal(server.n, 256);
	assert_memory_equal(server.typed, all, 256);
	assert_null(source_tcp.send_break);
}

/* "localhost" is ::1 first on many hosts, and the server listens on 127.0.0.1 alone. */
static void each_address_of_a_name_is_tried(void **state)
{
	struct source_bench *b = *state;

	begin(b, TERMINAL_RAW, "localhost", "");
	assert_int_equal(b->downs, 0);
}

static void a_lost_connection_is_told_and_made_again(void **state)
{
	struct source_bench *b = *state;

	begin(b, TERMINAL_RAW, "127.0.0.1", "");
	for (int i = 1; i <= 3; i++) {
		terminal_server_hang_up(&server);
		source_bench_wait(b, &b->downs, i);
		assert_non_null(strstr(b->why, "the other side closed the connection"));
		assert_int_equal(source_tcp.write(b->source, "x", 1), -ENOTCONN);
		skew_clock(COME_BACK_MS);
		source_bench_wait(b, &b->ups, i + 1);
	}
	assert_int_equal(server.connections, 4);
}

static void a_server_that_is_away_is_told_once_and_found_when_it_is_there(void **state)
{
	struct source_bench *b = *state;
	char where[64];

	terminal_server_start(&server, &b->loop, TERMINAL_RAW, 0);
	snprintf(where, sizeof(where), "127.0.0.1:%u", server.port);
	terminal_server_stop(&server);
	source_bench_turn(b, 5);
	source_bench_open(b, &source_tcp, where);
	source_bench_wait(b, &b->downs, 1);
	assert_non_null(strstr(b->why, where));
	assert_non_null(strstr(b->why, "connection refused"));
	for (int i = 0; i < 3; i++) {
		skew_clock(COME_BACK_MS);
		source_bench_turn(b, 10);
	}
	assert_int_equal(b->downs, 1);
	terminal_server_start(&server, &b->loop, TERMINAL_RAW, server.port);
	skew_clock(COME_BACK_MS);
	source_bench_wait(b, &b->ups, 1);
}

static void it_may_be_closed_at_any_time(void **state)
{
	struct source_bench *b = *state;

	begin(b, TERMINAL_RAW, "localhost", "");
	source_bench_close(b);
	source_bench_turn(b, 5);
	for (int turns = 0; turns < 12; turns++) {
		char where[64];

		b->ups = b->downs = 0;
		snprintf(where, sizeof(where), "localhost:%u", server.port);
		source_bench_open(b, turns % 2 ? &source_tcp : &source_rfc2217, where);
		source_bench_turn(b, turns / 2);
		source_bench_close(b);
		source_bench_turn(b, 20);
	}
}

static void it_may_be_closed_from_its_callbacks(void **state)
{
	struct source_bench *b = *state;

	begin(b, TERMINAL_RFC2217, "127.0.0.1", "");
	b->close_on_bytes = true;
	terminal_server_say(&server,
			    "a\xff"
			    "b",
			    3);
	source_bench_wait(b, &b->calls, 1);
	source_bench_turn(b, 10);
	b->close_on_down = true;
	b->ups = b->downs = 0;
	terminal_server_stop(&server);
	source_bench_turn(b, 10);
	begin(b, TERMINAL_RAW, "127.0.0.1", "");
	terminal_server_hang_up(&server);
	source_bench_wait(b, &b->downs, 1);
	skew_clock(COME_BACK_MS);
	source_bench_turn(b, 10);
	assert_int_equal(b->ups, 1);
}

static void a_place_that_is_none_is_refused(void **state)
{
	static const char *const bad[] = {
		"",        "host",        ":7000",   "host:",     "host:0",
		"host:x",  "h:65536",     "h:70 ",   "::1:70",    "[::1]",
		"[]:7000", "[::1]x:7000", "h: 7000", "[::1:7000", "h:-1"};
	struct source_bench *b = *state;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(source_bench_refuses(b, &source_tcp, bad[i]), -EINVAL);
		assert_int_equal(source_bench_refuses(b, &source_rfc2217, bad[i]), -EINVAL);
	}
	assert_int_equal(source_bench_refuses(b, &source_rfc2217, "h:7000,"), -EINVAL);
	source_tcp.close(NULL);
	source_rfc2217.close(NULL);
}

static void the_remote_port_is_set(void **state)
{
	struct source_bench *b = *state;

	begin(b, TERMINAL_RFC2217, "127.0.0.1", ",38400");
	assert_int_equal(server.baud, 38400);
	assert_int_equal(server.datasize, 8);
	assert_int_equal(server.parity, 1);
	assert_int_equal(server.stopsize, 1);
	assert_true(server.dtr && server.rts);
	assert_int_equal(server.n, 0);
	assert_int_equal(b->n, 0); /* negotiation is no data */
}

static void every_byte_comes_through_telnet(void **state)
{
	struct source_bench *b = *state;
	char all[256];

	fill(all);
	server.byte_by_byte = true;
	begin(b, TERMINAL_RFC2217, "127.0.0.1", "");
	terminal_server_say(&server, all, 256);
	source_bench_wait_bytes(b, 256);
	assert_memory_equal(b->bytes, all, 256);
	assert_int_equal(source_rfc2217.write(b->source, all, 256), 0);
	source_bench_turn(b, 20);
	assert_int_equal(server.n, 256);
	assert_memory_equal(server.typed, all, 256);
}

static void a_remote_break_has_its_time_and_what_is_typed_keeps_its_place(void **state)
{
	struct source_bench *b = *state;

	begin(b, TERMINAL_RFC2217, "127.0.0.1", "");
	assert_int_equal(source_rfc2217.write(b->source, "before", 6), 0);
	assert_int_equal(source_rfc2217.send_break(b->source), 0);
	assert_int_equal(source_rfc2217.send_break(b->source), -EBUSY);
	assert_int_equal(source_rfc2217.write(b->source, "h", 1), 0);
	source_bench_turn(b, 20);
	assert_true(server.in_break);
	assert_int_equal(server.typed_at_break, 6);
	assert_int_equal(server.n, 6);
	skew_clock(SOURCE_BREAK_MS);
	source_bench_turn(b, 20);
	assert_false(server.in_break);
	assert_int_equal(server.breaks, 1);
	assert_int_equal(server.n, 7);
	assert_int_equal(server.typed[6], 'h');
}

static void closing_ends_a_remote_break(void **state)
{
	struct source_bench *b = *state;

	begin(b, TERMINAL_RFC2217, "127.0.0.1", "");
	assert_int_equal(source_rfc2217.send_break(b->source), 0);
	source_bench_turn(b, 10);
	assert_true(server.in_break);
	source_bench_close(b);
	source_bench_turn(b, 10);
	assert_false(server.in_break);
}

static void a_server_without_the_option_gets_telnet_s_break(void **state)
{
	struct source_bench *b = *state;

	begin(b, TERMINAL_TELNET, "127.0.0.1", "");
	assert_int_equal(server.baud, 0);
	assert_int_equal(source_rfc2217.send_break(b->source), 0);
	source_bench_turn(b, 10);
	assert_int_equal(server.breaks, 1);
}

static void after_a_lost_connection_the_port_is_set_again(void **state)
{
	struct source_bench *b = *state;

	begin(b, TERMINAL_RFC2217, "127.0.0.1", ",9600");
	assert_int_equal(source_rfc2217.send_break(b->source), 0);
	terminal_server_hang_up(&server);
	source_bench_wait(b, &b->downs, 1);
	assert_int_equal(source_rfc2217.write(b->source, "x", 1), -ENOTCONN);
	assert_int_equal(source_rfc2217.send_break(b->source), -ENOTCONN);
	server.baud = 0;
	skew_clock(COME_BACK_MS);
	source_bench_wait(b, &b->ups, 2);
	source_bench_turn(b, 20);
	assert_int_equal(server.baud, 9600);
	assert_int_equal(source_rfc2217.write(b->source, "x", 1), 0);
	source_bench_turn(b, 20);
	assert_int_equal(server.n, 1);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(raw_bytes_come_and_go_as_they_are),
		TEST(each_address_of_a_name_is_tried),
		TEST(a_lost_connection_is_told_and_made_again),
		TEST(a_server_that_is_away_is_told_once_and_found_when_it_is_there),
		TEST(it_may_be_closed_at_any_time),
		TEST(it_may_be_closed_from_its_callbacks),
		TEST(a_place_that_is_none_is_refused),
		TEST(the_remote_port_is_set),
		TEST(every_byte_comes_through_telnet),
		TEST(a_remote_break_has_its_time_and_what_is_typed_keeps_its_place),
		TEST(closing_ends_a_remote_break),
		TEST(a_server_without_the_option_gets_telnet_s_break),
		TEST(after_a_lost_connection_the_port_is_set_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
