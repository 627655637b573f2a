/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A loop's iterations, as its journal tells them. One that is running is read as far as it has
 * come, and the next time from there on: a night at full speed has a million lines.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/log.h"
#include "harness/loop/journal.h"
#include "harness/output/text_json.h"
#include "harness/store/store_internal.h"

#define N(columns)  (sizeof(columns) / sizeof((columns)[0]))
#define JOURNAL_MAX (1024u << 20)

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

int store_journal_place(struct store *s, const char *loop, struct store_place *place)
{
	sqlite3_stmt *st;
	int rc = store_query(s, &st,
			     "SELECT coalesce(journal_bytes, 0), coalesce(journal_lines, 0),"
			     " coalesce(clock, 0) FROM loops WHERE id = ?",
			     "t", loop);

	if (!rc)
		rc = store_next(st);
	if (rc == 1)
		*place = (struct store_place){sqlite3_column_int64(st, 0),
					      (uint64_t)sqlite3_column_int64(st, 1),
					      sqlite3_column_int64(st, 2)};
	sqlite3_finalize(st);
	return rc < 0 ? rc : 0;
}

static int keep_place(struct store *s, const char *loop, const struct store_place *p)
{
	static const struct store_column columns[] = {
		{NULL, "bytes", 'i'}, {NULL, "lines", 'i'}, {NULL, "clock", 'i'}};
	json_t *row = json_pack("{s:I, s:I, s:I}", "bytes", (json_int_t)p->bytes, "lines",
				(json_int_t)p->lines, "clock", (json_int_t)p->clock);
	int err = row ? store_put(s, STORE_SET_LOOP_PLACE, loop, -1, row, columns, N(columns))
		      : -ENOMEM;

	json_decref(row);
	return err;
}

/* What the file has from there on, a new string; NULL: nothing more, *err says why: 0, it is as it
 * was, or it is not there. */
static char *read_from(int dir, int64_t from, size_t *len, int *err)
{
	int fd = openat(dir, "journal.jsonl", O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	char *text = NULL;
	struct stat st;
	ssize_t n;

	*len = 0;
	*err = fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode) ? (from ? -ESTALE : 0) : 0;
	if (fd < 0)
		return NULL;
	if (!*err && S_ISREG(st.st_mode)) {
		/* A journal never becomes shorter by more than its last line. */
		if (st.st_size < from)
			*err = -ESTALE;
		else if (st.st_size - from > JOURNAL_MAX ||
			 !(text = malloc((size_t)(st.st_size - from) + 1)))
			*err = -ENOMEM;
	}
	while (text && *len < (size_t)(st.st_size - from)) {
		n = pread(fd, text + *len, (size_t)(st.st_size - from) - *len, from + (off_t)*len);
		if (n <= 0)
			break;
		*len += (size_t)n;
	}
	close(fd);
	return text;
}

int store_journal(struct store *s, int dir, const char *loop, struct store_place place)
{
	struct reading r = {.store = s, .loop = loop, .clock = place.clock};
	uint64_t known = place.lines;
	size_t len, whole = 0;
	int err;
	char *text = read_from(dir, place.bytes, &len, &err);

	if (text && !err)
		err = journal_read_more(text, len, put_event, &r, &whole, &place.lines);
	free(text);
	/* Another journal in the place of the one that is known, say. */
	if (err == -EBADMSG && known && place.lines == known)
		return -ESTALE;
	if (err == -EBADMSG) {
		log_warn("%s/loops/%s/journal.jsonl: line %llu is damaged: what is behind it is "
			 "left out",
			 s->state, loop, (unsigned long long)place.lines + 1);
		err = 0;
	}
	place.bytes += (int64_t)whole;
	place.clock = r.clock;
	return err ? err : keep_place(s, loop, &place);
}
