/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/attendant/wire*.c harness/paths*.c */
/* LIBS: libuv jansson */
/* JSON lines over a socket pair, with a peer that cuts, spoils, floods and stalls. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/attendant/wire.h"
#include "harness/paths.h"

struct bench {
	uv_loop_t loop;
	struct wire *wire;
	int peer;
	int messages, closes, err;
	json_t *last;
	char raw[1024];
	size_t n_raw;
	bool raw_after_message, close_in_message, close_in_closed;
};

static void on_message(void *arg, json_t *msg)
{
	struct bench *b = arg;

	assert_int_equal(b->closes, 0);
	b->messages++;
	json_decref(b->last);
	b->last = json_incref(msg);
	if (b->raw_after_message)
		wire_go_raw(b->wire);
	if (b->close_in_message) {
		wire_close(b->wire);
		b->wire = NULL;
	}
}

static void on_raw(void *arg, const void *bytes, size_t n)
{
	struct bench *b = arg;

	assert_true(b->n_raw + n <= sizeof(b->raw));
	memcpy(b->raw + b->n_raw, bytes, n);
	b->n_raw += n;
}

static void on_closed(void *arg, int err)
{
	struct bench *b = arg;

	b->closes++;
	b->err = err;
	if (b->close_in_closed) {
		wire_close(b->wire);
		b->wire = NULL;
	}
}

static const struct wire_ops ops = {.message = on_message, .raw = on_raw, .closed = on_closed};

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	int fds[2];

	assert_non_null(b);
	signal(SIGPIPE, SIG_IGN);
	uv_loop_init(&b->loop);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	b->peer = fds[1];
	assert_int_equal(wire_open(&b->loop, fds[0], &ops, b, &b->wire), 0);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	if (b->peer >= 0)
		close(b->peer);
	wire_close(b->wire);
	uv_run(&b->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&b->loop), 0);
	json_decref(b->last);
	free(b);
	return 0;
}

static void turn(struct bench *b)
{
	for (int i = 0; i < 4; i++)
		uv_run(&b->loop, UV_RUN_NOWAIT);
}

/* From the peer, with turns of the loop between, as the socket takes it. */
static void put(struct bench *b, const char *bytes, size_t n)
{
	fcntl(b->peer, F_SETFL, O_NONBLOCK);
	while (n && !b->closes) {
		ssize_t done = write(b->peer, bytes, n);

		if (done > 0) {
			bytes += done;
			n -= (size_t)done;
		}
		turn(b);
	}
	turn(b);
}

static const char *last_text(struct bench *b)
{
	const char *text = json_string_value(json_object_get(b->last, "t"));

	return text ? text : "";
}

/* What the peer has got so far. New string. */
static char *got(struct bench *b, size_t *n)
{
	size_t size = 64u << 20;
	char *text = malloc(size);
	ssize_t done;

	assert_non_null(text);
	*n = 0;
	fcntl(b->peer, F_SETFL, O_NONBLOCK);
	do {
		turn(b);
		done = read(b->peer, text + *n, size - *n - 1);
		*n += done > 0 ? (size_t)done : 0;
	} while (done > 0);
	text[*n] = '\0';
	return text;
}

static void a_line_is_a_message(void **state)
{
	struct bench *b = *state;

	put(b, "{\"t\":\"one\"}\n", 12);
	assert_int_equal(b->messages, 1);
	assert_string_equal(last_text(b), "one");
	put(b, "{\"t\":\"two\"}\n{\"t\":\"three\"}\n{", 27);
	assert_int_equal(b->messages, 3);
	assert_string_equal(last_text(b), "three");
}

static void lines_may_come_in_any_pieces(void **state)
{
	static const char text[] = "{\"t\":\"a\"}\n{\"t\":\"b\\n\"}\n{}\n{\"t\":\"\xc3\xbc\"}\n";
	struct bench *b = *state;
	int n = 0;

	for (size_t piece = 1; piece < sizeof(text); piece++) {
		for (size_t at = 0; at < sizeof(text) - 1; at += piece)
			put(b, text + at,
			    piece < sizeof(text) - 1 - at ? piece : sizeof(text) - 1 - at);
		n += 4;
		assert_int_equal(b->messages, n);
		assert_string_equal(last_text(b), "\xc3\xbc");
	}
	assert_int_equal(b->closes, 0);
}

