/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a heartbeat says of the board's state, and which heartbeats say nothing. */
#include <string.h>

#include "watchdog/board_internal.h"

#define LATE_US         MONO_SEC(3)  /* no datagram is on its way for longer */
#define NO_EFFECT_US    MONO_SEC(10) /* if the old boot speaks so long after a reset of ours */
#define UPTIME_SLACK_MS 1000
#define STALE_US        MONO_SEC(3) /* a server that starts may not know its exports at once */
#define NETWORK_US      MONO_SEC(3) /* datagrams come each second; without any, the network is gone */

static bool same_boot(const struct heartbeat *hb, const char *boot_id)
{
	return !strcmp(hb->boot_id, boot_id);
}

/* Is it of a boot before this one? */
static bool is_old(const struct board_watch *w, const struct heartbeat *hb, struct monotime now)
{
	if (same_boot(hb, w->heartbeat.boot_id))
		return false;
	if (same_boot(hb, w->old_boot_id))
		return true;
	/* Of a board that was adopted and reset at once no id is known; but no kernel is older
	 * than the reset that started it. */
	return w->commanded && !w->heartbeat.boot_id[0] &&
	       hb->uptime_ms > (uint64_t)mono_diff(now, w->boot_began) / 1000 + UPTIME_SLACK_MS;
}

static void take(struct board_watch *w, const struct heartbeat *hb, struct monotime now)
{
	if (same_boot(hb, w->heartbeat.boot_id) && hb->seq > w->heartbeat.seq)
		w->heartbeats_lost += hb->seq - w->heartbeat.seq - 1;
	w->heartbeat = *hb;
	w->last_heartbeat = now;
	w->expect_boot = w->unknown = false;
	w->root_seen |= hb->nfs_ms < BOARD_NFS_FRESH_MS;
	if (!hb->stale)
		w->stale_since = MONO_NEVER;
	else if (mono_is_never(w->stale_since))
		w->stale_since = now;
	/* The server answered the agent after the kernel complained: all is well again, even if
	 * the kernel's own message of that got lost. */
	if (w->kernel_nfs_stalled && (int64_t)hb->nfs_ms < mono_diff(now, w->nfs_stalled_at) / 1000)
		w->kernel_nfs_stalled = false;
}

/* It lives: ready, if it says so. */
static void alive(struct board_watch *w, struct monotime now, const char *why)
{
	if (!w->heartbeat.ready) {
		w->boot_deadline = mono_add(now, w->cfg.boot_us);
		board_enter(w, BOARD_BOOTING, now, "%s, not ready yet", why);
		return;
	}
	if (mono_is_never(w->ready_at))
		w->ready_at = now;
	board_enter(w, BOARD_READY, now, "%s", why);
}

/*
 * The old boot speaks. Right after a reset that is a datagram that was on its way. Later, it was
 * not reset: our button did nothing, or what looked like a boot was only text.
 */
static void old_heartbeat(struct board_watch *w, const struct heartbeat *hb, struct monotime now)
{
	struct monotime since = w->state == BOARD_OFF ? w->since : w->boot_began;
	int64_t past = mono_is_never(since) ? 0 : mono_diff(now, since);

	w->old_heard = now;
	if (past < LATE_US || w->heartbeat.boot_id[0])
		return;
	if (w->commanded) {
		if (past >= NO_EFFECT_US && w->state == BOARD_FIRMWARE)
			board_enter(w, BOARD_NEVER_CAME, now,
				    "the %s had no effect: %.1f s after it the old boot still "
				    "sends heartbeats",
				    w->boot_by, board_seconds(past));
		return;
	}
	take(w, hb, now);
	w->old_boot_id[0] = '\0';
	w->boot_began = MONO_NEVER;
	alive(w, now, "its heartbeats went on: the same boot still runs");
}

/* A board that is booting, or was late. `first`: of this boot. */
static void booting_heartbeat(struct board_watch *w, bool first, struct monotime now)
{
	bool found = mono_is_never(w->boot_began);

	if (w->heartbeat.ready) {
		w->ready_at = now;
		if (found)
			board_enter(w, BOARD_READY, now, "found ready, up for %.1f s",
				    (double)w->heartbeat.uptime_ms / 1e3);
		else
			board_enter(w, BOARD_READY, now, "ready %.1f s after the %s",
				    board_seconds(mono_diff(now, w->boot_began)), w->boot_by);
		return;
	}
	if (!first)
		return;
	if (mono_is_never(w->boot_deadline))
		w->boot_deadline = found ? mono_add(now, w->cfg.boot_us) : now;
	board_progress(w, now);
	if (w->state != BOARD_BOOTING || found)
		board_enter(w, BOARD_BOOTING, now, "its agent speaks, not ready yet");
}

