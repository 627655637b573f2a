/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An RCU read-side critical section that never ends, so that nothing that was ever
 * removed can be freed.
 *
 *	rcu: INFO: rcu_preempt self-detected stall on CPU
 *	RIP: 0010:rcu_stall_poll+0x… [rcu_stall]
 *
 * It comes after rcupdate.rcu_cpu_stall_timeout seconds (default: 21). The loop tells the
 * soft-lockup watchdog that it is alive, as polling loops do that know they are slow: that
 * is what makes this an RCU stall and nothing else. Exit code 4.
 */
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/nmi.h>
#include <linux/processor.h>
#include <linux/rcupdate.h>

static bool ready;
static struct rcu_head waiter;

static void rcu_stall_waited(struct rcu_head *unused)
{
	pr_info("rcu_stall: the grace period ended\n");
}

static noinline void rcu_stall_poll(void)
{
	unsigned long next_touch = jiffies;

	rcu_read_lock();
	/* A stall is noticed only while somebody waits for a grace period: be the one. */
	call_rcu(&waiter, rcu_stall_waited);
	while (!READ_ONCE(ready)) {
		if (time_after(jiffies, next_touch)) {
			touch_softlockup_watchdog();
			next_touch = jiffies + HZ;
		}
		cpu_relax();
	}
	rcu_read_unlock();
}

static int __init rcu_stall_init(void)
{
	rcu_stall_poll();
	return 0;
}

static void __exit rcu_stall_exit(void)
{
	rcu_barrier();
}

module_init(rcu_stall_init);
module_exit(rcu_stall_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("kdev sample: stays in an RCU read-side critical section");
