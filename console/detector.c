/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The engine: which line begins a report, which belongs to it, when it ends.
 *
 * A report goes pending (what "cut here" announces) -> open -> closed -> given out.
 * Reports are given out in the order in which they began, a little after they were
 * closed, since a panic that follows is part of what they say.
 */
#include "console/detector.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "console/report_buffer.h"
#include "console/rules.h"
#include "console/title.h"
#include "console/trace.h"

#define QUEUE_MAX 16

/* Live boards, by the clock of whoever feeds. */
#define QUIET     MONO_SEC(3)  /* no line for so long: the report has ended */
#define LONGEST   MONO_SEC(10) /* after its first line it ends, whatever comes */
#define AFTER_END MONO_MS(500) /* how long a panic may follow the end marker */
#define AFTER_CUT MONO_SEC(1)  /* how long what "cut here" announces may take */

/* Files, by printk's timestamps in microseconds; without them, by lines. */
#define KERNEL_LONGEST   10000000
#define LINES_AFTER_END  200
#define LINES_WITHIN_CUT 12
#define LINES_IDLE       64

enum state { PENDING, OPEN, CLOSED };

struct report {
	enum state state;
	struct crash_report *r;
	struct report_buffer buf;
	struct rule_hit hit;
	size_t trigger; /* index of the line that `hit` is about */
	char caller[16];
	bool all_cpus;      /* other CPUs were asked for their stacks: all interrupts belong */
	bool ended;         /* the end marker was seen */
	bool prelude;       /* what it announced has yet to come */
	unsigned after_end; /* lines since then */
	unsigned idle;      /* lines of others since the last of its own */
	bool traced;        /* a frame of its call trace was seen */
	int64_t begun_kernel_us;
	struct monotime begun, last, ended_at;
};

struct detector {
	struct detector_ops ops;
	void *arg;
	struct rule_index *rules;
	struct plumbing_index *plumbing;
	struct report *queue[QUEUE_MAX]; /* in the order of their beginnings */
	unsigned n;
	unsigned closed; /* of the queue's first ones: all of these are closed */
	bool cause_seen; /* this boot has had a report that explains later ones */
	bool told;       /* it said that it would restart, or died */
};

struct detector *detector_new(const struct detector_ops *ops, void *arg)
{
	struct detector *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->rules = rules_index_new();
	d->plumbing = plumbing_index_new();
	if (!d->rules || !d->plumbing) {
		detector_free(d);
		return NULL;
	}
	d->ops = *ops;
	d->arg = arg;
	return d;
}

static void report_free(struct report *o)
{
	if (!o)
		return;
	crash_report_free(o->r);
	report_buffer_free(&o->buf);
	free(o);
}

void detector_free(struct detector *d)
{
	if (!d)
		return;
	for (unsigned i = 0; i < d->n; i++)
		report_free(d->queue[i]);
	plumbing_index_free(d->plumbing);
	rules_index_free(d->rules);
	free(d);
}

/* Give out what is closed, from the front; `all`: also what may yet be marked. */
static void give_out(struct detector *d, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		struct report *o = d->queue[i];
		struct crash_report *r = o->r;

		o->r = NULL;
		report_free(o);
		if (r)
			d->ops.end(d->arg, r);
	}
	d->n -= count;
	d->closed -= d->closed < count ? d->closed : count;
	for (unsigned i = 0; i < d->n; i++)
		d->queue[i] = d->queue[i + count];
}

static void drop(struct detector *d, struct report *o)
{
	unsigned i = 0;

	while (d->queue[i] != o)
		i++;
	d->n--;
	for (; i < d->n; i++)
		d->queue[i] = d->queue[i + 1];
	report_free(o);
}

/* No more lines for this one: name it. A pending one was nothing. */
static void close_report(struct detector *d, struct report *o)
{
	if (o->state == CLOSED)
		return;
	if (o->state == PENDING) {
		drop(d, o);
		return;
	}
	o->state = CLOSED;
	/* Out of memory: the provisional title stays, the report is given out. */
	if (title_report(o->r, &o->hit, &o->buf, o->trigger, o->caller[0], d->plumbing) == 0)
		o->r->text = report_buffer_take(&o->buf, &o->r->text_len);
	report_buffer_free(&o->buf);
}

static struct report *new_report(struct detector *d, const struct log_record *rec, enum state state)
{
	struct report *o;

	if (d->n == QUEUE_MAX) {
		close_report(d, d->queue[0]);
		if (d->n == QUEUE_MAX)
			give_out(d, 1);
	}
	o = calloc(1, sizeof(*o));
	if (!o)
		return NULL;
	o->r = calloc(1, sizeof(*o->r));
	if (!o->r) {
		free(o);
		return NULL;
	}
	o->r->cpu = o->r->pid = -1;
	o->state = state;
	memcpy(o->caller, rec->caller, sizeof(o->caller));
	o->begun = o->last = rec->at;
	o->begun_kernel_us = rec->kernel_us;
	d->queue[d->n++] = o;
	return o;
}

