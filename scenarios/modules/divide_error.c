/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A division by zero: an average before there is a first sample.
 *
 *	divide error: 0000 [#1] …
 *	RIP: 0010:divide_error_average+0x… [divide_error]
 *
 * An exception on x86; other processors (arm64, riscv) just yield a number. Exit code 3.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>

struct sample {
	int value;
	bool valid;
};

static struct sample samples[8];

/* READ_ONCE, or the compiler divides (or gives up) at build time. */
static noinline int divide_error_average(void)
{
	int sum = 0, n = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(samples); i++) {
		if (!READ_ONCE(samples[i].valid))
			continue;
		sum += READ_ONCE(samples[i].value);
		n++;
	}
	return sum / n;
}

static int __init divide_error_init(void)
{
	pr_info("divide_error: average is %d\n", divide_error_average());
	return 0;
}

static void __exit divide_error_exit(void)
{
}

module_init(divide_error_init);
module_exit(divide_error_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("kdev sample: divides by zero");
