/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A warning: something is wrong, but the kernel goes on, and loading succeeds.
 *
 *	WARNING: CPU: 0 PID: 123 at …/warn.c:29 warn_check+0x… [warn]
 *
 * A test that only looks at the outcome of insmod would call this a pass. Exit code 3.
 */
#include <linux/bug.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>

static int users[] = {2, 1, -4};

/* READ_ONCE: the compiler must not know the outcome. */
static noinline int warn_total(void)
{
	int total = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(users); i++)
		total += READ_ONCE(users[i]);
	return total;
}

static noinline void warn_check(void)
{
	WARN_ON(warn_total() < 0);
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
