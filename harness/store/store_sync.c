/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which runs are new, have changed or have gone. A directory's stamp is made of the times and
 * inodes of its record and its crashes: a record is replaced by rename, so that it changes with
 * each write. The stamp is taken before the directory is read; what changes in between is seen the
 * next time.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/paths.h"
#include "harness/store/store_internal.h"

/* FNV-1a. */
static uint64_t hash(uint64_t h, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < n; i++)
		h = (h ^ p[i]) * 0x100000001b3;
	return h;
}

uint64_t store_entry_stamp(int dir, const char *name)
{
	uint64_t h = hash(0xcbf29ce484222325, name, strlen(name));
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW))
		return h;
	h = hash(h, &st.st_ino, sizeof(st.st_ino));
	h = hash(h, &st.st_size, sizeof(st.st_size));
	return hash(h, &st.st_mtim, sizeof(st.st_mtim));
}

/* A sum, since readdir() has no order. 0 or a negative errno. */
static int stamp_of(int runs, const char *name, int64_t *stamp)
{
	int fd = openat(runs, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *e;
	uint64_t sum = 0;

	if (!d) {
		int err = -errno;

		if (fd >= 0)
			close(fd);
		return err;
	}
	while ((e = readdir(d)))
		if (!strcmp(e->d_name, "run.json") || store_crash_number(e->d_name))
			sum += store_entry_stamp(fd, e->d_name);
	closedir(d);
	*stamp = (int64_t)(sum & INT64_MAX);
	return 0;
}

int store_is_known(struct store *s, enum store_statement find, const char *name, int64_t stamp)
{
	int rc;
	sqlite3_stmt *st = store_statement(s, find, &rc);

	if (!st)
		return rc;
	rc = sqlite3_bind_text(st, 1, name, -1, SQLITE_STATIC);
	if (!rc)
		rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		rc = sqlite3_column_int64(st, 0) == stamp;
	else
		rc = store_errno(s, rc);
	sqlite3_reset(st);
	return rc;
}

static int sync_run(struct store *s, int runs, const char *name)
{
	int64_t stamp = 0;
	int rc = stamp_of(runs, name, &stamp);

	/* A file that somebody put there, or a run just removed, is none of ours. */
	if (rc == -ENOTDIR || rc == -ELOOP || rc == -ENOENT)
		return 0;
	rc = store_is_known(s, STORE_FIND_DIR, name, stamp);
	if (rc)
		return rc < 0 ? rc : 0;
	s->changes.read++;
	return store_run(s, runs, name, stamp);
}

static int forget(struct store *s, const char *name, enum store_statement which)
{
	int err = store_run_statement(s, STORE_BEGIN);

	if (err)
		return err;
	err = store_put(s, which, name, -1, NULL, NULL, 0);
	if (!err)
		err = store_run_statement(s, STORE_COMMIT);
	if (err)
		store_run_statement(s, STORE_ROLLBACK);
	else
		s->changes.forgotten++;
	return err;
}

static bool is_there(int dir, const char *name)
{
	struct stat st;

	return dir >= 0 && !fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) && S_ISDIR(st.st_mode);
}

/* In two passes: nothing is deleted from what is being read. */
int store_forget_gone(struct store *s, int dir, const char *sql, enum store_statement which)
{
	char **gone = NULL;
	size_t n = 0;
	sqlite3_stmt *st;
	int err = 0, rc = store_query(s, &st, sql, "");

	while (!rc && !err && (rc = store_next(st)) == 1) {
		const char *name = (const char *)sqlite3_column_text(st, 0);
		char **grown;

		rc = 0;
		if (!name || is_there(dir, name))
			continue;
		grown = realloc(gone, (n + 1) * sizeof(*gone));
		if (grown)
			gone = grown;
		if (!grown || !(gone[n] = strdup(name)))
			err = -ENOMEM;
		else
			n++;
	}
	sqlite3_finalize(st);
	for (size_t i = 0; i < n; i++) {
		if (!err && !rc)
			err = forget(s, gone[i], which);
		free(gone[i]);
	}
	free(gone);
	return rc ? rc : err;
}

int store_sync(struct store *s)
{
	char *path = path_format("%s/runs", s->state);
	DIR *d = path ? opendir(path) : NULL;
	const struct dirent *e;
	int err = d || errno == ENOENT ? 0 : -errno;

	if (!path)
		err = -ENOMEM;
	while (!err && d && (e = readdir(d)))
		if (e->d_name[0] != '.')
			err = sync_run(s, dirfd(d), e->d_name);
	if (!err)
		err = store_forget_gone(s, d ? dirfd(d) : -1, "SELECT name FROM dirs",
					STORE_FORGET_DIR);
	if (d)
		closedir(d);
	free(path);
	return err ? err : store_sync_loops(s);
}
