/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A loop that waits for ever for a bit that never comes, with preemption off: one processor is
 * lost, interrupts still work.
 *
 *	watchdog: BUG: soft lockup - CPU#1 stuck for 8s! [insmod:123]
 *	RIP: 0010:soft_lockup_spin+0x… [soft_lockup]
 *
 * The detector needs 2 × kernel.watchdog_thresh seconds (default: 20), or else the RCU stall
 * detector comes first. Exit code 4.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/processor.h>

/* What a device's registers would be. */
static u32 control, irq_mask, length, status;

static noinline void soft_lockup_spin(void)
{
	preempt_disable();
	WRITE_ONCE(irq_mask, 0xff);
	WRITE_ONCE(length, 512);
	WRITE_ONCE(control, 1); /* start */
	while (!READ_ONCE(status))
		cpu_relax();
	WRITE_ONCE(control, 0);
	preempt_enable();
}

static int __init soft_lockup_init(void)
{
	soft_lockup_spin();
	return 0;
}

static void __exit soft_lockup_exit(void)
{
}

module_init(soft_lockup_init);
module_exit(soft_lockup_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("kdev sample: spins with preemption off");
