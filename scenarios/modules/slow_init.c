/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A module that takes its time: loading sleeps, as a driver does that waits for its
 * firmware. Nothing is wrong with it as long as it stays below the time that the
 * board's configuration gives to a load.
 *
 *	kdev run slow_init.ko seconds=3
 *
 * The sleep can be interrupted, so that the hung-task detector does not take it for
 * a task that waits in vain, and so that killing insmod ends it. Exit code 0.
 */
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

static unsigned int seconds = 3;
module_param(seconds, uint, 0444);
MODULE_PARM_DESC(seconds, "how long loading takes, 0 to 3600");

static int __init slow_init_init(void)
{
	if (seconds > 3600)
		return -EINVAL;
	pr_info("slow_init: sleeping for %u s\n", seconds);
	if (msleep_interruptible(seconds * 1000))
		return -EINTR;
	pr_info("slow_init: ready\n");
	return 0;
}

static void __exit slow_init_exit(void)
{
}

module_init(slow_init_init);
module_exit(slow_init_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("kdev sample: loading takes seconds");
