/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The other end of the relay holder: starts it when it is first needed (our own program with the
 * hidden command relay-holder), asks, and starts a new one if it died. If ours dies in the middle
 * of a press, its guard lets go; the operation fails, and whoever asked lets go once more.
 */
#ifndef KDEV_WATCHDOG_POWER_RELAY_CLIENT_H
#define KDEV_WATCHDOG_POWER_RELAY_CLIENT_H

#include "watchdog/power/relay.h"

struct relay_client;

/* `driver` and `where` are copied. 0, -EINVAL: no such driver, or -ENOMEM. */
int relay_client_new(uv_loop_t *loop, const char *driver, const char *where,
		     struct relay_client **out);

/* As a driver's operations (relay.h), one at a time. A pulse sets the channel and after `us` sets
 * it back; done comes after that. */
int relay_client_set(struct relay_client *c, unsigned channel, bool closed, relay_done_fn done,
		     void *arg);
int relay_client_get(struct relay_client *c, unsigned channel, relay_done_fn done, void *arg);
int relay_client_pulse(struct relay_client *c, unsigned channel, bool closed, int64_t us,
		       relay_done_fn done, void *arg);

/* An operation under way gets -ECANCELED from inside; the holder finishes a press and ends,
 * and the loop goes on until it has. Accepts NULL. */
void relay_client_close(struct relay_client *c);

#endif
