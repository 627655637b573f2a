/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * STATE/index.db: an index over all runs and loops, SQLite in WAL mode. The runs' directories are
 * the truth. What is not in the index yet, or has changed since, is read from there whenever the
 * index is opened; what has gone is forgotten; an index that is damaged, of another version or not
 * there is made anew. So a run needs no index to be recorded, and to delete the file loses nothing.
 *
 * Any number of kdev commands may use it at once.
 *
 * store.c          open, repair, close
 * store_schema.c   the tables, and every statement that writes
 * store_sql.c      SQLite's calls with errno results
 * store_sync.c     which directories are new, changed, gone
 * store_run.c      one run's directory becomes rows, in one transaction
 * store_read.c     what is in a run's directory
 * store_loop.c     loops
 * store_journal.c  their iterations
 */
#ifndef KDEV_HARNESS_STORE_H
#define KDEV_HARNESS_STORE_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

struct store;

/*
 * Open the index of the state directory `state` and bring it up to date. If the file can't be
 * written (a full disk, another user's), that is said once, and an index in memory takes
 * its place: what is read from it is right all the same. 0, or a negative errno: the runs can't
 * be read. store_close() in any case.
 */
int store_open(struct store **s, const char *state);

/*
 * The same without the way out: 0, or a negative errno when STATE/index.db can't be brought up to
 * date; it is left as it was, whole. store_error() tells more.
 */
int store_open_file(struct store **s, const char *state);

/* Runs read, and runs forgotten, when it was opened. */
struct store_changes {
	size_t read, forgotten;
};
struct store_changes store_changes(const struct store *s);

/* How many directories or reports can't be read and are left out; *first, the caller's to free,
 * names one of them and why; it is NULL if there are none. 0 or a negative errno. */
int store_broken(struct store *s, size_t *n, char **first);

/* What SQLite said last, for people. Valid until the next call. */
const char *store_error(const struct store *s);

void store_close(struct store *s); /* accepts NULL */

/* What is read between these two is one state of the index, whatever others write. 0 or a negative
 * errno. */
int store_begin_reading(struct store *s);
void store_end_reading(struct store *s);

/*
 * For readers: a statement, with texts and numbers bound to its parameters by the letters of
 * `types` (t: const char *, NULL for null; i: int64_t). Returns 0 or a negative errno.
 * store_next(): 1: there is a row, 0: no more, or a negative errno. sqlite3_finalize() it.
 */
int store_query(struct store *s, sqlite3_stmt **st, const char *sql, const char *types, ...);
int store_next(sqlite3_stmt *st);

/* A column as a new string; NULL for null. -ENOMEM is stored to *err if there is no memory. */
char *store_text(sqlite3_stmt *st, int column, int *err);

#endif
