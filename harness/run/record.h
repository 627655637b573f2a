/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A run's record: run.json, as docs/run.schema.json describes it. Kept in memory, written whole
 * after each step, so that whatever ends a run leaves a true record: until record_verdict() it
 * says "interrupted", "the run did not end".
 *
 * Text may be any bytes: see text_json.h.
 */
#ifndef KDEV_HARNESS_RECORD_H
#define KDEV_HARNESS_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "console/detector/crash.h"
#include "console/monotime.h"
#include "harness/ktap/ktap.h"
#include "harness/module/module_file.h"

struct record;

/* New record of a run that begins now. Copies all it is given, as all functions here do. NULL:
 * out of memory. What fails later for lack of memory shows in record_write(). */
struct record *record_new(const char *id, const char *board);
void record_free(struct record *r); /* accepts NULL */

void record_module(struct record *r, const struct module_file *m, char *const *params,
		   size_t n_params);

/* release and cmdline may be NULL: not known. */
void record_kernel(struct record *r, const char *release, const char *cmdline);
/* What the running kernel itself says: which vmlinux its addresses are of. */
void record_kernel_build_id(struct record *r, const char *build_id);
/* /proc/sys/kernel/tainted; -1: not known. */
void record_taint(struct record *r, long before, long after);

/* A step begins: "push", "load" …; began is turned into wall time. Written at once, the record of
 * a run that was killed tells what it was doing: its last step took null. */
void record_step_begin(struct record *r, const char *name, struct monotime began);
/* The last step that began has ended. outcome is a sentence. */
void record_step_end(struct record *r, int64_t took_us, const char *outcome);
/* Where that step's output is, relative to the run's directory; NULL: none. */
void record_step_output(struct record *r, const char *file);

/* A report, symbolized. Its object is crash_to_json()'s plus "dir": "crash-N" and "step". */
void record_crash(struct record *r, const struct crash_report *c, const char *dir,
		  const char *step);

/* The board became ready; -1: not known. */
void record_boot_seen(struct record *r, const char *reason, int64_t firmware_us, int64_t kernel_us,
		      int64_t ready_us);
void record_reset(struct record *r, const char *method, bool verified, int64_t took_us);
/* The memory of a kernel that crashed: a file, and the command that opens it ("": none does). */
void record_vmcore(struct record *r, const char *path, uint64_t bytes, bool whole,
		   const char *command);
/* What a hung board was asked, how, with what result, and where the answer is: a file in the run's
 * directory, "": there is none. */
void record_evidence(struct record *r, const char *what, const char *by, const char *result,
		     const char *file);
void record_lost(struct record *r, const char *source, uint64_t records, const char *why);

/* One result of a test's KTAP. */
void record_result(struct record *r, const struct ktap_result *result);

/* The run is a loop's: which one, of which case, which iteration its verdict is of, and the first
 * one of the batch. */
void record_loop(struct record *r, const char *loop, const char *name, int64_t iteration,
		 int64_t first);

/* verdict is run_verdict_name()'s word. */
void record_verdict(struct record *r, const char *verdict, int exit_code, const char *reason);

/* Write run.json into dir by temporary file, fsync and rename. 0 or a negative errno. */
int record_write(const struct record *r, const char *dir);

/* The record as text, for --json; the caller frees. NULL: out of memory. */
char *record_text(const struct record *r);

#endif
