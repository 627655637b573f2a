/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory that nobody frees and nothing points to any more.
 *
 *	unreferenced object 0xffff… (size 64):
 *	    leak_fill+0x… [leak]
 *
 * Seen only by kernels with CONFIG_DEBUG_KMEMLEAK, and when somebody asks: a scenario with
 * expect_no_leak = yes. Exit code 3 there, else 0.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/slab.h>

struct item {
	struct item *next;
	char name[56];
};

static struct item *items;

static noinline int leak_fill(const char *name)
{
	struct item *item = kzalloc(sizeof(*item), GFP_KERNEL);

	if (!item)
		return -ENOMEM;
	strscpy(item->name, name, sizeof(item->name));
	/* The one that was there is forgotten. */
	WRITE_ONCE(items, item);
	return 0;
}

static int __init leak_init(void)
{
	int i;

	for (i = 0; i < 4; i++) {
		int err = leak_fill("item");

		if (err)
			return err;
	}
	return 0;
}

static void __exit leak_exit(void)
{
	kfree(items);
}

module_init(leak_init);
module_exit(leak_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("kdev sample: leaks memory");
