/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Console bytes made safe to show and to search: no control characters but TAB, no escape
 * sequences, valid UTF-8 only.
 */
#ifndef KDEV_CONSOLE_SANITIZE_H
#define KDEV_CONSOLE_SANITIZE_H

#include <stdbool.h>
#include <stddef.h>

/* True if all bytes are printable ASCII or TAB: nothing to do, as with nearly every line. */
bool text_is_plain(const char *s, size_t n);

/*
 * Copy src to dst (room for n bytes), leaving out control characters and ECMA-48 escape
 * sequences; bytes that are not UTF-8, C1 controls and characters that reverse the writing
 * direction become '?'. It stops behind what moves the cursor elsewhere (CSI H, f, d, E, F,
 * clear screen, reset, or a CR): what follows stands in another place of the screen and is
 * another text. Returns how much of src was used; *len is what was written.
 */
size_t text_clean(const char *src, size_t n, char *dst, size_t *len);

#endif
