/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One power driver and the results of its operations, for tests. */
#ifndef KDEV_TESTS_POWER_BENCH_H
#define KDEV_TESTS_POWER_BENCH_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "console/monotime.h"
#include "watchdog/power/power.h"

struct power_bench {
	uv_loop_t loop;
	struct power *power;
	int calls, err, on;
	char why[640];
	char open_err[256];
};

static inline void power_bench_done(void *arg, int err, int on, const char *why)
{
	struct power_bench *b = arg;

	b->calls++;
	b->err = err;
	b->on = on;
	snprintf(b->why, sizeof(b->why), "%s", why);
}

/* Turn the loop until *count is at least n, ten seconds at most; false if it is not. */
static inline bool power_bench_until(struct power_bench *b, const int *count, int n)
{
	struct monotime end = mono_add(mono_now(), MONO_SEC(10));

	while (*count < n && !mono_due(end, mono_now())) {
		uv_run(&b->loop, UV_RUN_NOWAIT);
		usleep(300);
	}
	return *count >= n;
}

/* 0 or the error; -ETIME if done never came. */
static inline int power_bench_act(struct power_bench *b, enum power_verb verb)
{
	int before = b->calls, err = power_act(b->power, verb, power_bench_done, b);

	if (err)
		return err;
	return power_bench_until(b, &b->calls, before + 1) ? b->err : -ETIME;
}

static inline int power_bench_open(struct power_bench *b, const char *driver, const char *device)
{
	const struct power_settings s = {.driver = driver, .device = device, .off_us = MONO_MS(50)};

	return power_open(&b->loop, &s, &b->power, b->open_err, sizeof(b->open_err));
}

static inline void power_bench_end(struct power_bench *b)
{
	power_close(b->power);
	b->power = NULL;
	uv_run(&b->loop, UV_RUN_DEFAULT);
}

#endif
