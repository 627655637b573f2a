/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One console source and what it tells, for tests. Include <cmocka.h> first. */
#ifndef KDEV_TESTS_SOURCE_BENCH_H
#define KDEV_TESTS_SOURCE_BENCH_H

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "console/sources/source.h"

struct source_bench {
	uv_loop_t loop;
	const struct source_driver *driver;
	struct source *source;
	int ups, downs, calls;
	char bytes[65536];
	size_t n;
	char why[512]; /* of the last down */
	bool close_on_bytes, close_on_down;
};

static inline void source_bench_close(struct source_bench *b)
{
	if (b->source)
		b->driver->close(b->source);
	b->source = NULL;
}

static inline void source_bench_bytes(void *arg, const void *bytes, size_t n)
{
	struct source_bench *b = arg;

	assert_non_null(b->source); /* nothing comes after the close */
	b->calls++;
	assert_true(b->n + n < sizeof(b->bytes));
	memcpy(b->bytes + b->n, bytes, n);
	b->n += n;
	if (b->close_on_bytes)
		source_bench_close(b);
}

static inline void source_bench_state(void *arg, bool up, const char *why)
{
	struct source_bench *b = arg;

	assert_non_null(b->source);
	if (up) {
		b->ups++;
		assert_string_equal(why, "");
		return;
	}
	b->downs++;
	assert_true(*why);
	for (const char *p = why; *p; p++)
		assert_true(*p >= ' ' && *p < 0x7f);
	snprintf(b->why, sizeof(b->why), "%s", why);
	if (b->close_on_down)
		source_bench_close(b);
}

static inline int source_bench_setup(void **state)
{
	struct source_bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	signal(SIGPIPE, SIG_IGN);
	uv_loop_init(&b->loop);
	*state = b;
	return 0;
}

static inline int source_bench_teardown(void **state)
{
	struct source_bench *b = *state;

	source_bench_close(b);
	uv_run(&b->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&b->loop), 0); /* nothing was left open */
	free(b);
	return 0;
}

static inline void source_bench_open(struct source_bench *b, const struct source_driver *d,
				     const char *where)
{
	static const struct source_ops ops = {
		.bytes = source_bench_bytes,
		.state = source_bench_state,
	};

	b->driver = d;
	assert_int_equal(d->open(&b->loop, where, &ops, b, &b->source), 0);
	assert_int_equal(b->ups + b->downs, 0); /* the first word comes from the loop */
}

/* -EINVAL for what is no place. */
static inline int source_bench_refuses(struct source_bench *b, const struct source_driver *d,
				       const char *where)
{
	static const struct source_ops ops = {
		.bytes = source_bench_bytes,
		.state = source_bench_state,
	};

	return d->open(&b->loop, where, &ops, b, &b->source);
}

static inline void source_bench_turn(struct source_bench *b, int ms)
{
	for (int i = 0; i < ms; i++) {
		uv_run(&b->loop, UV_RUN_NOWAIT);
		usleep(1000);
	}
}

/* Until *count has come to n; fails the test after some seconds. */
static inline void source_bench_wait(struct source_bench *b, const int *count, int n)
{
	for (int i = 0; i < 10000 && *count < n; i++)
		source_bench_turn(b, 1);
	assert_true(*count >= n);
}

/* Until so many bytes have come. */
static inline void source_bench_wait_bytes(struct source_bench *b, size_t n)
{
	for (int i = 0; i < 10000 && b->n < n; i++)
		source_bench_turn(b, 1);
	assert_int_equal(b->n, n);
}

#endif
