/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A monotonic clock that can be put forward. */
#include "tests/fakes/skewed_clock.h"

#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static time_t skew_ms;

void skew_clock(unsigned ms)
{
	skew_ms += (time_t)ms;
}

int clock_gettime(clockid_t id, struct timespec *ts)
{
	int err = (int)syscall(SYS_clock_gettime, id, ts);

	if (err || (id != CLOCK_MONOTONIC && id != CLOCK_MONOTONIC_COARSE))
		return err;
	ts->tv_nsec += skew_ms % 1000 * 1000000;
	ts->tv_sec += skew_ms / 1000 + ts->tv_nsec / 1000000000;
	ts->tv_nsec %= 1000000000;
	return 0;
}
