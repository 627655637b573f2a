/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/sources/source_unix.c console/sources/source_udp.c */
/* LINK: console/sources/stream_write.c */
/* LIBS: libuv */
/* Console sources: a serial line's socket that comes and goes, and datagrams. */
#include <arpa/inet.h>
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
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "console/sources/source.h"

struct bench {
	uv_loop_t loop;
	struct source *source;
	char dir[64], path[108];
	int ups, downs, calls;
	char bytes[65536];
	size_t n;
	bool close_on_bytes, close_on_down;
};

static void close_it(struct bench *b)
{
	source_unix.close(b->source);
	b->source = NULL;
}

static void on_bytes(void *arg, const void *bytes, size_t n)
{
	struct bench *b = arg;

	b->calls++;
	assert_true(b->n + n <= sizeof(b->bytes));
	memcpy(b->bytes + b->n, bytes, n);
	b->n += n;
	if (b->close_on_bytes)
		close_it(b);
}

static void on_state(void *arg, bool up, const char *why)
{
	struct bench *b = arg;

	if (up) {
		b->ups++;
		assert_string_equal(why, "");
		return;
	}
	b->downs++;
	assert_true(*why);
	if (b->close_on_down)
		close_it(b);
}

static const struct source_ops ops = {.bytes = on_bytes, .state = on_state};

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	signal(SIGPIPE, SIG_IGN);
	uv_loop_init(&b->loop);
	snprintf(b->dir, sizeof(b->dir), "/tmp/kdev-test-source.XXXXXX");
	assert_non_null(mkdtemp(b->dir));
	snprintf(b->path, sizeof(b->path), "%s/serial.sock", b->dir);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	close_it(b);
	uv_run(&b->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&b->loop), 0);
	unlink(b->path);
	rmdir(b->dir);
	free(b);
	return 0;
}

