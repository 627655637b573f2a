/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A write through a null pointer, the commonest oops of all.
 *
 *	BUG: kernel NULL pointer dereference, address: 0000000000000010
 *	RIP: 0010:null_deref_write+0x… [null_deref]
 *
 * The kernel kills the task that loaded the module; the board lives on, but the module
 * can't be unloaded any more. Exit code 3.
 */
#include <linux/init.h>
#include <linux/module.h>

struct device_state {
	long unused[2];
	int users; /* 16 bytes in, hence the address that the kernel reports */
};

/* volatile, or the compiler sees that this is null and leaves a trap instruction instead. */
static struct device_state *volatile state;

static noinline void null_deref_write(void)
{
	state->users = 1;
}

static int __init null_deref_init(void)
{
	null_deref_write();
	pr_info("null_deref: still here\n");
	return 0;
}

static void __exit null_deref_exit(void)
{
}

module_init(null_deref_init);
module_exit(null_deref_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("kdev sample: writes through a null pointer");
