/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the parts of the board's state machine; not for others. */
#ifndef KDEV_WATCHDOG_BOARD_INTERNAL_H
#define KDEV_WATCHDOG_BOARD_INTERNAL_H

#include "watchdog/board_state.h"

/* The only place where the state changes; tells the owner. */
void board_enter(struct board_watch *w, enum board_state to, struct monotime now, const char *fmt,
		 ...) __attribute__((format(printf, 4, 5)));

/* The board began to boot and nobody asked: tell the owner, forget the boot before. `sign` is how
 * we know. The caller then enters the state that it is in. */
void board_self_reset(struct board_watch *w, const char *sign, struct monotime now);

/* Was a kernel heard of in this boot? Then a sign of a boot is one of another. */
bool board_kernel_ran(const struct board_watch *w);

/* The boot got on: it has some time from now in any case. */
static inline void board_progress(struct board_watch *w, struct monotime now)
{
	struct monotime more = mono_add(now, w->cfg.boot_us / 2);

	if (w->boot_deadline.us < more.us)
		w->boot_deadline = more;
}

/* A healthy server answers the agent's probe, which asks each second, in milliseconds. It is given
 * time to be healthy again; but one that was never heard to answer is not taken for healthy. */
#define BOARD_NFS_FRESH_MS 3000
#define BOARD_NFS_QUIET_MS 10000

static inline bool board_nfs_quiet(const struct board_watch *w)
{
	return w->heartbeat.nfs_ms > (w->root_seen ? BOARD_NFS_QUIET_MS : BOARD_NFS_FRESH_MS);
}

static inline double board_seconds(int64_t us)
{
	return (double)us / 1e6;
}

#endif
