/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What it means that nothing was heard of the board. */
#include <inttypes.h>
#include <stdio.h>

#include "watchdog/board_internal.h"

/* A tick this much later than wanted means that we did not run, and what was sent to us meanwhile
 * is still to be read: wait as long again. */
#define LATE_TICK_US MONO_MS(250)

/* Heartbeats are missing from here on. */
static struct monotime silence_due(const struct board_watch *w)
{
	if (w->unknown)
		return mono_add(w->since, w->cfg.heartbeat_us);
	if (w->state == BOARD_READY || w->state == BOARD_NFS_STALLED ||
	    w->state == BOARD_NETWORK_LOST)
		return mono_add(w->last_heartbeat, w->cfg.heartbeat_us);
	return MONO_NEVER;
}

static void describe_console(const struct board_watch *w, struct monotime now, char *buf,
			     size_t size)
{
	if (mono_is_never(w->last_console))
		snprintf(buf, size, "its console said nothing");
	else
		snprintf(buf, size, "its console last spoke %.1f s ago",
			 board_seconds(mono_diff(now, w->last_console)));
}

static void hung(struct board_watch *w, struct monotime now)
{
	char console[64];

	describe_console(w, now, console, sizeof(console));
	if (w->unknown) {
		w->unknown = false;
		board_enter(w, BOARD_HUNG, now, "found running, but no heartbeat for %.1f s; %s",
			    board_seconds(mono_diff(now, w->since)), console);
		return;
	}
	board_enter(w, BOARD_HUNG, now,
		    "no heartbeat for %.1f s%s (the last at %.1f s of its uptime); %s",
		    board_seconds(mono_diff(now, w->last_heartbeat)),
		    w->state == BOARD_NFS_STALLED    ? " while its NFS root did not answer"
		    : w->state == BOARD_NETWORK_LOST ? " while its network was down"
						     : "",
		    (double)w->heartbeat.uptime_ms / 1e3, console);
}

static void never_came(struct board_watch *w, struct monotime now)
{
	struct monotime began = mono_is_never(w->boot_began) ? w->since : w->boot_began;
	double waited = board_seconds(mono_diff(now, began));
	char console[64];

	describe_console(w, now, console, sizeof(console));
	if (w->trouble[0])
		board_enter(w, BOARD_NEVER_CAME, now, "not ready within %.1f s; it says: %s",
			    waited, w->trouble);
	else if (w->heartbeat.boot_id[0])
		board_enter(w, BOARD_NEVER_CAME, now,
			    "its agent speaks, but did not say ready within %.1f s", waited);
	else if (w->kernel_nfs_stalled)
		board_enter(w, BOARD_NEVER_CAME, now,
			    "its kernel waits for the NFS server, %.1f s after the %s", waited,
			    w->boot_by);
	else if (w->state == BOARD_BOOTING)
		board_enter(w, BOARD_NEVER_CAME, now,
			    "its kernel started, but its agent was not heard within %.1f s; %s",
			    waited, console);
	else
		board_enter(w, BOARD_NEVER_CAME, now, "no kernel started within %.1f s; %s", waited,
			    console);
}

void board_watch_tick(struct board_watch *w, struct monotime now)
{
	struct monotime silence = silence_due(w), due = mono_min(silence, w->boot_deadline);

	if (!mono_due(due, now)) {
		w->grace = MONO_NEVER;
		return;
	}
	if (mono_is_never(w->grace) && mono_diff(now, due) > LATE_TICK_US)
		w->grace = mono_add(now, LATE_TICK_US);
	if (!mono_is_never(w->grace) && !mono_due(w->grace, now))
		return;
	if (mono_due(silence, now))
		hung(w, now);
	else
		never_came(w, now);
}

struct monotime board_watch_wakeup(const struct board_watch *w)
{
	if (!mono_is_never(w->grace))
		return w->grace;
	return mono_min(silence_due(w), w->boot_deadline);
}
