/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The engine: which line begins a report and which belongs to it. */
#include "console/detector/detector.h"

#include <errno.h>
#include <stdlib.h>

#include "console/detector/detector_queue.h"
#include "console/detector/trace.h"

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

void detector_free(struct detector *d)
{
	if (!d)
		return;
	for (unsigned i = 0; i < d->n; i++)
		queue_free_report(d->queue[i]);
	report_buffer_free(&d->spare);
	plumbing_index_free(d->plumbing);
	rules_index_free(d->rules);
	free(d);
}

static struct report *find_report(struct detector *d, const struct log_record *rec)
{
	for (unsigned i = d->n; i-- > d->closed;)
		if (d->queue[i]->state != CLOSED && queue_same_stream(d->queue[i], rec))
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
	return is_rule_line(line) && o->found.buf.n > o->found.trigger + 2 &&
	       o->found.r->klass == CRASH_MEMORY;
}

static int follow(struct detector *d, struct report *o, const struct log_record *rec)
{
	struct span line = span_trim((struct span){rec->text, rec->len});
	int err;

	if (o->ended && !o->found.r->panicked) {
		o->after_end++;
		d->retire |= queue_has_all(o);
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
	err = queue_add_line(d, o, rec);
	d->retire |= queue_has_all(o);
	return err;
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
	if (!o->caller[0] || o->ended || o->found.r->klass != CRASH_MEMORY || o->prelude ||
	    o->found.r->corrupted_reason)
		return;
	o->found.r->corrupted = true;
	o->found.r->corrupted_reason = strdup("another report begins before its end");
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
		return follow(d, o, rec);
	if (o && o->state == OPEN)
		interrupt(o);
	if (o && o->state == PENDING)
		queue_drop(d, o);
	o = queue_add(d, rec, PENDING);
	return o ? queue_add_line(d, o, rec) : -ENOMEM;
}

static int on_panic(struct detector *d, struct report *o, const struct log_record *rec)
{
	d->told = true;
	for (unsigned i = 0; i < d->n; i++)
		if (d->queue[i]->state != PENDING)
			d->queue[i]->found.r->panicked = true;
	if (o && o->state == OPEN)
		return follow(d, o, rec);
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
	       o->found.buf.n - o->found.trigger < 9 &&
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
		return follow(d, o, rec);
	}
	if (o && continues(o, hit->rule))
		return follow(d, o, rec);
	if (o && o->state == PENDING)
		return queue_begin(d, o, rec, hit);
	if (o) {
		interrupt(o);
		queue_close(d, o);
	}
	o = queue_add(d, rec, OPEN);
	return o ? queue_begin(d, o, rec, hit) : -ENOMEM;
}

int detector_record(struct detector *d, const struct log_record *rec)
{
	struct span line = {rec->text, rec->len};
	struct report *o;
	struct rule_hit hit;

	if (d->n)
		queue_retire(d, rec);
	o = find_report(d, rec);
	d->firmware &= rec->kernel_us < 0;
	if (rec->no_trigger)
		return o ? follow(d, o, rec) : 0;
	if (is_cut_here(line))
		return on_cut_here(d, o, rec);
	if (rules_find(d->rules, line, &hit) && !(d->firmware && hit.rule->flags & RULE_UNKNOWN))
		return on_trigger(d, o, rec, &hit);
	return o ? follow(d, o, rec) : 0;
}

void detector_gap(struct detector *d)
{
	for (unsigned i = 0; i < d->n; i++) {
		struct report *o = d->queue[i];

		if (o->state != OPEN || o->ended || o->found.r->corrupted_reason)
			continue;
		o->found.r->corrupted = true;
		o->found.r->corrupted_reason = strdup("records are missing inside it");
	}
}

bool detector_wants_all(const struct detector *d)
{
	for (unsigned i = d->closed; i < d->n; i++)
		if (d->queue[i]->state == PENDING ||
		    (d->queue[i]->state == OPEN &&
		     (!d->queue[i]->ended || d->queue[i]->found.r->panicked)))
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
