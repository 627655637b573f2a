/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A stamp says what something was made from: a text of "key value" lines, kept beside it.
 * It is fresh as long as the text that would be written now is the same.
 */
#ifndef KDEV_HARNESS_NETBOOT_STAMP_H
#define KDEV_HARNESS_NETBOOT_STAMP_H

#include <stdbool.h>
#include <stddef.h>

#define STAMP_MAX 4096

struct stamp {
	char text[STAMP_MAX];
	size_t len;
	bool overflow; /* then it equals nothing */
};

/* Append a line. Control characters in the value become '?', so that it stays one. Pure. */
void stamp_add(struct stamp *s, const char *key, const char *value);

/* Append a hash of a file's bytes (FNV-1a, 64 bits: this is no defence, it notices changes), so
 * that the same program built elsewhere is the same; "missing" if it can't be read. */
void stamp_add_file(struct stamp *s, const char *key, const char *path);

/* Is this what the file at `path` holds? */
bool stamp_is_at(const struct stamp *s, const char *path);

#endif
