/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Crashes as the index has them. */
#include "harness/store/crash_store_read.h"

#include <errno.h>
#include <stdlib.h>

/* A run may be thousands of iterations: the one that was blamed has the time. */
static const char sightings_sql[] =
	"SELECT coalesce((SELECT max(at_us) FROM iterations WHERE run = c.run AND"
	" verdict IS NOT 'pass'), c.at_us) AS at, c.n, coalesce(c.corrupted, 0), "
	"coalesce(c.secondary, 0), c.run, r.board,"
	" c.step, r.module, c.title, c.module, c.signature, c.variant"
	" FROM crashes c JOIN runs r ON r.id = c.run WHERE ?1 IS NULL OR r.board = ?1"
	" ORDER BY c.signature, at, c.run, c.n";

/*
 * What could have had it: runs by themselves that loaded a module with which it was ever seen, and
 * iterations of loops' cases that run such a module. A run that crashed before it could load its
 * module has shown what it has. Of a run that is many iterations, the last one has its crashes.
 */
static const char rates_sql[] =
	"WITH hit AS MATERIALIZED (SELECT DISTINCT run FROM crashes WHERE signature = ?1),"
	" guilty AS MATERIALIZED (SELECT DISTINCT module FROM runs WHERE id IN hit),"
	" cases AS MATERIALIZED (SELECT DISTINCT loop, loop_case FROM runs"
	"  WHERE loop IS NOT NULL AND module IN guilty),"
	" trial AS ("
	"  SELECT r.started >= ?3 AS since, r.id IN hit AS hit FROM runs r"
	"   WHERE (?2 IS NULL OR r.board = ?2) AND"
	"   (r.loop IS NULL OR NOT EXISTS (SELECT 1 FROM iterations WHERE loop = r.loop AND"
	"    i BETWEEN r.loop_first AND r.loop_last)) AND"
	"   (r.id IN hit OR (r.module IN guilty AND"
	"    EXISTS (SELECT 1 FROM steps WHERE run = r.id AND name = 'load')))"
	"  UNION ALL SELECT coalesce(it.at_us, r.started, l.started) >= ?3,"
	"   it.signature IS ?1 OR (it.run IN hit AND it.i = r.loop_last)"
	"   FROM iterations it JOIN loops l ON l.id = it.loop LEFT JOIN runs r ON r.id = it.run"
	"   WHERE (?2 IS NULL OR l.board = ?2) AND (it.loop, it.name) IN cases)"
	" SELECT coalesce(sum(hit AND since), 0), coalesce(sum(since), 0),"
	" coalesce(sum(hit), 0), count(*) FROM trial";

static int append(struct crash_store *s, const struct crash_sighting *c)
{
	if (s->n_all == s->space) {
		size_t space = s->space ? s->space * 2 : 64;
		struct crash_sighting *all = realloc(s->all, space * sizeof(*all));

		if (!all)
			return -ENOMEM;
		s->all = all;
		s->space = space;
	}
	s->all[s->n_all++] = *c;
	return 0;
}

static int add_row(struct crash_store *s, sqlite3_stmt *st)
{
	int err = 0;
	struct crash_sighting c = {
		.at_us = sqlite3_column_int64(st, 0),
		.n = (unsigned)sqlite3_column_int64(st, 1),
		.corrupted = sqlite3_column_int(st, 2),
		.secondary = sqlite3_column_int(st, 3),
		.run = store_text(st, 4, &err),
		.board = store_text(st, 5, &err),
		.step = store_text(st, 6, &err),
		.run_module = store_text(st, 7, &err),
		.title = store_text(st, 8, &err),
		.module = store_text(st, 9, &err),
		.signature = store_text(st, 10, &err),
		.variant = store_text(st, 11, &err),
	};

	if (!err)
		err = append(s, &c);
	if (err)
		crash_sighting_clear(&c);
	return err;
}

int crash_store_read_all(struct crash_store *s, struct store *store, const char *board)
{
	sqlite3_stmt *st;
	int rc = store_query(store, &st, sightings_sql, "t", board);

	while (!rc && (rc = store_next(st)) == 1)
		rc = add_row(s, st);
	sqlite3_finalize(st);
	return rc ? rc : store_broken(store, &s->n_broken, &s->broken);
}

int crash_store_read_rates(struct crash_bug *b, struct store *store, const char *board,
			   int64_t since_us)
{
	sqlite3_stmt *st;
	int rc = store_query(store, &st, rates_sql, "tti", b->seen->signature, board, since_us);

	if (!rc)
		rc = store_next(st);
	if (rc == 1) {
		b->since.hits = (size_t)sqlite3_column_int64(st, 0);
		b->since.of = (size_t)sqlite3_column_int64(st, 1);
		b->before.hits = (size_t)sqlite3_column_int64(st, 2) - b->since.hits;
		b->before.of = (size_t)sqlite3_column_int64(st, 3) - b->since.of;
		rc = 0;
	}
	sqlite3_finalize(st);
	return rc;
}
