/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sentences for titles and classes, and the taint letters. */
#include "console/explain/explain_words.h"

#include <stddef.h>
#include <string.h>

/* The first whose words stand in the title counts: the narrower ones come first. */
static const struct {
	const char *words, *sentence;
} sentences[] = {
	/* Memory */
	{"use-after-free", "Memory was used after it had been freed."},
	{"double-free", "Memory was freed twice."},
	{"double free", "Memory was freed twice."},
	{"invalid-free", "Something was freed that had not been allocated so."},
	{"out-of-bounds", "Memory in front of or behind an object was used."},
	{"null-ptr-deref", "A null pointer was used."},
	{"uninit-value", "Something was decided by memory that had never been set."},
	{"infoleak", "Memory that had never been set went to user space."},
	{"data-race", "Two CPUs used the same memory at once without a lock."},
	{"wild-memory-access", "A pointer that is garbage was used."},
	{"user-memory-access", "A user-space address was used as if it were the kernel's."},
	{"corrupted list",
	 "A linked list is damaged: an entry was added or deleted twice, or written "
	 "over."},
	{"list_debug.c",
	 "A linked list is damaged: an entry was added or deleted twice, or written "
	 "over."},
	{"refcount bug",
	 "A reference count went wrong: an object was put more often than it was got, or "
	 "used when it had gone."},
	{"memory leak", "Allocated memory was never freed, and nothing points to it any more."},
	{"shift-out-of-bounds",
	 "A value was shifted by more bits than it has, or by fewer than none."},
	{"UBSAN", "Something was done that C leaves undefined."},
	{"usercopy", "A copy from or to user space would have left its object."},
	{"ODEBUG", "An object was freed or set up while it was in use."},
	{"Bad page", "A page was given back in a state that it must not have."},
	{"bad page", "A page was given back in a state that it must not have."},
	/* Hangs */
	{"soft lockup", "A CPU ran in the kernel for too long and let no other task run."},
	{"hard lockup", "A CPU ran with interrupts off for too long."},
	{"LOCKUP", "A CPU ran with interrupts off for too long."},
	{"rcu detected stall", "RCU waits for a CPU or a task that does not come to an end."},
	{"task hung", "A task waits for something that does not come."},
	{"task can't die", "A task was killed, but does not come to its end."},
	{"workqueue lockup", "A work item runs for too long and the others wait."},
	{"unregister_netdevice", "A network device can't go: somebody still holds it."},
	{"NETDEV WATCHDOG", "A network device does not send what it was given."},
	{"nobody cared", "An interrupt came that no driver took for its own."},
	/* Locking */
	{"possible deadlock", "Locks are taken in orders that can deadlock."},
	{"possible irq lock inversion",
	 "A lock is taken in an interrupt that others hold with interrupts "
	 "on: that can deadlock."},
	{"inconsistent lock state",
	 "A lock is taken with interrupts on here and in an interrupt there: "
	 "that can deadlock."},
	{"suspicious RCU usage", "Data that RCU protects was used without its read lock."},
	{"sleeping function called",
	 "A function that may sleep was called where sleeping is forbidden."},
	{"scheduling while atomic", "A task slept where sleeping is forbidden."},
	{"bad unlock balance", "A lock was released that was not held."},
	{"held lock freed", "A lock was freed while it was held."},
	{"held when returning", "A lock was still held on the way back to user space."},
	{"still has locks held", "A task ended and held a lock."},
	{"spinlock", "A spin lock was not set up, taken twice, or never released."},
	{"trying to register non-static key", "A lock was used that had not been set up."},
	/* Oopses */
	{"NULL pointer dereference", "A null pointer was used."},
	{"general protection fault",
	 "An address was used that can't exist, or a rule of the CPU was "
	 "broken."},
	{"page fault", "An address was used where nothing is mapped, or not for such an access."},
	{"paging request",
	 "An address was used where nothing is mapped, or not for such an access."},
	{"divide error", "A number was divided by zero, or the quotient did not fit."},
	{"stack guard page",
	 "The kernel stack overflowed: recursion too deep, or local variables too "
	 "big."},
	{"stack overflow",
	 "The kernel stack overflowed: recursion too deep, or local variables too "
	 "big."},
	{"stack-protector", "A function wrote over its own stack frame."},
	{"stack is corrupted", "A function wrote over its own stack frame."},
	{"double fault",
	 "An exception came while the CPU entered another: the stack is gone, mostly."},
	{"invalid opcode", "The CPU met an instruction that it does not know."},
	{"kernel BUG", "A BUG_ON() met a state that must never be."},
	{"CFI failure", "A function was called through a pointer of another type."},
	/* Panics that have no cause before them */
	{"Attempted to kill init", "The first process ended: the kernel can't go on without it."},
	{"Unable to mount root", "The kernel found no root file system."},
	{"out of memory", "Memory ran out."},
	{"Out of memory", "Memory ran out."},
	{"allocation failure", "Memory could not be allocated."},
};

static const char *const class_sentences[] = {
	[CRASH_OOPS] = "The kernel met an error from which this task can't go on.",
	[CRASH_PANIC] = "The kernel gave up: nothing runs any more until a reset.",
	[CRASH_MEMORY] = "Memory was used wrongly.",
	[CRASH_LOCKING] = "A rule of locking was broken.",
	[CRASH_HANG] = "Something in the kernel does not come to its end.",
	[CRASH_WARN] = "A check in the kernel failed (WARN_ON); it went on.",
	[CRASH_REBOOT] = "The kernel started again without having been told to.",
	[CRASH_OTHER] = "The kernel reported an error.",
};

const char *explain_sentence(const struct crash_report *r)
{
	size_t n_classes = sizeof(class_sentences) / sizeof(class_sentences[0]);

	for (size_t i = 0; r->title && i < sizeof(sentences) / sizeof(sentences[0]); i++)
		if (strstr(r->title, sentences[i].words))
			return sentences[i].sentence;
	return class_sentences[(size_t)r->klass < n_classes ? r->klass : CRASH_OTHER];
}

const char *explain_taint(char letter)
{
	switch (letter) {
	case 'P': return "proprietary";
	case 'F': return "forced load";
	case 'S': return "CPU out of spec";
	case 'R': return "forced unload";
	case 'M': return "machine check before";
	case 'B': return "bad memory before";
	case 'U': return "asked for";
	case 'D': return "oops before";
	case 'A': return "ACPI override";
	case 'W': return "warning before";
	case 'C': return "staging driver";
	case 'I': return "firmware bug";
	case 'O': return "out-of-tree";
	case 'E': return "unsigned";
	case 'L': return "soft lockup before";
	case 'K': return "live patch";
	case 'X': return "distribution";
	case 'T': return "randomized structs";
	case 'N': return "test";
	default: return NULL;
	}
}
