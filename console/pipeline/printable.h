/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Foreign text put on people's screens: what a log, a file name or a debug section says must not
 * move the cursor, change colours or hide other text.
 */
#ifndef KDEV_CONSOLE_PRINTABLE_H
#define KDEV_CONSOLE_PRINTABLE_H

#include <stddef.h>

#include "console/strbuf.h"

/*
 * Append n bytes of one line of text as text_clean() (console/pipeline/sanitize.h) leaves them,
 * with a blank for a TAB and for a jump of the cursor. Returns b->err.
 */
int strbuf_add_printable(struct strbuf *b, const char *s, size_t n);

/* How many terminal columns valid UTF-8 takes, wide characters two. */
size_t printable_columns(const char *s, size_t n);

/* The longest beginning of valid UTF-8 that takes at most `columns`, in bytes. */
size_t printable_fit(const char *s, size_t n, size_t columns);

#endif
