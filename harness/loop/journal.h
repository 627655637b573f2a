/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A journal: what is going to be done, and what was done, a JSON object a line, each with its
 * number and a checksum:
 *
 *	{"ev":"begin","i":7,"n":12,"crc":"9d0a14c2"}
 *
 * Lines are appended and synced before what they announce begins. So after a SIGKILL or a power
 * cut at any moment the journal says what was under way. A last line that is torn was never
 * acted upon: reading leaves it out, and appending takes its place.
 */
#ifndef KDEV_HARNESS_JOURNAL_H
#define KDEV_HARNESS_JOURNAL_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

/* ---- journal_line.c: pure ---- */

/* The line for an object, with '\n'. New string; NULL: out of memory. The object is borrowed. */
char *journal_line(const json_t *object, uint64_t number);

/* Called for each line in order; the object is borrowed. Nonzero ends the reading. */
typedef int (*journal_fn)(void *arg, const json_t *object);

/*
 * Read a journal's text. *whole tells how many bytes of it are whole lines, *lines how many lines
 * these are. 0; what fn returned; -ENOMEM; or -EBADMSG when a line is
 * damaged that is neither without its end nor full of holes: *lines is then how many came before.
 */
int journal_read_text(const char *text, size_t len, journal_fn fn, void *arg, size_t *whole,
		      uint64_t *lines);

/* The same of what was appended behind the first *lines lines, which is counted on. */
int journal_read_more(const char *text, size_t len, journal_fn fn, void *arg, size_t *whole,
		      uint64_t *lines);

/* ---- journal.c ---- */

struct journal;

/*
 * Open for appending: a new file, or, when `fn` is not NULL, one that is there, whose lines are
 * given to fn first. It is locked: -EBUSY when another process has it open. 0 or a negative errno
 * with one line in err.
 */
int journal_open(const char *path, journal_fn fn, void *arg, struct journal **out, char *err,
		 size_t err_len);
void journal_close(struct journal *j); /* what was added is written. Accepts NULL */

/* Add a line; steals the object; NULL is -ENOMEM. It is written by journal_sync() at the latest.
 * The first failure stays: every later call returns it. */
int journal_add(struct journal *j, json_t *object);

/* Write and fdatasync() what was added. 0 or a negative errno (-ENOSPC …), after which
 * journal_retry() may be called once there is room. */
int journal_sync(struct journal *j);

/* Forget the failure and try again with what was not written yet. */
int journal_retry(struct journal *j);

#endif
