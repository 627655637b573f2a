/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a bad pointer says about the bug: nothing was there, it was freed, never
 * set, an error code …
 *
 * Sources: include/linux/poison.h, include/linux/err.h, include/linux/errno.h,
 * Documentation/arch/x86/x86_64/mm.rst (Documentation/x86 before 6.5), arch/x86/mm/kaslr.c,
 * KASAN_SHADOW_OFFSET in arch/x86/Kconfig.
 */
#ifndef KDEV_CONSOLE_ADDRESS_H
#define KDEV_CONSOLE_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "console/strbuf.h"

enum address_kind {
	ADDRESS_NULL,          /* within reach of a null pointer */
	ADDRESS_ERROR,         /* an ERR_PTR() */
	ADDRESS_POISON,        /* a pattern that the kernel writes on purpose */
	ADDRESS_SHADOW,        /* KASAN's shadow of a bad pointer */
	ADDRESS_TEXT,          /* characters: a string was written over it */
	ADDRESS_NON_CANONICAL, /* no address at all on x86-64 */
	ADDRESS_USER,
	ADDRESS_STACK,   /* the task's kernel stack, or just beyond it */
	ADDRESS_MEMORY,  /* direct map, vmalloc, vmemmap */
	ADDRESS_KERNEL,  /* the kernel's code and data */
	ADDRESS_MODULE,  /* a module's code and data */
	ADDRESS_SPECIAL, /* fixmap, EFI, entry area … */
	ADDRESS_UNKNOWN, /* nothing to say: no words were added */
};

/* What is known of the machine that the address is from. */
struct address_space {
	bool x86_64;            /* else only what all machines share is told */
	bool la57;              /* five-level page tables: addresses of 57 bits */
	uint64_t stack_pointer; /* in the kernel; 0: not known */
};

/*
 * Append the nature of `address` in words, without the number itself: "NULL + 0x10". Where the
 * pointer that the address was made from is known (a register), ask for that one:
 * an ERR_PTR() plus a member's offset is another error code.
 */
enum address_kind address_describe(uint64_t address, const struct address_space *space,
				   struct strbuf *out);

#endif
