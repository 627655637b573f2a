/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A program and its arguments, written in one line of the configuration: words between blanks.
 * Quotes, '…' or "…", hold blanks together; a backslash takes the next character as it is, but not
 * between '…'. There is nothing else: no variable, no pattern, and no shell.
 */
#ifndef KDEV_CONSOLE_ARGV_H
#define KDEV_CONSOLE_ARGV_H

/* One allocation, for free(), with room for `spare` more words, which are NULL, and the NULL at the
 * end. 0, -ENOMEM, or -EINVAL for a line without a word or with a quote that is not closed. */
int argv_split(const char *line, unsigned spare, char ***out);

#endif
