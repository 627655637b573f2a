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

#include "console/detector/detector.h"
#include "console/detector/finding.h"

#define QUEUE_MAX 16

enum state { PENDING, OPEN, CLOSED };

struct report {
	enum state state;
	struct finding found;
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
	bool firmware;   /* no kernel has spoken since the firmware did */
	bool told;       /* it said that it would restart, or died */
};

/* A new report that begins with this record, at the queue's end; a full queue gives out its first.
 * NULL: out of memory. */
struct report *queue_add(struct detector *d, const struct log_record *rec, enum state state);

/* The report's first line of its own: `o` is new or pending. 0, or an error; `o` is gone then. */
int queue_begin(struct detector *d, struct report *o, const struct log_record *rec,
		const struct rule_hit *hit);

int queue_add_line(struct report *o, const struct log_record *rec);

/* No more lines for this one: name it. A pending one was nothing: it is gone then. */
void queue_close(struct detector *d, struct report *o);

/* Forget this one. */
void queue_drop(struct detector *d, struct report *o);

/* Give the first `count` to the detector's user. */
void queue_give_out(struct detector *d, unsigned count);

/* Is the record of the report's task or interrupt context? A log without caller tags has but one
 * stream. */
bool queue_same_stream(const struct report *o, const struct log_record *rec);

/* In files: end what has gone on for too long when this record comes. */
void queue_retire(struct detector *d, const struct log_record *rec);

/* Frees; NULL is nothing. */
void queue_free_report(struct report *o);

#endif
