/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows and paragraphs of a screen of text. */
#include "console/explain/page.h"

#include "console/pipeline/printable.h"

#define PARAGRAPH_INDENT 2

static void begin_style(struct page *p, enum page_style style)
{
	/* Select Graphic Rendition, ECMA-48 8.3.117. */
	static const char *const codes[] = {
		[PAGE_PLAIN] = "",         [PAGE_TITLE] = "\033[1;31m", [PAGE_LABEL] = "\033[36m",
		[PAGE_STRONG] = "\033[1m", [PAGE_DIM] = "\033[2m",
	};

	if (p->colour)
		strbuf_adds(p->out, codes[style]);
}

static void end_style(struct page *p, enum page_style style)
{
	if (p->colour && style != PAGE_PLAIN)
		strbuf_adds(p->out, "\033[0m");
}

static void finish(struct page *p, struct strbuf *text)
{
	if (text->err && !p->out->err)
		p->out->err = text->err;
	strbuf_free(text);
}

static void put_cut(struct page *p, enum page_style style, unsigned room, struct strbuf *text)
{
	size_t fits = printable_fit(strbuf_str(text), text->len, room);
	bool cut = fits < text->len;

	if (cut)
		fits = printable_fit(strbuf_str(text), text->len, room - 1);
	begin_style(p, style);
	strbuf_add(p->out, strbuf_str(text), fits);
	if (cut)
		strbuf_adds(p->out, "…");
	end_style(p, style);
	strbuf_addc(p->out, '\n');
	finish(p, text);
}

void page_line(struct page *p, enum page_style style, struct strbuf *text)
{
	put_cut(p, style, p->width, text);
}

static void put_label(struct page *p, const char *label)
{
	enum page_style style = *label ? PAGE_LABEL : PAGE_PLAIN;

	begin_style(p, style);
	strbuf_addf(p->out, "  %-*s", PAGE_INDENT - 2, label);
	end_style(p, style);
}

void page_row(struct page *p, const char *label, enum page_style style, struct strbuf *text)
{
	put_label(p, label);
	put_cut(p, style, p->width - PAGE_INDENT, text);
}

/* Lines broken between words. What stands before the first is there already. */
static void put_wrapped(struct page *p, unsigned indent, struct strbuf *text)
{
	const char *s = strbuf_str(text);
	size_t left = text->len;

	for (bool first = true; left; first = false) {
		size_t fits = printable_fit(s, left, p->width - indent), end = fits;

		while (fits < left && end > 0 && s[end] != ' ')
			end--;
		fits = end ? end : fits; /* a word as wide as the page is cut */
		strbuf_fill(p->out, ' ', first ? 0 : indent);
		strbuf_add(p->out, s, fits);
		strbuf_addc(p->out, '\n');
		for (s += fits, left -= fits; left && *s == ' '; s++)
			left--;
	}
	finish(p, text);
}

void page_text(struct page *p, const char *label, struct strbuf *text)
{
	put_label(p, label);
	put_wrapped(p, PAGE_INDENT, text);
}

void page_paragraph(struct page *p, struct strbuf *text)
{
	strbuf_fill(p->out, ' ', PARAGRAPH_INDENT);
	put_wrapped(p, PARAGRAPH_INDENT, text);
}
