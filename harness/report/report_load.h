/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside of report_load*.c. */
#ifndef KDEV_HARNESS_REPORT_LOAD_H
#define KDEV_HARNESS_REPORT_LOAD_H

#include "harness/report/report.h"

/* Fill r->runs with all that is in them. 0 or a negative errno. */
int report_load_runs(struct report *r, struct store *store, const struct report_query *q);
void report_run_clear(struct report_run *run);

/* Fill r->crashes and r->bugs; the runs are there. */
int report_load_bugs(struct report *r, struct store *store, const struct report_query *q);

/* Fill r->loops and r->iterations; of one run there are none. */
int report_load_loops(struct report *r, struct store *store, const struct report_query *q);
void report_loop_clear(struct report_loop *l);

/* Fill r->tests. */
int report_load_tests(struct report *r, struct store *store, const struct report_query *q);
void report_test_clear(struct report_test *t);

/* Make room for one more element of *list, of `size` bytes. The new one is zeroed. NULL: no
 * memory. */
void *report_grow(void *list, size_t *n, size_t size);

/* What crash-N/explained.txt of a run says; NULL: it has none. */
char *report_explained(const struct report *r, const char *run, unsigned n);

#endif
