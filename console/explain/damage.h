/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Is one text a damaged copy of another? */
#ifndef KDEV_CONSOLE_DAMAGE_H
#define KDEV_CONSOLE_DAMAGE_H

#include <stdbool.h>
#include <stddef.h>

/* From this likeness on it is no accident. */
#define LIKENESS_COPY 75

/*
 * How much of `damaged` is what a serial line can make of `whole`, in percent: bytes lost, changed
 * or put in between, and if it is `torn` without its end. 0 when it is clearly less than
 * LIKENESS_COPY. Nothing but a torn beginning is a copy of anything. Linear in the lengths.
 */
unsigned likeness(const char *damaged, size_t n_damaged, const char *whole, size_t n_whole,
		  bool torn);

#endif
