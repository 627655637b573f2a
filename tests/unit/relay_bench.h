/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One relay driver and the results of its operations, for tests. */
#ifndef KDEV_TESTS_RELAY_BENCH_H
#define KDEV_TESTS_RELAY_BENCH_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "watchdog/power/relay.h"

struct relay_bench {
	uv_loop_t loop;
	struct relay *relay;
	int calls, err, closed;
	char why[256];
};

static inline void relay_bench_done(void *arg, int err, int closed, const char *why)
{
	struct relay_bench *b = arg;

	b->calls++;
	b->err = err;
	b->closed = closed;
	snprintf(b->why, sizeof(b->why), "%s", why);
}

static inline void relay_bench_finish(struct relay_bench *b)
{
	int before = b->calls;

	/* libuv 1.44 runs timers first, and UV_RUN_ONCE then waits for something else. */
	while (b->calls == before) {
		uv_run(&b->loop, UV_RUN_NOWAIT);
		usleep(200);
	}
}

/* 0 or the error. */
static inline int relay_bench_set(struct relay_bench *b, unsigned channel, bool closed)
{
	int err = b->relay->driver->set(b->relay, channel, closed, relay_bench_done, b);

	if (!err)
		relay_bench_finish(b);
	return err ? err : b->err;
}

/* 1, 0, -1 or the error. */
static inline int relay_bench_get(struct relay_bench *b, unsigned channel)
{
	int err = b->relay->driver->get(b->relay, channel, relay_bench_done, b);

	if (!err)
		relay_bench_finish(b);
	if (err)
		return err;
	return b->err ? b->err : b->closed;
}

static inline int relay_bench_open(struct relay_bench *b, const struct relay_driver *d,
				   const char *where)
{
	return d->open(d, &b->loop, where, &b->relay);
}

static inline void relay_bench_end(struct relay_bench *b)
{
	if (b->relay)
		b->relay->driver->close(b->relay);
	b->relay = NULL;
	uv_run(&b->loop, UV_RUN_DEFAULT);
}

#endif
