/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The detector's inside: the reports that it is about.
 *
 * A report goes pending (what "cut here" announces) -> open -> closed -> given out.
 * Reports are given out in the order in which they began, a little after they were
 * closed, since a panic that follows is part of what they say.
 */
#ifndef KDEV_CONSOLE_DETECTOR_QUEUE_H
#define KDEV_CONSOLE_DETECTOR_QUEUE_H

#include <string.h>

#include "console/detector/detector.h"
#include "console/detector/finding.h"

#define QUEUE_MAX 16

/* Lines of a report that is pending, and after one's end. */
#define LINES_WITHIN_CUT 12
#define LINES_AFTER_END  200

enum state { PENDING, OPEN, CLOSED };

struct report {
	enum state state;
	struct finding found;
	char caller[16];
	bool all_cpus;        /* other CPUs were asked for their stacks: all interrupts belong */
	bool ended;           /* the end marker was seen */
	bool prelude;         /* what it announced has yet to come */
	unsigned after_end;   /* lines since then */
	bool traced;          /* a frame of its call trace was seen */
	uint64_t last_record; /* the detector's count when its last line came */
	int64_t begun_kernel_us;
	struct monotime begun, last, ended_at;
};

struct detector {
	struct detector_ops ops;
	void *arg;
	struct rule_index *rules;
	struct plumbing_index *plumbing;
	struct report *queue[QUEUE_MAX]; /* in the order of their beginnings */
	struct report_buffer spare;      /* of a report that was given out, for the next */
	unsigned n;
	unsigned closed;   /* of the queue's first ones: all of these are closed */
	uint64_t records;  /* that came while there was a report */
	int64_t oldest_us; /* the first of the queue, and those that are not closed, began then or
			    * later; INT64_MAX: none of them is timed */
	bool retire;       /* one was closed, or has its lines, since queue_retire() looked */
	bool cause_seen;   /* this boot has had a report that explains later ones */
	bool firmware;     /* no kernel has spoken since the firmware did */
	bool told;         /* it said that it would restart, or died */
};

/* A new report that begins with this record, at the queue's end; a full queue gives out its first.
 * NULL: out of memory. */
struct report *queue_add(struct detector *d, const struct log_record *rec, enum state state);

/* The report's first line of its own: `o` is new or pending. 0, or an error; `o` is gone then. */
int queue_begin(struct detector *d, struct report *o, const struct log_record *rec,
		const struct rule_hit *hit);

int queue_add_line(struct detector *d, struct report *o, const struct log_record *rec);

/* No more lines for this one: name it. A pending one was nothing: it is gone then. */
void queue_close(struct detector *d, struct report *o);

/* Forget this one. */
void queue_drop(struct detector *d, struct report *o);

/* Give the first `count` to the detector's user. */
void queue_give_out(struct detector *d, unsigned count);

/* Is the record of the report's task or interrupt context? A log without caller tags has but one
 * stream. */
static inline bool queue_same_stream(const struct report *o, const struct log_record *rec)
{
	/* most differ in nothing or in the first letter */
	if (o->caller[0] == rec->caller[0] &&
	    (!rec->caller[0] || strcmp(o->caller, rec->caller) == 0))
		return true;
	return o->all_cpus && rec->caller[0] == 'C';
}

/* In files: end what has gone on for too long when this record comes. Looks at the reports only if
 * one may have. */
void queue_retire(struct detector *d, const struct log_record *rec);

/* In files, which have no clock: has it had all the lines that it may have, of its own or after its
 * end? */
static inline bool queue_has_all(const struct report *o)
{
	if (o->state == PENDING && o->found.buf.n > LINES_WITHIN_CUT)
		return true;
	return o->after_end > LINES_AFTER_END || o->found.buf.n >= REPORT_MAX_LINES;
}

/* Frees; NULL is nothing. */
void queue_free_report(struct report *o);

#endif
