/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as the text of an XML or HTML element or of an attribute in double quotes: markup
 * becomes references, what XML 1.0 forbids or what deceives a reader becomes something to see.
 * Control characters turn into their pictures (U+2400 and on), characters that change the writing
 * direction or are invisible into [U+202E], bytes that are no UTF-8 into U+FFFD. TAB and newline
 * stay, and so does CR LF, as a newline.
 */
#ifndef KDEV_HARNESS_XML_TEXT_H
#define KDEV_HARNESS_XML_TEXT_H

#include <stddef.h>

#include "console/strbuf.h"

/* Append; returns b->err. A C string that is NULL is "". */
int xml_text_n(struct strbuf *b, const char *text, size_t len);
int xml_text(struct strbuf *b, const char *text);

/* An attribute with a blank before it: ' name="value"'. Newlines and TABs are kept as references;
 * readers would make blanks of them. */
int xml_attribute(struct strbuf *b, const char *name, const char *value);

#endif
