/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A mutex taken under a spinlock: it may sleep, and mostly does not.
 *
 *	BUG: sleeping function called from invalid context at kernel/locking/mutex.c:…
 *	 sleep_in_atomic_count+0x… [sleep_in_atomic]
 *
 * Seen only by kernels with CONFIG_DEBUG_ATOMIC_SLEEP. Exit code 3 there, else 0.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(table_lock);
static DEFINE_MUTEX(count_lock);
static int count;

static noinline void sleep_in_atomic_count(void)
{
	mutex_lock(&count_lock);
	count++;
	mutex_unlock(&count_lock);
}

static int __init sleep_in_atomic_init(void)
{
	spin_lock(&table_lock);
	sleep_in_atomic_count();
	spin_unlock(&table_lock);
	return 0;
}

static void __exit sleep_in_atomic_exit(void)
{
}

module_init(sleep_in_atomic_init);
module_exit(sleep_in_atomic_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("kdev sample: may sleep under a spinlock");
