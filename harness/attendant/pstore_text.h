/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The records of pstore as the board tells them: "==> NAME" and the record, one after another. */
#ifndef KDEV_HARNESS_PSTORE_TEXT_H
#define KDEV_HARNESS_PSTORE_TEXT_H

#include <stddef.h>

#define PSTORE_HEADING "==> "

/*
 * The command that removes what is in the text, and nothing else: new records may have come. Names
 * are of fs/pstore/inode.c, "dmesg-ramoops-0"; what looks otherwise, as a record may say itself, is
 * passed over. Pure. New string; NULL: there is none, or no memory.
 */
char *pstore_remove_command(const char *text, size_t len);

#endif
