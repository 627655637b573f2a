/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Monotonic time as a type of its own, so that it can't be mixed with wall
 * time or with a plain number of some unit. Wall time is only for people.
 */
#ifndef KDEV_CONSOLE_MONOTIME_H
#define KDEV_CONSOLE_MONOTIME_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* A point on CLOCK_MONOTONIC in microseconds. */
struct monotime {
	int64_t us;
};

#define MONO_MS(n)  ((int64_t)(n)*1000)
#define MONO_SEC(n) ((int64_t)(n)*1000000)

/* "No deadline": later than every real time. */
#define MONO_NEVER ((struct monotime){INT64_MAX})

/* The clock itself: called at the edges only, never by the pure core. */
static inline struct monotime mono_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (struct monotime){(int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000};
}

/* t + us, saturating: NEVER stays NEVER. us may be negative. */
static inline struct monotime mono_add(struct monotime t, int64_t us)
{
	int64_t sum;

	if (t.us == INT64_MAX || __builtin_add_overflow(t.us, us, &sum))
		return MONO_NEVER;
	return (struct monotime){sum};
}

/* a - b in microseconds. */
static inline int64_t mono_diff(struct monotime a, struct monotime b)
{
	return a.us - b.us;
}

/* True when the deadline has been reached; NEVER is never reached. */
static inline bool mono_due(struct monotime deadline, struct monotime now)
{
	return deadline.us != INT64_MAX && now.us >= deadline.us;
}

static inline struct monotime mono_min(struct monotime a, struct monotime b)
{
	return a.us < b.us ? a : b;
}

static inline bool mono_is_never(struct monotime t)
{
	return t.us == INT64_MAX;
}

#endif
