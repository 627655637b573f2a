/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The board's state: what power, console and kernel messages mean. board_heartbeat.c has
 * what heartbeats mean, board_silence.c what silence means.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "watchdog/board_internal.h"

#define TROUBLE_US MONO_SEC(30)

static const char *const names[] = {
	[BOARD_OFF] = "off",
	[BOARD_FIRMWARE] = "firmware",
	[BOARD_BOOTING] = "booting",
	[BOARD_READY] = "ready",
	[BOARD_NFS_STALLED] = "nfs-stalled",
	[BOARD_NETWORK_LOST] = "network-lost",
	[BOARD_HUNG] = "hung",
	[BOARD_PANICKED] = "panicked",
	[BOARD_NEVER_CAME] = "never-came",
};

const char *board_state_name(enum board_state s)
{
	return names[s];
}

void board_enter(struct board_watch *w, enum board_state to, struct monotime now, const char *fmt,
		 ...)
{
	struct board_change c = {.event = BOARD_EV_STATE, .from = w->state, .to = to};
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(c.reason, sizeof(c.reason), fmt, ap);
	va_end(ap);
	memcpy(w->reason, c.reason, sizeof(w->reason));
	w->state = to;
	w->since = now;
	w->grace = MONO_NEVER;
	if (to != BOARD_FIRMWARE && to != BOARD_BOOTING)
		w->boot_deadline = MONO_NEVER;
	if (w->fn)
		w->fn(w->arg, &c);
}

/* What was known is of the boot before. */
static void new_boot(struct board_watch *w, const char *by, struct monotime now)
{
	if (w->heartbeat.boot_id[0])
		memcpy(w->old_boot_id, w->heartbeat.boot_id, sizeof(w->old_boot_id));
	w->heartbeat = (struct heartbeat){0};
	w->heartbeats_lost = 0;
	w->firmware_at = w->kernel_at = w->ready_at = MONO_NEVER;
	w->last_heartbeat = w->last_datagram = w->last_console = w->old_heard = MONO_NEVER;
	w->expect_boot = w->commanded = w->unknown = w->kernel_nfs_stalled = false;
	w->asked_off = w->root_gone = false;
	w->root_seen = true;
	w->stale_since = MONO_NEVER;
	w->trouble[0] = '\0';
	w->trouble_at = MONO_NEVER;
	w->boot_began = now;
	w->boot_by = by;
	w->boot_deadline = mono_add(now, w->cfg.boot_us);
}

void board_watch_init(struct board_watch *w, const struct board_watch_config *cfg,
		      board_change_fn fn, void *arg, struct monotime now)
{
	*w = (struct board_watch){.cfg = *cfg,
				  .fn = fn,
				  .arg = arg,
				  .state = BOARD_OFF,
				  .reason = "not switched on yet",
				  .since = now,
				  .grace = MONO_NEVER};
	new_boot(w, "start", now);
	w->boot_began = w->boot_deadline = MONO_NEVER;
}

void board_self_reset(struct board_watch *w, const char *sign, struct monotime now)
{
	struct board_change c = {
		.event = BOARD_EV_SELF_RESET, .from = w->state, .to = BOARD_FIRMWARE};
	const char *what = w->state == BOARD_OFF        ? "switched on by other hands"
			   : w->state == BOARD_PANICKED ? "rebooted after its panic"
			   : w->state == BOARD_HUNG     ? "reset by itself after it had hung"
							: "reset by itself";

	if (mono_is_never(w->last_heartbeat))
		snprintf(c.reason, sizeof(c.reason), "%s: %s", what, sign);
	else
		snprintf(c.reason, sizeof(c.reason), "%s: %s, %.1f s after its last heartbeat",
			 what, sign, board_seconds(mono_diff(now, w->last_heartbeat)));
	new_boot(w, "reset", now);
	if (w->fn)
		w->fn(w->arg, &c);
}

bool board_kernel_ran(const struct board_watch *w)
{
	switch (w->state) {
	case BOARD_READY:
	case BOARD_NFS_STALLED:
	case BOARD_NETWORK_LOST:
	case BOARD_HUNG:
	case BOARD_PANICKED: return true;
	default: return !mono_is_never(w->kernel_at) || w->heartbeat.boot_id[0];
	}
}

static void begin_commanded(struct board_watch *w, const char *by, struct monotime now)
{
	new_boot(w, by, now);
	w->expect_boot = w->commanded = true;
	board_enter(w, BOARD_FIRMWARE, now, "%s by kdev", by);
}

void board_watch_power(struct board_watch *w, bool on, struct monotime now)
{
	if (on == (w->state != BOARD_OFF))
		return;
	if (on) {
		begin_commanded(w, "power-on", now);
		return;
	}
	new_boot(w, "power-off", now);
	w->boot_began = MONO_NEVER;
	board_enter(w, BOARD_OFF, now, "the power is off");
}

void board_watch_reset(struct board_watch *w, struct monotime now)
{
	begin_commanded(w, w->state == BOARD_OFF ? "power-on" : "reset", now);
}

void board_watch_kexec(struct board_watch *w, struct monotime ended, struct monotime now)
{
	begin_commanded(w, "panic", now);
	w->boot_began = ended;
}

/* A running system may power itself down for it, or not care; one that is off comes on. */
void board_watch_pressed(struct board_watch *w, struct monotime now)
{
	if (w->state == BOARD_OFF)
		board_watch_power(w, true, now);
	else
		w->asked_off = true;
}

