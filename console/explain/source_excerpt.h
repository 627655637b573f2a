/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A few lines of a source file around the one that failed. */
#ifndef KDEV_CONSOLE_SOURCE_EXCERPT_H
#define KDEV_CONSOLE_SOURCE_EXCERPT_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#define EXCERPT_AROUND 2
#define EXCERPT_LINES  (2 * EXCERPT_AROUND + 1)

struct source_excerpt {
	char *lines[EXCERPT_LINES]; /* printable, TABs expanded; owned */
	unsigned n;
	unsigned first; /* the number of lines[0] */
	bool changed;   /* the file is younger than what was built from it */
};

/*
 * Read the lines around `line` of a file: an absolute name as it is, another below the first
 * of the roots that has it. Debug information names the file, so it is only shown when
 * it is a source file by its name, regular, of sane size and text. `built`: when the
 * module was built; 0: not known.
 *
 * 0, free with source_excerpt_clear(); or a negative errno: there is nothing to show.
 */
int source_excerpt_read(const char *file, unsigned line, const char *const *roots, size_t n_roots,
			time_t built, struct source_excerpt *out);

void source_excerpt_clear(struct source_excerpt *e);

#endif
