/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Crashes now and then, always at the same places: which iterations of a loop do is decided by
 * seed and iteration alone, so that what a loop found can be compared with what was to be found.
 *
 *	kdev loop random_oops.ko --count 1000 one_in=100 seed=7 iteration={iteration}
 *
 *	BUG: kernel NULL pointer dereference, address: 0000000000000008
 *	RIP: 0010:random_oops_pop+0x… [random_oops]
 *
 * Exit code 0, or 3 when it was this iteration's turn.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

static unsigned int one_in = 100;
module_param(one_in, uint, 0444);
MODULE_PARM_DESC(one_in, "crash in one of so many iterations, 0: never");

static ulong seed = 1;
module_param(seed, ulong, 0444);
MODULE_PARM_DESC(seed, "another seed, other iterations");

static ulong iteration;
module_param(iteration, ulong, 0444);
MODULE_PARM_DESC(iteration, "which iteration this is");

struct entry {
	struct entry *next;
	int value;
};

static struct entry first, *stack;

/* The finalizer of splitmix64: https://prng.di.unimi.it/splitmix64.c, public domain. */
static u64 random_oops_mix(u64 x)
{
	x += 0x9e3779b97f4a7c15ULL;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
	return x ^ (x >> 31);
}

static bool random_oops_is_due(void)
{
	u64 mixed = random_oops_mix(random_oops_mix(seed) ^ iteration);

	/* The upper half, so that 32 bits do on every architecture. */
	return one_in && (u32)(mixed >> 32) % one_in == 0;
}

/* READ_ONCE: the compiler must not know that the stack is empty. */
static noinline int random_oops_pop(void)
{
	struct entry *top = READ_ONCE(stack);
	int value = READ_ONCE(top->value);

	WRITE_ONCE(stack, top->next);
	return value;
}

static int __init random_oops_init(void)
{
	if (!random_oops_is_due())
		stack = &first;
	return random_oops_pop();
}

static void __exit random_oops_exit(void)
{
}

module_init(random_oops_init);
module_exit(random_oops_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("kdev sample: crashes in some iterations of a loop, always the same");
