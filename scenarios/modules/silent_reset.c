/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine restarts in the middle of loading, without a word on the console: what bad
 * power, a chipset watchdog or a broken page table look like. The next thing to be
 * seen is the firmware's banner.
 *
 * On x86 by a triple fault: with an empty interrupt descriptor table no exception can be
 * delivered, nor the double fault that follows, and the processor shuts down, which
 * resets the board. Exit code 5.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/reboot.h>

#ifdef CONFIG_X86
static noinline void silent_reset_now(void)
{
	static const struct {
		u16 limit;
		unsigned long base;
	} __packed empty_table;

	asm volatile("lidt %0\n\tint3" : : "m"(empty_table));
}
#else
static noinline void silent_reset_now(void)
{
	emergency_restart();
}
#endif

static int __init silent_reset_init(void)
{
	silent_reset_now();
	return 0;
}

module_init(silent_reset_init);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("kdev sample: resets the machine by a triple fault");
