/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loops and their iterations: LOOPS/ID/loop.json has the sums, journal.jsonl what each iteration
 * came to. A loop that is running is read as far as it has come.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/log.h"
#include "harness/loop/journal.h"
#include "harness/output/text_json.h"
#include "harness/paths.h"
#include "harness/store/store_internal.h"

#define N(columns)    (sizeof(columns) / sizeof((columns)[0]))
#define LOOP_JSON_MAX (16u << 20)
#define JOURNAL_MAX   (1024u << 20)

static const struct store_column loop_columns[] = {
	{NULL, "board", 't'},   {NULL, "source", 't'},  {NULL, "seed", 'i'}, {NULL, "started", 'i'},
	{NULL, "updated", 'i'}, {NULL, "state", 't'},   {NULL, "why", 't'},  {NULL, "done", 'i'},
	{NULL, "bad", 'i'},     {NULL, "skipped", 'i'},
};

static const struct store_column iteration_columns[] = {
	{NULL, "began_us", 'i'}, {NULL, "case", 't'},      {NULL, "verdict", 't'},
	{NULL, "ok", 'b'},       {NULL, "load_us", 'i'},   {NULL, "unload_us", 'i'},
	{NULL, "run", 't'},      {NULL, "signature", 't'}, {NULL, "title", 't'},
	{NULL, "reason", 't'},
};

struct reading {
	struct store *store;
	const char *loop;
	json_int_t clock; /* when what comes next began, about; 0: not known */
};

static json_int_t positive(const json_t *o, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(o, key));

	return n > 0 ? n : 0;
}

/*
 * When an iteration began. A good one of a batch has no time of its own, there are too many: it
 * began when the one before had ended. What was blamed has one, but of the moment when the board
 * was ready again.
 */
static json_int_t began(struct reading *r, const json_t *o)
{
	json_int_t took = positive(o, "load_us") + positive(o, "unload_us");
	json_int_t told = positive(o, "at_us"), at = r->clock;

	if (told && (!at || !strcmp(json_text_of(o, "verdict"), "pass")))
		at = told - took;
	r->clock = at ? at + took : 0;
	return at;
}

static int put_iteration(struct reading *r, const json_t *o, json_int_t i)
{
	json_int_t at = began(r, o);
	json_t *row = json_copy((json_t *)o);
	int err = row ? 0 : -ENOMEM;

	if (!err && at && json_object_set_new(row, "began_us", json_integer(at)))
		err = -ENOMEM;
	if (!err)
		err = store_put(r->store, STORE_PUT_ITERATION, r->loop, i, row, iteration_columns,
				N(iteration_columns));
	json_decref(row);
	return err;
}

static int put_params(const struct reading *r, const json_t *o)
{
	static const struct store_column columns[] = {{NULL, "joined", 't'}};
	json_t *row = json_copy((json_t *)o);
	int err = row ? store_join(row, "params", " ") : -ENOMEM;

	if (!err)
		err = store_put(r->store, STORE_SET_LOOP_PARAMS, r->loop, -1, row, columns,
				N(columns));
	json_decref(row);
	return err;
}

/* Only what was concluded is an iteration: one under way will be run again. */
static int put_event(void *arg, const json_t *o)
{
	struct reading *r = arg;
	const char *ev = json_text_of(o, "ev");
	const json_t *i = json_object_get(o, "i");

	if (!strcmp(ev, "begin") || !strcmp(ev, "run"))
		r->clock = positive(o, "at_us");
	if (!strcmp(ev, "loop"))
		return put_params(r, o);
	if (strcmp(ev, "end") != 0 || !json_is_integer(i) || json_integer_value(i) < 0)
		return 0;
	return put_iteration(r, o, json_integer_value(i));
}

/* A journal that is damaged counts up to the damage. */
static int put_journal(struct store *s, const char *path, const char *loop)
{
	struct reading r = {.store = s, .loop = loop};
	size_t len, whole;
	uint64_t lines;
	char *text = path_read(path, JOURNAL_MAX, &len);
	int err = text ? journal_read_text(text, len, put_event, &r, &whole, &lines) : 0;

	if (err == -EBADMSG)
		log_warn("%s: line %llu is damaged: what is behind it is left out", path,
			 (unsigned long long)lines + 1);
	free(text);
	return err == -EBADMSG ? 0 : err;
}

static int put_loop(struct store *s, int dir, const char *path, const char *loop, int64_t stamp)
{
	const char *why;
	json_t *sums = store_load_json(dir, "loop.json", LOOP_JSON_MAX, &why);
	int err = store_run_statement(s, STORE_BEGIN);

	if (err) {
		json_decref(sums);
		return err;
	}
	err = store_put(s, STORE_FORGET_LOOP, loop, -1, NULL, NULL, 0);
	/* Without its sums, what its journal says is still good. */
	if (!err)
		err = store_put(s, STORE_PUT_LOOP, loop, stamp, sums, loop_columns,
				N(loop_columns));
	if (!err)
		err = put_journal(s, path, loop);
	if (!err)
		err = store_run_statement(s, STORE_COMMIT);
	if (err)
		store_run_statement(s, STORE_ROLLBACK);
	json_decref(sums);
	return err;
}

static int sync_loop(struct store *s, int loops, const char *name)
{
	int fd = openat(loops, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW), rc;
	char *path;
	int64_t stamp;

	if (fd < 0)
		return 0; /* none of ours, or just removed */
	stamp = (int64_t)((store_entry_stamp(fd, "loop.json") +
			   store_entry_stamp(fd, "journal.jsonl")) &
			  INT64_MAX);
	rc = store_is_known(s, STORE_FIND_LOOP, name, stamp);
	if (!rc) {
		path = path_format("%s/loops/%s/journal.jsonl", s->state, name);
		rc = path ? put_loop(s, fd, path, name, stamp) : -ENOMEM;
		free(path);
	}
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
