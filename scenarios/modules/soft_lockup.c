/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A loop that waits for ever for a bit that never comes, and lets nobody else run: one processor
 * is lost, interrupts still work.
 *
 *	watchdog: BUG: soft lockup - CPU#1 stuck for 8s! [insmod:123]
 *	RIP: 0010:soft_lockup_spin+0x… [soft_lockup]
 *
 * It is reported after 2 × kernel.watchdog_thresh seconds (default: 20) or a little more.
 * Exit code 4.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/processor.h>
#include <linux/sched.h>

/* What a device's registers would be. */
static u32 control, irq_mask, length, status;

static noinline void soft_lockup_spin(void)
{
	bool disable = preempt_model_preemptible();

	/* Needed where the kernel would preempt the loop. Elsewhere not, and then RCU, which
	 * counts the ticks in preemptible code, does not report a stall on top. */
	if (disable)
		preempt_disable();
	WRITE_ONCE(irq_mask, 0xff);
	WRITE_ONCE(length, 512);
	WRITE_ONCE(control, 1); /* start */
	while (!READ_ONCE(status))
		cpu_relax();
	WRITE_ONCE(control, 0);
	if (disable)
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
MODULE_DESCRIPTION("kdev sample: spins and lets nobody else run");
