/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A crash report as one line of JSON, put together without a tree of objects: `kdev decode --json`
 * on a night's log prints tens of thousands of them. The fields are those of crash_to_json(), with
 * "file" before them.
 */
#ifndef KDEV_HARNESS_CRASH_LINE_H
#define KDEV_HARNESS_CRASH_LINE_H

#include "console/detector/crash.h"
#include "console/strbuf.h"

/* Append the object and a line feed; `file` is where the report was found, NULL: nowhere. Text is
 * made valid as by text_json(). 0, or b->err. */
int crash_line(struct strbuf *b, const struct crash_report *r, const char *file);

#endif
