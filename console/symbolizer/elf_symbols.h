/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The functions of a kernel or module file as the kernel's kallsyms names them: a name and
 * a size, which is the way to the next symbol and not the ELF symbol's own size
 * (kernel/kallsyms.c: get_symbol_pos(), kernel/module/kallsyms.c: find_kallsyms_symbol()).
 */
#ifndef KDEV_CONSOLE_ELF_SYMBOLS_H
#define KDEV_CONSOLE_ELF_SYMBOLS_H

#include <elfutils/libdwfl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct elf_symbol {
	uint64_t address; /* in the Dwfl's address space: relocatable files are laid out there */
	uint64_t size;    /* st_size; 0: not said, as in assembly */
	uint64_t span;    /* to the next symbol, or to the end of the section */
	const char *name; /* as in the file, suffixes too; the Dwfl's */
	uint32_t next;    /* in its hash chain */
	bool last;        /* of its section: what the kernel saw behind it is not known */
};

struct elf_symbols;

/*
 * Index what stands in executable sections. Reading happens once; the index borrows the
 * names and must be freed before the Dwfl. -ENODATA: the file has no symbol table.
 */
int elf_symbols_read(Dwfl_Module *mod, struct elf_symbols **out);
void elf_symbols_free(struct elf_symbols *t); /* accepts NULL */

size_t elf_symbols_count(const struct elf_symbols *t);

/*
 * The functions that "function+offset/size" of a trace may mean, the name with or without
 * suffixes such as .isra.0. Size 0: none was printed. Only those that fit best are
 * given; more than one are of equal name and size.
 *
 * Returns how many were stored (at most max). None: *known tells whether the name is there
 * at all, so that its size or offset is to blame: then the trace is of another build.
 */
size_t elf_symbols_find(const struct elf_symbols *t, const char *function, uint64_t offset,
			uint64_t size, const struct elf_symbol **found, size_t max, bool *known);

#endif
