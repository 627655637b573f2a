/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A thread that names what the detector finds in a log, while the caller goes on looking for more:
 * both take about as long. Bounded: the caller waits where the thread is too far behind.
 */
#ifndef KDEV_HARNESS_NAMING_THREAD_H
#define KDEV_HARNESS_NAMING_THREAD_H

#include "console/detector/finding.h"

struct naming_thread;

/*
 * `end` is called in the thread, for one report after the other in the order in which they were
 * added; it owns the report. What it uses is the thread's until naming_thread_wait() returns. NULL:
 * out of memory, or no thread can be made.
 */
struct naming_thread *naming_thread_new(void (*end)(void *arg, struct crash_report *r), void *arg);

/* Waits for all, as naming_thread_wait() does. Accepts NULL. */
void naming_thread_free(struct naming_thread *t);

/* Takes what the finding owns, and leaves it the empty buffer of an earlier one if there is one.
 * Its form is that of detector_ops.found; `arg` is the thread, which sleeps on until some were
 * added. */
void naming_thread_add(void *arg, struct finding *f);

/* No more will come soon: what was added is to be named now. */
void naming_thread_wake(struct naming_thread *t);

/* Until `end` has been called for all that was added. */
void naming_thread_wait(struct naming_thread *t);

#endif
