/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text of an INI file, section by section and key by key, each with the number of its line. No
 * I/O here. inih splits lines into keys and values, but tells its handler neither the line's number
 * nor that a section began, and cuts long lines silently: so the reader that feeds it counts,
 * checks and opens the sections.
 */
#ifndef KDEV_HARNESS_INI_FILE_H
#define KDEV_HARNESS_INI_FILE_H

#include <stddef.h>

/* Where the reader is. Fields are for reading. */
struct ini_file {
	const char *name;  /* for messages */
	unsigned line;     /* 1-based */
	int status;        /* of the first error, else 0 */
	const char *value; /* the key's value as it is in the file: no comment is cut off */
	size_t value_len;  /* of it, without the blanks around it */

	const char *at, *end;  /* what is left of the text */
	const char *unhandled; /* the line before, as long as the handler was not called for it */
	size_t unhandled_len;
	const struct ini_file_ops *ops;
	void *arg;
	char *err;
	size_t err_len;
};

struct ini_file_ops {
	/* "[KIND]" or "[KIND NAME]" began: kind is NULL when `line` is neither, name "" when
	 * there is none. */
	void (*section)(void *arg, struct ini_file *f, const char *line, const char *kind,
			const char *name);
	/* KEY = VALUE. inih has cut a comment off the value (a blank and ';'). */
	void (*key)(void *arg, struct ini_file *f, const char *key, const char *value);
	/* All is read and nothing was wrong. May be NULL. */
	void (*end)(void *arg, struct ini_file *f);
};

/*
 * Read it all. Stops at the first ini_file_fail(): returns -EINVAL, or -ENOMEM, with one line in
 * err, "NAME:LINE: …", which may quote control characters.
 */
int ini_file_parse(const char *name, const char *text, size_t len, const struct ini_file_ops *ops,
		   void *arg, char *err, size_t err_len);

/* For the callbacks: this is wrong. Returns -EINVAL. */
int ini_file_fail(struct ini_file *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int ini_file_no_memory(struct ini_file *f);

#endif
