/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The relay holder: the process that has the relay's device open and does the presses, started by
 * relay_client.h with a socket as its standard input, in a session of its own. It keeps the device
 * open, so that modem lines move only when they are told to. It guards each press (relay_guard.h),
 * finishes it when its client dies, and then ends.
 *
 * One request at a time, a line of text each:
 *
 *   set CHANNEL 0|1         open or close it          -> ok STATE
 *   get CHANNEL             read it                   -> ok STATE
 *   pulse CHANNEL 0|1 MS    set it, then back again   -> begun, then ok STATE
 *
 * STATE is 1, 0 or -1 (the device can't say). Instead of ok: err ERRNO WHY, ERRNO positive.
 */
#ifndef KDEV_WATCHDOG_POWER_RELAY_HOLDER_H
#define KDEV_WATCHDOG_POWER_RELAY_HOLDER_H

#define RELAY_LINE_MAX 512

/* The longest press that is done: a slip in a configuration must not hold a button for an hour. */
#define RELAY_PULSE_MAX_MS 60000

/* Serve the client at standard input until it is gone. 0, or a negative errno. */
int relay_holder_run(const char *driver, const char *where);

#endif
