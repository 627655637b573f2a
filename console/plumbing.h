/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions that stand in traces without being to blame: they report, allocate,
 * lock, copy or dispatch for somebody else.
 */
#ifndef KDEV_CONSOLE_PLUMBING_H
#define KDEV_CONSOLE_PLUMBING_H

#include "console/span.h"

/* Never the guilty function, whatever happened. */
bool plumbing_always(struct span function);

/* Scheduler, locks and waiting: where a hung task sits, not why. */
bool plumbing_waits(struct span function);

/* Passes control on to others (system call entry, interrupts, generic file and
 * socket layers): too general to say which subsystem does not come to an end. */
bool plumbing_dispatches(struct span function);

/* Where an interrupt came in: what stands above it is the interrupt's work. */
bool plumbing_interrupts(struct span function);

/* Prints stacks about a stall, from an interrupt on the CPU that stalls. */
bool plumbing_reports(struct span function);

/* The scheduler itself: the task of this stack did not run. */
bool plumbing_schedules(struct span function);

/* Waits until all other CPUs have answered: they are to blame, not the subsystem. */
bool plumbing_waits_for_cpus(struct span function);

/*
 * The names that one function goes by, the one for titles first: "__x64_sys_read" is
 * known as "sys_read" on every architecture, synchronize_rcu_expedited() hangs for
 * the same reason as synchronize_rcu(). Returns how many (1 to 3); the last is
 * `name` itself. Names too long for the space are cut.
 */
#define PLUMBING_NAMES 3
unsigned plumbing_names(struct span name, char names[PLUMBING_NAMES][128]);

#endif
