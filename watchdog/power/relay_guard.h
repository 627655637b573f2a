/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guard of one press: a process of its own that lets the button go whatever becomes of us. It
 * is forked before the contact closes, shares the open device, is in a session of its own, is
 * nobody's child and ignores every signal that can be ignored. When the one that presses has let go
 * it dismisses the guard; if it dies, the guard does its work when the press's time is over, and if
 * it is stuck (a USB transfer can be), a little later.
 *
 * So a button stays pressed only if presser and guard are both killed by SIGKILL while it is
 * pressed, and whoever started the press is dead too, or it would let go (relay_client.h). No
 * signal to a process group, a session, a parent or to all that is named kdev does that. These do:
 *
 *  - SIGKILL to each by its own number;
 *  - SIGKILL to all of a control group, since all are in one: cgroup.kill, systemctl kill -s KILL,
 *    systemd-oomd, a container that is destroyed. (systemctl stop is not among them: its SIGTERM is
 *    ignored, and its SIGKILL comes long after the press);
 *  - the end of the host: a panic, or a power cut where the relay has a supply of its own. One that
 *    lives from USB opens without.
 *
 * Then the next attendant lets go when it starts (power_release()). None of the relays that we
 * drive has a press that it times itself. Modem lines need none of this: the kernel lowers them
 * when the last of these is dead (relay_line.c).
 */
#ifndef KDEV_WATCHDOG_POWER_RELAY_GUARD_H
#define KDEV_WATCHDOG_POWER_RELAY_GUARD_H

#include "console/monotime.h"
#include "watchdog/power/relay.h"

/* Added to the time of the press before the guard interferes with a presser that lives. */
#define RELAY_GUARD_GRACE_US MONO_MS(300)

struct relay_guard {
	int fd; /* to the guard; -1: none */
};

/*
 * Begin to guard: at `due` the channel is to be set to `rest`. The driver's device must be open
 * already. Returns when the guard has said that it is ready, at most a second later: 0, or a
 * negative errno and there is none.
 */
int relay_guard_start(struct relay_guard *g, struct relay *r, unsigned channel, bool rest,
		      struct monotime due);

/* The channel is at rest. Accepts one that is not there. */
void relay_guard_dismiss(struct relay_guard *g);

#endif
