/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For relay drivers whose device is set and read by one system call: the result is
 * there at once, and is told from the loop as the interface asks.
 */
#ifndef KDEV_WATCHDOG_POWER_RELAY_AT_ONCE_H
#define KDEV_WATCHDOG_POWER_RELAY_AT_ONCE_H

#include "watchdog/power/relay.h"

struct relay_at_once {
	struct relay base;
	uv_timer_t timer;
	char *where;
	relay_done_fn done;
	void *arg;
	int err, closed;
	char why[256];
};

/* r was made by malloc(), for relay_at_once_end(); `where` is copied. */
int relay_at_once_begin(struct relay_at_once *r, const struct relay_driver *d, uv_loop_t *loop,
			const char *where);

/* To be called first by set and get: -EBUSY, or 0 and done is remembered. */
int relay_at_once_take(struct relay_at_once *r, relay_done_fn done, void *arg);

/* And last: err is 0 or a negative errno; `what` (may be NULL) says more than the errno. */
int relay_at_once_tell(struct relay_at_once *r, unsigned channel, int err, int closed,
		       const char *what);

/* Ends what is under way with -ECANCELED; frees r itself when libuv has closed. */
void relay_at_once_end(struct relay_at_once *r);

#endif
