/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Something does not come to an end. Sources: kernel/watchdog.c, arch/powerpc/kernel/watchdog.c,
 * kernel/rcu/tree_stall.h, kernel/hung_task.c, kernel/workqueue.c, net/core/dev.c,
 * kernel/irq/spurious.c.
 */
#include "console/detector/rules.h"

/* clang-format off */
const struct rule rules_hang[] = {
	{ "BUG: soft lockup", NULL, NULL, "BUG: soft lockup in %F", GUILT_ENTRY, "HANG", "stall", CRASH_HANG, RULE_ANYWHERE },
	{ "Watchdog detected hard LOCKUP on cpu", NULL, NULL, "BUG: hard lockup in %F", GUILT_ENTRY, "HANG", "stall", CRASH_HANG, RULE_ANYWHERE },
	/* arch/powerpc/kernel/watchdog.c; the other CPU's stack follows in an NMI */
	{ "self-detected hard LOCKUP @ ", NULL, NULL, "BUG: hard lockup in %F", GUILT_ENTRY, "HANG", "stall", CRASH_HANG, RULE_ANYWHERE },
	{ "detected hard LOCKUP on other CPUs ", NULL, NULL, "BUG: hard lockup in %F", GUILT_ENTRY, "HANG", "stall", CRASH_HANG, RULE_ANYWHERE },
	/* "INFO: rcu_sched self-detected …", "rcu: INFO: rcu_preempt detected expedited stalls …" */
	{ "self-detected stall on CPU", NULL, NULL, "INFO: rcu detected stall in %F", GUILT_ENTRY, "HANG", "stall", CRASH_HANG, RULE_ANYWHERE },
	{ "detected stalls on CPUs/tasks:", NULL, NULL, "INFO: rcu detected stall in %F", GUILT_ENTRY, "HANG", "stall", CRASH_HANG, RULE_ANYWHERE },
	{ "detected expedited stalls on CPUs/tasks:", NULL, NULL, "INFO: rcu detected stall in %F", GUILT_ENTRY, "HANG", "stall", CRASH_HANG, RULE_ANYWHERE },
	{ "detected stall on CPU ", "%d", NULL, "INFO: rcu detected stall in %F", GUILT_ENTRY, "HANG", "stall", CRASH_HANG, RULE_ANYWHERE },
	/* kernel/rcu/tasks.h: "INFO: rcu_tasks detected stalls on tasks:" */
	{ "detected stalls on tasks:", NULL, NULL, "INFO: rcu detected stall in %F", GUILT_ENTRY, "HANG", "stall", CRASH_HANG, RULE_ANYWHERE },
	/* kernel/smp.c with CONFIG_CSD_LOCK_WAIT_DEBUG: what the other CPU does not come to run */
	{ "Detected non-responsive CSD lock ", "%*for CPU#%d %f", NULL, "BUG: CPU does not run %1", GUILT_NAMED, "HANG", NULL, CRASH_HANG, RULE_ANYWHERE | RULE_CONTINUES },
	{ "Detected non-responsive CSD lock ", NULL, NULL, "BUG: CPU does not answer a call", GUILT_NONE, "HANG", NULL, CRASH_HANG, RULE_ANYWHERE | RULE_CONTINUES },
	{ "INFO: task ", "%*blocked%*for more than %d seconds", NULL, "INFO: task hung in %F", GUILT_HANG, "HANG", "hang", CRASH_HANG, 0 },
	{ "INFO: task ", "%* can't die for more than %d seconds", NULL, "INFO: task can't die in %F", GUILT_HANG, "HANG", "hang", CRASH_HANG, 0 },
	/* the name of a task may have any byte, line feeds too */
	{ "blocked for more than ", "%d seconds.", NULL, "INFO: task hung in %F", GUILT_HANG, "HANG", "hang", CRASH_HANG, RULE_ANYWHERE },
	{ "BUG: workqueue lockup", NULL, NULL, "BUG: workqueue lockup", GUILT_NONE, NULL, NULL, CRASH_HANG, RULE_NO_TRACE },
	{ "unregister_netdevice: waiting for ", "%* to become free", NULL, "unregister_netdevice: waiting for DEV to become free", GUILT_NONE, "DoS", NULL, CRASH_HANG, RULE_NO_TRACE | RULE_CONTINUES },
	{ "nobody cared (try booting with", NULL, NULL, "irq: nobody cared", GUILT_NONE, NULL, NULL, CRASH_OTHER, RULE_ANYWHERE },
	{ "bogus return value ", "%x", NULL, "irq: bogus return value", GUILT_NONE, NULL, NULL, CRASH_OTHER, 0 },
	{ "NETDEV WATCHDOG: ", NULL, NULL, "NETDEV WATCHDOG: transmit queue timed out", GUILT_NONE, NULL, NULL, CRASH_OTHER, RULE_PRELUDE | RULE_CONTINUES | RULE_NO_TRACE },
	{ 0 }
};
/* clang-format on */
