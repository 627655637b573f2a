/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A task that waits for an interrupt that never comes. The processor is free and the board
 * works, but loading never ends, and nothing can kill it (state D).
 *
 *	INFO: task insmod:123 blocked for more than 10 seconds.
 *	 hung_task_wait+0x… [hung_task]
 *
 * The detector looks every kernel.hung_task_timeout_secs seconds (default: 120), so the
 * report comes after once to twice that time. Exit code 4.
 */
#include <linux/completion.h>
#include <linux/init.h>
#include <linux/module.h>

static DECLARE_COMPLETION(device_ready);

static noinline void hung_task_wait(void)
{
	wait_for_completion(&device_ready);
	/* After the call, or it could become a jump and this function leave the trace. */
	pr_info("hung_task: device ready\n");
}

static int __init hung_task_init(void)
{
	hung_task_wait();
	return 0;
}

static void __exit hung_task_exit(void)
{
}

module_init(hung_task_init);
module_exit(hung_task_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("kdev sample: waits for ever, uninterruptibly");
