/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two locks, taken in one order here and in the other there. Nothing hangs until two CPUs do both
 * at the same time; lockdep sees it the first time.
 *
 *	WARNING: possible circular locking dependency detected
 *	 lock_order_withdraw+0x… [lock_order]
 *
 * Seen only by kernels with CONFIG_PROVE_LOCKING. Exit code 3 there, else 0.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/mutex.h>

static DEFINE_MUTEX(account_lock);
static DEFINE_MUTEX(journal_lock);
static int balance;

static noinline void lock_order_deposit(void)
{
	mutex_lock(&account_lock);
	mutex_lock(&journal_lock);
	balance++;
	mutex_unlock(&journal_lock);
	mutex_unlock(&account_lock);
}

static noinline void lock_order_withdraw(void)
{
	mutex_lock(&journal_lock);
	mutex_lock(&account_lock);
	balance--;
	mutex_unlock(&account_lock);
	mutex_unlock(&journal_lock);
}

static int __init lock_order_init(void)
{
	lock_order_deposit();
	lock_order_withdraw();
	return 0;
}

static void __exit lock_order_exit(void)
{
}

module_init(lock_order_init);
module_exit(lock_order_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("kdev sample: takes two locks in both orders");
