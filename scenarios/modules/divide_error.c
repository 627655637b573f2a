/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A division by zero: a rate computed before the clock was known.
 *
 *	divide error: 0000 [#1] …
 *	RIP: 0010:divide_error_rate+0x… [divide_error]
 *
 * An exception on x86; other processors (arm64, riscv) just yield a number. Exit code 3.
 */
#include <linux/init.h>
#include <linux/module.h>

/* volatile, or the compiler divides (or gives up) at build time. */
static volatile int clock_hz;

static noinline int divide_error_rate(int ticks)
{
	return ticks / clock_hz;
}

static int __init divide_error_init(void)
{
	pr_info("divide_error: rate is %d\n", divide_error_rate(1000));
	return 0;
}

static void __exit divide_error_exit(void)
{
}

module_init(divide_error_init);
module_exit(divide_error_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("kdev sample: divides by zero");