static void a_long_line_is_taken(void **state)
{
	struct bench *b = *state;
	char *line = malloc(WIRE_LINE_MAX + 1);

	assert_non_null(line);
	snprintf(line, WIRE_LINE_MAX + 1, "%-*s", (int)WIRE_LINE_MAX, "{\"t\":\"long\"}");
	line[WIRE_LINE_MAX] = '\n';
	put(b, line, WIRE_LINE_MAX + 1);
	assert_int_equal(b->messages, 1);
	assert_string_equal(last_text(b), "long");
	free(line);
}

/* `end`: with its newline or still without. */
static void check_too_long(struct bench *b, bool end)
{
	char *line = malloc(WIRE_LINE_MAX + 2);

	assert_non_null(line);
	snprintf(line, WIRE_LINE_MAX + 2, "%-*s", (int)WIRE_LINE_MAX + 1, "{}");
	line[WIRE_LINE_MAX + 1] = end ? '\n' : ' ';
	put(b, line, WIRE_LINE_MAX + 2);
	free(line);
	assert_int_equal(b->messages, 0);
	assert_int_equal(b->closes, 1);
	assert_int_equal(b->err, -EPROTO);
}

static void a_line_one_byte_too_long_ends_the_connection(void **state)
{
	check_too_long(*state, true);
}

static void a_line_without_end_ends_the_connection(void **state)
{
	check_too_long(*state, false);
}

static void what_is_no_object_ends_the_connection(void **state)
{
	static const struct {
		const char *text;
		size_t n;
	} bad[] = {
		{"\n", 1},
		{"[]\n", 3},
		{"1\n", 2},
		{"null\n", 5},
		{"{\"t\":\n", 6},
		{"{}{}\n", 5},
		{"{}\0\n", 4},
		{"\0\n", 2},
		{"{\"t\":\"\xff\"}\n", 10},
		{"{\"t\":1,\"t\":2}\n", 14},
		{"GET / HTTP/1.1\r\n", 16},
	};
	struct bench *b = *state;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		put(b, bad[i].text, bad[i].n);
		assert_int_equal(b->closes, 1);
		assert_int_equal(b->err, -EPROTO);
		assert_int_equal(b->messages, 0);
		teardown(state);
		setup(state);
		b = *state;
	}
}

static void nothing_after_a_broken_line_is_heard(void **state)
{
	struct bench *b = *state;

	put(b, "{}\n[]\n{}\n{}\n", 12);
	assert_int_equal(b->messages, 1);
	assert_int_equal(b->closes, 1);
	assert_int_equal(wire_send(b->wire, json_object()), -EPIPE);
}

static void deep_nesting_is_refused(void **state)
{
	struct bench *b = *state;
	char *deep = malloc(200000);

	assert_non_null(deep);
	memset(deep, '[', 200000);
	put(b, "{\"t\":", 5);
	put(b, deep, 200000);
	put(b, "\n", 1);
	assert_int_equal(b->closes, 1);
	assert_int_equal(b->err, -EPROTO);
	free(deep);
}

static void a_nul_inside_a_string_is_kept(void **state)
{
	struct bench *b = *state;

	put(b, "{\"t\":\"a\\u0000b\"}\n", 17);
	assert_int_equal(b->messages, 1);
	assert_int_equal(json_string_length(json_object_get(b->last, "t")), 3);
}

static void a_peer_that_goes_is_an_end_without_an_error(void **state)
{
	struct bench *b = *state;

	put(b, "{}\n{\"half", 9);
	close(b->peer);
	b->peer = -1;
	turn(b);
	assert_int_equal(b->messages, 1);
	assert_int_equal(b->closes, 1);
	assert_int_equal(b->err, 0);
}

static void bytes_in_the_packet_of_the_switch_are_raw(void **state)
{
	struct bench *b = *state;

	b->raw_after_message = true;
	put(b, "{}\n\0{\"raw\"}\n\xff", 13);
	put(b, "more", 4);
	assert_int_equal(b->messages, 1);
	assert_int_equal(b->n_raw, 14);
	assert_memory_equal(b->raw, "\0{\"raw\"}\n\xffmore", 14);
	assert_int_equal(wire_send_raw(b->wire, "\0\n", 2), 0);
}

static void it_may_be_closed_inside_of_a_message(void **state)
{
	struct bench *b = *state;

	b->close_in_message = true;
	put(b, "{}\n{}\n[]\n", 9);
	assert_int_equal(b->messages, 1);
	assert_int_equal(b->closes, 0);
}

