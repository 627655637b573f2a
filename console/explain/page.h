/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A screen of text: labelled rows cut at the edge, paragraphs broken between words, colours
 * only when asked for. What is put on it must be printable already.
 */
#ifndef KDEV_CONSOLE_PAGE_H
#define KDEV_CONSOLE_PAGE_H

#include <stdbool.h>

#include "console/strbuf.h"

enum page_style {
	PAGE_PLAIN,
	PAGE_TITLE,
	PAGE_LABEL,
	PAGE_STRONG,
	PAGE_DIM,
};

#define PAGE_INDENT 11 /* of what follows a label */

struct page {
	struct strbuf *out;
	unsigned width; /* columns, 40 at least */
	bool colour;
};

/* Each frees what `text` holds; a failure of it becomes the page's (out->err). */

/* "  LABEL    text" on one line. */
void page_row(struct page *p, const char *label, enum page_style style, struct strbuf *text);

/* The same, but as many lines as it takes, broken between words. */
void page_text(struct page *p, const char *label, struct strbuf *text);

/* A row without label and indent. */
void page_line(struct page *p, enum page_style style, struct strbuf *text);

/* Text of its own, broken between words, two blanks in. */
void page_paragraph(struct page *p, struct strbuf *text);

#endif
