/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Collects the frames of a report. */
#include "console/detector/frames.h"

#include <errno.h>
#include <stdlib.h>

#define FRAMES_MAX      2048
#define HEADER_DISTANCE 15 /* lines: how far below its header a trace may begin */

static int reserve(struct frames *f)
{
	size_t cap = f->cap ? f->cap * 2 : 64;
	struct frame *list = realloc(f->list, cap * sizeof(*list));

	if (!list)
		return -ENOMEM;
	f->list = list;
	f->cap = cap;
	return 0;
}

/* The state while walking down the lines. */
struct walk {
	enum trace_section section;
	unsigned trace;
	bool irq;
	bool other;         /* the next trace is another task's */
	struct span caller; /* arm: of the last frame, in case no line of its own follows */
	bool null_ip;       /* NULL was called: the link register, if it is next, tells by whom */
	bool gp_kthread;    /* RCU's own thread was shown: more about it may follow */
	unsigned none;      /* frames outside of every trace */
	unsigned distance;  /* lines since the header below */
	size_t header;      /* line of a header that has no frame yet, or SIZE_MAX */
};

/* A header had no frames below it. Whose stack the object came by may not be known. */
static void miss_frames(struct frames *f, struct walk *w)
{
	f->empty_header = true;
	w->header = SIZE_MAX;
}

static void enter_section(struct frames *f, struct walk *w, const struct trace_line *t, size_t line)
{
	/* "stack backtrace:" stands above "Call Trace:"; two traces in a row are none */
	if (w->header != SIZE_MAX && w->section == SECTION_CALL && t->section == SECTION_CALL &&
	    line - w->header > 5)
		miss_frames(f, w);
	w->section = t->section;
	if (w->other && t->section == SECTION_CALL)
		w->section = SECTION_OTHER;
	w->other = false;
	w->caller.n = 0;
	w->trace++;
	w->irq = false;
	w->distance = 0;
	w->header = line;
	/* those need no frames: another header follows, or nothing is known */
	if (t->section == SECTION_OTHER || t->section == SECTION_OWNER ||
	    span_is(t->mark, "stack backtrace:"))
		w->header = SIZE_MAX;
}

static int add(struct frames *f, const struct walk *w, const struct trace_line *t, size_t line)
{
	if (f->n >= FRAMES_MAX)
		return 0;
	if (f->n == f->cap && reserve(f))
		return -ENOMEM;
	f->list[f->n++] = (struct frame){
		.function = trace_function(t->symbol),
		.module = t->module,
		.build_id = t->build_id,
		.offset = t->offset,
		.size = t->size,
		.line = line,
		.section = t->kind == TRACE_FRAME && t->section ? t->section : w->section,
		.trace = w->trace,
		.ip = t->kind == TRACE_IP || t->kind == TRACE_LINK,
		.exact = t->kind == TRACE_IP,
		.unreliable = t->unreliable,
		.inlined = t->inlined,
		.irq = w->irq,
	};
	return 0;
}

static void note_mark(struct walk *w, const struct trace_line *t)
{
	if (span_is(t->mark, "<IRQ>"))
		w->irq = true;
	else if (span_is(t->mark, "</IRQ>") || span_is(t->mark, "<EOI>") ||
		 span_is(t->mark, "<TASK>"))
		w->irq = false;
}

/* "a from b" and no line that begins with b: b is a frame too. */
static int add_caller(struct frames *f, struct walk *w, const struct trace_line *t, size_t line)
{
	if (!w->caller.n || span_equal(w->caller, t->symbol))
		return 0;
	return add(f, w, &(struct trace_line){.kind = TRACE_FRAME, .symbol = w->caller}, line);
}

/* Who called NULL was told by the link register, and by the trace again. */
static bool told_by_link(const struct frames *f, const struct trace_line *t)
{
	const struct frame *last = f->n ? &f->list[f->n - 1] : NULL;

	return last && last->ip && !last->exact &&
	       span_equal(last->function, trace_function(t->symbol));
}

static int take_line(struct frames *f, struct walk *w, const struct trace_line *t, size_t line)
{
	int err;

	switch (t->kind) {
	case TRACE_START:
		enter_section(f, w, t, line);
		f->any_header |= w->section == SECTION_CALL;
		return 0;
	case TRACE_USER_IP:
		/* what follows is no longer this trace */
		f->user_ip = true;
		w->section = SECTION_NONE;
		return 0;
	case TRACE_MARK: note_mark(w, t); return 0;
	case TRACE_NULL_IP: w->null_ip = true; return 0;
	case TRACE_LINK:
		if (!w->null_ip)
			return 0;
		break;
	case TRACE_FRAME:
	case TRACE_IP: break;
	case TRACE_NONE: return 0;
	}
	note_mark(w, t);
	w->null_ip = false;
	if (t->kind == TRACE_FRAME) {
		w->header = SIZE_MAX;
		if (t->symbol.n && !t->section && w->section == SECTION_NONE)
			w->none++;
		if (t->symbol.n && !t->section && (w->section == SECTION_CALL || w->none > 1))
			f->any_call = true;
	}
	err = add_caller(f, w, t, line);
	w->caller = t->caller;
	return err || told_by_link(f, t) ? err : add(f, w, t, line);
}

/* Lines that say whose the next trace is. */
static void note_other(struct walk *w, struct span line)
{
	line = span_trim(line);
	if (span_starts(line, "(stack is not available)") ||
	    span_starts(line, "<Same stack as pid"))
		w->header = SIZE_MAX;
	if (!line.n || line.s[line.n - 1] != ':')
		return;
	if (span_find(line, "kthread stack dump:") || span_find(line, "GP kthread last ran:"))
		w->other = w->gp_kthread = true;
	else if (w->gp_kthread && span_starts(line, "Sending NMI from CPU"))
		w->other = true;
	else if (span_find(line, "held by "))
		w->section = SECTION_OTHER;
}

int frames_collect(const struct report_buffer *b, size_t from,
		   const struct plumbing_index *plumbing, struct frames *out)
{
	struct walk w = {.header = SIZE_MAX};
	int err = 0;

	*out = (struct frames){.plumbing = plumbing};
	for (size_t i = from; i < b->n && !err; i++) {
		struct trace_line t;
		bool part = trace_parse(report_buffer_line(b, i), &t);

		/* lines that are not the kernel's do not count */
		if (w.header != SIZE_MAX && (b->lines[i].timed || !b->lines[from].timed) &&
		    ++w.distance > HEADER_DISTANCE)
			miss_frames(out, &w);
		if (part)
			err = take_line(out, &w, &t, i);
		else
			note_other(&w, report_buffer_line(b, i));
	}
	if (w.header != SIZE_MAX)
		out->empty_header = true;
	if (!err)
		err = add_caller(out, &w, &(struct trace_line){0}, b->n - 1);
	return err;
}

void frames_free(struct frames *f)
{
	free(f->list);
	*f = (struct frames){0};
}
