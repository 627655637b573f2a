/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The instruction that failed, from the bytes that an oops prints after "Code:"
 * (arch/x86/kernel/dumpstack.c: show_opcodes(), arch/arm64/kernel/traps.c: dump_kernel_instr()).
 */
#ifndef KDEV_CONSOLE_DISASM_H
#define KDEV_CONSOLE_DISASM_H

#include <stdbool.h>
#include <stdint.h>

enum disasm_machine {
	DISASM_X86_64,
	DISASM_X86_32,
	DISASM_ARM64,
};

struct instruction {
	char text[192]; /* "movl $0x2a, 0x40(%rax)": AT&T on x86, as objdump and decodecode print */

	/* Its memory operand: base + index * scale + displacement. */
	bool memory;
	char base[8], index[8]; /* "rax", "x0"; "" if there is none; "rip" too */
	unsigned scale;
	int64_t displacement;

	/* Without one: the only operand, if that is a register ("idivl %ecx", "callq *%rax"),
	 * by the name that an oops prints its whole under. */
	char operand[8];
};

/*
 * Decode what the mark in `code` points at: <0f> on x86, a whole word in parentheses on arm64.
 * -EINVAL: no mark, what stands there is no code, or no instruction. -ENOTSUP: the
 * disassembler was built without this machine. -ENOMEM.
 */
int disasm_code(const char *code, enum disasm_machine machine, struct instruction *out);

#endif
