/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loops as the index has them, and how long each of their iterations took. */
#include <errno.h>
#include <stdlib.h>

#include "harness/report/report_load.h"

static const char loops_sql[] =
	"SELECT id, source, state, why, coalesce(started, 0), coalesce(done, 0), coalesce(bad, 0),"
	" coalesce(skipped, 0) FROM loops WHERE coalesce(updated, started) >= ?1 AND"
	" (?2 IS NULL OR board = ?2) ORDER BY started, id";

/* A journal has no times. An iteration began about when those before it in its run had ended. */
static const char iterations_sql[] =
	"SELECT r.started + coalesce(sum(it.load_us + it.unload_us) OVER (PARTITION BY it.loop,"
	" it.run ORDER BY it.i ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0),"
	" it.load_us + it.unload_us FROM iterations it JOIN runs r ON r.id = it.run"
	" WHERE r.started >= ?1 AND (?2 IS NULL OR r.board = ?2) ORDER BY r.started, it.i";

static int add_loop(struct report *r, sqlite3_stmt *st)
{
	struct report_loop *grown = reallocarray(r->loops, r->n_loops + 1, sizeof(*grown)), *l;
	int err = 0;

	if (!grown)
		return -ENOMEM;
	r->loops = grown;
	l = &grown[r->n_loops++];
	*l = (struct report_loop){
		.id = store_text(st, 0, &err),
		.source = store_text(st, 1, &err),
		.state = store_text(st, 2, &err),
		.why = store_text(st, 3, &err),
		.started_us = sqlite3_column_int64(st, 4),
		.done = (uint64_t)sqlite3_column_int64(st, 5),
		.bad = (uint64_t)sqlite3_column_int64(st, 6),
		.skipped = (uint64_t)sqlite3_column_int64(st, 7),
	};
	return err;
}

static int add_iteration(struct report *r, sqlite3_stmt *st)
{
	/* At powers of two. */
	if (!(r->n_iterations & (r->n_iterations - 1))) {
		size_t space = r->n_iterations ? r->n_iterations * 2 : 1;
		struct report_time *grown = reallocarray(r->iterations, space, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		r->iterations = grown;
	}
	/* One that did not come to its end has no time. */
	if (sqlite3_column_type(st, 1) == SQLITE_NULL || sqlite3_column_int64(st, 1) < 0)
		return 0;
	r->iterations[r->n_iterations++] =
		(struct report_time){sqlite3_column_int64(st, 0), sqlite3_column_int64(st, 1)};
	return 0;
}

static int load(struct report *r, struct store *store, const struct report_query *q,
		const char *sql, int (*add)(struct report *r, sqlite3_stmt *st))
{
	sqlite3_stmt *st;
	int rc = store_query(store, &st, sql, "it", q->since_us, q->board);

	while (!rc && (rc = store_next(st)) == 1)
		rc = add(r, st);
	sqlite3_finalize(st);
	return rc;
}

int report_load_loops(struct report *r, struct store *store, const struct report_query *q)
{
	int err = q->run ? 0 : load(r, store, q, loops_sql, add_loop);

	return err || q->run ? err : load(r, store, q, iterations_sql, add_iteration);
}

void report_loop_clear(struct report_loop *l)
{
	free(l->id);
	free(l->source);
	free(l->state);
	free(l->why);
}
