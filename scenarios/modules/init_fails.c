/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A driver that finds no device: its init function returns -ENODEV, so the kernel refuses to keep
 * it ("No such device"). The board is as it was; no restart is needed. Exit code 1.
 */
#include <linux/init.h>
#include <linux/module.h>

static int __init init_fails_init(void)
{
	pr_err("init_fails: no device found\n");
	return -ENODEV;
}

module_init(init_fails_init);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("kdev sample: loading fails with -ENODEV");
