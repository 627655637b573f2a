/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs as the index has them. What belongs to them comes in their order, so that one pass over
 * each table puts it where it belongs.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness/report/report_load.h"

/* Which runs: ?1 a name, ?2 since, ?3 a board. */
#define WHICH                                                                                      \
	"(?1 IS NULL OR r.id = ?1) AND (?1 IS NOT NULL OR r.started >= ?2)"                        \
	" AND (?3 IS NULL OR r.board = ?3)"
#define ORDER " ORDER BY r.started, r.id"

static int64_t number(sqlite3_stmt *st, int column)
{
	return sqlite3_column_type(st, column) == SQLITE_NULL ? -1
							      : sqlite3_column_int64(st, column);
}

static int add_run(struct report *r, struct report_run *unused, sqlite3_stmt *st)
{
	struct report_run *run = report_grow(&r->runs, &r->n_runs, sizeof(*run));
	int err = 0;

	if (!run)
		return -ENOMEM;
	run->id = store_text(st, 0, &err);
	run->board = store_text(st, 1, &err);
	run->module = store_text(st, 2, &err);
	run->params = store_text(st, 3, &err);
	run->kernel = store_text(st, 4, &err);
	run->reason = store_text(st, 5, &err);
	run->verdict = report_verdict_of((const char *)sqlite3_column_text(st, 6));
	run->started_us = number(st, 7);
	run->ended_us = number(st, 8);
	run->in_loop = sqlite3_column_int(st, 9);
	run->loop = store_text(st, 10, &err);
	run->loop_case = store_text(st, 11, &err);
	run->load_us = run->cycle_us = -1;
	return err;
}

static int add_step(struct report *r, struct report_run *run, sqlite3_stmt *st)
{
	struct report_step *s = report_grow(&run->steps, &run->n_steps, sizeof(*s));
	int64_t at;
	int err = 0;

	if (!s)
		return -ENOMEM;
	s->name = store_text(st, 1, &err);
	s->outcome = store_text(st, 2, &err);
	s->took_us = number(st, 3);
	at = number(st, 4);
	if (s->name && !strcmp(s->name, "load"))
		run->load_us = at;
	else if (s->name && !strcmp(s->name, "unload") && run->load_us >= 0 && s->took_us >= 0)
		run->cycle_us = at + s->took_us - run->load_us;
	return err;
}

static int add_boot(struct report *r, struct report_run *run, sqlite3_stmt *st)
{
	struct report_boot *b = report_grow(&run->boots, &run->n_boots, sizeof(*b));
	int err = 0;

	if (!b)
		return -ENOMEM;
	b->reason = store_text(st, 1, &err);
	b->firmware_us = number(st, 2);
	b->kernel_us = number(st, 3);
	b->ready_us = number(st, 4);
	b->at_us = number(st, 5);
	return err;
}

static int add_reset(struct report *r, struct report_run *run, sqlite3_stmt *st)
{
	struct report_reset *x = report_grow(&run->resets, &run->n_resets, sizeof(*x));
	int err = 0;

	if (!x)
		return -ENOMEM;
	x->method = store_text(st, 1, &err);
	x->verified = sqlite3_column_int(st, 2);
	x->took_us = number(st, 3);
	return err;
}

static int add_crash(struct report *r, struct report_run *run, sqlite3_stmt *st)
{
	struct report_crash *c = report_grow(&run->crashes, &run->n_crashes, sizeof(*c));
	int err = 0;

	if (!c)
		return -ENOMEM;
	c->title = store_text(st, 1, &err);
	c->signature = store_text(st, 2, &err);
	c->step = store_text(st, 3, &err);
	c->n = (unsigned)sqlite3_column_int64(st, 4);
	c->secondary = sqlite3_column_int(st, 5);
	return err;
}

static int add_lost(struct report *r, struct report_run *run, sqlite3_stmt *st)
{
	int64_t n = sqlite3_column_int64(st, 1);

	run->lost += n > 0 ? (uint64_t)n : 0;
	return 0;
}

