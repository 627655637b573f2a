/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A crash report as JSON: what `kdev decode --json`, run.json and crash-N/report.json
 * have in common. Invalid UTF-8 of a log becomes U+FFFD; control characters stay, escaped.
 *
 * Besides the documented fields (title, type, alt, corrupted, panicked, first_line, last_line,
 * function, module, source, frames, taint, cpu, pid, comm, signature, variant, secondary, text) it
 * has what is needed to read a report back whole: class, code, address, die_counter, a frame's
 * "exact" and "build_id".
 */
#ifndef KDEV_HARNESS_CRASH_JSON_H
#define KDEV_HARNESS_CRASH_JSON_H

#include <jansson.h>

#include "console/detector/crash.h"

/* A new reference, or NULL: out of memory. */
json_t *crash_to_json(const struct crash_report *r);

/* A new report (crash_report_free()), or NULL when the object is no report or there
 * is no memory. Unknown fields are ignored. */
struct crash_report *crash_from_json(const json_t *o);

#endif
