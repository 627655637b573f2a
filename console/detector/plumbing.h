/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions that stand in traces without being to blame: they report, allocate,
 * lock, copy or dispatch for somebody else.
 */
#ifndef KDEV_CONSOLE_PLUMBING_H
#define KDEV_CONSOLE_PLUMBING_H

#include "console/span.h"

/* Does a name fit a pattern of the lists? '*' stands for any text. */
bool plumbing_fits(struct span name, const char *glob);

/* Is it on the list? For single names; see console/detector/plumbing_index.h for many and for what
 * the lists are. */
bool plumbing_always(struct span function);
bool plumbing_dispatches(struct span function);
bool plumbing_interrupts(struct span function);

/*
 * The names that one function goes by, the one for titles first: "__x64_sys_read" is
 * known as "sys_read" on every architecture, synchronize_rcu_expedited() hangs for
 * the same reason as synchronize_rcu(). Returns how many (1 to 3); the last is
 * `name` itself. Names too long for the space are cut.
 */
#define PLUMBING_NAMES 3
unsigned plumbing_names(struct span name, char names[PLUMBING_NAMES][128]);

#endif
