/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A module that does no harm: the place to start from.
 *
 *	kdev run good.ko count=3 greeting=hi
 *
 * It greets when loaded, shows its parameters in /sys/module/good/parameters/,
 * which good.test looks at, and says goodbye when unloaded. Exit code 0.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

#define MAX_COUNT 100

static int count = 1;
module_param(count, int, 0444);
MODULE_PARM_DESC(count, "how many times to greet, 0 to 100");

static char *greeting = "hello";
module_param(greeting, charp, 0444);
MODULE_PARM_DESC(greeting, "what to say");

static int __init good_init(void)
{
	int i;

	if (count < 0 || count > MAX_COUNT) {
		pr_err("good: count=%d is not within 0 to %d\n", count, MAX_COUNT);
		return -EINVAL;
	}
	for (i = 1; i <= count; i++)
		pr_info("good: %s (%d of %d)\n", greeting, i, count);
	return 0;
}

static void __exit good_exit(void)
{
	pr_info("good: bye\n");
}

module_init(good_init);
module_exit(good_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("kdev sample: a module that does no harm");
