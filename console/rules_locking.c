/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Locks taken in the wrong order, context or not at all. Sources:
 * kernel/locking/lockdep.c, kernel/locking/spinlock_debug.c, kernel/sched/core.c,
 * kernel/workqueue.c, lib/smp_processor_id.c.
 */
#include "console/rules.h"

/* clang-format off */
const struct rule rules_locking[] = {
	{ "possible circular locking dependency detected", NULL, "%*at: %f", "possible deadlock in %F", GUILT_LINE, "LOCKDEP", NULL, CRASH_LOCKING, RULE_ANYWHERE },
	{ "possible recursive locking detected", NULL, "%*at: %f", "possible deadlock in %F", GUILT_LINE, "LOCKDEP", NULL, CRASH_LOCKING, RULE_ANYWHERE },
	{ "possible irq lock inversion dependency detected", NULL, "%*at: %f", "possible deadlock in %F", GUILT_LINE, "LOCKDEP", NULL, CRASH_LOCKING, RULE_ANYWHERE },
	{ "-safe -> ", "%w-unsafe lock order detected", "%*at: %f", "possible deadlock in %F", GUILT_LINE, "LOCKDEP", NULL, CRASH_LOCKING, RULE_ANYWHERE },
	{ "inconsistent lock state", NULL, "%*at: %f", "inconsistent lock state in %F", GUILT_LINE, "LOCKDEP", NULL, CRASH_LOCKING, RULE_ANYWHERE },
	{ "[ INFO: suspicious RCU usage", NULL, NULL, "INFO: suspicious RCU usage in %F", GUILT_TRACE, NULL, NULL, CRASH_LOCKING, 0 },
	{ "INFO: suspicious RCU usage", NULL, NULL, "INFO: suspicious RCU usage in %F", GUILT_TRACE, NULL, NULL, CRASH_LOCKING, 0 },
	{ "WARNING: suspicious RCU usage", NULL, NULL, "WARNING: suspicious RCU usage in %F", GUILT_TRACE, "LOCKDEP", NULL, CRASH_LOCKING, 0 },
	{ "BUG: bad unlock balance detected!", NULL, "%*at: %f", "BUG: bad unlock balance in %F", GUILT_LINE, "LOCKDEP", NULL, CRASH_LOCKING, 0 },
	{ "WARNING: bad unlock balance detected!", NULL, NULL, "WARNING: bad unlock balance in %F", GUILT_TRACE, "LOCKDEP", NULL, CRASH_LOCKING, 0 },
	{ "BUG: held lock freed!", NULL, "%*at: %f", "BUG: held lock freed in %F", GUILT_LINE, "LOCKDEP", NULL, CRASH_LOCKING, 0 },
	{ "WARNING: held lock freed!", NULL, "%*at: %f", "WARNING: held lock freed in %F", GUILT_LINE, "LOCKDEP", NULL, CRASH_LOCKING, 0 },
	{ "WARNING: lock held when returning to user space!", NULL, "#%*at: %f", "WARNING: lock held when returning to user space in %F", GUILT_LINE, "LOCKDEP", NULL, CRASH_LOCKING, RULE_NO_TRACE },
	{ "WARNING: ", "%w still has locks held!", "#%*at: %f", "WARNING: still has locks held in %F", GUILT_LINE, "LOCKDEP", NULL, CRASH_LOCKING, 0 },
	{ "WARNING: ", "Nested lock was not taken", "%*at: %f", "WARNING: nested lock was not taken in %F", GUILT_LINE, "LOCKDEP", NULL, CRASH_LOCKING, 0 },
	{ "BUG: Invalid wait context ]", NULL, "%*at: %f", "BUG: Invalid wait context in %F", GUILT_LINE, "LOCKDEP", NULL, CRASH_LOCKING, 0 },
	{ "[ BUG: Invalid wait context ]", NULL, "%*at: %f", "BUG: Invalid wait context in %F", GUILT_LINE, "LOCKDEP", NULL, CRASH_LOCKING, 0 },
	{ "INFO: trying to register non-static key", NULL, NULL, "INFO: trying to register non-static key in %F", GUILT_TRACE, NULL, NULL, CRASH_LOCKING, 0 },
	{ "BUG: MAX_STACK_TRACE_ENTRIES too low!", NULL, NULL, "BUG: MAX_STACK_TRACE_ENTRIES too low!", GUILT_NONE, NULL, NULL, CRASH_LOCKING, 0 },
	{ "BUG: MAX_LOCK_DEPTH too low!", NULL, NULL, "BUG: MAX_LOCK_DEPTH too low!", GUILT_NONE, NULL, NULL, CRASH_LOCKING, 0 },
	{ "BUG: MAX_LOCKDEP_", "%w too low!", NULL, "BUG: MAX_LOCKDEP_%1 too low!", GUILT_NONE, NULL, NULL, CRASH_LOCKING, 0 },

	{ "BUG: spinlock ", "%s on CPU#%d", NULL, "BUG: spinlock %1 in %F", GUILT_TRACE, "LOCKDEP", NULL, CRASH_LOCKING, 0 },
	{ "BUG: rwlock ", "%s on CPU#%d", NULL, "BUG: rwlock %1 in %F", GUILT_TRACE, "LOCKDEP", NULL, CRASH_LOCKING, 0 },
	{ "BUG: scheduling while atomic", NULL, NULL, "BUG: scheduling while atomic in %F", GUILT_TRACE, "ATOMIC_SLEEP", NULL, CRASH_LOCKING, 0 },
	{ "BUG: scheduling in a non-blocking section", NULL, NULL, "BUG: scheduling in a non-blocking section in %F", GUILT_TRACE, "ATOMIC_SLEEP", NULL, CRASH_LOCKING, 0 },
	{ "BUG: sleeping function called from invalid context", NULL, NULL, "BUG: sleeping function called from invalid context in %F", GUILT_TRACE, "ATOMIC_SLEEP", NULL, CRASH_LOCKING, 0 },
	{ "BUG: using ", "%w in preemptible", NULL, "BUG: using %1 in preemptible code in %F", GUILT_TRACE, "LOCKDEP", NULL, CRASH_LOCKING, 0 },
	{ "BUG: workqueue leaked lock or atomic", NULL, "last function: %f", "BUG: workqueue leaked lock or atomic in %F", GUILT_NAMED, NULL, NULL, CRASH_LOCKING, 0 },
	{ "BUG: workqueue leaked atomic, lock or RCU", NULL, "last function: %f", "BUG: workqueue leaked atomic, lock or RCU in %F", GUILT_NAMED, NULL, NULL, CRASH_LOCKING, 0 },
	{ 0 }
};
/* clang-format on */
