/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loops: LOOPS/ID/loop.json has the sums, journal.jsonl what each iteration came to. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/paths.h"
#include "harness/store/store_internal.h"

#define N(columns)    (sizeof(columns) / sizeof((columns)[0]))
#define LOOP_JSON_MAX (16u << 20)

static const struct store_column loop_columns[] = {
	{NULL, "board", 't'},   {NULL, "source", 't'},  {NULL, "seed", 'i'}, {NULL, "started", 'i'},
	{NULL, "updated", 'i'}, {NULL, "state", 't'},   {NULL, "why", 't'},  {NULL, "done", 'i'},
	{NULL, "bad", 'i'},     {NULL, "skipped", 'i'},
};

static int put_row(struct store *s, enum store_statement which, int dir, const char *loop,
		   int64_t stamp)
{
	const char *why;
	json_t *sums = store_load_json(dir, "loop.json", LOOP_JSON_MAX, &why);
	/* Without its sums, what its journal says is still good. */
	int err = store_put(s, which, loop, stamp, sums, loop_columns, N(loop_columns));

	json_decref(sums);
	return err;
}

/* All of it, or if its first lines are known, what has come behind them. */
static int put_all(struct store *s, int dir, const char *loop, int64_t stamp)
{
	struct store_place place = {0};
	int err = store_journal_place(s, loop, &place);

	if (!err && place.bytes) {
		err = put_row(s, STORE_UPDATE_LOOP, dir, loop, stamp);
		if (!err)
			err = store_journal(s, dir, loop, place);
		if (err != -ESTALE)
			return err;
	}
	if (!err || err == -ESTALE)
		err = store_put(s, STORE_FORGET_LOOP, loop, -1, NULL, NULL, 0);
	if (!err)
		err = put_row(s, STORE_PUT_LOOP, dir, loop, stamp);
	return err ? err : store_journal(s, dir, loop, (struct store_place){0});
}

static int put_loop(struct store *s, int dir, const char *loop, int64_t stamp)
{
	int err = store_run_statement(s, STORE_BEGIN);

	if (err)
		return err;
	err = put_all(s, dir, loop, stamp);
	if (!err)
		err = store_run_statement(s, STORE_COMMIT);
	if (err)
		store_run_statement(s, STORE_ROLLBACK);
	return err;
}

static int sync_loop(struct store *s, int loops, const char *name)
{
	int fd = openat(loops, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW), rc;
	int64_t stamp;

	if (fd < 0)
		return 0; /* none of ours, or just removed */
	stamp = (int64_t)((store_entry_stamp(fd, "loop.json") +
			   store_entry_stamp(fd, "journal.jsonl")) &
			  INT64_MAX);
	rc = store_is_known(s, STORE_FIND_LOOP, name, stamp);
	if (!rc)
		rc = put_loop(s, fd, name, stamp);
	close(fd);
	return rc < 0 ? rc : 0;
}

int store_sync_loops(struct store *s)
{
	char *path = path_format("%s/loops", s->state);
	DIR *d = path ? opendir(path) : NULL;
	const struct dirent *e;
	int err = path ? 0 : -ENOMEM;

	while (!err && d && (e = readdir(d)))
		if (e->d_name[0] != '.')
			err = sync_loop(s, dirfd(d), e->d_name);
	if (!err)
		err = store_forget_gone(s, d ? dirfd(d) : -1, "SELECT id FROM loops",
					STORE_FORGET_LOOP);
	if (d)
		closedir(d);
	free(path);
	return err;
}
