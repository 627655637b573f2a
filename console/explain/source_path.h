/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of source files as debug information gives them, made readable. */
#ifndef KDEV_CONSOLE_SOURCE_PATH_H
#define KDEV_CONSOLE_SOURCE_PATH_H

#include <stdbool.h>

/*
 * `file`, below the compiler's working directory `dir` (NULL: not known) unless it is absolute,
 * with "." and "x/.." taken out by their names alone; no file is looked at. With
 * relative set, what lies below `dir` loses it. Made printable, bounded in length.
 *
 * The caller frees. NULL: out of memory.
 */
char *source_path(const char *dir, const char *file, bool relative);

#endif
