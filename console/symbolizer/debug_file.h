/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One kernel or module file with its debug information, opened once and kept.
 *
 * The file may be cut short, broken or made to harm: that gives an error. A relocatable file (a
 * module) is read into memory, so that a build which overwrites it can't hurt us.
 */
#ifndef KDEV_CONSOLE_DEBUG_FILE_H
#define KDEV_CONSOLE_DEBUG_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "console/strbuf.h"
#include "console/symbolizer/dwarf_lines.h"

struct debug_file;

/* 0, or a negative errno with a line for people in `why`: see symbolizer_add(). */
int debug_file_open(const char *path, struct debug_file **out, struct strbuf *why);
void debug_file_free(struct debug_file *f); /* accepts NULL */

const char *debug_file_path(const struct debug_file *f);
const char *debug_file_module(const struct debug_file *f);   /* NULL: the kernel itself */
const char *debug_file_build_id(const struct debug_file *f); /* lower-case hex; "" if none */

/* What a trace says of a place in the code. */
struct code_place {
	const char *function;
	uint64_t offset, size; /* size 0: not printed */
	bool exact;            /* the instruction itself; else a return address, one too far */
};

/*
 * The source lines of a place, to be freed with source_places_clear().
 * -ENOENT: no function of that name. -ESTALE: there is one, but of another size. -ENOTUNIQ: several
 * fit and their lines differ. -ENODATA: no debug information for it, or no symbols. -ENOMEM.
 */
int debug_file_places(struct debug_file *f, const struct code_place *at, struct source_places *out);

#endif
