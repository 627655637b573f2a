/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A linked list whose neighbour's pointer was overwritten, found when an entry is removed.
 *
 *	list_del corruption. next->prev should be …, but was …
 *	kernel BUG at lib/list_debug.c:…!
 *	 list_corruption_remove+0x… [list_corruption]
 *
 * Seen only by kernels with CONFIG_DEBUG_LIST (newer: CONFIG_LIST_HARDENED), as
 * distributions have it. The check is in the kernel, so the guilty function is the one that
 * called it. Exit code 3.
 */
#include <linux/init.h>
#include <linux/list.h>
#include <linux/module.h>

struct item {
	struct list_head node;
};

static LIST_HEAD(items);
static struct item first, second;

static noinline void list_corruption_remove(void)
{
	list_del(&first.node);
	/* After the call, or it could become a jump and this function leave the trace. */
	pr_info("list_corruption: removed\n");
}

static int __init list_corruption_init(void)
{
	list_add_tail(&first.node, &items);
	list_add_tail(&second.node, &items);
	/* The stray write: still a valid pointer, so only the check can see it. */
	WRITE_ONCE(second.node.prev, &items);
	list_corruption_remove();
	return 0;
}

static void __exit list_corruption_exit(void)
{
}

module_init(list_corruption_init);
module_exit(list_corruption_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("kdev sample: removes an entry from a corrupted list");
