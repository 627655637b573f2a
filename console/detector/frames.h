/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All frames of a report, in the order in which they stand there. */
#ifndef KDEV_CONSOLE_FRAMES_H
#define KDEV_CONSOLE_FRAMES_H

#include "console/detector/plumbing_index.h"
#include "console/detector/report_buffer.h"
#include "console/detector/trace.h"

struct frame {
	struct span function; /* without suffixes; empty: an address only */
	struct span module, build_id;
	uint64_t offset, size;
	size_t line;                /* index in the report */
	enum trace_section section; /* whose trace it is part of */
	unsigned trace;             /* counts the traces of the report from 0 */
	bool ip;                    /* of the registers: where the CPU was, or who called NULL */
	bool exact;                 /* where the CPU was, not where it would return to */
	bool unreliable;
	bool inlined;
	bool irq; /* printed between <IRQ> and </IRQ> */
};

struct frames {
	const struct plumbing_index *plumbing; /* for those who judge the frames */
	struct frame *list;
	size_t n, cap;
	bool any_header;   /* "Call Trace:" and kin, with frames or not */
	bool any_call;     /* a call trace with at least one named frame */
	bool empty_header; /* a header of a trace without frames: torn */
	bool user_ip;
};

/* Collect the frames of the lines from `from` on. They point into the buffer.
 * 0 or -ENOMEM; what was found is in `out` either way. */
int frames_collect(const struct report_buffer *b, size_t from,
		   const struct plumbing_index *plumbing, struct frames *out);
void frames_free(struct frames *f);

#endif
