/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The crashes of all runs, put together by their signatures. */
#include "harness/crash_store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness/crash_store_read.h"

static int by_bug_and_time(const void *a, const void *b)
{
	const struct crash_sighting *x = a, *y = b;
	int d = strcmp(x->signature, y->signature);

	if (!d)
		d = (x->at_us > y->at_us) - (x->at_us < y->at_us);
	if (!d)
		d = strcmp(x->run, y->run);
	return d ? d : (x->n > y->n) - (x->n < y->n);
}

static int last_seen_first(const void *a, const void *b)
{
	const struct crash_bug *x = a, *y = b;
	int64_t tx = x->seen[x->n_seen - 1].at_us, ty = y->seen[y->n_seen - 1].at_us;

	if (tx != ty)
		return tx < ty ? 1 : -1;
	return strcmp(x->seen->signature, y->seen->signature);
}

static bool is_new_variant(const struct crash_bug *b, size_t i)
{
	if (!b->seen[i].variant)
		return false;
	for (size_t k = 0; k < i; k++)
		if (b->seen[k].variant && !strcmp(b->seen[k].variant, b->seen[i].variant))
			return false;
	return true;
}

static void fill_bug(struct crash_bug *b)
{
	b->title = b->seen[b->n_seen - 1].title;
	for (size_t i = 0; i < b->n_seen; i++) {
		if (!b->seen[i].corrupted)
			b->title = b->seen[i].title;
		b->variants += is_new_variant(b, i);
	}
}

static int group(struct crash_store *s)
{
	if (!s->n_all)
		return 0;
	qsort(s->all, s->n_all, sizeof(*s->all), by_bug_and_time);
	s->bugs = calloc(s->n_all, sizeof(*s->bugs));
	if (!s->bugs)
		return -ENOMEM;
	for (size_t i = 0; i < s->n_all; i++) {
		if (!i || strcmp(s->all[i].signature, s->all[i - 1].signature) != 0)
			s->bugs[s->n_bugs++].seen = &s->all[i];
		s->bugs[s->n_bugs - 1].n_seen++;
	}
	for (size_t i = 0; i < s->n_bugs; i++)
		fill_bug(&s->bugs[i]);
	qsort(s->bugs, s->n_bugs, sizeof(*s->bugs), last_seen_first);
	return 0;
}

int crash_store_read(struct crash_store *s, const char *runs, const char *board)
{
	int err;

	*s = (struct crash_store){0};
	err = crash_store_read_runs(s, runs, board);
	return err ? err : group(s);
}

const struct crash_bug *crash_store_find(const struct crash_store *s, const char *signature)
{
	for (size_t i = 0; signature && i < s->n_bugs; i++)
		if (!strcmp(s->bugs[i].seen->signature, signature))
			return &s->bugs[i];
	return NULL;
}

size_t crash_store_count(const struct crash_store *s, const char *signature, const char *run,
			 unsigned n, int64_t *first_us)
{
	const struct crash_bug *bug = crash_store_find(s, signature);
	bool stored = false;

	*first_us = bug ? bug->seen[0].at_us : 0;
	if (!bug)
		return 1;
	for (size_t i = 0; i < bug->n_seen; i++)
		stored |= bug->seen[i].n == n && !strcmp(bug->seen[i].run, run);
	return bug->n_seen + !stored;
}

void crash_sighting_clear(struct crash_sighting *c)
{
	free(c->run);
	free(c->board);
	free(c->step);
	free(c->run_module);
	free(c->title);
	free(c->module);
	free(c->signature);
	free(c->variant);
}

void crash_store_free(struct crash_store *s)
{
	for (size_t i = 0; i < s->n_all; i++)
		crash_sighting_clear(&s->all[i]);
	free(s->all);
	free(s->bugs);
	free(s->broken);
	*s = (struct crash_store){0};
}
