/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small objects with debug information, compiled in a temporary directory by a test. */
#ifndef KDEV_TESTS_DEBUG_OBJECTS_H
#define KDEV_TESTS_DEBUG_OBJECTS_H

#include <stddef.h>
#include <stdint.h>

/* A new directory, to be removed with remove_directory(); its name is the caller's. */
char *make_directory(void);
void remove_directory(char *dir);

/* Write n bytes to DIR/NAME. */
void write_file(const char *dir, const char *name, const void *bytes, size_t n);

/* Read DIR/NAME whole; the caller frees. */
char *read_file(const char *dir, const char *name, size_t *n);

/* Run a program in `dir`, its words ended by NULL. Returns its exit status, or -1. */
int run_in(const char *dir, const char *const argv[]);

/* The 1-based line of the text that holds `mark`. */
unsigned line_with(const char *text, const char *mark);

/* The st_size of the nth symbol (from 0) of that name in an object. */
uint64_t symbol_size(const char *path, const char *name, unsigned nth);

/* The nth 8-byte word of an object's section ".marks". */
uint64_t mark_at(const char *path, unsigned nth);

#endif
