/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Single results of KTAP, put together by module and name. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness/report/report_load.h"

/* Not one report is worth more; a night of KUnit and kselftest has some thousands. */
#define TESTS_MAX 20000

/*
 * ?1 a run, ?2 since, ?3 a board. What fails as its scenario expects is no news. What stands beside
 * the maximum is of the row that has it (SQLite's documentation, "bare columns in an aggregate
 * query"): the last run in which it was bad, else the last one in which it did not just pass.
 */
static const char tests_sql[] =
	"SELECT r.module, s.path, sum(s.outcome IS 'pass'), sum(s.outcome IS 'fail'),"
	" sum(s.outcome IS 'skip'), sum(s.outcome IS 'xfail'), sum(s.outcome IS 'missing'),"
	" r.id, s.directive, s.diagnostics,"
	" max((s.outcome IS 'fail' OR s.outcome IS 'missing') * 4e18 +"
	"  (s.outcome IS NOT 'pass') * 2e18 + coalesce(r.started, 0)),"
	" sum(s.outcome IN ('fail', 'missing')) AS bad"
	" FROM results s JOIN runs r ON r.id = s.run"
	" WHERE (?1 IS NULL OR r.id = ?1) AND (?1 IS NOT NULL OR r.started >= ?2)"
	" AND (?3 IS NULL OR r.board = ?3) AND (?1 IS NOT NULL OR NOT EXISTS (SELECT 1 FROM"
	"  iterations WHERE run = r.id AND ok AND verdict <> 'pass')) GROUP BY r.module, s.path"
	" ORDER BY bad * (?1 IS NULL) DESC, r.module, s.n, s.path LIMIT ?4";

static int add_test(struct report *r, sqlite3_stmt *st)
{
	struct report_test *t = report_grow(&r->tests, &r->n_tests, sizeof(*t));
	int err = 0;

	if (!t)
		return -ENOMEM;
	t->module = store_text(st, 0, &err);
	t->path = store_text(st, 1, &err);
	for (int o = 0; o <= KTAP_MISSING; o++) {
		t->outcomes[o] = (size_t)sqlite3_column_int64(st, 2 + o);
		t->n += t->outcomes[o];
	}
	t->n_bad = t->outcomes[KTAP_FAIL] + t->outcomes[KTAP_MISSING];
	t->run = store_text(st, 7, &err);
	t->directive = store_text(st, 8, &err);
	t->diagnostics = store_text(st, 9, &err);
	return err;
}

int report_load_tests(struct report *r, struct store *store, const struct report_query *q)
{
	sqlite3_stmt *st;
	int rc = store_query(store, &st, tests_sql, "titi", q->run, q->since_us, q->board,
			     (int64_t)TESTS_MAX);

	while (!rc && (rc = store_next(st)) == 1)
		rc = add_test(r, st);
	sqlite3_finalize(st);
	return rc;
}

void report_test_clear(struct report_test *t)
{
	free(t->module);
	free(t->path);
	free(t->run);
	free(t->directive);
	free(t->diagnostics);
}
