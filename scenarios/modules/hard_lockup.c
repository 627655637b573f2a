/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The same with interrupts off: nothing but an NMI gets through to that processor.
 *
 *	kdev run hard_lockup.ko            one processor
 *	kdev run hard_lockup.ko all=1      every one: the board falls silent
 *
 * Where the processor has performance counters, the NMI watchdog says "Watchdog detected hard
 * LOCKUP on cpu 1". Under emulation there are none: with one processor lost, another one
 * reports an RCU stall and has the stack of the lost one printed by an NMI; with all lost,
 * silence is all there is, and an NMI from outside (unknown_nmi_panic=1) tells where:
 *
 *	RIP: 0010:hard_lockup_spin+0x… [hard_lockup]
 *
 * Exit code 4.
 */
#include <linux/init.h>
#include <linux/irqflags.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/processor.h>
#include <linux/smp.h>

static bool all;
module_param(all, bool, 0444);
MODULE_PARM_DESC(all, "lock up every processor, not just one");

/* What a device's registers would be. */
static u32 control, irq_mask, status;

static noinline void hard_lockup_spin(void *unused)
{
	unsigned long flags;

	local_irq_save(flags);
	WRITE_ONCE(irq_mask, 0);
	WRITE_ONCE(control, 1); /* start */
	while (!READ_ONCE(status))
		cpu_relax();
	WRITE_ONCE(control, 0);
	local_irq_restore(flags);
}

static int __init hard_lockup_init(void)
{
	if (all)
		on_each_cpu(hard_lockup_spin, NULL, 0);
	else
		hard_lockup_spin(NULL);
	return 0;
}

static void __exit hard_lockup_exit(void)
{
}

module_init(hard_lockup_init);
module_exit(hard_lockup_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("kdev sample: spins with interrupts off");
