/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A thread that names what the detector finds: a ring of findings between two threads. */
#include "harness/output/naming_thread.h"

#include <pthread.h>
#include <stdlib.h>

#define RING_MAX  64
#define BYTES_MAX (1024 * 1024)  /* of lines in the ring, before the last that was added */
#define LOW_MARK  (RING_MAX / 2) /* wake who waits for room when no more are left */
#define BATCH     16             /* wake the thread for so many */
#define SPARE_MAX (32 * 1024)    /* bytes of a buffer that is kept for another report's lines */

struct naming_thread {
	pthread_t thread;
	void (*end)(void *arg, struct crash_report *r);
	void *arg;
	struct plumbing_index *plumbing;

	pthread_mutex_t lock; /* for all below */
	pthread_cond_t more;  /* something was added, or no more will be */
	pthread_cond_t less;  /* there is room again, or all is done */
	struct finding ring[RING_MAX];
	unsigned first, n; /* of the ring */
	/* Empty, to be given back: what one thread allocates and the other frees makes them wait
	 * for each other in malloc(). */
	struct report_buffer spare[RING_MAX];
	unsigned n_spare;
	size_t bytes; /* of the lines in the ring */
	bool busy;    /* the thread is about one that is no longer in the ring */
	bool last;    /* no more will come */
	bool full;    /* one waits for room */
};

static size_t size_of(const struct report_buffer *b)
{
	return b->cap + b->lines_cap * sizeof(*b->lines);
}

/* Keep the buffer, if there is one; the caller has the lock. */
static void keep_spare(struct naming_thread *t, struct report_buffer *b)
{
	if (size_of(b) > SPARE_MAX || t->n_spare == RING_MAX)
		report_buffer_free(b);
	else if (b->text)
		t->spare[t->n_spare++] = *b;
}

/* The next one, for the buffer of the last; false when there is none and none will come. */
static bool take(struct naming_thread *t, struct finding *f)
{
	bool any;

	pthread_mutex_lock(&t->lock);
	keep_spare(t, &f->buf);
	t->busy = false;
	if (t->n == 0)
		pthread_cond_signal(&t->less);
	while (t->n == 0 && !t->last)
		pthread_cond_wait(&t->more, &t->lock);
	any = t->n > 0;
	if (any) {
		*f = t->ring[t->first];
		t->first = (t->first + 1) % RING_MAX;
		t->bytes -= size_of(&f->buf);
		t->busy = true;
		t->n--;
		/* For one place alone it would be woken for each. */
		if (t->full && t->n <= LOW_MARK && t->bytes <= BYTES_MAX / 2) {
			t->full = false;
			pthread_cond_signal(&t->less);
		}
	}
	pthread_mutex_unlock(&t->lock);
	return any;
}

static void *name_all(void *arg)
{
	struct naming_thread *t = arg;
	struct finding f = {0};

	while (take(t, &f)) {
		finding_name(&f, t->plumbing);
		t->end(t->arg, f.r);
	}
	return NULL;
}

struct naming_thread *naming_thread_new(void (*end)(void *arg, struct crash_report *r), void *arg)
{
	struct naming_thread *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->end = end;
	t->arg = arg;
	t->plumbing = plumbing_index_new();
	pthread_mutex_init(&t->lock, NULL);
	pthread_cond_init(&t->more, NULL);
	pthread_cond_init(&t->less, NULL);
	if (t->plumbing && pthread_create(&t->thread, NULL, name_all, t) == 0)
		return t;
	plumbing_index_free(t->plumbing);
	free(t);
	return NULL;
}

void naming_thread_free(struct naming_thread *t)
{
	if (!t)
		return;
	pthread_mutex_lock(&t->lock);
	t->last = true;
	pthread_cond_signal(&t->more);
	pthread_mutex_unlock(&t->lock);
	pthread_join(t->thread, NULL);
	pthread_cond_destroy(&t->less);
	pthread_cond_destroy(&t->more);
	pthread_mutex_destroy(&t->lock);
	plumbing_index_free(t->plumbing);
	while (t->n_spare)
		report_buffer_free(&t->spare[--t->n_spare]);
	free(t);
}

static bool is_full(const struct naming_thread *t)
{
	return t->n == RING_MAX || (t->n && t->bytes >= BYTES_MAX);
}

void naming_thread_add(void *arg, struct finding *f)
{
	struct naming_thread *t = arg;

	pthread_mutex_lock(&t->lock);
	while (is_full(t)) {
		t->full = true;
		pthread_cond_signal(&t->more);
		pthread_cond_wait(&t->less, &t->lock);
	}
	t->ring[(t->first + t->n++) % RING_MAX] = *f;
	t->bytes += size_of(&f->buf);
	if (t->n == BATCH)
		pthread_cond_signal(&t->more);
	f->buf = t->n_spare ? t->spare[--t->n_spare] : (struct report_buffer){0};
	pthread_mutex_unlock(&t->lock);
}

void naming_thread_wake(struct naming_thread *t)
{
	pthread_mutex_lock(&t->lock);
	if (t->n)
		pthread_cond_signal(&t->more);
	pthread_mutex_unlock(&t->lock);
}

void naming_thread_wait(struct naming_thread *t)
{
	pthread_mutex_lock(&t->lock);
	pthread_cond_signal(&t->more);
	while (t->n || t->busy)
		pthread_cond_wait(&t->less, &t->lock);
	pthread_mutex_unlock(&t->lock);
}
