/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A warning: something is wrong, but the kernel goes on, and loading succeeds.
 *
 *	WARNING: CPU: 0 PID: 123 at …/warn.c:22 warn_check+0x… [warn]
 *
 * A test that only looks at the outcome of insmod would call this a pass. Exit code 3.
 */
#include <linux/bug.h>
#include <linux/init.h>
#include <linux/module.h>

/* volatile: the compiler must not know the outcome. */
static volatile int users = -1;

static noinline void warn_check(void)
{
	WARN_ON(users < 0);
}

static int __init warn_init(void)
{
	warn_check();
	pr_info("warn: loaded all the same\n");
	return 0;
}

static void __exit warn_exit(void)
{
}

module_init(warn_init);
module_exit(warn_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("kdev sample: WARN_ON() fires, and nothing else");
