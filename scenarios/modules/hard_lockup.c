/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A loop that waits for ever with interrupts off, on every processor: the board falls silent, and
 * nothing but an NMI gets through.
 *
 *	kdev run hard_lockup.ko
 *	kdev run hard_lockup.ko one=1      only the processor that loads it
 *
 * A processor with performance counters says "Watchdog detected hard LOCKUP on cpu 0". Under
 * emulation there are none; silence is all there is, and an NMI from outside (given
 * unknown_nmi_panic on the command line) tells where it stands:
 *
 *	Kernel panic - not syncing: NMI: Not continuing
 *	RIP: 0010:hard_lockup_spin+0x… [hard_lockup]
 *
 * With one processor lost the others go on until they need it: for a grace period of RCU,
 * for a change of the page tables, for its interrupts. Exit code 4.
 */
#include <linux/init.h>
#include <linux/irqflags.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/processor.h>
#include <linux/smp.h>

static bool one;
module_param(one, bool, 0444);
MODULE_PARM_DESC(one, "lock up one processor, not every one");

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
	if (one)
		hard_lockup_spin(NULL);
	else
		on_each_cpu(hard_lockup_spin, NULL, 0);
	return 0;
}

static void __exit hard_lockup_exit(void)
{
}

module_init(hard_lockup_init);
module_exit(hard_lockup_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("kdev sample: spins with interrupts off");
