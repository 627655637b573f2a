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
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

struct device_state {
	int minor;
	unsigned long flags;
	int users; /* 16 bytes in, hence the address that the kernel reports */
};

static struct device_state devices[4];

static int minor = 42;
module_param(minor, int, 0444);
MODULE_PARM_DESC(minor, "the device to open; there is none but 0");

/* READ_ONCE: the compiler must not know that there is no such device. */
static noinline struct device_state *null_deref_find(int minor)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(devices); i++)
		if (READ_ONCE(devices[i].minor) == minor)
			return &devices[i];
	return NULL;
}

static noinline void null_deref_write(int minor)
{
	struct device_state *state = null_deref_find(minor);

	/* Nobody has looked whether it was found. */
	WRITE_ONCE(state->users, 1);
}

static int __init null_deref_init(void)
{
	null_deref_write(minor);
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
