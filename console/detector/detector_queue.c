/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The reports that are not given out yet. */
#include "console/detector/detector_queue.h"

#include <errno.h>
#include <stdlib.h>

#include "console/detector/title.h"

void queue_free_report(struct report *o)
{
	if (!o)
		return;
	finding_free(&o->found);
	free(o);
}

void queue_give_out(struct detector *d, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		struct finding found = d->queue[i]->found;

		free(d->queue[i]);
		if (d->ops.found)
			d->ops.found(d->arg, &found);
		else
			d->ops.end(d->arg, found.r);
		report_buffer_free(&d->spare);
		d->spare = found.buf;
	}
	d->n -= count;
	d->retire = true;
	d->closed -= d->closed < count ? d->closed : count;
	for (unsigned i = 0; i < d->n; i++)
		d->queue[i] = d->queue[i + count];
}

void queue_drop(struct detector *d, struct report *o)
{
	unsigned i = 0;

	while (d->queue[i] != o)
		i++;
	d->n--;
	d->retire = true;
	for (; i < d->n; i++)
		d->queue[i] = d->queue[i + 1];
	queue_free_report(o);
}

void queue_close(struct detector *d, struct report *o)
{
	if (o->state == CLOSED)
		return;
	if (o->state == PENDING) {
		queue_drop(d, o);
		return;
	}
	o->state = CLOSED;
	d->retire = true;
	o->found.tagged = o->caller[0];
	if (!d->ops.found)
		finding_name(&o->found, d->plumbing);
}

struct report *queue_add(struct detector *d, const struct log_record *rec, enum state state)
{
	struct report *o;

	if (d->n == QUEUE_MAX) {
		queue_close(d, d->queue[0]);
		if (d->n == QUEUE_MAX)
			queue_give_out(d, 1);
	}
	o = calloc(1, sizeof(*o));
	if (!o)
		return NULL;
	o->found.r = calloc(1, sizeof(*o->found.r));
	if (!o->found.r) {
		free(o);
		return NULL;
	}
	o->found.r->cpu = o->found.r->pid = -1;
	o->found.buf = d->spare;
	d->spare = (struct report_buffer){0};
	o->state = state;
	memcpy(o->caller, rec->caller, sizeof(o->caller));
	o->begun = o->last = rec->at;
	o->begun_kernel_us = rec->kernel_us;
	d->queue[d->n++] = o;
	d->retire = true;
	return o;
}

int queue_add_line(struct detector *d, struct report *o, const struct log_record *rec)
{
	o->last = rec->at;
	o->last_record = d->records;
	o->found.r->last_line = rec->line;
	o->found.r->ended = rec->at;
	return report_buffer_add(&o->found.buf, rec);
}

static bool explains_later_ones(enum crash_class c)
{
	return c == CRASH_OOPS || c == CRASH_PANIC || c == CRASH_MEMORY || c == CRASH_HANG;
}

int queue_begin(struct detector *d, struct report *o, const struct log_record *rec,
		const struct rule_hit *hit)
{
	struct span line = {rec->text, rec->len};
	int err;

	o->state = OPEN;
	d->retire = true;
	o->found.hit = *hit;
	o->found.trigger = o->found.buf.n;
	o->prelude = hit->rule->flags & RULE_PRELUDE;
	o->found.r->first_line = rec->line;
	o->found.r->begun = rec->at;
	o->begun = rec->at;
	o->begun_kernel_us = rec->kernel_us;
	o->found.r->panicked = hit->rule->flags & RULE_PANIC;
	err = queue_add_line(d, o, rec);
	if (!err && d->ops.begin)
		err = title_provisional(o->found.r, hit, line);
	else if (!err)
		err = title_none(o->found.r, hit);
	if (err) {
		queue_drop(d, o);
		return err;
	}
	o->found.r->secondary = d->cause_seen;
	if (explains_later_ones(o->found.r->klass))
		d->cause_seen = true;
	if (d->ops.begin)
		d->ops.begin(d->arg, o->found.r);
	return 0;
}
