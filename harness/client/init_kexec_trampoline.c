/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The code between two kernels. relocate_kernel() enters it in 64-bit mode, all memory that matters
 * mapped to itself; it lies at any address.
 *
 * A kernel that panicked has left its devices running: the ring of a network card still points to
 * memory that the next kernel believes to be free. So no function of PCI may write to memory any
 * more until its driver takes it (PCI_COMMAND_MASTER, PCI 3.0 section 6.2.2). Bridges are left
 * alone: theirs lets those behind them through, and they are seen to one by one. Then it does what
 * the 64-bit boot protocol asks for (Documentation/x86/boot.rst): interrupts off, segments flat,
 * %rsi the boot parameters.
 */
#include <string.h>

#include "harness/client/init_kexec.h"

__asm__(".pushsection .rodata\n"
	"	.balign 16\n"
	"trampoline_begin:\n"
	"	cli\n"
	"	cld\n"
	"	leaq	trampoline_stack(%rip), %rsp\n"
	"	lgdt	gdt_pointer(%rip)\n"
	"	movl	$0x18, %eax\n"
	"	movl	%eax, %ds\n"
	"	movl	%eax, %es\n"
	"	movl	%eax, %ss\n"
	"	xorl	%eax, %eax\n"
	"	movl	%eax, %fs\n"
	"	movl	%eax, %gs\n"
	/* %ebx: enable bit, bus, device and function of configuration mechanism #1 */
	"	movl	$0x80000000, %ebx\n"
	"1:	movw	$0xcf8, %dx\n"
	"	movl	%ebx, %eax\n"
	"	outl	%eax, (%dx)\n"
	"	movb	$0xfc, %dl\n"
	"	inl	(%dx), %eax\n"
	"	cmpw	$0xffff, %ax\n"
	"	jne	2f\n"
	/* without a function 0 there is no other */
	"	testl	$0x700, %ebx\n"
	"	jnz	3f\n"
	"	addl	$0x700, %ebx\n"
	"	jmp	3f\n"
	/* header type 0: no bridge */
	"2:	movb	$0xf8, %dl\n"
	"	leal	0xc(%rbx), %eax\n"
	"	outl	%eax, (%dx)\n"
	"	movb	$0xfe, %dl\n"
	"	inb	(%dx), %al\n"
	"	testb	$0x7f, %al\n"
	"	jnz	3f\n"
	"	movb	$0xf8, %dl\n"
	"	leal	0x4(%rbx), %eax\n"
	"	outl	%eax, (%dx)\n"
	"	movb	$0xfc, %dl\n"
	"	inw	(%dx), %ax\n"
	"	andw	$~4, %ax\n"
	"	outw	%ax, (%dx)\n"
	"3:	addl	$0x100, %ebx\n"
	"	testl	$0x01000000, %ebx\n"
	"	jz	1b\n"
	"	movq	boot_params_at(%rip), %rsi\n"
	"	pushq	$0x10\n"
	"	pushq	entry_at(%rip)\n"
	"	lretq\n"
	"	.balign 8\n"
	"gdt:	.quad	0, 0\n"
	"	.quad	0x00af9a000000ffff\n" /* 0x10: 64-bit code */
	"	.quad	0x00cf92000000ffff\n" /* 0x18: data */
	"	.balign 8\n"
	"gdt_pointer:\n"
	"	.word	gdt_pointer - gdt - 1\n"
	"gdt_at:	.quad	0\n"
	"	.balign 8\n"
	"entry_at:	.quad	0\n"
	"boot_params_at: .quad	0\n"
	"	.fill	8, 8, 0\n"
	"trampoline_stack:\n"
	"trampoline_end:\n"
	"	.popsection\n");

extern const uint8_t trampoline_begin[], trampoline_end[], gdt[], gdt_at[], entry_at[],
	boot_params_at[];

/* All are places in the one block above. */
static size_t offset(const uint8_t *place)
{
	return (size_t)((uintptr_t)place - (uintptr_t)trampoline_begin);
}

static void put(uint8_t page[KEXEC_PAGE], const uint8_t *slot, uint64_t value)
{
	memcpy(page + offset(slot), &value, sizeof(value));
}

void kexec_trampoline(uint8_t page[KEXEC_PAGE], uint64_t at, uint64_t entry, uint64_t boot_params)
{
	memset(page, 0, KEXEC_PAGE);
	memcpy(page, trampoline_begin, offset(trampoline_end));
	put(page, gdt_at, at + offset(gdt));
	put(page, entry_at, entry);
	put(page, boot_params_at, boot_params);
}
