/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The relay holder: the process that has the relay's device open and does the presses, started by
 * relay_client.h with a socket as its standard input, in a session of its own. It keeps the device
 * open, so that modem lines move only when they are told to. It guards each press (relay_guard.h),
 * finishes it when its client dies, and then ends.
 *
 * One request at a time, and then its reply; a pulse has two replies, of its beginning and its end.
 * Both sides are the same program, so the messages are the structs as they are.
 */
#ifndef KDEV_WATCHDOG_POWER_RELAY_HOLDER_H
#define KDEV_WATCHDOG_POWER_RELAY_HOLDER_H

#include <stdint.h>

enum relay_job {
	RELAY_JOB_SET,   /* close or open it */
	RELAY_JOB_GET,   /* read it */
	RELAY_JOB_PULSE, /* set it, and after `ms` set it back */
};

struct relay_request {
	uint32_t job, channel, closed, ms;
};

struct relay_reply {
	int32_t err;    /* 0 or a negative errno */
	int32_t closed; /* 1, 0, or -1: the device can't say */
	uint32_t begun; /* of a pulse: another reply follows at its end */
	char why[244];  /* NUL-terminated; one line for people */
};

/* The longest press that is done: a slip in a configuration must not hold a button for an hour. */
#define RELAY_PULSE_MAX_MS 60000

/* Serve the client at standard input until it is gone. 0, or a negative errno. */
int relay_holder_run(const char *driver, const char *where);

#endif
