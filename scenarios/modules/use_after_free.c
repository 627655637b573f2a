/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A write to memory that was freed.
 *
 *	BUG: KASAN: use-after-free in use_after_free_touch+0x…      with CONFIG_KASAN
 *	BUG kmalloc-64 (Tainted: …): Poison overwritten             with CONFIG_SLUB_DEBUG_ON
 *
 * KASAN sees the write; SLUB's poison is looked at when the memory is next allocated, by whoever
 *that is. Exit code 3 with either, else 0: most kernels do not notice.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/slab.h>

struct session {
	long id;
	char user[48];
};

static noinline void use_after_free_touch(struct session *s)
{
	WRITE_ONCE(s->user[0], '\0');
}

static int __init use_after_free_init(void)
{
	struct session *s = kzalloc(sizeof(*s), GFP_KERNEL), *next;

	if (!s)
		return -ENOMEM;
	kfree(s);
	use_after_free_touch(s);
	/* This CPU's last one that was freed is the next that it gives out. */
	next = kzalloc(sizeof(*next), GFP_KERNEL);
	kfree(next);
	return 0;
}

static void __exit use_after_free_exit(void)
{
}

module_init(use_after_free_init);
module_exit(use_after_free_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("kdev sample: writes to memory that was freed");
