/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loading succeeds; a second later a timer of the module uses a null pointer. A test that looks
 * only until insmod returns misses it: that is what the settling time of a run is for.
 *
 *	BUG: kernel NULL pointer dereference, address: 0000000000000000
 *	RIP: 0010:delayed_oops_fire+0x… [delayed_oops]
 *	Kernel panic - not syncing: Fatal exception in interrupt
 *
 * The armed timer holds a reference to the module: an rmmod in between is refused ("in
 * use"), and the oops comes and can be named however quickly the module is to be unloaded.
 *
 *	kdev run delayed_oops.ko dangling=1
 *
 * is the same with the classic mistake on top: no reference, and the exit function forgets
 * the timer. The kernel's own timer code then stumbles over memory that is gone, and all
 * that it can say of the module is "[last unloaded: delayed_oops]". Exit code 3 for both.
 */
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/timer.h>

static unsigned int delay_ms = 1000;
module_param(delay_ms, uint, 0444);
MODULE_PARM_DESC(delay_ms, "from the load to the oops, in milliseconds");

static bool dangling;
module_param(dangling, bool, 0444);
MODULE_PARM_DESC(dangling, "let the module be unloaded while its timer is armed");

static struct timer_list timer;

struct request {
	int done;
};

static struct request *queue[4];

/* READ_ONCE: the compiler must not know that nothing was ever queued. */
static noinline struct request *delayed_oops_next(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(queue); i++) {
		struct request *request = READ_ONCE(queue[i]);

		if (request && !READ_ONCE(request->done))
			return request;
	}
	return NULL;
}

static noinline void delayed_oops_fire(struct timer_list *unused)
{
	struct request *request = delayed_oops_next();

	/* Nobody has looked whether there was one. */
	WRITE_ONCE(request->done, 1);
}

static int __init delayed_oops_init(void)
{
	if (!dangling)
		__module_get(THIS_MODULE);
	timer_setup(&timer, delayed_oops_fire, 0);
	mod_timer(&timer, jiffies + msecs_to_jiffies(delay_ms));
	pr_info("delayed_oops: %u ms to go\n", delay_ms);
	return 0;
}

static void __exit delayed_oops_exit(void)
{
	/* Wrong, and meant to be: timer_delete_sync(&timer) is missing. */
}

module_init(delayed_oops_init);
module_exit(delayed_oops_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("kdev sample: oopses from a timer, a second after the load");
