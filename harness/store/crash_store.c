/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The crashes of all runs, put together by their signatures. */
#include "harness/store/crash_store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness/store/crash_store_read.h"

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

static void fill_bug(struct crash_bug *b, int64_t since_us)
{
	b->title = b->seen[b->n_seen - 1].title;
	for (size_t i = 0; i < b->n_seen; i++) {
		if (!b->seen[i].corrupted)
			b->title = b->seen[i].title;
		b->variants += is_new_variant(b, i);
		b->n_before += b->seen[i].at_us < since_us;
	}
}

static int group(struct crash_store *s)
{
	if (!s->n_all)
		return 0;
	s->bugs = calloc(s->n_all, sizeof(*s->bugs));
	if (!s->bugs)
		return -ENOMEM;
	for (size_t i = 0; i < s->n_all; i++) {
		if (!i || strcmp(s->all[i].signature, s->all[i - 1].signature) != 0)
			s->bugs[s->n_bugs++].seen = &s->all[i];
		s->bugs[s->n_bugs - 1].n_seen++;
	}
	for (size_t i = 0; i < s->n_bugs; i++)
		fill_bug(&s->bugs[i], s->since_us);
	qsort(s->bugs, s->n_bugs, sizeof(*s->bugs), last_seen_first);
	return 0;
}

int crash_store_read(struct crash_store *s, struct store *store, const char *board,
		     int64_t since_us)
{
	int err;

	*s = (struct crash_store){.since_us = since_us};
	err = crash_store_read_all(s, store, board);
	if (!err)
		err = group(s);
	for (size_t i = 0; !err && i < s->n_bugs; i++)
		err = crash_store_read_rates(&s->bugs[i], store, board, since_us);
	return err;
}

enum crash_news crash_bug_news(const struct crash_bug *b)
{
	return !b->n_before ? CRASH_NEW : b->n_before < b->n_seen ? CRASH_KNOWN : CRASH_GONE;
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