static int add_line(struct report *o, const struct log_record *rec)
{
	o->last = rec->at;
	o->idle = 0;
	o->r->last_line = rec->line;
	o->r->ended = rec->at;
	return report_buffer_add(&o->buf, rec);
}

static bool explains_later_ones(enum crash_class c)
{
	return c == CRASH_OOPS || c == CRASH_PANIC || c == CRASH_MEMORY || c == CRASH_HANG;
}

/* The report begins here: `o` is new or pending. */
static int begin(struct detector *d, struct report *o, const struct log_record *rec,
		 const struct rule_hit *hit)
{
	struct span line = {rec->text, rec->len};
	int err;

	o->state = OPEN;
	o->hit = *hit;
	o->trigger = o->buf.n;
	o->prelude = hit->rule->flags & RULE_PRELUDE;
	o->r->first_line = rec->line;
	o->r->begun = rec->at;
	o->begun = rec->at;
	o->begun_kernel_us = rec->kernel_us;
	o->r->panicked = hit->rule->flags & RULE_PANIC;
	err = add_line(o, rec);
	if (!err)
		err = title_provisional(o->r, hit, line);
	if (err) {
		drop(d, o);
		return err;
	}
	o->r->secondary = d->cause_seen;
	if (explains_later_ones(o->r->klass))
		d->cause_seen = true;
	if (d->ops.begin)
		d->ops.begin(d->arg, o->r);
	return 0;
}

/* Lines of the same task or interrupt context belong together; a log without caller
 * tags has but one stream. */
static bool same_stream(const struct report *o, const struct log_record *rec)
{
	if (strcmp(o->caller, rec->caller) == 0)
		return true;
	return o->all_cpus && rec->caller[0] == 'C';
}

static struct report *find_report(struct detector *d, const struct log_record *rec)
{
	for (unsigned i = d->n; i-- > d->closed;)
		if (d->queue[i]->state != CLOSED && same_stream(d->queue[i], rec))
			return d->queue[i];
	return NULL;
}

static bool is_rule_line(struct span line)
{
	size_t n = 0;

	while (n < line.n && line.s[n] == '=')
		n++;
	return n >= 40 && n == line.n;
}

static bool is_end_marker(const struct report *o, struct span line)
{
	if (span_starts(line, "---[ end "))
		return true;
	return is_rule_line(line) && o->buf.n > o->trigger + 2 && o->r->klass == CRASH_MEMORY;
}

static int follow(struct report *o, const struct log_record *rec)
{
	struct span line = span_trim((struct span){rec->text, rec->len});

	if (o->ended && !o->r->panicked) {
		o->after_end++;
		return 0;
	}
	if (span_starts(line, "Sending NMI "))
		o->all_cpus = true;
	if (!o->traced && o->caller[0]) {
		struct trace_line t;

		o->traced = trace_parse(line, &t) && t.kind == TRACE_FRAME && !t.section;
	}
	if (!o->ended && is_end_marker(o, line)) {
		o->ended = true;
		o->ended_at = rec->at;
	}
	return add_line(o, rec);
}

/* "------------[ cut here ]------------" */
static bool is_cut_here(struct span line)
{
	line = span_trim(line);
	return span_starts(line, "------------[ cut here ]") ||
	       span_starts(line, "8<--- cut here ---");
}

/* A sanitizer's report has a last line; without it the same task did not come to its end. */
static void interrupt(struct report *o)
{
	if (!o->caller[0] || o->ended || o->r->klass != CRASH_MEMORY || o->prelude ||
	    o->r->corrupted_reason)
		return;
	o->r->corrupted = true;
	o->r->corrupted_reason = strdup("another report begins before its end");
}

/*
 * One task in one context tells one thing at a time: a second bug before the trace of
 * the first came to it while it told of the first.
 */
static bool is_nested(const struct report *o)
{
	return o->state == OPEN && o->caller[0] && !o->traced && !o->ended;
}

static int on_cut_here(struct detector *d, struct report *o, const struct log_record *rec)
{
	/* what was announced before its BUG() goes on */
	if (o && o->state == OPEN && (o->prelude || is_nested(o)))
		return follow(o, rec);
	if (o && o->state == OPEN)
		interrupt(o);
	if (o && o->state == PENDING)
		drop(d, o);
	o = new_report(d, rec, PENDING);
	return o ? add_line(o, rec) : -ENOMEM;
}

static int on_panic(struct detector *d, struct report *o, const struct log_record *rec)
{
	d->told = true;
	for (unsigned i = 0; i < d->n; i++)
		if (d->queue[i]->state != PENDING)
			d->queue[i]->r->panicked = true;
	if (o && o->state == OPEN)
		return follow(o, rec);
	return 0;
}

