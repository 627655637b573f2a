/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From an address to source lines, through the functions that the compiler inlined there
 * (DWARF 5, 3.3.8 and 6.2).
 */
#ifndef KDEV_CONSOLE_DWARF_LINES_H
#define KDEV_CONSOLE_DWARF_LINES_H

#include <elfutils/libdwfl.h>
#include <stdbool.h>

/* Deeper nesting is cut at its outer end, before the function that was really called. */
#define SOURCE_PLACES_MAX 32

struct source_place {
	char *function; /* NULL for the outermost if the debug information has none */
	char *file;     /* absolute, or relative to the kernel's source tree; printable; or NULL */
	unsigned line;  /* 0: not known */
};

/* One address: innermost inlined function first, the function that was called last. */
struct source_places {
	struct source_place at[SOURCE_PLACES_MAX];
	unsigned n;
};

/*
 * Where does `address` (in the Dwfl's address space) come from? Files below the compiler's
 * working directory are made relative to it when relative is set: the kernel's own
 * are then named as kernel developers name them, "mm/slub.c".
 *
 * 0: *out has at least one place, free with source_places_clear(). -ENOENT: no debug
 * information covers the address. -ENOMEM.
 */
int dwarf_source_places(Dwfl_Module *mod, Dwarf_Addr address, bool relative,
			struct source_places *out);

void source_places_clear(struct source_places *p);

#endif
