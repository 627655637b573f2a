/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a panic starts by itself: is it at work, done, or stuck? A pure state machine.
 *
 *   IDLE ──panic──> AWAITED ──a kernel starts──> BOOTING ──a stream──> SAVING ──its end──┐
 *                      │ (restart: that is the fresh one)                                v
 *                      └────────────────> DONE <──the fresh kernel starts──────────── LEAVING
 *
 * Each state has a deadline, which a sign of progress moves; the whole has one that nothing moves.
 * Past it the crash kernel is STUCK, and the buttons' turn has come.
 */
#ifndef KDEV_WATCHDOG_CRASH_KERNEL_H
#define KDEV_WATCHDOG_CRASH_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "console/monotime.h"

enum crash_kernel_state {
	CRASH_KERNEL_IDLE,
	CRASH_KERNEL_AWAITED,
	CRASH_KERNEL_BOOTING,
	CRASH_KERNEL_SAVING,
	CRASH_KERNEL_LEAVING,
	CRASH_KERNEL_DONE,  /* a fresh kernel starts, or the firmware */
	CRASH_KERNEL_STUCK, /* why says how */
};

struct crash_kernel {
	enum crash_kernel_state state;
	bool saves; /* it saves the memory first; else it is the fresh kernel itself */
	int64_t all_us;
	struct monotime began, deadline, last; /* last: the end of it all */
	char why[128];
};

/* Is it one of the states between? Then the board is left alone. */
bool crash_kernel_at_work(const struct crash_kernel *k);

/* May a stream of memory come now? */
bool crash_kernel_may_send(const struct crash_kernel *k);

/* The kernel panicked and one is loaded. all_us: how long the whole may take. */
void crash_kernel_panic(struct crash_kernel *k, bool saves, int64_t all_us, struct monotime now);
/* A kernel's banner. */
void crash_kernel_kernel(struct crash_kernel *k, struct monotime now);
/* A firmware's banner: it did not get that far, or left by the long way. */
void crash_kernel_firmware(struct crash_kernel *k, struct monotime now);
/* It said something. Text moves only the deadline of a boot. */
void crash_kernel_spoke(struct crash_kernel *k, struct monotime now);
/* Bytes of the core came. */
void crash_kernel_sent(struct crash_kernel *k, struct monotime now);
/* The stream ended, whole or not; or the kernel says that it starts another. */
void crash_kernel_leaves(struct crash_kernel *k, struct monotime now);
void crash_kernel_forget(struct crash_kernel *k); /* the board is reset, or goes down */

void crash_kernel_tick(struct crash_kernel *k, struct monotime now);
struct monotime crash_kernel_wakeup(const struct crash_kernel *k); /* MONO_NEVER: none */

#endif
