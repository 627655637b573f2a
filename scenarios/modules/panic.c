/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The module gives the whole machine up.
 *
 *	Kernel panic - not syncing: panic sample: the device is on fire
 *	 panic_give_up+0x… [panic]
 *
 * Nothing runs after that: with panic=0 on its command line the board stands still until it is
 * reset, with panic=5 it restarts by itself. Exit code 3.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/panic.h>

static noinline void panic_give_up(void)
{
	panic("panic sample: the device is on fire");
}

static int __init panic_init(void)
{
	panic_give_up();
	return 0;
}

module_init(panic_init);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("kdev sample: calls panic()");
