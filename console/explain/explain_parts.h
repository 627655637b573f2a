/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of explain(), each in a file of its own. */
#ifndef KDEV_CONSOLE_EXPLAIN_PARTS_H
#define KDEV_CONSOLE_EXPLAIN_PARTS_H

#include "console/explain/explain.h"
#include "console/explain/page.h"

/* Source place and function, with the source around. */
void explain_where(struct page *p, const struct crash_report *r, const struct explain_options *o);

/* The address that failed, what it is, and the instruction that used it. */
void explain_fault(struct page *p, const struct crash_report *r);

/* The object that was used wrongly: who allocated and who freed it. */
void explain_object(struct page *p, const struct crash_report *r);

/* The call chain. */
void explain_calls(struct page *p, const struct crash_report *r);

/* Append foreign text, made printable. */
void explain_add(struct strbuf *b, const char *s);

/* Append "FILE:LINE", a kernel header without the tree that it lies in. */
void explain_add_place(struct strbuf *b, const char *file, unsigned line);

#endif
