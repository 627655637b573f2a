/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When reports end: by the clock, by the lines of a file, by a boot. */
#include <errno.h>

#include "console/detector/detector_queue.h"

/* Live boards, by the clock of whoever feeds. */
#define QUIET     MONO_SEC(3)  /* no line for so long: the report has ended */
#define LONGEST   MONO_SEC(10) /* after its first line it ends, whatever comes */
#define AFTER_END MONO_MS(500) /* how long a panic may follow the end marker */
#define AFTER_CUT MONO_SEC(1)  /* how long what "cut here" announces may take */

/* Files, by printk's timestamps in microseconds; without them, by lines. */
#define KERNEL_LONGEST 10000000
#define LINES_IDLE     64

/* Files have no clock: the kernel's timestamps and the number of lines end reports. */
static bool outlived(const struct detector *d, const struct report *o, const struct log_record *rec)
{
	if (queue_has_all(o))
		return true;
	/* the clocks of two CPUs may differ: others' lines count if there are many */
	return rec->kernel_us - o->begun_kernel_us > KERNEL_LONGEST && o->begun_kernel_us >= 0 &&
	       (o->state == CLOSED || queue_same_stream(o, rec) ||
		d->records - o->last_record > LINES_IDLE);
}

/* Closed ones wait for the first, whenever they began. */
static int64_t oldest(const struct detector *d)
{
	int64_t us = INT64_MAX;

	for (unsigned i = 0; i < d->n; i++) {
		const struct report *o = d->queue[i];

		if ((i == 0 || o->state != CLOSED) && o->begun_kernel_us >= 0 &&
		    o->begun_kernel_us < us)
			us = o->begun_kernel_us;
	}
	return us;
}

void queue_retire(struct detector *d, const struct log_record *rec)
{
	unsigned closed = 0;

	d->records++;
	if (!d->retire && rec->kernel_us - d->oldest_us <= KERNEL_LONGEST)
		return;
	while (d->closed < d->n && d->queue[d->closed]->state == CLOSED)
		d->closed++;
	for (unsigned i = d->n; i-- > d->closed;) {
		struct report *o = d->queue[i];

		if (o->state != CLOSED && outlived(d, o, rec))
			queue_close(d, o);
	}
	while (closed < d->n && d->queue[closed]->state == CLOSED &&
	       outlived(d, d->queue[closed], rec))
		closed++;
	if (closed)
		queue_give_out(d, closed);
	d->oldest_us = oldest(d);
	d->retire = false;
}

static struct monotime deadline_of(const struct report *o)
{
	struct monotime longest = mono_add(o->begun, LONGEST);

	if (o->state == PENDING)
		return mono_add(o->begun, AFTER_CUT);
	if (o->state == CLOSED)
		return mono_add(o->last, AFTER_END);
	if (o->ended)
		return mono_min(longest, mono_add(o->ended_at, AFTER_END));
	return mono_min(longest, mono_add(o->last, QUIET));
}

struct monotime detector_wakeup(const struct detector *d)
{
	struct monotime next = MONO_NEVER;

	for (unsigned i = 0; i < d->n; i++)
		next = mono_min(next, deadline_of(d->queue[i]));
	return next;
}

void detector_tick(struct detector *d, struct monotime now)
{
	unsigned closed = 0;

	for (unsigned i = d->n; i-- > 0;)
		if (mono_due(deadline_of(d->queue[i]), now))
			queue_close(d, d->queue[i]);
	while (closed < d->n && d->queue[closed]->state == CLOSED &&
	       mono_due(deadline_of(d->queue[closed]), now))
		closed++;
	if (closed)
		queue_give_out(d, closed);
}

void detector_flush(struct detector *d)
{
	for (unsigned i = d->n; i-- > 0;)
		queue_close(d, d->queue[i]);
	queue_give_out(d, d->n);
}

void detector_new_boot(struct detector *d)
{
	detector_flush(d);
	d->cause_seen = false;
	d->firmware = false;
	d->told = false;
}

void detector_firmware(struct detector *d, bool runs)
{
	d->firmware = runs;
}

int detector_reboot(struct detector *d, const struct log_record *rec)
{
	const struct rule_hit hit = {.rule = &rule_reboot};
	bool explained = d->cause_seen || d->told;
	struct report *o;
	int err = 0;

	detector_new_boot(d);
	if (explained)
		return 0;
	o = queue_add(d, rec, OPEN);
	if (!o)
		return -ENOMEM;
	err = queue_begin(d, o, rec, &hit);
	detector_new_boot(d);
	return err;
}
