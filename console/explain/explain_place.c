/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a crash happened: source, instruction and address. */
#include <inttypes.h>
#include <string.h>

#include "console/detector/guilty_frame.h"
#include "console/explain/explain_parts.h"
#include "console/explain/fault.h"
#include "console/explain/object_story.h"
#include "console/explain/source_excerpt.h"
#include "console/pipeline/printable.h"

/* "poke+0x15/0x29 [gadget]" */
static void add_function(struct strbuf *b, const struct crash_frame *frame)
{
	explain_add(b, frame->function);
	if (frame->size || frame->offset)
		strbuf_addf(b, "+0x%" PRIx64, frame->offset);
	if (frame->size)
		strbuf_addf(b, "/0x%" PRIx64, frame->size);
	if (frame->module) {
		strbuf_adds(b, " [");
		explain_add(b, frame->module);
		strbuf_addc(b, ']');
	}
}

static void put_excerpt(struct page *p, const struct crash_report *r,
			const struct explain_options *o)
{
	struct source_excerpt e;

	if (!r->file || source_excerpt_read(r->file, r->line, o->source_roots, o->n_source_roots,
					    o->built, &e) != 0)
		return;
	if (e.changed) {
		struct strbuf note = {0};

		strbuf_adds(&note, "this file changed after the module was built:");
		page_row(p, "", PAGE_PLAIN, &note);
	}
	for (unsigned i = 0; i < e.n; i++) {
		bool here = e.first + i == r->line;
		struct strbuf text = {0};

		strbuf_addf(&text, "  %c %6u | %s", here ? '>' : ' ', e.first + i, e.lines[i]);
		while (text.len && text.s[text.len - 1] == ' ')
			strbuf_cut(&text, text.len - 1);
		page_line(p, here ? PAGE_STRONG : PAGE_PLAIN, &text);
	}
	source_excerpt_clear(&e);
}

void explain_where(struct page *p, const struct crash_report *r, const struct explain_options *o)
{
	size_t guilty = guilty_frame(r);
	struct strbuf text = {0};
	const char *label = "where";

	if (r->file) {
		explain_add_place(&text, r->file, r->line);
		page_row(p, label, PAGE_PLAIN, &text);
		label = "";
	}
	if (guilty < r->n_frames) {
		size_t telling = guilty_frame_telling(r, guilty);

		add_function(&text, &r->frames[telling]);
		if (telling != guilty && r->frames[telling].inlined) {
			strbuf_adds(&text, ", inlined into ");
			add_function(&text, &r->frames[guilty]);
		} else if (telling != guilty) {
			strbuf_adds(&text, ", called from ");
			explain_add(&text, r->function);
		}
		page_text(p, label, &text);
	} else if (r->function) {
		explain_add(&text, r->function);
		page_row(p, label, PAGE_PLAIN, &text);
	}
	put_excerpt(p, r, o);
}

/* A printed address, or one that a memory fault of the CPU must have used. */
static bool address_failed(const struct crash_report *r)
{
	return r->has_address || strstr(r->title, "general protection fault") ||
	       strstr(r->title, "stack guard page");
}

/* What the address is, by way of the register that it was made from if that says more. */
static enum address_kind add_nature(struct strbuf *b, const struct fault *f)
{
	bool offset = f->has_pointer && f->pointer != f->address && !*f->instruction.index;

	if (offset && f->pointer + (uint64_t)f->instruction.displacement == f->address &&
	    f->pointer) {
		strbuf_addf(b, "%s is ", f->pointer_name);
		return address_describe(f->pointer, &f->space, b);
	}
	return address_describe(f->address, &f->space, b);
}

/* Whether the nature says something of the bug. */
static bool is_telling(enum address_kind kind)
{
	return kind == ADDRESS_NULL || kind == ADDRESS_ERROR || kind == ADDRESS_POISON ||
	       kind == ADDRESS_SHADOW || kind == ADDRESS_TEXT || kind == ADDRESS_NON_CANONICAL ||
	       kind == ADDRESS_USER;
}

void explain_fault(struct page *p, const struct crash_report *r)
{
	static const char *const access[] = {
		[FAULT_ACCESS_UNKNOWN] = "access to",
		[FAULT_READ] = "read of",
		[FAULT_WRITE] = "write to",
		[FAULT_FETCH] = "jump to",
	};
	struct strbuf text = {0};
	struct fault f;

	fault_of(r, &f);
	if (f.has_address && address_failed(r)) {
		struct strbuf nature = {0};
		enum address_kind kind = add_nature(&nature, &f);

		if (r->klass == CRASH_OOPS || is_telling(kind)) {
			strbuf_addf(&text, "%s 0x%" PRIx64 "%s%s", access[f.access], f.address,
				    nature.len ? ": " : "", strbuf_str(&nature));
			page_text(p, "fault", &text);
		}
		strbuf_free(&nature);
	}
	/* ud2 is BUG()'s and WARN()'s own way to stop. */
	if (r->klass != CRASH_OOPS || !f.decoded || !strcmp(f.instruction.text, "ud2"))
		return;
	explain_add(&text, f.instruction.text);
	if (f.has_pointer)
		strbuf_addf(&text, "    (%s = 0x%" PRIx64 ")", f.pointer_name, f.pointer);
	page_row(p, "code", PAGE_PLAIN, &text);
}

static void put_span(struct page *p, const char *label, struct span what)
{
	struct strbuf text = {0};

	if (!what.n)
		return;
	strbuf_add_printable(&text, what.s, what.n);
	page_row(p, label, PAGE_PLAIN, &text);
}

void explain_object(struct page *p, const struct crash_report *r)
{
	struct object_story story;
	struct strbuf text = {0};

	object_story_of(r, &story);
	if (story.where.n) {
		strbuf_add_printable(&text, story.where.s, story.where.n);
		strbuf_addc(&text, ' ');
		strbuf_add_printable(&text, story.region.s, story.region.n);
		if (story.cache.n) {
			strbuf_adds(&text, " of ");
			strbuf_add_printable(&text, story.cache.s, story.cache.n);
		}
		page_text(p, "object", &text);
	}
	put_span(p, "alloc", story.allocated);
	put_span(p, "free", story.freed);
}