/* What to read, in this order: the runs first. The first column is the run's name. */
static const struct {
	const char *sql;
	int (*add)(struct report *r, struct report_run *run, sqlite3_stmt *st);
} tables[] = {
	{"SELECT r.id, r.board, r.module, r.params, r.kernel, r.reason, r.verdict, r.started, "
	 "r.ended, ?1 IS NULL AND EXISTS (SELECT 1 FROM iterations WHERE run = r.id), r.loop, "
	 "r.loop_case FROM runs r WHERE " WHICH ORDER,
	 add_run},
	{"SELECT r.id, s.name, s.outcome, s.took_us, s.at_us FROM runs r JOIN steps s ON s.run = "
	 "r.id WHERE " WHICH ORDER ", s.n",
	 add_step},
	/* A record does not say when a boot began, but what it was for. */
	{"SELECT r.id, b.reason, b.firmware_us, b.kernel_us, b.ready_us, coalesce((SELECT "
	 "max(at_us)"
	 " FROM steps WHERE run = r.id AND name = CASE b.reason WHEN 'start' THEN 'prepare' ELSE "
	 "'recover' END), r.started) FROM runs r JOIN boots b ON b.run = r.id WHERE " WHICH ORDER
	 ", b.n",
	 add_boot},
	{"SELECT r.id, x.method, x.verified, x.took_us FROM runs r JOIN resets x ON x.run = r.id "
	 "WHERE " WHICH ORDER ", x.n",
	 add_reset},
	{"SELECT r.id, c.title, c.signature, c.step, c.n, c.secondary FROM runs r JOIN crashes c "
	 "ON "
	 "c.run = r.id WHERE " WHICH ORDER ", c.n",
	 add_crash},
	{"SELECT r.id, l.records FROM runs r JOIN lost l ON l.run = r.id WHERE " WHICH ORDER,
	 add_lost},
};

static int load_table(struct report *r, struct store *store, const struct report_query *q, size_t t)
{
	sqlite3_stmt *st;
	size_t at = 0;
	int rc = store_query(store, &st, tables[t].sql, "tit", q->run, q->since_us, q->board);

	while (!rc && (rc = store_next(st)) == 1) {
		const char *id = (const char *)sqlite3_column_text(st, 0);

		if (!id) {
			rc = -ENOMEM;
			break;
		}
		while (t && at < r->n_runs && strcmp(r->runs[at].id, id) != 0)
			at++;
		if (t && at == r->n_runs)
			rc = -EUCLEAN;
		else
			rc = tables[t].add(r, t ? &r->runs[at] : NULL, st);
	}
	sqlite3_finalize(st);
	return rc;
}

int report_load_runs(struct report *r, struct store *store, const struct report_query *q)
{
	int err = 0;

	for (size_t t = 0; !err && t < sizeof(tables) / sizeof(tables[0]); t++)
		err = load_table(r, store, q, t);
	return err;
}

void report_run_clear(struct report_run *run)
{
	for (size_t i = 0; i < run->n_steps; i++) {
		free(run->steps[i].name);
		free(run->steps[i].outcome);
	}
	for (size_t i = 0; i < run->n_boots; i++)
		free(run->boots[i].reason);
	for (size_t i = 0; i < run->n_resets; i++)
		free(run->resets[i].method);
	for (size_t i = 0; i < run->n_crashes; i++) {
		free(run->crashes[i].title);
		free(run->crashes[i].signature);
		free(run->crashes[i].step);
		free(run->crashes[i].explained);
	}
	free(run->steps);
	free(run->boots);
	free(run->resets);
	free(run->crashes);
	free(run->id);
	free(run->board);
	free(run->module);
	free(run->params);
	free(run->kernel);
	free(run->reason);
	free(run->loop);
	free(run->loop_case);
}