static int listen_at(const char *path)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(sa.sun_path, sizeof(sa.sun_path), "%s", path);
	unlink(path);
	assert_int_equal(bind(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	assert_int_equal(listen(fd, 1), 0);
	return fd;
}

static void on_late(uv_timer_t *t)
{
	*(bool *)t->data = true;
}

static void turn_for(struct bench *b, int ms)
{
	bool late = false;
	uv_timer_t timer;

	uv_timer_init(&b->loop, &timer);
	timer.data = &late;
	uv_update_time(&b->loop);
	uv_timer_start(&timer, on_late, (uint64_t)ms, 0);
	while (!late)
		uv_run(&b->loop, UV_RUN_ONCE);
	uv_close((uv_handle_t *)&timer, NULL);
	uv_run(&b->loop, UV_RUN_NOWAIT);
}

/* Until *count has come to n; fails the test after ten seconds. */
static void wait_for(struct bench *b, const int *count, int n)
{
	for (int i = 0; i < 1000 && *count < n; i++)
		turn_for(b, 10);
	assert_true(*count >= n);
}

static void open_it(struct bench *b)
{
	assert_int_equal(source_unix.open(&b->loop, b->path, &ops, b, &b->source), 0);
	assert_int_equal(b->ups, 0); /* the first word comes from the loop */
}

static void it_waits_for_the_other_side_to_start(void **state)
{
	struct bench *b = *state;
	int fd;

	open_it(b);
	turn_for(b, 120);
	assert_int_equal(b->ups, 0);
	assert_int_equal(source_unix.write(b->source, "x", 1), -ENOTCONN);
	fd = listen_at(b->path);
	wait_for(b, &b->ups, 1);
	close(fd);
}

static void bytes_come_as_they_were_sent(void **state)
{
	struct bench *b = *state;
	int listener = listen_at(b->path), peer;
	char all[256];

	for (int i = 0; i < 256; i++)
		all[i] = (char)i;
	open_it(b);
	wait_for(b, &b->ups, 1);
	peer = accept(listener, NULL, NULL);
	assert_int_equal(write(peer, all, 256), 256);
	wait_for(b, &b->calls, 1);
	assert_int_equal(b->n, 256);
	assert_memory_equal(b->bytes, all, 256);
	close(peer);
	close(listener);
}

static void what_is_typed_arrives_in_order(void **state)
{
	struct bench *b = *state;
	int listener = listen_at(b->path), peer;
	char got[16] = "";

	open_it(b);
	wait_for(b, &b->ups, 1);
	peer = accept(listener, NULL, NULL);
	assert_int_equal(source_unix.write(b->source, "one ", 4), 0);
	assert_int_equal(source_unix.write(b->source, "two", 3), 0);
	turn_for(b, 20);
	assert_int_equal(read(peer, got, sizeof(got)), 7);
	assert_string_equal(got, "one two");
	close(peer);
	close(listener);
}

static void typing_to_a_line_that_does_not_read_is_bounded(void **state)
{
	struct bench *b = *state;
	int listener = listen_at(b->path), err = 0;
	char *much = calloc(1, 65536);

	open_it(b);
	wait_for(b, &b->ups, 1);
	for (int i = 0; i < 1000 && !err; i++) {
		err = source_unix.write(b->source, much, 65536);
		uv_run(&b->loop, UV_RUN_NOWAIT);
	}
	assert_int_equal(err, -ENOBUFS);
	free(much);
	close(listener);
}

/* QEMU was started again: bytes before and after, none twice, none lost. */
static void it_comes_back_when_the_other_side_does(void **state)
{
	struct bench *b = *state;
	char expected[64] = "";

	open_it(b);
	for (int i = 0; i < 5; i++) {
		int listener = listen_at(b->path), peer;
		char word[20];

		wait_for(b, &b->ups, i + 1);
		peer = accept(listener, NULL, NULL);
		snprintf(word, sizeof(word), "boot%d ", i);
		strncat(expected, word, sizeof(expected) - strlen(expected) - 1);
		assert_int_equal(write(peer, word, strlen(word)), strlen(word));
		close(peer);
		close(listener);
		wait_for(b, &b->downs, i + 1);
	}
	assert_int_equal(b->n, strlen(expected));
	assert_memory_equal(b->bytes, expected, b->n);
	assert_int_equal(source_unix.write(b->source, "x", 1), -ENOTCONN);
}

static void it_may_be_closed_while_it_tries(void **state)
{
	struct bench *b = *state;

	for (int ms = 0; ms < 120; ms += 10) {
		open_it(b);
		turn_for(b, ms);
		close_it(b);
		turn_for(b, 1);
	}
}

static void it_may_be_closed_with_typing_under_way(void **state)
{
	struct bench *b = *state;
	int listener = listen_at(b->path);
	char *much = calloc(1, 1 << 19);

	open_it(b);
	wait_for(b, &b->ups, 1);
	assert_int_equal(source_unix.write(b->source, much, 1 << 19), 0);
	close_it(b);
	turn_for(b, 5);
	free(much);
	close(listener);
}

static void it_may_be_closed_from_its_callbacks(void **state)
{
	struct bench *b = *state;
	int listener = listen_at(b->path), peer;

	b->close_on_bytes = true;
	open_it(b);
	wait_for(b, &b->ups, 1);
	peer = accept(listener, NULL, NULL);
	assert_int_equal(write(peer, "x", 1), 1);
	wait_for(b, &b->calls, 1);
	close(peer);
	turn_for(b, 100);
	assert_int_equal(b->downs, 0);

	b->close_on_bytes = false;
	b->close_on_down = true;
	b->ups = 0;
	open_it(b);
	wait_for(b, &b->ups, 1);
	close(accept(listener, NULL, NULL));
	wait_for(b, &b->downs, 1);
	turn_for(b, 100);
	assert_int_equal(b->ups, 1);
	close(listener);
}

/* libuv would cut it, and connect to another socket. */
static void a_path_that_is_too_long_is_refused(void **state)
{
	struct bench *b = *state;
	struct source *s = NULL;
	char path[200];

	memset(path, 'a', sizeof(path));
	path[0] = '/';
	path[108] = '\0';
	assert_int_equal(source_unix.open(&b->loop, path, &ops, b, &s), -ENAMETOOLONG);
	assert_null(s);
}

static void nothing_is_closed_without_complaint(void **state)
{
	source_unix.close(NULL);
	source_udp_close(NULL);
}

/* ---- UDP ---- */

/* Two sockets of 127.0.0.1: the first bound, the second connected to it. */
static void udp_pair(int *bound, int *sender)
{
	struct sockaddr_in sin = {.sin_family = AF_INET,
				  .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
	socklen_t len = sizeof(sin);

	*bound = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	*sender = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(*bound, (struct sockaddr *)&sin, len), 0);
	assert_int_equal(getsockname(*bound, (struct sockaddr *)&sin, &len), 0);
	assert_int_equal(connect(*sender, (struct sockaddr *)&sin, len), 0);
}

static void each_datagram_is_one_call(void **state)
{
	struct bench *b = *state;
	struct source *s;
	int bound, sender;

	udp_pair(&bound, &sender);
	assert_int_equal(source_udp_open(&b->loop, bound, &ops, b, &s), 0);
	assert_int_equal(send(sender, "one", 3, 0), 3);
	assert_int_equal(send(sender, "", 0, 0), 0);
	assert_int_equal(send(sender, "t\0wo", 4, 0), 4);
	wait_for(b, &b->calls, 2);
	turn_for(b, 20);
	assert_int_equal(b->calls, 2); /* an empty one says nothing */
	assert_int_equal(b->n, 7);
	assert_memory_equal(b->bytes, "onet\0wo", 7);
	source_udp_close(s);
	turn_for(b, 1);
	close(sender);
}

static void the_largest_datagram_comes_whole(void **state)
{
	struct bench *b = *state;
	char *big = malloc(65507);
	struct source *s;
	int bound, sender;

	assert_non_null(big);
	memset(big, 'd', 65507);
	udp_pair(&bound, &sender);
	assert_int_equal(source_udp_open(&b->loop, bound, &ops, b, &s), 0);
	assert_int_equal(send(sender, big, 65507, 0), 65507);
	wait_for(b, &b->calls, 1);
	assert_int_equal(b->n, 65507);
	source_udp_close(s);
	source_udp_close(s);
	turn_for(b, 1);
	free(big);
	close(sender);
}

static void what_is_no_socket_is_refused(void **state)
{
	struct bench *b = *state;
	struct source *s = NULL;
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	assert_true(source_udp_open(&b->loop, fd, &ops, b, &s) < 0);
	assert_null(s);
	assert_int_equal(fcntl(fd, F_GETFD), -1); /* taken over: closed */
	turn_for(b, 1);
}

#define SOURCE_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SOURCE_TEST(it_waits_for_the_other_side_to_start),
		SOURCE_TEST(bytes_come_as_they_were_sent),
		SOURCE_TEST(what_is_typed_arrives_in_order),
		SOURCE_TEST(typing_to_a_line_that_does_not_read_is_bounded),
		SOURCE_TEST(it_comes_back_when_the_other_side_does),
		SOURCE_TEST(it_may_be_closed_while_it_tries),
		SOURCE_TEST(it_may_be_closed_with_typing_under_way),
		SOURCE_TEST(it_may_be_closed_from_its_callbacks),
		SOURCE_TEST(a_path_that_is_too_long_is_refused),
		SOURCE_TEST(each_datagram_is_one_call),
		SOURCE_TEST(the_largest_datagram_comes_whole),
		SOURCE_TEST(what_is_no_socket_is_refused),
		cmocka_unit_test(nothing_is_closed_without_complaint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
