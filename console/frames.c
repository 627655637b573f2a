/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Collects the frames of a report. */
#include "console/frames.h"

#include <errno.h>
#include <stdlib.h>

#define FRAMES_MAX      2048
#define HEADER_DISTANCE 15 /* lines: how far below its header a trace may begin */

static int add(struct frames *f, const struct frame *frame)
{
	size_t cap = f->cap ? f->cap * 2 : 64;
	struct frame *list;

	if (f->n >= FRAMES_MAX)
		return 0;
	if (f->n == f->cap) {
		list = realloc(f->list, cap * sizeof(*list));
		if (!list)
			return -ENOMEM;
		f->list = list;
		f->cap = cap;
	}
	f->list[f->n++] = *frame;
	return 0;
}

/* The state while walking down the lines. */
struct walk {
	enum trace_section section;
	unsigned trace;
	bool irq;
	size_t header; /* line of a header that has no frame yet, or SIZE_MAX */
};

static void enter_section(struct walk *w, const struct trace_line *t, size_t line)
{
	w->section = t->section;
	w->trace++;
	w->irq = false;
	w->header = line;
}

static struct frame make_frame(const struct walk *w, const struct trace_line *t, size_t line)
{
	return (struct frame){
		.function = trace_function(t->symbol),
		.module = t->module,
		.build_id = t->build_id,
		.offset = t->offset,
		.size = t->size,
		.line = line,
		.section = w->section,
		.trace = w->trace,
		.ip = t->kind == TRACE_IP,
		.unreliable = t->unreliable,
		.irq = w->irq,
	};
}

static void note_mark(struct walk *w, const struct trace_line *t)
{
	if (span_is(t->mark, "<IRQ>"))
		w->irq = true;
	else if (span_is(t->mark, "</IRQ>") || span_is(t->mark, "<EOI>") ||
		 span_is(t->mark, "<TASK>"))
		w->irq = false;
}

static int take_line(struct frames *f, struct walk *w, const struct trace_line *t, size_t line)
{
	struct frame frame;

	switch (t->kind) {
	case TRACE_START: enter_section(w, t, line); return 0;
	case TRACE_USER_IP:
		/* what follows is no longer this trace */
		f->user_ip = true;
		w->section = SECTION_NONE;
		return 0;
	case TRACE_MARK: note_mark(w, t); return 0;
	case TRACE_FRAME:
	case TRACE_IP: break;
	case TRACE_NONE: return 0;
	}
	note_mark(w, t);
	if (t->kind == TRACE_FRAME) {
		w->header = SIZE_MAX;
		if (t->symbol.n && (w->section == SECTION_CALL || w->section == SECTION_NONE))
			f->any_call = true;
	}
	frame = make_frame(w, t, line);
	return add(f, &frame);
}

int frames_collect(const struct report_buffer *b, size_t from, struct frames *out)
{
	struct walk w = {.header = SIZE_MAX};
	int err = 0;

	*out = (struct frames){0};
	for (size_t i = from; i < b->n && !err; i++) {
		struct trace_line t;
		bool part = trace_parse(report_buffer_line(b, i), &t);

		if (w.header != SIZE_MAX && i - w.header > HEADER_DISTANCE) {
			out->empty_header = true;
			w.header = SIZE_MAX;
		}
		if (part)
			err = take_line(out, &w, &t, i);
	}
	if (w.header != SIZE_MAX)
		out->empty_header = true;
	return err;
}

void frames_free(struct frames *f)
{
	free(f->list);
	*f = (struct frames){0};
}
