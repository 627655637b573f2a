/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The index as a report: all of it, put together. */
#include "harness/report/report_load.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/paths.h"
#include "watchdog/harvest.h"

#define EXPLAINED_MAX (1u << 20)

char *report_explained(const struct report *r, const char *run, unsigned n)
{
	char *path = path_format("%s/runs/%s/crash-%u/explained.txt", r->state, run, n);
	size_t len;
	char *text = path ? path_read(path, EXPLAINED_MAX, &len) : NULL;

	free(path);
	return text;
}

/* Of one run, every report is wanted in words. */
static void explain_crashes(struct report *r)
{
	struct report_run *run = r->runs;

	for (size_t i = 0; i < run->n_crashes; i++)
		run->crashes[i].explained = report_explained(r, run->id, run->crashes[i].n);
}

/* The files that attendant_harvest.c left. */
static void find_answers(struct report *r)
{
	struct report_run *run = r->runs;

	for (int p = 0; p < HARVEST_PARTS; p++) {
		char *path = path_format("%s/runs/%s/%s", r->state, run->id,
					 harvest_file((enum harvest_part)p));

		if (path && !access(path, R_OK))
			run->answers |= 1u << p;
		free(path);
	}
}

void *report_grow(void *list, size_t *n, size_t size)
{
	void **p = list;
	char *grown = *p;

	/* At powers of two. */
	if (!(*n & (*n - 1))) {
		grown = reallocarray(*p, *n ? *n * 2 : 1, size);
		if (!grown)
			return NULL;
		*p = grown;
	}
	return memset(grown + size * (*n)++, 0, size);
}

int report_load(struct report *r, struct store *store, const char *state,
		const struct report_query *q)
{
	int err;

	*r = (struct report){.from_us = q->since_us, .to_us = q->now_us, .one_run = q->run};
	r->state = strdup(state);
	if (!r->state)
		return -ENOMEM;
	/* One state of the index for all that follows: another kdev may be writing. */
	err = store_begin_reading(store);
	if (!err) {
		err = report_load_runs(r, store, q);
		if (!err)
			err = report_load_bugs(r, store, q);
		if (!err)
			err = report_load_loops(r, store, q);
		if (!err)
			err = report_load_tests(r, store, q);
		store_end_reading(store);
	}
	if (!err)
		err = report_group(r);
	if (err)
		return err;
	if (q->run && !r->n_runs)
		return -ENOENT;
	if (q->run) {
		r->from_us = r->runs->started_us;
		r->to_us = r->runs->ended_us < 0 ? r->runs->started_us : r->runs->ended_us;
		explain_crashes(r);
		find_answers(r);
	}
	return 0;
}

int report_last_run(struct store *store, const char *board, char **run)
{
	sqlite3_stmt *st;
	int err = 0, rc = store_query(store, &st,
				      "SELECT id FROM runs WHERE ?1 IS NULL OR board = ?1 "
				      "ORDER BY started DESC, id DESC LIMIT 1",
				      "t", board);

	*run = NULL;
	if (!rc)
		rc = store_next(st);
	if (rc == 1)
		*run = store_text(st, 0, &err);
	sqlite3_finalize(st);
	return rc < 0 ? rc : err ? err : rc == 1 ? 0 : -ENOENT;
}

void report_free(struct report *r)
{
	for (size_t i = 0; i < r->n_runs; i++)
		report_run_clear(&r->runs[i]);
	for (size_t i = 0; i < r->n_bugs; i++) {
		free(r->bugs[i].run);
		free(r->bugs[i].source);
		free(r->bugs[i].explained);
	}
	for (size_t i = 0; i < r->n_loops; i++)
		report_loop_clear(&r->loops[i]);
	for (size_t i = 0; i < r->n_iterations; i++) {
		free(r->iterations[i].run);
		free(r->iterations[i].title);
		free(r->iterations[i].reason);
	}
	for (size_t i = 0; i < r->n_tests; i++)
		report_test_clear(&r->tests[i]);
	free(r->loops);
	free(r->iterations);
	free(r->tests);
	free(r->groups);
	free(r->runs);
	free(r->bugs);
	free(r->state);
	crash_store_free(&r->crashes);
	*r = (struct report){0};
}
