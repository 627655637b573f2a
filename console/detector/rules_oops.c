/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The CPU or BUG() stopped the kernel. Sources: arch/x86/mm/fault.c,
 * arch/x86/kernel/traps.c and dumpstack.c, arch/arm64/mm/fault.c, arch/arm/mm/fault.c,
 * arch/riscv/mm/fault.c, arch/powerpc/mm/fault.c, lib/bug.c, kernel/panic.c.
 */
#include "console/detector/rules.h"

/* clang-format off */
const struct rule rules_oops[] = {
	/* lib/list_debug.c with BUG_ON_DATA_CORRUPTION, and what a BUG() may tell before it */
	{ "usercopy: ", "%*ernel memory %* attempt detected", NULL, "BUG: bad usercopy in %F", GUILT_TRACE, "BUG", NULL, CRASH_MEMORY, RULE_PRELUDE },
	{ "rust_kernel: panicked at ", NULL, "attempt to %w with overflow", "attempt to %1 with overflow in %F", GUILT_TRACE, NULL, NULL, CRASH_OOPS, RULE_PRELUDE },
	{ "rust_kernel: panicked at ", NULL, NULL, "rust panic in %F", GUILT_TRACE, "BUG", NULL, CRASH_OOPS, RULE_PRELUDE },
	{ "kernel BUG at ", "lib/list_debug.c:", NULL, "BUG: corrupted list in %F", GUILT_TRACE, "MEMORY_SAFETY_BUG", "bad-access", CRASH_MEMORY, 0 },
	{ "kernel BUG at ", "mm/usercopy.c:", NULL, "BUG: bad usercopy in %F", GUILT_TRACE, "BUG", NULL, CRASH_MEMORY, 0 },
	{ "kernel BUG at ", NULL, NULL, "kernel BUG in %F", GUILT_TRACE, "BUG", NULL, CRASH_OOPS, 0 },
	{ "Kernel BUG at ", NULL, NULL, "kernel BUG in %F", GUILT_TRACE, "BUG", NULL, CRASH_OOPS, 0 },
	/* include/asm-generic/bug.h and arch/arc/include/asm/bug.h, where BUG() is no instruction that is known */
	{ "BUG: failure at ", "%*:%d/%f()!", NULL, "kernel BUG in %F", GUILT_NAMED, "BUG", NULL, CRASH_OOPS, 0 },
	{ "Kernel BUG [", NULL, NULL, "kernel BUG in %F", GUILT_TRACE, "BUG", NULL, CRASH_OOPS, RULE_CONTINUES },

	/* x86 */
	{ "BUG: stack guard page was hit at ", NULL, NULL, "BUG: stack guard page was hit in %F", GUILT_ENTRY, NULL, "stack-overflow", CRASH_OOPS, 0 },
	{ "BUG: TASK stack guard page was hit at ", NULL, NULL, "BUG: stack guard page was hit in %F", GUILT_ENTRY, NULL, "stack-overflow", CRASH_OOPS, 0 },
	{ "BUG: IRQ stack guard page was hit at ", NULL, NULL, "BUG: stack guard page was hit in %F", GUILT_ENTRY, NULL, "stack-overflow", CRASH_OOPS, 0 },
	{ "BUG: kernel NULL pointer dereference, address", NULL, NULL, "BUG: unable to handle kernel NULL pointer dereference in %F", GUILT_TRACE, "NULL-POINTER-DEREFERENCE", "bad-access", CRASH_OOPS, 0 },
	{ "BUG: unable to handle page fault for address", NULL, NULL, "BUG: unable to handle kernel paging request in %F", GUILT_TRACE, "MEMORY_SAFETY_BUG", "bad-access", CRASH_OOPS, 0 },
	{ "BUG: unable to handle kernel ", "paging request", NULL, "BUG: unable to handle kernel paging request in %F", GUILT_TRACE, "MEMORY_SAFETY_BUG", "bad-access", CRASH_OOPS, 0 },
	{ "BUG: unable to handle kernel ", "NULL pointer dereference", NULL, "BUG: unable to handle kernel NULL pointer dereference in %F", GUILT_TRACE, "NULL-POINTER-DEREFERENCE", "bad-access", CRASH_OOPS, 0 },
	{ "BUG: unable to handle kernel", NULL, NULL, "BUG: unable to handle kernel", GUILT_NONE, NULL, NULL, CRASH_OOPS, 0 },
	{ "BUG: unable to handle ", NULL, NULL, "BUG: unable to handle %R", GUILT_NONE, NULL, NULL, CRASH_OOPS, 0 },
	{ "BUG: Unable to handle kernel ", "data access", NULL, "BUG: unable to handle kernel paging request in %F", GUILT_TRACE, "MEMORY_SAFETY_BUG", "bad-access", CRASH_OOPS, 0 },
	{ "BUG: Unable to handle kernel ", "instruction fetch (NULL pointer?)", NULL, "BUG: unable to handle kernel NULL pointer dereference in %F", GUILT_TRACE, "NULL-POINTER-DEREFERENCE", "bad-access", CRASH_OOPS, 0 },
	{ "BUG: Unable to handle kernel ", NULL, NULL, "BUG: unable to handle kernel paging request in %F", GUILT_TRACE, "MEMORY_SAFETY_BUG", "bad-access", CRASH_OOPS, 0 },
	{ "BUG: Kernel NULL pointer dereference", NULL, NULL, "BUG: unable to handle kernel NULL pointer dereference in %F", GUILT_TRACE, "NULL-POINTER-DEREFERENCE", "bad-access", CRASH_OOPS, 0 },
	{ "general protection fault: ", "%x [#", NULL, "general protection fault in %F", GUILT_TRACE, "DoS", "bad-access", CRASH_OOPS, RULE_GLUED },
	{ "general protection fault for ", "non-canonical address", NULL, "general protection fault in %F", GUILT_TRACE, "DoS", "bad-access", CRASH_OOPS, 0 },
	{ "general protection fault, ", NULL, NULL, "general protection fault in %F", GUILT_TRACE, "DoS", "bad-access", CRASH_OOPS, 0 },
	{ "general protection fault ", "maybe for address", NULL, "general protection fault in %F", GUILT_TRACE, "DoS", "bad-access", CRASH_OOPS, 0 },
	{ "divide error: ", "%x", NULL, "divide error in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, 0 },
	{ "stack segment: ", "%x", NULL, "stack segment fault in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, 0 },
	{ "invalid opcode: ", "%x", NULL, "invalid opcode in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, RULE_CONTINUES },
	{ "int3: ", "%x [#", NULL, "int3 in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, 0 },
	{ "invalid TSS: ", "%x [#", NULL, "invalid TSS in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, 0 },
	{ "segment not present: ", "%x [#", NULL, "segment not present in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, 0 },
	{ "alignment check: ", "%x [#", NULL, "alignment check in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, 0 },
	{ "overflow: ", "%x [#", NULL, "overflow in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, 0 },
	{ "bounds: ", "%x [#", NULL, "bounds error in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, 0 },
	{ "simd exception: ", "%x [#", NULL, "simd exception in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, 0 },
	{ "fpu exception: ", "%x [#", NULL, "fpu exception in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, 0 },
	{ "coprocessor segment overrun: ", "%x [#", NULL, "coprocessor segment overrun in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, 0 },
	{ "iret exception: ", "%x [#", NULL, "iret exception in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, 0 },
	{ "unexpected #NM exception: ", "%x [#", NULL, "unexpected #NM exception in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, 0 },
	/* arch/x86/mm/fault.c, pgtable_bad(): mostly found while user space runs */
	{ "Bad pagetable: ", "%x [#", NULL, "BUG: bad page table", GUILT_NONE, "MEMORY_SAFETY_BUG", NULL, CRASH_OOPS, RULE_NO_TRACE },
	{ "control protection fault: ", "%x [#", NULL, "control protection fault in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, 0 },
	{ "Missing ENDBR: ", "%f", NULL, "missing ENDBR in %F", GUILT_LINE, "DoS", NULL, CRASH_OOPS, RULE_PRELUDE },
	{ "CFI failure at ", "%f", NULL, "CFI failure in %F", GUILT_LINE, "DoS", NULL, CRASH_OOPS, 0 },
	{ "kernel stack overflow (", NULL, NULL, "kernel stack overflow in %F", GUILT_ENTRY, "DoS", "stack-overflow", CRASH_OOPS, RULE_CONTINUES },
	{ "PANIC: double fault", NULL, NULL, "PANIC: double fault in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, RULE_CONTINUES },
	{ "PANIC: early exception ", "0x%x IP ", NULL, "PANIC: early exception in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, RULE_PANIC },
	{ "traps: PANIC: double fault", NULL, NULL, "PANIC: double fault in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, RULE_CONTINUES },

	/* arm64, arm, riscv, loongarch, mips, powerpc, s390 */
	{ "Unable to handle kernel ", "paging request", NULL, "BUG: unable to handle kernel paging request in %F", GUILT_TRACE, "MEMORY_SAFETY_BUG", "bad-access", CRASH_OOPS, RULE_ANYWHERE },
	{ "Unable to handle kernel ", "NULL pointer dereference", NULL, "BUG: unable to handle kernel NULL pointer dereference in %F", GUILT_TRACE, "NULL-POINTER-DEREFERENCE", "bad-access", CRASH_OOPS, RULE_ANYWHERE },
	{ "Unable to handle kernel ", "access to user memory", NULL, "BUG: unable to handle kernel access to user memory in %F", GUILT_TRACE, NULL, "bad-access", CRASH_OOPS, RULE_ANYWHERE },
	{ "Unable to handle kernel ", "pointer dereference in virtual ", NULL, "BUG: unable to handle kernel pointer dereference in %F", GUILT_TRACE, "MEMORY_SAFETY_BUG", "bad-access", CRASH_OOPS, RULE_ANYWHERE },
	/* arch/openrisc/kernel/traps.c */
	{ "Unable to handle exception at EA =0x", NULL, NULL, "Unhandled exception in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, 0 },
	{ "KERNEL: Unaligned Access 0x", NULL, NULL, "unaligned access in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, 0 },
	{ "KERNEL: Bus error (SIGBUS) 0x", NULL, NULL, "bus error in %F", GUILT_TRACE, "DoS", "bad-access", CRASH_OOPS, 0 },
	{ "KERNEL: Illegal instruction (SIGILL) 0x", NULL, NULL, "illegal instruction in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, 0 },
	{ "Unable to handle kernel ", "%s at ", NULL, "BUG: unable to handle kernel %1 in %F", GUILT_TRACE, NULL, "bad-access", CRASH_OOPS, RULE_ANYWHERE },
	{ "Unable to handle kernel ", NULL, NULL, "BUG: unable to handle kernel", GUILT_NONE, NULL, NULL, CRASH_OOPS, RULE_ANYWHERE },
	{ "Unable to handle page fault for address", NULL, NULL, "BUG: unable to handle kernel paging request in %F", GUILT_TRACE, "MEMORY_SAFETY_BUG", "bad-access", CRASH_OOPS, 0 },
	{ "Alignment trap: ", "not handling instruction", NULL, "Alignment trap in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, 0 },
	{ "Unhandled fault: ", NULL, NULL, "Unhandled fault in %F", GUILT_TRACE, "DoS", "bad-access", CRASH_OOPS, RULE_CONTINUES },
	{ "Unhandled fault at 0x", NULL, NULL, "Unhandled fault in %F", GUILT_TRACE, "DoS", "bad-access", CRASH_OOPS, RULE_CONTINUES },
	{ "Unhandled prefetch abort: ", NULL, NULL, "Unhandled prefetch abort in %F", GUILT_TRACE, "DoS", "bad-access", CRASH_OOPS, RULE_CONTINUES },
	{ "Bad mode in ", "%* handler detected", NULL, "kernel panic: bad mode", GUILT_NONE, "DoS", NULL, CRASH_OOPS, 0 },
	/* arch/arm64/kernel/entry-common.c, UNHANDLED() */
	{ "Unhandled 64-bit el1", "%* exception on CPU%d, ESR ", NULL, "Unhandled exception in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, 0 },
	{ "Internal error: ", NULL, NULL, "Internal error in %F", GUILT_TRACE, "DoS", "bad-access", CRASH_OOPS, RULE_CONTINUES },
	{ "SError Interrupt on CPU", NULL, NULL, "SError in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, 0 },
	{ "Insufficient stack space to handle exception!", NULL, NULL, "kernel stack overflow in %F", GUILT_ENTRY, "DoS", "stack-overflow", CRASH_OOPS, 0 },
	{ "Oops: ", "Kernel access of bad area, sig:", NULL, "BUG: unable to handle kernel paging request in %F", GUILT_TRACE, "MEMORY_SAFETY_BUG", "bad-access", CRASH_OOPS, RULE_CONTINUES },
	{ "Oops: ", "%*[#%d]", NULL, "Oops in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, RULE_CONTINUES },
	{ "Oops - ", "%*[#%d]", NULL, "Oops in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, RULE_CONTINUES },
	{ "Oops [#", NULL, NULL, "Oops in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, RULE_CONTINUES },
	{ "Oops[#", NULL, NULL, "Oops in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, RULE_CONTINUES },
	{ "Kernel bug detected[#", NULL, NULL, "kernel BUG in %F", GUILT_TRACE, "BUG", NULL, CRASH_OOPS, RULE_CONTINUES },
	/* arch/mips/kernel/traps.c and unaligned.c, arch/loongarch/kernel/traps.c */
	{ "Reserved instruction in kernel code[#", NULL, NULL, "illegal instruction in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, 0 },
	{ "Break instruction in kernel code[#", NULL, NULL, "Break instruction in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, 0 },
	{ "Trap instruction in kernel code[#", NULL, NULL, "Trap instruction in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, 0 },
	{ "FP exception in kernel code[#", NULL, NULL, "FP exception in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, 0 },
	{ "Unhandled kernel unaligned access[#", NULL, NULL, "unaligned access in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, 0 },
	{ "do_cpu invoked from kernel context![#", NULL, NULL, "coprocessor use in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, 0 },
	{ "Kernel ale access[#", NULL, NULL, "unaligned access in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, 0 },
	{ "Kernel ade access[#", NULL, NULL, "address error in %F", GUILT_TRACE, "DoS", "bad-access", CRASH_OOPS, 0 },
	/* arch/arm/kernel/traps.c, __div0(): it only tells and goes on */
	{ "Division by zero in kernel.", NULL, NULL, "divide error in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, 0 },
	/* arch/s390/kernel/traps.c, do_trap() */
	{ "addressing exception: ", "%x ilc:", NULL, "addressing exception in %F", GUILT_TRACE, "DoS", "bad-access", CRASH_OOPS, 0 },
	{ "specification exception: ", "%x ilc:", NULL, "specification exception in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, 0 },
	{ "protection exception: ", "%x ilc:", NULL, "protection exception in %F", GUILT_TRACE, "DoS", "bad-access", CRASH_OOPS, 0 },
	{ "operand exception: ", "%x ilc:", NULL, "operand exception in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, 0 },
	{ "execute exception: ", "%x ilc:", NULL, "execute exception in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, 0 },
	{ "special operation exception: ", "%x ilc:", NULL, "special operation exception in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, 0 },
	{ "Low-address protection: ", "%x ilc:", NULL, "low-address protection in %F", GUILT_TRACE, "DoS", "bad-access", CRASH_OOPS, 0 },
	/* arch/sparc/kernel/traps_64.c: BUG() is trap 5 */
	{ "Kernel bad sw trap ", "%x [#", NULL, "kernel BUG in %F", GUILT_TRACE, "BUG", NULL, CRASH_OOPS, RULE_CONTINUES },
	/* arch/arc/kernel/troubleshoot.c: a symbol with its offset is the kernel's; until Linux 4.x an address */
	{ "Invalid Read @ 0x", "%x by insn @ %p", NULL, "BUG: unable to handle kernel paging request in %F", GUILT_LINE, "MEMORY_SAFETY_BUG", "bad-access", CRASH_OOPS, RULE_ANYWHERE },
	{ "Invalid Write @ 0x", "%x by insn @ %p", NULL, "BUG: unable to handle kernel paging request in %F", GUILT_LINE, "MEMORY_SAFETY_BUG", "bad-access", CRASH_OOPS, RULE_ANYWHERE },
	{ "Invalid EX @ 0x", "%x by insn @ %p", NULL, "BUG: unable to handle kernel paging request in %F", GUILT_LINE, "MEMORY_SAFETY_BUG", "bad-access", CRASH_OOPS, RULE_ANYWHERE },
	/* arch/parisc/kernel/traps.c */
	{ "Kernel Fault: Code=", NULL, NULL, "Kernel Fault in %F", GUILT_TRACE, "DoS", "bad-access", CRASH_OOPS, 0 },
	{ "data exception: ", "%x ilc:", NULL, "data exception in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, 0 },
	{ "privileged operation: ", "%x ilc:", NULL, "privileged operation in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, 0 },
	{ "illegal operation: ", "%x", NULL, "illegal operation in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, 0 },
	{ "fixpoint divide exception: ", "%x", NULL, "divide error in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, 0 },
	/* arch/powerpc/xmon/xmon.c, excprint(): before the oops that it comes instead of */
	{ "Vector: ", "3%x (Data %*) at [", NULL, "BUG: unable to handle kernel paging request in %F", GUILT_TRACE, "MEMORY_SAFETY_BUG", "bad-access", CRASH_OOPS, RULE_CONTINUES },
	{ "Vector: ", "4%x (Instruction %*) at [", NULL, "BUG: unable to handle kernel paging request in %F", GUILT_TRACE, "MEMORY_SAFETY_BUG", "bad-access", CRASH_OOPS, RULE_CONTINUES },
	{ "Vector: ", "700 (Program Check) at [", NULL, "kernel BUG in %F", GUILT_TRACE, "BUG", NULL, CRASH_OOPS, RULE_CONTINUES | RULE_PRELUDE },
	{ "Vector: ", "200 (Machine Check) at [", NULL, "Machine check in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, RULE_CONTINUES },
	{ "Exception in kernel mode, sig:", NULL, NULL, "Oops in %F", GUILT_TRACE, "DoS", NULL, CRASH_OOPS, 0 },

	/* kernel/panic.c; what stands here is what the report begins with */
	{ "Kernel panic - not syncing: ", "panic_on_warn set", NULL, "kernel panic: panic_on_warn set", GUILT_NONE, "DoS", NULL, CRASH_PANIC, RULE_CONSEQUENCE | RULE_PANIC | RULE_CONTINUES | RULE_ANYWHERE },
	{ "Kernel panic - not syncing: ", "Attempted to kill init!", NULL, "kernel panic: Attempted to kill init!", GUILT_NONE, "DoS", NULL, CRASH_PANIC, RULE_PANIC | RULE_CONTINUES | RULE_ANYWHERE },
	{ "Kernel panic - not syncing: ", "Fatal exception in interrupt", NULL, "kernel panic: Fatal exception in interrupt", GUILT_NONE, "DoS", NULL, CRASH_PANIC, RULE_PANIC | RULE_CONTINUES | RULE_ANYWHERE },
	{ "Kernel panic - not syncing: ", "stack-protector: Kernel stack is corrupted in: %p", NULL, "kernel panic: stack is corrupted in %F", GUILT_NAMED, "DoS", NULL, CRASH_PANIC, RULE_PANIC | RULE_CONTINUES | RULE_ANYWHERE | RULE_NO_TRACE },
	{ "Kernel panic - not syncing: ", "stack-protector: Kernel stack is corrupted in:", NULL, "kernel panic: stack is corrupted in %F", GUILT_TRACE, "DoS", NULL, CRASH_PANIC, RULE_PANIC | RULE_CONTINUES | RULE_ANYWHERE },
	{ "Kernel panic - not syncing: ", "corrupted stack end detected inside scheduler", NULL, "kernel panic: corrupted stack end in %F", GUILT_ENTRY, "DoS", "stack-overflow", CRASH_PANIC, RULE_PANIC | RULE_CONTINUES | RULE_ANYWHERE },
	{ "Kernel panic - not syncing: ", "kernel stack overflow", NULL, "kernel stack overflow in %F", GUILT_ENTRY, "DoS", "stack-overflow", CRASH_PANIC, RULE_PANIC | RULE_CONTINUES | RULE_ANYWHERE },
	{ "Kernel panic - not syncing: ", "softlockup: hung tasks", NULL, "kernel panic: softlockup: hung tasks", GUILT_NONE, "DoS", NULL, CRASH_HANG, RULE_CONSEQUENCE | RULE_PANIC | RULE_CONTINUES | RULE_ANYWHERE },
	{ "Kernel panic - not syncing: ", "hung_task: blocked tasks", NULL, "kernel panic: hung_task: blocked tasks", GUILT_NONE, "DoS", NULL, CRASH_HANG, RULE_CONSEQUENCE | RULE_PANIC | RULE_CONTINUES | RULE_ANYWHERE },
	{ "Kernel panic - not syncing: ", "%*ard LOCKUP", NULL, "kernel panic: hard LOCKUP", GUILT_NONE, "DoS", NULL, CRASH_HANG, RULE_PANIC | RULE_CONTINUES | RULE_ANYWHERE },
	/* unknown_nmi_panic=1 and a button or a watchdog: asked where the CPU hangs */
	{ "Kernel panic - not syncing: ", "NMI: Not continuing", NULL, "kernel panic: NMI: Not continuing", GUILT_NONE, "DoS", NULL, CRASH_HANG, RULE_PANIC | RULE_CONTINUES | RULE_ANYWHERE },
	/* arch/mips/kernel/traps.c, do_mcheck(): registers, not a trace, and before it */
	{ "Kernel panic - not syncing: ", "Caught Machine Check exception", NULL, "kernel panic: %R", GUILT_NONE, "DoS", NULL, CRASH_PANIC, RULE_PANIC | RULE_CONTINUES | RULE_ANYWHERE | RULE_NO_TRACE },
	{ "Kernel panic - not syncing: ", NULL, NULL, "kernel panic: %R", GUILT_NONE, "DoS", NULL, CRASH_PANIC, RULE_PANIC | RULE_CONTINUES | RULE_ANYWHERE },
	{ "Kernel panic: ", NULL, NULL, "kernel panic: %R", GUILT_NONE, "DoS", NULL, CRASH_PANIC, RULE_PANIC | RULE_CONTINUES },
	{ 0 }
};
/* clang-format on */
