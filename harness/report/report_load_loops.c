/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loops as the index has them, with their cases and iterations. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness/report/report_load.h"

/* Which loops: ?1 since, ?2 a board. */
#define WHICH "coalesce(l.updated, l.started) >= ?1 AND (?2 IS NULL OR l.board = ?2)"
#define ORDER " ORDER BY l.started, l.id"

static int64_t number(sqlite3_stmt *st, int column)
{
	return sqlite3_column_type(st, column) == SQLITE_NULL ? -1
							      : sqlite3_column_int64(st, column);
}

static int add_loop(struct report *r, struct report_loop *unused, sqlite3_stmt *st)
{
	struct report_loop *l = report_grow(&r->loops, &r->n_loops, sizeof(*l));
	int err = 0;

	if (!l)
		return -ENOMEM;
	l->id = store_text(st, 0, &err);
	l->board = store_text(st, 1, &err);
	l->source = store_text(st, 2, &err);
	l->state = store_text(st, 3, &err);
	l->why = store_text(st, 4, &err);
	l->started_us = sqlite3_column_int64(st, 5);
	l->done = (uint64_t)sqlite3_column_int64(st, 6);
	l->bad = (uint64_t)sqlite3_column_int64(st, 7);
	l->skipped = (uint64_t)sqlite3_column_int64(st, 8);
	l->params = store_text(st, 9, &err);
	return err;
}

static int add_case(struct report *r, struct report_loop *l, sqlite3_stmt *st)
{
	struct report_case *c = report_grow(&l->cases, &l->n_cases, sizeof(*c));
	int err = 0;

	if (!c)
		return -ENOMEM;
	c->name = store_text(st, 1, &err);
	c->module = store_text(st, 2, &err);
	return err;
}

/* Its index among the cases; they were read with the same snapshot of the index. */
static int find_case(const struct report_loop *l, const char *name, uint32_t *c)
{
	for (size_t i = 0; i < l->n_cases; i++) {
		const char *other = l->cases[i].name;

		if (name && other ? !strcmp(name, other) : name == other) {
			*c = (uint32_t)i;
			return 0;
		}
	}
	return -EUCLEAN;
}

static int add_iteration(struct report *r, struct report_loop *l, sqlite3_stmt *st)
{
	struct report_iteration *it;
	int err = 0;

	it = report_grow(&r->iterations, &r->n_iterations, sizeof(*it));
	if (!it)
		return -ENOMEM;
	it->loop = (size_t)(l - r->loops);
	err = find_case(l, (const char *)sqlite3_column_text(st, 1), &it->c);
	it->i = (uint64_t)sqlite3_column_int64(st, 2);
	it->at_us = number(st, 3);
	it->took_us = number(st, 4);
	it->verdict = report_verdict_of((const char *)sqlite3_column_text(st, 5));
	it->ok = sqlite3_column_int(st, 6);
	/* There may be a million that passed. */
	if (it->ok && it->verdict == REPORT_PASS)
		return err;
	it->run = store_text(st, 7, &err);
	it->title = store_text(st, 8, &err);
	it->reason = store_text(st, 9, &err);
	return err;
}

/* The loops first; the first column is the loop's name. */
static const struct {
	const char *sql;
	int (*add)(struct report *r, struct report_loop *l, sqlite3_stmt *st);
} tables[] = {
	{"SELECT l.id, l.board, l.source, l.state, l.why, coalesce(l.started, 0), "
	 "coalesce(l.done, 0), coalesce(l.bad, 0), coalesce(l.skipped, 0), l.params FROM loops l "
	 "WHERE " WHICH ORDER,
	 add_loop},
	/* What a case runs, the journal does not say, but any run of it. */
	{"SELECT l.id, c.name, (SELECT module FROM runs WHERE loop = l.id AND loop_case = c.name "
	 "LIMIT 1) FROM loops l JOIN (SELECT DISTINCT loop, name FROM iterations) c ON c.loop = "
	 "l.id "
	 "WHERE " WHICH ORDER ", c.name",
	 add_case},
	{"SELECT l.id, it.name, it.i, it.at_us, it.load_us + it.unload_us, it.verdict, it.ok, "
	 "it.run, it.title, it.reason FROM loops l JOIN iterations it ON it.loop = l.id "
	 "WHERE " WHICH " AND coalesce(it.at_us, l.updated, l.started) >= ?1" ORDER ", it.i",
	 add_iteration},
};

static int load_table(struct report *r, struct store *store, const struct report_query *q, size_t t)
{
	sqlite3_stmt *st;
	size_t at = 0;
	int rc = store_query(store, &st, tables[t].sql, "it", q->since_us, q->board);

	while (!rc && (rc = store_next(st)) == 1) {
		const char *id = (const char *)sqlite3_column_text(st, 0);

		while (t && id && at < r->n_loops && strcmp(r->loops[at].id, id) != 0)
			at++;
		if (!id)
			rc = -ENOMEM;
		else if (t && at == r->n_loops)
			rc = -EUCLEAN;
		else
			rc = tables[t].add(r, t ? &r->loops[at] : NULL, st);
	}
	sqlite3_finalize(st);
	return rc;
}

int report_load_loops(struct report *r, struct store *store, const struct report_query *q)
{
	int err = 0;

	for (size_t t = 0; !err && !q->run && t < sizeof(tables) / sizeof(tables[0]); t++)
		err = load_table(r, store, q, t);
	return err;
}

void report_loop_clear(struct report_loop *l)
{
	for (size_t i = 0; i < l->n_cases; i++) {
		free(l->cases[i].name);
		free(l->cases[i].module);
	}
	free(l->cases);
	free(l->id);
	free(l->board);
	free(l->source);
	free(l->params);
	free(l->state);
	free(l->why);
}
