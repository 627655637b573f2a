/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A crash explained on one screen: what happened, where with its source, the faulting
 * instruction and address, who called, in which step of the run, how often seen.
 *
 * Nothing of the log, of file names or of source files reaches the output but as printable
 * text. Reads the source file that the report names and no other.
 */
#ifndef KDEV_CONSOLE_EXPLAIN_H
#define KDEV_CONSOLE_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "console/detector/crash.h"
#include "console/strbuf.h"

struct explain_options {
	bool colour;       /* SGR sequences; the caller asks NO_COLOR and isatty() */
	unsigned width;    /* columns; 0: 80 */
	const char *step;  /* of the run, "load" …; NULL: there is none */
	unsigned seen;     /* how often this bug was seen, this time included; 0: not known */
	time_t first_seen; /* when it was seen first, if more than once; 0: not known */
	const char *log;   /* where the whole text lies; NULL: not said */
	const char *const *source_roots; /* directories for names such as "mm/slub.c" */
	size_t n_source_roots;
	time_t built; /* when the module was built, to tell sources that changed; 0: not known */
};

/* Append the explanation, lines ended by '\n'. Returns out->err: 0 or -ENOMEM. */
int explain(struct strbuf *out, const struct crash_report *r, const struct explain_options *o);

#endif
