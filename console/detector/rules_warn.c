/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * WARN_ON() and kin. Sources: kernel/panic.c, lib/bug.c; the special ones name
 * the helper that warns, so that the title can name its caller.
 */
#include "console/detector/rules.h"

/* clang-format off */
const struct rule rules_warn[] = {
	{ "WARNING: ", "lib/refcount.c:%d at ", NULL, "WARNING: refcount bug in %F", GUILT_TRACE, "REFCOUNT_WARNING", NULL, CRASH_WARN, 0 },
	{ "WARNING: ", "%*at lib/refcount.c:", NULL, "WARNING: refcount bug in %F", GUILT_TRACE, "REFCOUNT_WARNING", NULL, CRASH_WARN, 0 },
	{ "WARNING: ", "%*at %*refcount_%*", "refcount_t: ", "WARNING: refcount bug in %F", GUILT_TRACE, "REFCOUNT_WARNING", NULL, CRASH_WARN, 0 },
	{ "WARNING: ", "%*at lib/debugobjects.c:", NULL, "WARNING: ODEBUG bug in %F", GUILT_TRACE, "WARNING", NULL, CRASH_WARN, 0 },
	{ "WARNING: ", "%*at kernel/locking/lockdep.c:", NULL, "WARNING: locking bug in %F", GUILT_TRACE, "LOCKDEP", NULL, CRASH_LOCKING, 0 },
	{ "WARNING: ", "%*at lib/kobject.c:", NULL, "WARNING: kobject bug in %F", GUILT_TRACE, "WARNING", NULL, CRASH_WARN, 0 },
	{ "WARNING: ", "%*at fs/proc/generic.c:", NULL, "WARNING: proc registration bug in %F", GUILT_TRACE, "WARNING", NULL, CRASH_WARN, 0 },
	{ "WARNING: ", "%*at mm/usercopy.c:", NULL, "WARNING: bad usercopy in %F", GUILT_TRACE, "WARNING", NULL, CRASH_WARN, 0 },
	{ "WARNING: ", "%*at mm/slab_common.c:%d kmalloc_", NULL, "WARNING: kmalloc bug in %F", GUILT_TRACE, "WARNING", NULL, CRASH_WARN, 0 },
	{ "WARNING: ", "%*at mm/util.c:%d kvmalloc_node", NULL, "WARNING: kmalloc bug in %F", GUILT_TRACE, "WARNING", NULL, CRASH_WARN, 0 },
	{ "WARNING: ", "%*at mm/vmalloc.c:%d __vmalloc_node_range", NULL, "WARNING: zero-size vmalloc in %F", GUILT_TRACE, "WARNING", NULL, CRASH_WARN, 0 },
	{ "WARNING: ", "%*at drivers/usb/core/urb.c:%d usb_submit_urb", NULL, "WARNING in %F/usb_submit_urb", GUILT_TRACE, "WARNING", NULL, CRASH_WARN, 0 },
	{ "WARNING: ", "%*at lib/list_debug.c:", NULL, "BUG: corrupted list in %F", GUILT_TRACE, "MEMORY_SAFETY_BUG", "bad-access", CRASH_MEMORY, 0 },
	{ "WARNING: ", "CPU: %d PID: %d at ", NULL, "WARNING in %F", GUILT_TRACE, "WARNING", NULL, CRASH_WARN, 0 },
	{ "WARNING: ", "CPU: %d PID: %d ", NULL, "WARNING in %F", GUILT_TRACE, "WARNING", NULL, CRASH_WARN, 0 },
	{ "WARNING: ", "at %w:%d", NULL, "WARNING in %F", GUILT_TRACE, "WARNING", NULL, CRASH_WARN, 0 },
	{ "WARNING: ", "%w:%d at %s, CPU#%d", NULL, "WARNING in %F", GUILT_TRACE, "WARNING", NULL, CRASH_WARN, 0 },
	/* arch/x86/mm/extable.c. The kernel's own accesses fail wherever a virtual CPU lacks something; a module's are its bugs. */
	{ "unchecked MSR access error: ", "%*at rIP: 0x%x (%f [%w])", NULL, "unchecked MSR access error in %F", GUILT_NAMED, "WARNING", NULL, CRASH_WARN, 0 },
	/* powerpc until Linux 3.x */
	{ "Badness at ", "%w:%d", NULL, "WARNING in %F", GUILT_TRACE, "WARNING", NULL, CRASH_WARN, 0 },
	{ "WARNING: ", "kernel stack regs at %* has bad '%w' value", NULL, "WARNING: kernel stack regs has bad '%1' value", GUILT_NONE, "", NULL, CRASH_WARN, RULE_NO_TRACE },
	{ "WARNING: ", "kernel stack regs at %* has bad value", NULL, "WARNING: kernel stack regs has bad value", GUILT_NONE, "", NULL, CRASH_WARN, RULE_NO_TRACE },
	{ "WARNING: ", "kernel stack frame pointer at %* has bad value", NULL, "WARNING: kernel stack frame pointer has bad value", GUILT_NONE, "", NULL, CRASH_WARN, RULE_NO_TRACE },
	{ "WARNING: ", "stack recursion on stack type", NULL, "WARNING: stack recursion", GUILT_NONE, "", NULL, CRASH_WARN, RULE_NO_TRACE },
	{ "WARNING: ", "stack going in the wrong direction?", NULL, "WARNING: stack going in the wrong direction", GUILT_NONE, "", NULL, CRASH_WARN, RULE_NO_TRACE },
	{ "WARNING: ", "unrecognized unwind stack type", NULL, "WARNING: unrecognized unwind stack type", GUILT_NONE, "", NULL, CRASH_WARN, RULE_NO_TRACE },
	{ "WARNING: ", "can't access registers at", NULL, "WARNING: can't access registers", GUILT_NONE, "", NULL, CRASH_WARN, RULE_NO_TRACE },
	{ 0 }
};
/* clang-format on */
