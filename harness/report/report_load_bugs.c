/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bugs of the runs that are reported, and those that have gone. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness/report/report_load.h"

/* A page or a screen shows no more in words. */
#define EXPLAINED_BUGS_MAX 200

static const struct report_run *find_run(const struct report *r, const char *id)
{
	for (size_t i = 0; i < r->n_runs; i++)
		if (!strcmp(r->runs[i].id, id))
			return &r->runs[i];
	return NULL;
}

/* The first report that is whole is the one to look at, else the first. */
static int pick_case(const struct report *r, struct report_bug *b)
{
	const struct crash_sighting *best = NULL;

	for (size_t i = 0; i < b->bug->n_seen; i++) {
		const struct crash_sighting *s = &b->bug->seen[i];
		bool ours = r->one_run ? find_run(r, s->run) != NULL : i >= b->bug->n_before;

		if (!ours)
			continue;
		b->n_since++;
		if (!best || (best->corrupted && !s->corrupted))
			best = s;
	}
	if (!best)
		return 0;
	b->run = strdup(best->run);
	b->n = best->n;
	return b->run ? 0 : -ENOMEM;
}

static int by_news_and_count(const void *a, const void *b)
{
	const struct report_bug *x = a, *y = b;

	if (x->news != y->news)
		return x->news < y->news ? -1 : 1;
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
		/* What one run did not show has not gone. */
		r->n_bugs += b->n_since || !r->one_run;
	}
	qsort(r->bugs, r->n_bugs, sizeof(*r->bugs), by_news_and_count);
	for (size_t i = 0; i < r->n_bugs && i < EXPLAINED_BUGS_MAX; i++)
		if (r->bugs[i].run)
			r->bugs[i].explained = report_explained(r, r->bugs[i].run, r->bugs[i].n);
	return err;
}
