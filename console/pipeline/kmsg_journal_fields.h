/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entries of the journal that have a line for each field: `journalctl -o export`, whose entries
 * begin with __CURSOR=, and `-o verbose`, which indents them. systemd's src/shared/logs-show.c and
 * https://systemd.io/JOURNAL_EXPORT_FORMATS. Pure.
 *
 * journald sorts an entry's fields by when it first saw them: what all of the kernel's messages
 * have in common, _TRANSPORT=kernel, stands above the message.
 */
#ifndef KDEV_CONSOLE_KMSG_JOURNAL_FIELDS_H
#define KDEV_CONSOLE_KMSG_JOURNAL_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

/* Where in a journal a reader of lines is; all zeroes at the beginning of any log. */
struct journal_place {
	bool entry;   /* the last line was of an entry */
	bool program; /* which is not the kernel's */
};

/* Nothing of a journal's: most lines are not. */
static inline bool kmsg_journal_is_none(const char *text, size_t n)
{
	char first = n > 8 ? text[text[0] == ' ' ? 4 : 0] : 0;

	return first != '_' && first != 'M' && first != 'P' && first != 'S' &&
	       (n <= 60 || text[n - 1] != ']');
}

bool kmsg_journal_drops_field(struct journal_place *at, const char **text, size_t *n);

/* The next line. True: it is no message, or a program's. A message of the kernel is narrowed to
 * what it says, and other logs' lines stay as they are. */
static inline bool kmsg_journal_drops(struct journal_place *at, const char **text, size_t *n)
{
	if (at->entry || !kmsg_journal_is_none(*text, *n))
		return kmsg_journal_drops_field(at, text, n);
	at->program = false;
	return false;
}

/* The lines from `from` to `to`, which begins one, are not looked at: whose entry does that one
 * stand in? The lines above it tell. */
void kmsg_journal_skip(struct journal_place *at, const char *from, const char *to);

#endif
