/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A batch of iterations that the agent does by itself: which is under way, which are over. */
#include <stdlib.h>

#include "harness/run/run.h"

/* All up to `i` are over, and well; the times are those of i itself. */
static void batch_done_to(struct run *r, int64_t i, int64_t load_us, int64_t unload_us)
{
	const struct run_watcher *w = r->opt->watcher;
	int64_t first = (int64_t)r->opt->batch->first;

	if (i >= first + (int64_t)r->opt->batch->n)
		return;
	if (r->batch_done < first - 1)
		r->batch_done = first - 1;
	while (r->batch_done < i) {
		bool last = ++r->batch_done == i;

		if (w && w->iteration)
			w->iteration(w->arg, (uint64_t)r->batch_done, last ? load_us : -1,
				     last ? unload_us : -1);
	}
}

int64_t run_iteration(const struct run *r)
{
	const struct run_batch *b = r->opt->batch;
	int64_t last = (int64_t)(b->first + b->n) - 1, at = r->batch_done + 1;

	if (r->iteration > at)
		at = r->iteration;
	/* All are over: what comes later is the last one's. */
	if (r->batch_done >= r->iteration && r->machine.phase != RUN_LOADING && r->batch_done >= 0)
		at = r->batch_done;
	return at < (int64_t)b->first ? (int64_t)b->first : at > last ? last : at;
}

void run_batch_line(struct run *r, const struct iteration_line *line)
{
	int64_t i = line->iteration;

	/* Lines of a batch that was given up may still come. */
	if (!r->opt->batch || i < (int64_t)r->opt->batch->first ||
	    i >= (int64_t)(r->opt->batch->first + r->opt->batch->n) || i <= r->iteration ||
	    r->machine.phase != RUN_LOADING)
		return;
	r->iteration = i;
	batch_done_to(r, i - 1, line->load_us, line->unload_us);
	run_feed(r, (struct run_event){.type = RUN_EV_PROGRESS});
}

void run_batch_output(struct run *r)
{
	char value[80], *end = value;
	long long n[3] = {0}; /* iteration, load_us, unload_us */

	run_output_taint(r, &r->taint_before);
	run_output_taint(r, &r->taint_after);
	if (!run_output_take(r, "kdev-cycled ", value, sizeof(value)))
		return;
	for (int i = 0; i < 3; i++) {
		const char *at = end;

		n[i] = strtoll(at, &end, 10);
		if (end == at)
			return;
	}
	batch_done_to(r, n[0], n[1], n[2]);
}
