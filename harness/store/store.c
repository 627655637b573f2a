/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The index: opened, made anew where it must be, closed. */
#include "harness/store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "harness/log.h"
#include "harness/paths.h"
#include "harness/store/store_internal.h"

#define BUSY_MS 20000 /* another kdev may be reading a thousand runs, each in a transaction */

static int open_at(struct store **out, const char *state, const char *path)
{
	struct store *s = calloc(1, sizeof(*s));

	*out = s;
	if (!s)
		return -ENOMEM;
	s->state = strdup(state);
	if (!s->state)
		return -ENOMEM;
	return store_errno(
		s, sqlite3_open_v2(path, &s->db,
				   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
				   NULL));
}

/* Is it whole? Counts that are wrong without a word would be worse than no index. */
static int check(struct store *s)
{
	sqlite3_stmt *st;
	int rc = store_query(s, &st, "PRAGMA quick_check(1)", "");

	if (!rc)
		rc = store_next(st);
	if (rc == 1)
		rc = strcmp((const char *)sqlite3_column_text(st, 0), "ok") ? -EUCLEAN : 0;
	sqlite3_finalize(st);
	return rc;
}

/* Empty the file in place, damaged or not: others may have it open, so it must not be replaced. */
static int empty(struct store *s)
{
	int rc;

	sqlite3_db_config(s->db, SQLITE_DBCONFIG_RESET_DATABASE, 1, 0);
	rc = sqlite3_exec(s->db, "VACUUM", NULL, NULL, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_RESET_DATABASE, 0, 0);
	return store_errno(s, rc);
}

static int set_modes(struct store *s)
{
	/* The last transactions may be lost in a power cut; the directories are not. The journal
	 * is kept small: a state directory may have little room. */
	return store_exec(s, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
			     "PRAGMA wal_autocheckpoint = 200; PRAGMA foreign_keys = ON");
}

static int make_schema(struct store *s)
{
	int err = store_exec(s, "BEGIN IMMEDIATE");

	if (err)
		return err;
	err = store_exec(s, store_schema);
	if (!err)
		err = store_exec(s, "COMMIT");
	if (err)
		store_exec(s, "ROLLBACK");
	return err;
}

static int make_anew(struct store *s, const char *why)
{
	int err;

	s->anew = why;
	err = empty(s);
	if (!err)
		err = set_modes(s);
	return err ? err : make_schema(s);
}

static int prepare(struct store *s)
{
	int64_t version = 0;
	int err;

	sqlite3_busy_timeout(s->db, BUSY_MS);
	err = set_modes(s);
	if (!err)
		err = check(s);
	if (!err)
		err = store_number(s, "PRAGMA user_version", &version);
	if (!err && version == store_schema_version)
		return 0;
	if (!err && version > store_schema_version)
		return -EPROTONOSUPPORT;
	if (err == -EUCLEAN || version)
		return make_anew(s, err ? "damaged" : "of an older version");
	if (!err)
		s->anew = "missing";
	return err ? err : make_schema(s);
}

/* Damage is worth a word, wherever it comes from; an upgrade and a file that somebody removed are
 * not, unless more is wanted. */
static void tell_anew(const struct store *s)
{
	enum log_level level = s->anew && !strcmp(s->anew, "damaged") ? LOG_WARN : LOG_INFO;

	if (s->anew && s->changes.read)
		log_msg(level, "%s/index.db was %s: it is made anew from %zu run%s", s->state,
			s->anew, s->changes.read, s->changes.read == 1 ? "" : "s");
}

/* One at a time looks whether it must be made anew. */
static int lock_state(const char *state)
{
	int fd = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	while (fd >= 0 && flock(fd, LOCK_EX) && errno == EINTR)
		;
	return fd;
}

int store_open_file(struct store **s, const char *state)
{
	char *path = path_format("%s/index.db", state);
	int lock = lock_state(state), err = -ENOMEM;

	*s = NULL;
	if (path)
		err = lock < 0 ? -EACCES : open_at(s, state, path);

	if (!err && *s)
		err = prepare(*s);
	if (lock >= 0)
		close(lock);
	free(path);
	if (err)
		return err;
	err = store_sync(*s);
	/* The check at the beginning is a quick one. */
	if (err == -EUCLEAN && !make_anew(*s, "damaged"))
		err = store_sync(*s);
	if (!err)
		tell_anew(*s);
	return err;
}

static int open_in_memory(struct store **s, const char *state)
{
	int err = open_at(s, state, ":memory:");

	if (!err)
		err = store_exec(*s, "PRAGMA foreign_keys = ON");
	if (!err)
		err = make_schema(*s);
	return err ? err : store_sync(*s);
}

static const char *why(int err)
{
	switch (err) {
	case -EPROTONOSUPPORT: return "it was written by a newer kdev";
	case -EBUSY: return "another kdev is at it for too long";
	case -EUCLEAN: return "it is damaged, and can't be made anew";
	default: return strerror(-err);
	}
}

int store_open(struct store **s, const char *state)
{
	int err;

	*s = NULL;
	/* Where nothing was ever run, nothing is made. */
	if (!access(state, F_OK)) {
		err = store_open_file(s, state);
		if (!err || err == -ENOMEM)
			return err;
		log_warn("%s/index.db can't be brought up to date: %s; the runs are read without "
			 "it, which takes longer",
			 state, why(err));
		store_close(*s);
	}
	return open_in_memory(s, state);
}

struct store_changes store_changes(const struct store *s)
{
	return s->changes;
}

const char *store_error(const struct store *s)
{
	return s && s->db ? sqlite3_errmsg(s->db) : strerror(ENOMEM);
}

int store_broken(struct store *s, size_t *n, char **first)
{
	sqlite3_stmt *st;
	int err = store_query(s, &st,
			      "SELECT count(*) OVER (), dir || '/' || leaf || ': ' || why FROM "
			      "broken ORDER BY dir, leaf LIMIT 1",
			      "");
	int rc = err ? err : store_next(st);

	*n = 0;
	*first = NULL;
	if (rc == 1) {
		*n = (size_t)sqlite3_column_int64(st, 0);
		*first = store_text(st, 1, &err);
	}
	sqlite3_finalize(st);
	return rc < 0 ? rc : err;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < STORE_STATEMENTS; i++)
		sqlite3_finalize(s->statements[i]);
	sqlite3_close(s->db);
	free(s->state);
	free(s);
}
