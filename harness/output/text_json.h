/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text that comes from outside (logs, modules, file names) as a JSON string that every reader
 * takes: bytes that are no UTF-8 (RFC 3629) become U+FFFD, one each. So do NUL, which many readers
 * refuse, and DEL and the C1 controls, which jansson would hand to a terminal as they are. The
 * other control characters stay: jansson writes them escaped.
 */
#ifndef KDEV_HARNESS_TEXT_JSON_H
#define KDEV_HARNESS_TEXT_JSON_H

#include <jansson.h>
#include <stddef.h>

/* A new reference, or NULL: out of memory. */
json_t *text_json_n(const char *text, size_t len);

/* The same of a C string; JSON's null for NULL. */
json_t *text_json(const char *text);

/* The string o.key, owned by o; "" if there is none. o may be NULL. */
const char *json_text_of(const json_t *o, const char *key);

#endif
