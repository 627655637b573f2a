/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A recursion that never ends. The kernel's stack is 16 KiB on x86-64 and 256 bytes a
 * level use it up quickly.
 *
 *	BUG: TASK stack guard page was hit at …      (CONFIG_VMAP_STACK)
 *	RIP: 0010:stack_overflow_recurse+0x… [stack_overflow]
 *
 * Without the guard page whatever lies below the stack is overwritten, and anything may
 * follow. Exit code 3.
 */
#include <linux/init.h>
#include <linux/module.h>

/* volatile: the compiler must believe that there is an end. */
static volatile int max_depth = INT_MAX;

static noinline int stack_overflow_recurse(int depth)
{
	/* volatile: each level's own, kept on the stack. */
	volatile char frame[256];

	frame[0] = (char)depth;
	if (depth >= max_depth)
		return frame[0];
	/* The sum comes after the call, so that this is no tail call (which needs no stack). */
	return stack_overflow_recurse(depth + 1) + frame[0];
}

static int __init stack_overflow_init(void)
{
	pr_info("stack_overflow: %d\n", stack_overflow_recurse(0));
	return 0;
}

static void __exit stack_overflow_exit(void)
{
}

module_init(stack_overflow_init);
module_exit(stack_overflow_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("kdev sample: recurses until the stack is full");
