/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Is one text a damaged copy of another? */
#ifndef KDEV_CONSOLE_DAMAGE_H
#define KDEV_CONSOLE_DAMAGE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * True if `damaged` is what a serial line can make of `whole`: bytes lost, changed or put in
 * between, and if it is `torn` without its end. At least three quarters must have come through.
 * Nothing but a torn beginning is a copy of anything. Linear in the length of the texts.
 */
bool is_damaged_copy(const char *damaged, size_t n_damaged, const char *whole, size_t n_whole,
		     bool torn);

#endif
