/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who called the function that crashed. */
#include <string.h>

#include "console/explain/call_chain.h"
#include "console/explain/explain_parts.h"
#include "console/pipeline/printable.h"

#define NAME_COLUMNS_MAX 44 /* of a function before its place */

/* "poke [gadget]"; a function inlined into it belongs to the same module. */
static void add_name(struct strbuf *b, const struct crash_frame *frame)
{
	explain_add(b, frame->function);
	if (frame->inlined) {
		strbuf_adds(b, " (inlined)");
	} else if (frame->module) {
		strbuf_adds(b, " [");
		explain_add(b, frame->module);
		strbuf_addc(b, ']');
	}
}

/* Columns that the names of the chain need; a very long one stands out. */
static size_t name_columns(const struct call_chain *chain)
{
	size_t columns = 0;

	for (size_t i = 0; i < chain->n; i++) {
		struct strbuf name = {0};
		size_t n;

		add_name(&name, chain->rows[i].frame);
		n = printable_columns(strbuf_str(&name), name.len);
		if (n > columns && n <= NAME_COLUMNS_MAX)
			columns = n;
		strbuf_free(&name);
	}
	return columns;
}

/* Files beside the one that failed go by their last name. */
static const char *place_in_chain(const struct crash_report *r, const char *file)
{
	const char *slash = r->file ? strrchr(r->file, '/') : NULL;
	size_t dir = slash ? (size_t)(slash - r->file) + 1 : 0;

	return dir > 1 && !strncmp(file, r->file, dir) ? file + dir : file;
}

static void put_chain_row(struct page *p, const struct crash_report *r,
			  const struct call_chain_row *row, const char *label, size_t columns)
{
	const struct crash_frame *frame = row->frame;
	struct strbuf text = {0};
	size_t used;

	add_name(&text, frame);
	used = printable_columns(strbuf_str(&text), text.len);
	if (frame->file) {
		strbuf_fill(&text, ' ', used < columns ? columns - used + 2 : 2);
		explain_add_place(&text, place_in_chain(r, frame->file), frame->line);
	}
	if (row->times > 1)
		strbuf_addf(&text, "  × %u", row->times);
	page_row(p, label,
		 row->guilty     ? PAGE_STRONG
		 : row->plumbing ? PAGE_DIM
				 : PAGE_PLAIN,
		 &text);
}

static void put_more(struct page *p, const char *label, size_t n, const char *where)
{
	struct strbuf text = {0};

	strbuf_addf(&text, "… %zu %s", n, where);
	page_row(p, label, PAGE_DIM, &text);
}

void explain_calls(struct page *p, const struct crash_report *r)
{
	const char *label = "calls";
	struct call_chain chain;
	size_t columns;

	call_chain_choose(r, &chain);
	columns = name_columns(&chain);
	if (chain.above) {
		put_more(p, label, chain.above, "above");
		label = "";
	}
	for (size_t i = 0; i < chain.n; i++, label = "")
		put_chain_row(p, r, &chain.rows[i], label, columns);
	if (chain.below)
		put_more(p, label, chain.below, "more");
}