/* Does this trigger belong to the report that is open? */
static bool continues(const struct report *o, const struct rule *rule)
{
	if (o->state != OPEN || o->ended)
		return false;
	if (rule->flags & RULE_CONTINUES || is_nested(o))
		return true;
	/* A WARN() prints its message before or after its line, by architecture and age;
	 * and if it is a second bug, its BUG() tells. */
	return rule->flags & RULE_PRELUDE;
}

static bool announced(const struct report *o, const struct rule *rule)
{
	return o->state == OPEN && o->prelude && !(rule->flags & RULE_PRELUDE) &&
	       o->buf.n - o->trigger < 8 &&
	       (span_starts(span_of(rule->trigger), "kernel BUG") ||
		span_starts(span_of(rule->trigger), "WARNING:"));
}

static bool any_begun(const struct detector *d)
{
	for (unsigned i = 0; i < d->n; i++)
		if (d->queue[i]->state != PENDING)
			return true;
	return false;
}

static int on_trigger(struct detector *d, struct report *o, const struct log_record *rec,
		      const struct rule_hit *hit)
{
	if (hit->rule->flags & RULE_PANIC && any_begun(d))
		return on_panic(d, o, rec);
	if (o && announced(o, hit->rule)) {
		o->prelude = false;
		return follow(o, rec);
	}
	if (o && continues(o, hit->rule))
		return follow(o, rec);
	if (o && o->state == PENDING)
		return begin(d, o, rec, hit);
	if (o) {
		interrupt(o);
		close_report(d, o);
	}
	o = new_report(d, rec, OPEN);
	return o ? begin(d, o, rec, hit) : -ENOMEM;
}

/* Files have no clock: the kernel's timestamps and the number of lines end reports. */
static bool outlived(const struct report *o, const struct log_record *rec)
{
	if (o->state == PENDING && o->buf.n > LINES_WITHIN_CUT)
		return true;
	if (o->ended && o->after_end > LINES_AFTER_END)
		return true;
	if (o->buf.n >= REPORT_MAX_LINES)
		return true;
	/* the clocks of two CPUs may differ: others' lines count if there are many */
	return rec->kernel_us >= 0 && o->begun_kernel_us >= 0 &&
	       rec->kernel_us - o->begun_kernel_us > KERNEL_LONGEST &&
	       (o->state == CLOSED || same_stream(o, rec) || o->idle > LINES_IDLE);
}

static void retire(struct detector *d, const struct log_record *rec)
{
	unsigned closed = 0;

	while (d->closed < d->n && d->queue[d->closed]->state == CLOSED)
		d->closed++;
	for (unsigned i = d->n; i-- > d->closed;) {
		d->queue[i]->idle++;
		if (outlived(d->queue[i], rec))
			close_report(d, d->queue[i]);
	}
	while (closed < d->n && d->queue[closed]->state == CLOSED &&
	       outlived(d->queue[closed], rec))
		closed++;
	if (closed)
		give_out(d, closed);
}

int detector_record(struct detector *d, const struct log_record *rec)
{
	struct span line = {rec->text, rec->len};
	struct report *o;
	struct rule_hit hit;

	if (d->n)
		retire(d, rec);
	o = find_report(d, rec);
	if (rec->no_trigger)
		return o ? follow(o, rec) : 0;
	if (is_cut_here(line))
		return on_cut_here(d, o, rec);
	if (rules_find(d->rules, line, &hit))
		return on_trigger(d, o, rec, &hit);
	return o ? follow(o, rec) : 0;
}

void detector_gap(struct detector *d)
{
	for (unsigned i = 0; i < d->n; i++) {
		struct report *o = d->queue[i];

		if (o->state != OPEN || o->ended || o->r->corrupted_reason)
			continue;
		o->r->corrupted = true;
		o->r->corrupted_reason = strdup("records are missing inside it");
	}
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
			close_report(d, d->queue[i]);
	while (closed < d->n && d->queue[closed]->state == CLOSED &&
	       mono_due(deadline_of(d->queue[closed]), now))
		closed++;
	if (closed)
		give_out(d, closed);
}

void detector_flush(struct detector *d)
{
	for (unsigned i = d->n; i-- > 0;)
		close_report(d, d->queue[i]);
	give_out(d, d->n);
}

void detector_new_boot(struct detector *d)
{
	detector_flush(d);
	d->cause_seen = false;
	d->told = false;
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
	o = new_report(d, rec, OPEN);
	if (!o)
		return -ENOMEM;
	err = begin(d, o, rec, &hit);
	detector_new_boot(d);
	return err;
}

bool detector_wants_all(const struct detector *d)
{
	for (unsigned i = d->closed; i < d->n; i++)
		if (d->queue[i]->state == PENDING ||
		    (d->queue[i]->state == OPEN &&
		     (!d->queue[i]->ended || d->queue[i]->r->panicked)))
			return true;
	return false;
}

bool detector_in_report(const struct detector *d)
{
	for (unsigned i = 0; i < d->n; i++)
		if (d->queue[i]->state == OPEN)
			return true;
	return false;
}
