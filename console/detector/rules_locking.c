/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Locks taken in the wrong order, context or not at all. Sources:
 * kernel/locking/lockdep.c, kernel/locking/spinlock_debug.c, kernel/sched/core.c,
 * kernel/workqueue.c, lib/smp_processor_id.c.
 */
#include "console/detector/rules.h"

/* clang-format off */
const struct rule rules_locking[] = {
	/* kernel/locking/lockdep.c: "WARNING: …", in older kernels "[ INFO: … ]" */
	{ "WARNING: ", "possible circular locking dependency detected", NULL, "possible deadlock in %F", GUILT_CHAIN, "LOCKDEP", NULL, CRASH_LOCKING, RULE_HEADER },
	{ "INFO: ", "possible circular locking dependency detected", NULL, "possible deadlock in %F", GUILT_CHAIN, "LOCKDEP", NULL, CRASH_LOCKING, RULE_HEADER },
	{ "WARNING: ", "possible recursive locking detected", NULL, "possible deadlock in %F", GUILT_CHAIN, "LOCKDEP", NULL, CRASH_LOCKING, RULE_HEADER },
	{ "INFO: ", "possible recursive locking detected", NULL, "possible deadlock in %F", GUILT_CHAIN, "LOCKDEP", NULL, CRASH_LOCKING, RULE_HEADER },
	{ "WARNING: ", "possible irq lock inversion dependency detected", NULL, "possible deadlock in %F", GUILT_CHAIN, "LOCKDEP", NULL, CRASH_LOCKING, RULE_HEADER },
	{ "INFO: ", "possible irq lock inversion dependency detected", NULL, "possible deadlock in %F", GUILT_CHAIN, "LOCKDEP", NULL, CRASH_LOCKING, RULE_HEADER },
	{ "WARNING: ", "%w-safe -> %w-unsafe lock order detected", NULL, "possible deadlock in %F", GUILT_SAFE, "LOCKDEP", NULL, CRASH_LOCKING, RULE_HEADER },
	{ "INFO: ", "%w-safe -> %w-unsafe lock order detected", NULL, "possible deadlock in %F", GUILT_SAFE, "LOCKDEP", NULL, CRASH_LOCKING, RULE_HEADER },
	{ "WARNING: ", "inconsistent lock state", NULL, "inconsistent lock state in %F", GUILT_LOCK, "LOCKDEP", NULL, CRASH_LOCKING, RULE_HEADER },
	{ "INFO: ", "inconsistent lock state", NULL, "inconsistent lock state in %F", GUILT_LOCK, "LOCKDEP", NULL, CRASH_LOCKING, RULE_HEADER },
	{ "WARNING: ", "suspicious RCU usage", NULL, "WARNING: suspicious RCU usage in %F", GUILT_TRACE, "LOCKDEP", NULL, CRASH_LOCKING, RULE_HEADER },
	{ "INFO: ", "suspicious RCU usage", NULL, "INFO: suspicious RCU usage in %F", GUILT_TRACE, NULL, NULL, CRASH_LOCKING, 0 },
	/* the same, but torn: what they say can't be told apart */
	{ "WARNING: ", "possible circular locking dependency detected", NULL, "WARNING: %R", GUILT_NONE, NULL, NULL, CRASH_LOCKING, 0 },
	{ "INFO: ", "possible circular locking dependency detected", NULL, "INFO: %R", GUILT_NONE, NULL, NULL, CRASH_LOCKING, 0 },
	{ "WARNING: ", "possible recursive locking detected", NULL, "WARNING: %R", GUILT_NONE, NULL, NULL, CRASH_LOCKING, 0 },
	{ "INFO: ", "possible recursive locking detected", NULL, "INFO: %R", GUILT_NONE, NULL, NULL, CRASH_LOCKING, 0 },
	{ "WARNING: ", "possible irq lock inversion dependency detected", NULL, "WARNING: %R", GUILT_NONE, NULL, NULL, CRASH_LOCKING, 0 },
	{ "INFO: ", "possible irq lock inversion dependency detected", NULL, "INFO: %R", GUILT_NONE, NULL, NULL, CRASH_LOCKING, 0 },
	{ "WARNING: ", "%w-safe -> %w-unsafe lock order detected", NULL, "WARNING: %R", GUILT_NONE, NULL, NULL, CRASH_LOCKING, 0 },
	{ "INFO: ", "%w-safe -> %w-unsafe lock order detected", NULL, "INFO: %R", GUILT_NONE, NULL, NULL, CRASH_LOCKING, 0 },
	{ "WARNING: ", "inconsistent lock state", NULL, "WARNING: %R", GUILT_NONE, NULL, NULL, CRASH_LOCKING, 0 },
	{ "INFO: ", "inconsistent lock state", NULL, "INFO: %R", GUILT_NONE, NULL, NULL, CRASH_LOCKING, 0 },
	{ "WARNING: ", "suspicious RCU usage", NULL, "WARNING: %R", GUILT_NONE, NULL, NULL, CRASH_LOCKING, 0 },
	{ "BUG: bad unlock balance detected!", NULL, "%p%$", "BUG: bad unlock balance in %F", GUILT_LINE, "LOCKDEP", NULL, CRASH_LOCKING, 0 },
	{ "WARNING: bad unlock balance detected!", NULL, NULL, "WARNING: bad unlock balance in %F", GUILT_TRACE, "LOCKDEP", NULL, CRASH_LOCKING, 0 },
	{ "BUG: held lock freed!", NULL, NULL, "BUG: held lock freed in %F", GUILT_LOCK, "LOCKDEP", NULL, CRASH_LOCKING, 0 },
	{ "WARNING: held lock freed!", NULL, NULL, "WARNING: held lock freed in %F", GUILT_LOCK, "LOCKDEP", NULL, CRASH_LOCKING, 0 },
	{ "WARNING: bad contention detected!", NULL, NULL, "WARNING: bad contention in %F", GUILT_TRACE, "LOCKDEP", NULL, CRASH_LOCKING, 0 },
	{ "WARNING: lock held when returning to user space!", NULL, "#%*at: %f", "WARNING: lock held when returning to user space in %F", GUILT_LINE, "LOCKDEP", NULL, CRASH_LOCKING, RULE_NO_TRACE },
	/* a task's name may have blanks */
	{ "WARNING: ", "%s still has locks held!", "#%*at: %f", "WARNING: still has locks held in %F", GUILT_LINE, "LOCKDEP", NULL, CRASH_LOCKING, 0 },
	{ "BUG: ", "%s still has locks held!", "#%*at: %f", "BUG: still has locks held in %F", GUILT_LINE, "LOCKDEP", NULL, CRASH_LOCKING, 0 },
	{ "WARNING: ", "Nested lock was not taken", NULL, "WARNING: nested lock was not taken in %F", GUILT_LOCK, "LOCKDEP", NULL, CRASH_LOCKING, 0 },
	{ "BUG: Invalid wait context ]", NULL, NULL, "BUG: Invalid wait context in %F", GUILT_LOCK, "LOCKDEP", NULL, CRASH_LOCKING, 0 },
	{ "[ BUG: Invalid wait context ]", NULL, NULL, "BUG: Invalid wait context in %F", GUILT_LOCK, "LOCKDEP", NULL, CRASH_LOCKING, 0 },
	{ "INFO: trying to register non-static key", NULL, NULL, "INFO: trying to register non-static key in %F", GUILT_TRACE, NULL, NULL, CRASH_LOCKING, 0 },
	{ "BUG: MAX_STACK_TRACE_ENTRIES too low!", NULL, NULL, "BUG: MAX_STACK_TRACE_ENTRIES too low!", GUILT_NONE, NULL, NULL, CRASH_LOCKING, 0 },
	{ "BUG: MAX_LOCK_DEPTH too low!", NULL, NULL, "BUG: MAX_LOCK_DEPTH too low!", GUILT_NONE, NULL, NULL, CRASH_LOCKING, 0 },
	{ "BUG: MAX_LOCKDEP_", "%w too low!", NULL, "BUG: MAX_LOCKDEP_%1 too low!", GUILT_NONE, NULL, NULL, CRASH_LOCKING, 0 },

	{ "BUG: spinlock ", "%s on CPU#%d", NULL, "BUG: spinlock %1 in %F", GUILT_TRACE, "LOCKDEP", NULL, CRASH_LOCKING, 0 },
	{ "BUG: rwlock ", "%s on CPU#%d", NULL, "BUG: rwlock %1 in %F", GUILT_TRACE, "LOCKDEP", NULL, CRASH_LOCKING, 0 },
	{ "BUG: scheduling while atomic", NULL, NULL, "BUG: scheduling while atomic in %F", GUILT_TRACE, "ATOMIC_SLEEP", NULL, CRASH_LOCKING, 0 },
	{ "BUG: scheduling in a non-blocking section", NULL, NULL, "BUG: scheduling in a non-blocking section in %F", GUILT_TRACE, "ATOMIC_SLEEP", NULL, CRASH_LOCKING, 0 },
	{ "BUG: sleeping function called from invalid context", NULL, NULL, "BUG: sleeping function called from invalid context in %F", GUILT_TRACE, "ATOMIC_SLEEP", NULL, CRASH_LOCKING, 0 },
	{ "BUG: assuming ", "%s context at ", NULL, "BUG: assuming %1 context in %F", GUILT_TRACE, "ATOMIC_SLEEP", NULL, CRASH_LOCKING, 0 },
	/* kernel/sched/idle.c */
	{ "bad: scheduling from the idle thread!", NULL, NULL, "BUG: scheduling from the idle thread in %F", GUILT_TRACE, "ATOMIC_SLEEP", NULL, CRASH_LOCKING, 0 },
	/* kernel/softirq.c */
	{ "huh, entered softirq ", "%d %w %*with preempt_count", NULL, "BUG: softirq %1 leaks preempt_count", GUILT_NONE, "ATOMIC_SLEEP", NULL, CRASH_LOCKING, RULE_NO_TRACE },
	{ "BUG: using ", "%w in preemptible", NULL, "BUG: using %1 in preemptible code in %F", GUILT_TRACE, "LOCKDEP", NULL, CRASH_LOCKING, 0 },
	{ "BUG: workqueue leaked lock or atomic", NULL, "last function: %f", "BUG: workqueue leaked lock or atomic in %F", GUILT_NAMED, NULL, NULL, CRASH_LOCKING, 0 },
	{ "BUG: workqueue leaked atomic, lock or RCU", NULL, "last function: %f", "BUG: workqueue leaked atomic, lock or RCU in %F", GUILT_NAMED, NULL, NULL, CRASH_LOCKING, 0 },
	{ 0 }
};
/* clang-format on */
