/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looks into an ELF file's sections before libdw does. */
#ifndef KDEV_CONSOLE_ELF_SECTIONS_H
#define KDEV_CONSOLE_ELF_SECTIONS_H

#include <gelf.h>
#include <stdbool.h>

/*
 * The name of a module: as modpost wrote it to .modinfo; that of another object is made from
 * its path as the build would. The caller frees; NULL: out of memory.
 */
char *elf_module_name(Elf *elf, const char *path);

/*
 * Do the tables of strings that debug information uses end in a NUL? libdw 0.188 reads on
 * behind those that don't. Compressed ones are decompressed on the way.
 */
bool elf_strings_end(Elf *elf);

#endif
