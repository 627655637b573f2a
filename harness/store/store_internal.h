/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside of store*.c. */
#ifndef KDEV_HARNESS_STORE_INTERNAL_H
#define KDEV_HARNESS_STORE_INTERNAL_H

#include <jansson.h>
#include <stdbool.h>

#include "harness/store/store.h"

/* The statements that write, prepared when they are first used. */
enum store_statement {
	STORE_BEGIN,
	STORE_COMMIT,
	STORE_ROLLBACK,
	STORE_FIND_DIR,
	STORE_FORGET_DIR,
	STORE_PUT_DIR,
	STORE_PUT_BROKEN,
	STORE_PUT_RUN,
	STORE_PUT_STEP,
	STORE_PUT_CRASH,
	STORE_PUT_BOOT,
	STORE_PUT_RESET,
	STORE_PUT_LOST,
	STORE_PUT_RESULT,
	STORE_FIND_LOOP,
	STORE_FORGET_LOOP,
	STORE_PUT_LOOP,
	STORE_UPDATE_LOOP,
	STORE_SET_LOOP_PARAMS,
	STORE_SET_LOOP_PLACE,
	STORE_PUT_ITERATION,
	STORE_STATEMENTS
};

struct store {
	sqlite3 *db;
	char *state;
	sqlite3_stmt *statements[STORE_STATEMENTS];
	struct store_changes changes;
	const char *anew; /* why it was made anew: "damaged" …; NULL: it was not */
};

/* store_schema.c */
extern const char store_schema[]; /* makes all tables; sets user_version */
extern const int store_schema_version;
extern const char *const store_statements[STORE_STATEMENTS];

/* store_sql.c: 0 or a negative errno. -EUCLEAN: the file is damaged. */
int store_errno(const struct store *s, int sqlite_result);
int store_exec(struct store *s, const char *sql);
int store_number(struct store *s, const char *sql, int64_t *out);
/* Reset and ready to be bound; NULL on failure, *err says why. Not to be finalized. */
sqlite3_stmt *store_statement(struct store *s, enum store_statement which, int *err);
int store_run_statement(struct store *s, enum store_statement which);

/* What a column takes from a JSON object: text, integer, boolean. A value of another type
 * becomes null: what is in a directory may be anything. */
struct store_column {
	const char *parent; /* the object in the object that has it, or NULL */
	const char *key;
	char type; /* 't', 'i', 'b' */
};
/* Put a row: the first parameter is `run`, the second `n` unless it is negative, then the columns
 * of `o`. */
int store_put(struct store *s, enum store_statement which, const char *run, int64_t n,
	      const json_t *o, const struct store_column *columns, size_t n_columns);

/* store_run.c: the words of the list o.key as one text, o.joined: parameters as they were typed,
 * names from the outermost group to the test. 0 or -ENOMEM. */
int store_join(json_t *o, const char *key, const char *between);

/* store_sync.c */
int store_sync(struct store *s);

/* store_run.c: read the directory `name` below `runs` and put it in place of what was known of
 * it. One transaction. */
int store_run(struct store *s, int runs, const char *name, int64_t stamp);

/* Is a directory known as it is now? `find` is the statement that says its stamp. 1: it is, 0: it
 * is not, or a negative errno. */
int store_is_known(struct store *s, enum store_statement find, const char *name, int64_t stamp);
/* Of a directory's entry: its name, inode, size and time. */
uint64_t store_entry_stamp(int dir, const char *name);
/* Delete those whose directories have gone: their names by `sql`, each by `forget`. */
int store_forget_gone(struct store *s, int dir, const char *sql, enum store_statement forget);

/* store_loop.c: all below the state directory's loops/. */
int store_sync_loops(struct store *s);

/* store_journal.c: how far a journal has been read. */
struct store_place {
	int64_t bytes;
	uint64_t lines;
	int64_t clock; /* when what comes next began, about; µs since the epoch, 0: not known */
};
int store_journal_place(struct store *s, const char *loop, struct store_place *place);
/* Put the iterations that come behind it. `dir` is the loop's. 0, -ESTALE: it is another journal,
 * all of it must be read, or another negative errno. */
int store_journal(struct store *s, int dir, const char *loop, struct store_place place);

/* store_read.c */
json_t *store_load_json(int dir, const char *path, size_t max, const char **why);
unsigned store_crash_number(const char *name); /* the N of "crash-N"; 0: it is no such name */
#define RUN_JSON_MAX    (64u << 20)            /* it has the text of each report */
#define REPORT_JSON_MAX (16u << 20)

#endif