static void it_may_be_closed_inside_of_closed(void **state)
{
	struct bench *b = *state;

	b->close_in_closed = true;
	put(b, "[]\n", 3);
	assert_int_equal(b->closes, 1);
	assert_null(b->wire);
}

static void a_sent_object_is_one_line(void **state)
{
	struct bench *b = *state;
	size_t n;
	char *text;

	assert_int_equal(wire_send(b->wire, json_pack("{s:s}", "t", "a\nb\xc3\xbc")), 0);
	assert_int_equal(wire_send(b->wire, NULL), -ENOMEM);
	text = got(b, &n);
	assert_string_equal(text, "{\"t\":\"a\\nb\xc3\xbc\"}\n");
	free(text);
}

static void every_byte_survives_the_way_through_json(void **state)
{
	struct bench *b = *state;
	unsigned char all[512], *back;
	size_t n, len;
	json_t *msg;
	char *text;

	for (int i = 0; i < 512; i++)
		all[i] = (unsigned char)(i < 256 ? i : 511 - i);
	assert_int_equal(wire_send(b->wire, json_pack("{s:o}", "d", wire_bytes(all, 512))), 0);
	text = got(b, &len);
	msg = json_loadb(text, len, JSON_ALLOW_NUL, NULL);
	back = wire_bytes_get(json_object_get(msg, "d"), &n);
	assert_non_null(back);
	assert_int_equal(n, 512);
	assert_memory_equal(back, all, 512);
	free(back);
	json_decref(msg);
	free(text);
}

static void no_bytes_are_an_empty_string(void **state)
{
	json_t *s = wire_bytes("", 0);
	size_t n = 1;
	void *back = wire_bytes_get(s, &n);

	assert_non_null(back);
	assert_int_equal(n, 0);
	free(back);
	json_decref(s);
}

static void what_is_no_string_of_bytes_is_refused(void **state)
{
	json_t *bad[6] = {json_string("\xc4\x80"),
			  json_string("a\xe2\x82\xac"),
			  json_string("\xf0\x9f\x98\x80"),
			  json_integer(1),
			  json_null(),
			  NULL};
	size_t n;

	for (size_t i = 0; i < 6; i++) {
		assert_null(wire_bytes_get(bad[i], &n));
		json_decref(bad[i]);
	}
}

/* Fill the queue until it is refused. */
static int flood(struct bench *b)
{
	char *text = malloc(1 << 20);
	int err = 0;

	assert_non_null(text);
	memset(text, 'x', 1 << 20);
	for (int i = 0; i < 64 && !err; i++) {
		err = wire_send_raw(b->wire, text, 1 << 20);
		turn(b);
	}
	free(text);
	return err;
}

static void a_peer_that_never_reads_fills_a_bounded_queue(void **state)
{
	struct bench *b = *state;

	assert_int_equal(flood(b), -ENOBUFS);
	assert_true(wire_queued(b->wire) > WIRE_QUEUE_MAX);
	assert_true(wire_queued(b->wire) < WIRE_QUEUE_MAX + (2u << 20));
	assert_int_equal(b->closes, 0);
}

static void what_is_queued_is_sent_before_the_close(void **state)
{
	struct bench *b = *state;
	char *text = malloc(8u << 20), *back;
	size_t n;

	assert_non_null(text);
	memset(text, 'q', 8u << 20);
	assert_int_equal(wire_send_raw(b->wire, text, 8u << 20), 0);
	wire_close(b->wire);
	b->wire = NULL;
	back = got(b, &n);
	assert_int_equal(n, 8u << 20);
	assert_memory_equal(back, text, 8u << 20);
	free(back);
	free(text);
}

static void a_peer_that_never_reads_can_not_hold_up_the_close(void **state)
{
	struct bench *b = *state;
	char *text = calloc(1, 1 << 20);
	uint64_t before;

	assert_int_equal(wire_send_raw(b->wire, text, 1 << 20), 0);
	free(text);
	wire_close(b->wire);
	b->wire = NULL;
	before = uv_hrtime();
	while (uv_loop_alive(&b->loop) && uv_hrtime() - before < 10000000000u)
		uv_run(&b->loop, UV_RUN_NOWAIT);
	assert_false(uv_loop_alive(&b->loop));
}

