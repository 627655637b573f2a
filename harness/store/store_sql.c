/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SQLite's calls, with negative errno results and JSON values. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "harness/store/store_internal.h"

int store_errno(const struct store *s, int result)
{
	int cause = s->db ? sqlite3_system_errno(s->db) : 0;

	switch (result & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE: return 0;
	case SQLITE_NOMEM: return -ENOMEM;
	case SQLITE_FULL: return -ENOSPC;
	case SQLITE_BUSY:
	case SQLITE_LOCKED: return -EBUSY;
	case SQLITE_READONLY: return -EROFS;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB: return -EUCLEAN;
	/* A full disk is an I/O error too when it is met beside the database itself. */
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN: return cause ? -cause : -EIO;
	default: return -EIO;
	}
}

int store_exec(struct store *s, const char *sql)
{
	return store_errno(s, sqlite3_exec(s->db, sql, NULL, NULL, NULL));
}

int store_number(struct store *s, const char *sql, int64_t *out)
{
	sqlite3_stmt *st;
	int rc = store_query(s, &st, sql, "");

	if (!rc) {
		rc = store_next(st);
		if (rc == 1)
			*out = sqlite3_column_int64(st, 0);
		rc = rc == 1 ? 0 : rc ? rc : -ENODATA;
	}
	sqlite3_finalize(st);
	return rc;
}

sqlite3_stmt *store_statement(struct store *s, enum store_statement which, int *err)
{
	sqlite3_stmt **st = &s->statements[which];

	if (*st) {
		sqlite3_reset(*st);
		*err = 0;
		return *st;
	}
	*err = store_errno(s, sqlite3_prepare_v3(s->db, store_statements[which], -1,
						 SQLITE_PREPARE_PERSISTENT, st, NULL));
	return *err ? NULL : *st;
}

int store_run_statement(struct store *s, enum store_statement which)
{
	int err;
	sqlite3_stmt *st = store_statement(s, which, &err);

	if (st) {
		err = store_errno(s, sqlite3_step(st));
		sqlite3_reset(st);
	}
	return err;
}

static int bind(sqlite3_stmt *st, int i, const json_t *value, char type)
{
	if (type == 't' && json_is_string(value))
		return sqlite3_bind_text(st, i, json_string_value(value),
					 (int)json_string_length(value), SQLITE_STATIC);
	if (type == 'i' && json_is_integer(value))
		return sqlite3_bind_int64(st, i, json_integer_value(value));
	if (type == 'b' && json_is_boolean(value))
		return sqlite3_bind_int64(st, i, json_is_true(value));
	return sqlite3_bind_null(st, i);
}

int store_put(struct store *s, enum store_statement which, const char *run, int64_t n,
	      const json_t *o, const struct store_column *columns, size_t n_columns)
{
	int err, i = 1;
	sqlite3_stmt *st = store_statement(s, which, &err);

	if (!st)
		return err;
	err = sqlite3_bind_text(st, i++, run, -1, SQLITE_STATIC);
	if (!err && n >= 0)
		err = sqlite3_bind_int64(st, i++, n);
	for (size_t c = 0; !err && c < n_columns; c++) {
		const json_t *in = columns[c].parent ? json_object_get(o, columns[c].parent) : o;

		err = bind(st, i++, json_object_get(in, columns[c].key), columns[c].type);
	}
	err = store_errno(s, err ? err : sqlite3_step(st));
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	return err;
}

int store_begin_reading(struct store *s)
{
	return store_exec(s, "BEGIN");
}

void store_end_reading(struct store *s)
{
	store_exec(s, "COMMIT");
}

int store_query(struct store *s, sqlite3_stmt **st, const char *sql, const char *types, ...)
{
	va_list ap;
	int rc;

	*st = NULL;
	rc = sqlite3_prepare_v2(s->db, sql, -1, st, NULL);
	va_start(ap, types);
	for (int i = 1; !rc && types[i - 1]; i++) {
		if (types[i - 1] == 't')
			rc = sqlite3_bind_text(*st, i, va_arg(ap, const char *), -1,
					       SQLITE_TRANSIENT);
		else
			rc = sqlite3_bind_int64(*st, i, va_arg(ap, int64_t));
	}
	va_end(ap);
	return store_errno(s, rc);
}

int store_next(sqlite3_stmt *st)
{
	const struct store s = {.db = sqlite3_db_handle(st)};
	int rc = sqlite3_step(st);

	return rc == SQLITE_ROW ? 1 : store_errno(&s, rc);
}

char *store_text(sqlite3_stmt *st, int column, int *err)
{
	const char *text = (const char *)sqlite3_column_text(st, column);
	char *copy = text ? strdup(text) : NULL;

	if (!copy && (text || sqlite3_column_type(st, column) != SQLITE_NULL))
		*err = -ENOMEM;
	return copy;
}
