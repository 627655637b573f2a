/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An assertion of the module itself that does not hold.
 *
 *	kernel BUG at …/bug_on.c:30!
 *	RIP: 0010:bug_on_check+0x… [bug_on]
 *
 * Like every oops it kills the task that loaded the module. Exit code 3.
 */
#include <linux/bug.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>

static int users[] = {2, 1, -4};

/* READ_ONCE: the compiler must not know the outcome. */
static noinline int bug_on_total(void)
{
	int total = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(users); i++)
		total += READ_ONCE(users[i]);
	return total;
}

static noinline void bug_on_check(void)
{
	BUG_ON(bug_on_total() < 0);
}

static int __init bug_on_init(void)
{
	bug_on_check();
	pr_info("bug_on: still here\n");
	return 0;
}

static void __exit bug_on_exit(void)
{
}

module_init(bug_on_init);
module_exit(bug_on_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("kdev sample: BUG_ON() fires");
