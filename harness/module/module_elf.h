/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ELF side of a module, on bytes in memory.
 *
 * libkmod 30 trusts much of what an object file says of itself: strings without an end, sections
 * at the end of the file, assertions on indexes. So a file is looked through here first, and
 * libkmod gets only one in which all that it will touch is there. Pure: no I/O, no allocation;
 * the bytes may be anything and need no alignment.
 */
#ifndef KDEV_HARNESS_MODULE_ELF_H
#define KDEV_HARNESS_MODULE_ELF_H

#include <stddef.h>

/* Hex digits of the longest build id that is taken, and the NUL. */
#define MODULE_BUILD_ID_SIZE 129

/* How many bytes of the file are the ELF object: all, or less the mark of an appended signature
 * (which is the kernel's to check, and which libkmod would parse). */
size_t module_elf_size(const void *bytes, size_t n);

/*
 * Is this a whole x86-64 kernel module? 0, or -ENOEXEC with why it is not, to follow "FILE is no
 * kernel module: " in a message.
 */
int module_elf_check(const void *bytes, size_t n, char *why, size_t why_len);

/* The build id in lower-case hex, "" if there is none. Only after module_elf_check(). */
void module_elf_build_id(const void *bytes, size_t n, char out[MODULE_BUILD_ID_SIZE]);

#endif