/* Back to what it was when heartbeats come in a state that has none. */
static void back(struct board_watch *w, struct monotime last, struct monotime now)
{
	if (w->state == BOARD_PANICKED)
		alive(w, now, "its heartbeats go on: it did not panic");
	else if (mono_is_never(last))
		alive(w, now, "its heartbeats came");
	else
		board_enter(w, BOARD_READY, now, "its heartbeats are back after %.1f s of silence",
			    board_seconds(mono_diff(now, last)));
}

static void check_nfs(struct board_watch *w, struct monotime now)
{
	bool quiet = board_nfs_quiet(w), stalled = w->kernel_nfs_stalled || quiet;
	bool gone = quiet && !mono_is_never(w->stale_since) &&
		    mono_diff(now, w->stale_since) >= STALE_US;
	bool news = gone && !w->root_gone;

	w->root_gone = gone;
	if (gone && (w->state == BOARD_READY || (news && w->state == BOARD_NFS_STALLED)))
		board_enter(w, BOARD_NFS_STALLED, now,
			    "its NFS root is gone: the server has known nothing of it for %.1f s, "
			    "and only another boot helps",
			    (double)w->heartbeat.nfs_ms / 1e3);
	else if (stalled && w->state == BOARD_READY && w->kernel_nfs_stalled)
		board_enter(w, BOARD_NFS_STALLED, now,
			    "its kernel says that the NFS server does not respond");
	else if (stalled && w->state == BOARD_READY)
		board_enter(w, BOARD_NFS_STALLED, now,
			    "its NFS root has not answered for %.1f s; its agent lives",
			    (double)w->heartbeat.nfs_ms / 1e3);
	else if (!stalled && w->state == BOARD_NFS_STALLED)
		board_enter(w, BOARD_READY, now, "its NFS root answers again after %.1f s",
			    board_seconds(mono_diff(now, w->since)));
}

/* Is it of a boot after the one we know of? */
static bool is_another_boot(const struct board_watch *w, const struct heartbeat *hb,
			    struct monotime now)
{
	if (w->heartbeat.boot_id[0])
		return !same_boot(hb, w->heartbeat.boot_id);
	/* Nothing was heard before it panicked: a kernel that is younger than the panic. */
	return w->state == BOARD_OFF || (w->state == BOARD_PANICKED &&
					 hb->uptime_ms < (uint64_t)mono_diff(now, w->since) / 1000);
}

static void heard(struct board_watch *w, const struct heartbeat *hb, struct monotime now)
{
	struct monotime last = w->last_heartbeat;

	if (is_old(w, hb, now)) {
		old_heartbeat(w, hb, now);
		return;
	}
	if (is_another_boot(w, hb, now)) {
		board_self_reset(w, "a heartbeat of another boot came", now);
		take(w, hb, now);
		alive(w, now, "its agent speaks");
		check_nfs(w, now);
		return;
	}
	/* Sent just before the panic's first line was. */
	if (w->state == BOARD_PANICKED && mono_diff(now, w->since) < LATE_US)
		return;
	take(w, hb, now);
	switch (w->state) {
	case BOARD_FIRMWARE:
	case BOARD_BOOTING:
	case BOARD_NEVER_CAME: booting_heartbeat(w, mono_is_never(last), now); break;
	case BOARD_HUNG:
	case BOARD_PANICKED: back(w, last, now); break;
	default: break;
	}
	check_nfs(w, now);
}

void board_watch_heartbeat(struct board_watch *w, const struct heartbeat *hb, struct monotime now)
{
	bool lost = w->state == BOARD_NETWORK_LOST;
	struct monotime since = w->since;

	w->last_datagram = now;
	if (lost && same_boot(hb, w->heartbeat.boot_id))
		board_enter(w, BOARD_READY, now, "its network is back after %.1f s",
			    board_seconds(mono_diff(now, since)));
	heard(w, hb, now);
}

void board_watch_console_beat(struct board_watch *w, const struct heartbeat *hb,
			      struct monotime now)
{
	bool silent =
		mono_is_never(w->last_datagram) || mono_diff(now, w->last_datagram) >= NETWORK_US;

	/* A line is no proof of another boot: it may be printed from an old log. */
	if (w->heartbeat.boot_id[0] && !same_boot(hb, w->heartbeat.boot_id))
		return;
	heard(w, hb, now);
	if (silent && same_boot(hb, w->heartbeat.boot_id) &&
	    (w->state == BOARD_READY || w->state == BOARD_NFS_STALLED))
		board_enter(w, BOARD_NETWORK_LOST, now,
			    "its network is down: its agent lives, but is heard on the console "
			    "alone");
}