void board_watch_adopted(struct board_watch *w, struct monotime now)
{
	new_boot(w, "adoption", now);
	w->old_boot_id[0] = '\0'; /* whichever boot runs */
	w->unknown = true;
	w->root_seen = false;
	w->boot_began = w->boot_deadline = MONO_NEVER;
	board_enter(w, BOARD_BOOTING, now, "found running, not heard of yet");
}

void board_watch_console(struct board_watch *w, struct monotime now)
{
	w->last_console = now;
}

/* The first sign of an adopted board, and it is one of a boot that has just begun. */
static void found_booting(struct board_watch *w, enum board_state state, struct monotime now)
{
	w->unknown = false;
	w->boot_began = now;
	w->boot_deadline = mono_add(now, w->cfg.boot_us);
	board_enter(w, state, now, "found %s",
		    state == BOARD_FIRMWARE ? "in its firmware" : "booting");
}

void board_watch_firmware(struct board_watch *w, struct monotime now)
{
	if (w->unknown) {
		w->firmware_at = now;
		found_booting(w, BOARD_FIRMWARE, now);
		return;
	}
	if (w->state == BOARD_OFF || board_kernel_ran(w)) {
		board_self_reset(w, "its firmware started", now);
		w->firmware_at = now;
		board_enter(w, BOARD_FIRMWARE, now, "its firmware started");
		return;
	}
	/* The next of several banners, BIOS and boot loaders, or the first of one we expect. */
	w->expect_boot = false;
	if (mono_is_never(w->firmware_at))
		w->firmware_at = now;
}

void board_watch_kernel(struct board_watch *w, struct monotime now)
{
	if (w->unknown) {
		w->kernel_at = now;
		found_booting(w, BOARD_BOOTING, now);
		return;
	}
	/* Boards whose firmware is silent on the console are known by their kernel alone; so is
	 * a kernel that was started by another with kexec. */
	if (w->state == BOARD_OFF || board_kernel_ran(w)) {
		board_self_reset(w, "a kernel started", now);
		w->kernel_at = now;
		board_enter(w, BOARD_BOOTING, now, "another kernel started");
		return;
	}
	w->expect_boot = false;
	w->kernel_at = now;
	if (w->state == BOARD_NEVER_CAME)
		w->boot_deadline = now;
	board_progress(w, now);
	board_enter(w, BOARD_BOOTING, now, "its kernel started %.1f s after the %s",
		    board_seconds(mono_diff(now, w->boot_began)), w->boot_by);
}

void board_watch_restart(struct board_watch *w, struct monotime now)
{
	if (w->asked_off && !w->unknown && board_kernel_ran(w)) {
		new_boot(w, "power-off", now);
		w->boot_began = w->boot_deadline = MONO_NEVER;
		board_enter(w, BOARD_OFF, now, "it powered down, as its button asked it to");
		return;
	}
	/* The last words of a kernel that we reset, or the same said on a second console. */
	if (w->state == BOARD_OFF || (!w->unknown && !board_kernel_ran(w)))
		return;
	if (w->unknown)
		new_boot(w, "restart by command", now);
	else
		board_self_reset(w, "the kernel restarted itself by command", now);
	board_enter(w, BOARD_FIRMWARE, now, "the kernel said that it restarts");
}

void board_watch_panic(struct board_watch *w, struct monotime now)
{
	switch (w->state) {
	case BOARD_OFF:
	case BOARD_FIRMWARE: /* a late line of the boot before */
	case BOARD_PANICKED: return;
	default: break;
	}
	w->unknown = false;
	if (mono_is_never(w->last_heartbeat))
		board_enter(w, BOARD_PANICKED, now, "the kernel panicked");
	else
		board_enter(w, BOARD_PANICKED, now,
			    "the kernel panicked %.1f s after its last heartbeat",
			    board_seconds(mono_diff(now, w->last_heartbeat)));
}

void board_watch_trouble(struct board_watch *w, const char *text, size_t len, struct monotime now)
{
	size_t n = len < sizeof(w->trouble) ? len : sizeof(w->trouble) - 1;

	if (w->state != BOARD_FIRMWARE && w->state != BOARD_BOOTING)
		return;
	for (size_t i = 0; i < n; i++)
		w->trouble[i] = (char)(text[i] >= ' ' && text[i] <= '~' ? text[i] : '?');
	w->trouble[n] = '\0';
	if (mono_is_never(w->trouble_at))
		w->trouble_at = now;
	else if (w->state == BOARD_BOOTING && mono_diff(now, w->trouble_at) >= TROUBLE_US)
		w->boot_deadline = mono_min(w->boot_deadline, now);
}

void board_watch_gave_up(struct board_watch *w, const char *text, size_t len, struct monotime now)
{
	board_watch_trouble(w, text, len, now);
	if (w->state == BOARD_FIRMWARE)
		w->boot_deadline = mono_min(w->boot_deadline, now);
}

void board_watch_nfs(struct board_watch *w, bool stalled, struct monotime now)
{
	w->kernel_nfs_stalled = stalled;
	if (stalled)
		w->nfs_stalled_at = now;
	if (stalled && w->state == BOARD_READY)
		board_enter(w, BOARD_NFS_STALLED, now,
			    "its kernel says that the NFS server does not respond");
	else if (!stalled && w->state == BOARD_NFS_STALLED && !board_nfs_quiet(w))
		board_enter(w, BOARD_READY, now, "its kernel says that the NFS server is back");
}