static void a_peer_that_dies_while_we_send_is_an_end(void **state)
{
	struct bench *b = *state;

	flood(b);
	close(b->peer);
	b->peer = -1;
	turn(b);
	assert_int_equal(b->closes, 1);
	assert_int_equal(wire_send(b->wire, json_object()), -EPIPE);
}

static void nothing_is_closed_without_complaint(void **state)
{
	wire_close(NULL);
}

static void what_is_no_socket_is_refused(void **state)
{
	struct bench *b = *state;
	struct wire *w;
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	close(fd);
	assert_true(wire_open(&b->loop, fd, &ops, b, &w) < 0);
	turn(b);
}

/* ---- sockets in the file system ---- */

static void check_path(const char *path)
{
	struct stat st;
	int listener = wire_socket_listen(path), again, client, server;

	assert_true(listener >= 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	client = wire_socket_connect(path);
	assert_true(client >= 0);
	assert_int_equal(fcntl(client, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	server = accept(listener, NULL, NULL);
	assert_int_equal(write(client, "x", 1), 1);
	close(client);
	close(server);
	close(listener);
	assert_int_equal(wire_socket_connect(path), -ECONNREFUSED);
	again = wire_socket_listen(path); /* over what a dead one left */
	assert_true(again >= 0);
	close(again);
}

static void socket_paths_may_be_of_any_length(void **state)
{
	static const size_t lengths[] = {100, 107, 108, 109, 150, 400};
	char dir[] = "/tmp/kdev-test-wire.XXXXXX", path[512];

	assert_non_null(mkdtemp(dir));
	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		size_t n = (size_t)snprintf(path, sizeof(path), "%s/", dir);

		/* Directories of 20, and a name that fills the rest. */
		while (n + 40 < lengths[i])
			n += (size_t)snprintf(path + n, sizeof(path) - n, "%020d/", 0);
		path[n] = '\0';
		assert_int_equal(path_mkdirs(path, 0700), 0);
		snprintf(path + n, sizeof(path) - n, "%0*d", (int)(lengths[i] - n), 0);
		assert_int_equal(strlen(path), lengths[i]);
		check_path(path);
	}
	path_remove_tree(dir);
}

static void paths_that_can_not_be_are_errors(void **state)
{
	char path[6000];

	assert_int_equal(wire_socket_connect("/nonexistent/socket"), -ENOENT);
	assert_int_equal(wire_socket_listen("/nonexistent/socket"), -ENOENT);
	memset(path, 'a', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(wire_socket_connect(path), -ENAMETOOLONG);
	path[0] = '/';
	path[5000] = '/';
	assert_int_equal(wire_socket_connect(path), -ENAMETOOLONG);
	assert_int_equal(wire_socket_listen("/tmp"), -EISDIR);
}

#define WIRE_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WIRE_TEST(a_line_is_a_message),
		WIRE_TEST(lines_may_come_in_any_pieces),
		WIRE_TEST(a_long_line_is_taken),
		WIRE_TEST(a_line_one_byte_too_long_ends_the_connection),
		WIRE_TEST(a_line_without_end_ends_the_connection),
		WIRE_TEST(what_is_no_object_ends_the_connection),
		WIRE_TEST(nothing_after_a_broken_line_is_heard),
		WIRE_TEST(deep_nesting_is_refused),
		WIRE_TEST(a_nul_inside_a_string_is_kept),
		WIRE_TEST(a_peer_that_goes_is_an_end_without_an_error),
		WIRE_TEST(bytes_in_the_packet_of_the_switch_are_raw),
		WIRE_TEST(it_may_be_closed_inside_of_a_message),
		WIRE_TEST(it_may_be_closed_inside_of_closed),
		WIRE_TEST(a_sent_object_is_one_line),
		WIRE_TEST(every_byte_survives_the_way_through_json),
		WIRE_TEST(a_peer_that_never_reads_fills_a_bounded_queue),
		WIRE_TEST(what_is_queued_is_sent_before_the_close),
		WIRE_TEST(a_peer_that_never_reads_can_not_hold_up_the_close),
		WIRE_TEST(a_peer_that_dies_while_we_send_is_an_end),
		WIRE_TEST(what_is_no_socket_is_refused),
		cmocka_unit_test(no_bytes_are_an_empty_string),
		cmocka_unit_test(what_is_no_string_of_bytes_is_refused),
		cmocka_unit_test(nothing_is_closed_without_complaint),
		cmocka_unit_test(socket_paths_may_be_of_any_length),
		cmocka_unit_test(paths_that_can_not_be_are_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
