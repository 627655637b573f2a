/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel that a panic starts: see crash_kernel.h. */
#include "watchdog/crash_kernel.h"

#include <stdio.h>

/* To its banner: purgatory, devices silenced, page tables. */
#define START_US MONO_SEC(20)
/* Between two lines of its boot. A driver may look for a device for a while. */
#define QUIET_US MONO_SEC(20)
/* Between two parts of the core: makedumpfile reads all page tables before its first. */
#define STALL_US MONO_SEC(30)
/* From the core's end to the fresh kernel's banner. */
#define LEAVE_US MONO_SEC(30)

static void enter(struct crash_kernel *k, enum crash_kernel_state s, int64_t us,
		  struct monotime now)
{
	k->state = s;
	k->deadline = mono_min(mono_add(now, us), k->last);
}

static void end(struct crash_kernel *k, enum crash_kernel_state s)
{
	k->state = s;
	k->deadline = MONO_NEVER;
}

bool crash_kernel_at_work(const struct crash_kernel *k)
{
	return k->state >= CRASH_KERNEL_AWAITED && k->state <= CRASH_KERNEL_LEAVING;
}

bool crash_kernel_may_send(const struct crash_kernel *k)
{
	return k->saves && k->state == CRASH_KERNEL_BOOTING;
}

void crash_kernel_panic(struct crash_kernel *k, bool saves, int64_t all_us, struct monotime now)
{
	if (crash_kernel_at_work(k))
		return;
	*k = (struct crash_kernel){.saves = saves,
				   .all_us = all_us,
				   .began = now,
				   .last = mono_add(now, saves ? all_us : START_US)};
	enter(k, CRASH_KERNEL_AWAITED, START_US, now);
}

void crash_kernel_kernel(struct crash_kernel *k, struct monotime now)
{
	if (k->state == CRASH_KERNEL_AWAITED && k->saves)
		enter(k, CRASH_KERNEL_BOOTING, QUIET_US, now);
	else if (crash_kernel_at_work(k))
		end(k, CRASH_KERNEL_DONE);
}

void crash_kernel_firmware(struct crash_kernel *k, struct monotime now)
{
	if (crash_kernel_at_work(k))
		end(k, CRASH_KERNEL_DONE);
}

void crash_kernel_spoke(struct crash_kernel *k, struct monotime now)
{
	if (k->state == CRASH_KERNEL_BOOTING)
		enter(k, CRASH_KERNEL_BOOTING, QUIET_US, now);
}

void crash_kernel_sent(struct crash_kernel *k, struct monotime now)
{
	if (k->state == CRASH_KERNEL_BOOTING || k->state == CRASH_KERNEL_SAVING)
		enter(k, CRASH_KERNEL_SAVING, STALL_US, now);
}

void crash_kernel_leaves(struct crash_kernel *k, struct monotime now)
{
	if (k->state == CRASH_KERNEL_BOOTING || k->state == CRASH_KERNEL_SAVING)
		enter(k, CRASH_KERNEL_LEAVING, LEAVE_US, now);
}

void crash_kernel_forget(struct crash_kernel *k)
{
	end(k, CRASH_KERNEL_IDLE);
}

static const char *stuck_in(enum crash_kernel_state s)
{
	switch (s) {
	case CRASH_KERNEL_AWAITED: return "it did not start";
	case CRASH_KERNEL_BOOTING: return "its boot got stuck";
	case CRASH_KERNEL_SAVING: return "it stopped sending the memory";
	default: return "no fresh kernel started after it";
	}
}

void crash_kernel_tick(struct crash_kernel *k, struct monotime now)
{
	if (!crash_kernel_at_work(k) || !mono_due(k->deadline, now))
		return;
	snprintf(k->why, sizeof(k->why), "%s within %.1f s%s", stuck_in(k->state),
		 (double)mono_diff(now, k->began) / 1e6,
		 mono_due(k->last, now) && k->saves ? ", all that it may take" : "");
	end(k, CRASH_KERNEL_STUCK);
}

struct monotime crash_kernel_wakeup(const struct crash_kernel *k)
{
	return crash_kernel_at_work(k) ? k->deadline : MONO_NEVER;
}
