/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bugs of the runs that are reported, and those that have gone. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness/report/report_load.h"

#define TRIES_MAX 50 /* so many directories are looked into for an explanation */

static const struct report_run *find_run(const struct report *r, const char *id)
{
	for (size_t i = 0; i < r->n_runs; i++)
		if (!strcmp(r->runs[i].id, id))
			return &r->runs[i];
	return NULL;
}

/* How good a case is to look at: a whole report, with its explanation still there. */
static int worth(const struct report *r, const struct crash_sighting *s, char **explained)
{
	*explained = report_explained(r, s->run, s->n);
	return (*explained != NULL) + 2 * !s->corrupted;
}

/* The first of the best; to make room, directories may have been emptied. */
static int pick_case(const struct report *r, struct report_bug *b)
{
	const struct crash_sighting *best = NULL;
	int most = -1, tries = 0;

	for (size_t i = 0; i < b->bug->n_seen; i++) {
		const struct crash_sighting *s = &b->bug->seen[i];
		bool ours = r->one_run ? find_run(r, s->run) != NULL : i >= b->bug->n_before;
		char *explained;
		int n;

		if (!ours)
			continue;
		b->n_since++;
		if (most == 3 || tries++ >= TRIES_MAX)
			continue;
		n = worth(r, s, &explained);
		if (n <= most) {
			free(explained);
			continue;
		}
		free(b->explained);
		b->explained = explained;
		best = s;
		most = n;
	}
	if (!best)
		return 0;
	b->run = strdup(best->run);
	b->n = best->n;
	return b->run ? 0 : -ENOMEM;
}

/* Of the case: where it is; of all of them: does any scenario not expect it? In a batch of
 * iterations none is expected to crash, so that a run stands for one iteration here. */
static const char facts_sql[] =
	"SELECT (SELECT file || ':' || line FROM crashes WHERE run = ?2 AND n = ?3),"
	" NOT EXISTS (SELECT 1 FROM crashes c JOIN runs r ON r.id = c.run WHERE c.signature = ?1"
	"  AND (r.id = ?5 OR (?5 IS NULL AND r.started >= ?4)) AND NOT EXISTS"
	"  (SELECT 1 FROM iterations WHERE run = r.id AND ok AND verdict <> 'pass'))";

static int load_facts(struct report_bug *b, struct store *store, const struct report_query *q)
{
	sqlite3_stmt *st;
	int err = 0, rc = store_query(store, &st, facts_sql, "ttiit", b->bug->seen->signature,
				      b->run, (int64_t)b->n, q->since_us, q->run);

	if (!rc)
		rc = store_next(st);
	if (rc == 1) {
		b->source = store_text(st, 0, &err);
		b->expected = b->news != CRASH_GONE && sqlite3_column_int(st, 1);
	}
	sqlite3_finalize(st);
	return rc < 0 ? rc : err;
}

static int by_news_and_count(const void *a, const void *b)
{
	const struct report_bug *x = a, *y = b;

	if (x->news != y->news)
		return x->news < y->news ? -1 : 1;
	if (x->expected != y->expected)
		return x->expected ? 1 : -1;
	if (x->bug->since.hits != y->bug->since.hits)
		return x->bug->since.hits > y->bug->since.hits ? -1 : 1;
	if (x->n_since != y->n_since)
		return x->n_since > y->n_since ? -1 : 1;
	return strcmp(x->bug->seen->signature, y->bug->seen->signature);
}

int report_load_bugs(struct report *r, struct store *store, const struct report_query *q)
{
	int64_t since = q->run && r->n_runs ? r->runs->started_us : q->since_us;
	int err = crash_store_read(&r->crashes, store, q->board, since);

	if (err || !r->crashes.n_bugs)
		return err;
	r->bugs = calloc(r->crashes.n_bugs, sizeof(*r->bugs));
	if (!r->bugs)
		return -ENOMEM;
	for (size_t i = 0; !err && i < r->crashes.n_bugs; i++) {
		struct report_bug *b = &r->bugs[r->n_bugs];

		b->bug = &r->crashes.bugs[i];
		b->news = crash_bug_news(b->bug);
		err = pick_case(r, b);
		if (!err)
			err = load_facts(b, store, q);
		/* What one run did not show has not gone. */
		r->n_bugs += b->n_since || !r->one_run;
	}
	qsort(r->bugs, r->n_bugs, sizeof(*r->bugs), by_news_and_count);
	return err;
}
