/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds where in a big piece of log a rule's trigger may stand, at memory speed.
 *
 * Each trigger is represented by one six-byte piece of it, the rarest in ordinary
 * logs. 32 places are tested at once for any of these pieces (low and high nibbles of
 * six bytes looked up in tables of bits, eight groups of pieces); a hit is then
 * compared with the triggers of its group. Without AVX2 a table of byte pairs does it.
 */
#ifndef KDEV_CONSOLE_PREFILTER_H
#define KDEV_CONSOLE_PREFILTER_H

#include <stddef.h>
#include <stdint.h>

struct prefilter;

/* Built from the rule tables. NULL: out of memory. */
struct prefilter *prefilter_new(void);
void prefilter_free(struct prefilter *f);

/* The first byte of the first trigger in [p, end), or `end`. */
const char *prefilter_find(const struct prefilter *f, const char *p, const char *end);

/* How many '\n' are in [p, end). */
uint64_t prefilter_count_lines(const struct prefilter *f, const char *p, const char *end);

#endif
