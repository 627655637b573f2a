/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/attendant/vmcore_stream.c */
/* A core's stream: whole, in pieces, cut, and made to do harm. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "harness/attendant/vmcore_stream.h"

#define MAX 256

static uint8_t stream[VMCORE_HEAD + 1024], core[MAX];
static size_t len;

static int put(void *arg, uint64_t at, const void *bytes, size_t n)
{
	assert_true(at <= MAX && n <= MAX - at);
	memcpy(core + at, bytes, n);
	return arg ? *(int *)arg : 0;
}

static void add64(uint64_t v)
{
	for (int i = 7; i >= 0; i--)
		stream[len++] = (uint8_t)(v >> (8 * i));
}

static void add_bytes(const char *bytes, size_t n)
{
	memcpy(stream + len, bytes, n);
	len += n;
}

static void add_part(uint64_t at, uint64_t n, const char *bytes)
{
	add64(at);
	add64(n);
	add_bytes(bytes, strlen(bytes));
}

static void begin(void)
{
	memset(stream, 0, sizeof(stream));
	memset(core, '.', sizeof(core));
	len = 0;
	add_bytes("makedumpfile\0\0\0\0", 16);
	add64(1);
	add64(1);
	len = VMCORE_HEAD;
}

static int feed(struct vmcore_stream *s, size_t step)
{
	int err = 0;

	*s = (struct vmcore_stream){0};
	for (size_t i = 0; i < len && !err; i += step)
		err = vmcore_stream_feed(s, stream + i, len - i < step ? len - i : step, MAX, put,
					 NULL);
	return err;
}

static void parts_come_to_their_places_however_they_are_cut(void **state)
{
	struct vmcore_stream s;

	for (size_t step = 1; step < 40; step++) {
		begin();
		add_part(8, 5, "hello");
		add_part(0, 3, "abc");
		add_part(251, 5, "there");
		add64(UINT64_MAX);
		add64(UINT64_MAX);
		assert_int_equal(feed(&s, step), 0);
		assert_true(s.whole);
		assert_int_equal(s.bytes, 13);
		assert_memory_equal(core, "abc.....hello", 13);
		assert_memory_equal(core + 251, "there", 5);
	}
}

static void a_stream_that_is_cut_is_not_whole(void **state)
{
	struct vmcore_stream s;

	begin();
	add_part(0, 3, "abc");
	assert_int_equal(feed(&s, 100), 0);
	assert_false(s.whole);
	add64(UINT64_MAX);
	assert_int_equal(feed(&s, 100), 0);
	assert_false(s.whole);
}

static void what_is_no_such_stream_is_refused_at_its_first_byte(void **state)
{
	struct vmcore_stream s = {0};

	assert_int_equal(vmcore_stream_feed(&s, "GET / HTTP/1.0", 14, MAX, put, NULL), -EPROTO);
	begin();
	stream[31] = 2; /* another version */
	assert_int_equal(feed(&s, 1), -EPROTO);
}

static void no_part_may_lie_beyond_the_limit(void **state)
{
	static const uint64_t bad[][2] = {
		{252, 5}, {257, 1}, {0, 257}, {INT64_MAX, 1}, {1, INT64_MAX},
	};
	struct vmcore_stream s;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		begin();
		add_part(bad[i][0], bad[i][1], "");
		assert_int_equal(feed(&s, 64), -EFBIG);
	}
	begin();
	add_part(UINT64_MAX, 5, "");
	assert_int_equal(feed(&s, 64), -EPROTO);
	begin();
	add_part(5, UINT64_MAX, "");
	assert_int_equal(feed(&s, 64), -EPROTO);
	begin();
	add_part(5, 0, "");
	assert_int_equal(feed(&s, 64), -EPROTO);
}

static void nothing_comes_after_the_end(void **state)
{
	struct vmcore_stream s;

	begin();
	add64(UINT64_MAX);
	add64(UINT64_MAX);
	add_part(0, 3, "abc");
	assert_int_equal(feed(&s, 7), -EPROTO);
	assert_memory_equal(core, "...", 3);
}

static void an_error_of_the_disk_ends_it(void **state)
{
	struct vmcore_stream s = {0};
	int full = -ENOSPC;

	begin();
	add_part(0, 3, "abc");
	assert_int_equal(vmcore_stream_feed(&s, stream, len, MAX, put, &full), -ENOSPC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_come_to_their_places_however_they_are_cut),
		cmocka_unit_test(a_stream_that_is_cut_is_not_whole),
		cmocka_unit_test(what_is_no_such_stream_is_refused_at_its_first_byte),
		cmocka_unit_test(no_part_may_lie_beyond_the_limit),
		cmocka_unit_test(nothing_comes_after_the_end),
		cmocka_unit_test(an_error_of_the_disk_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
