/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON as text, written to the end of a string. The caller sees to commas and brackets. Failures
 * stay in the string, see console/strbuf.h. */
#ifndef KDEV_HARNESS_JSON_WRITE_H
#define KDEV_HARNESS_JSON_WRITE_H

#include <stddef.h>
#include <stdint.h>

#include "console/strbuf.h"

/* Any bytes as a string in quotes, with the replacements of text_json_n(). */
void json_write_text_n(struct strbuf *b, const char *text, size_t len);

/* The same of a C string; null for NULL. */
void json_write_text(struct strbuf *b, const char *text);

/* JSON's integers are signed here as in jansson: what is larger becomes the largest. */
void json_write_count(struct strbuf *b, uint64_t n);

#endif
