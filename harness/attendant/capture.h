/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a board says, kept: every byte of both sources, and a timeline of lines for
 * people. Written with plain appends as it comes, so that a crash of ours loses nothing,
 * and synced to disk every second, so that a crash of the host loses a second.
 *
 * Two places: the board's own directory always (console.raw, netconsole.raw, timeline.log there),
 * and a run's directory from capture_run_begin() to capture_run_end().
 *
 * console.raw is the serial line byte for byte; netconsole.raw has the datagrams one after the
 * other, with '\n' added to those that do not end in one. A timeline line is
 *
 *   MONOTONIC WALL SOURCE STEP TEXT
 *   8123.004511 2026-11-23T06:22:25.123456Z serial load [   12.3] kdev_good: hello
 */
#ifndef KDEV_HARNESS_CAPTURE_H
#define KDEV_HARNESS_CAPTURE_H

#include <stddef.h>
#include <stdint.h>

#include "console/monotime.h"
#include "console/pipeline/pipeline.h"

struct capture;

/* Continue the board's files in dir. fresh: the board's power was off, begin new ones; what was
 * there becomes *.old. 0 or a negative errno. */
int capture_open(const char *dir, bool fresh, struct capture **out);
void capture_close(struct capture *c); /* accepts NULL */

/* Both also copy to the run's directory, which must exist. 0 or a negative errno. */
int capture_run_begin(struct capture *c, const char *run_dir);
void capture_run_end(struct capture *c);

/* The step that timeline lines are marked with; "-" outside of one. Copied, cut at 31; what is
 * not a visible ASCII character becomes '_'. */
void capture_step(struct capture *c, const char *step);

/* Bytes exactly as they came. */
void capture_raw(struct capture *c, enum console_source source, const void *bytes, size_t n);

/* A line of the timeline; `source` is "serial", "netconsole" or "kdev". Text has no control
 * characters. */
void capture_line(struct capture *c, const char *source, struct monotime at, const char *text,
		  size_t len);

/* How many bytes of the serial line the board's file holds. */
uint64_t capture_serial_bytes(const struct capture *c);

/* fdatasync what was written since the last call. The first error since then (a full disk,
 * say), as a negative errno, else 0. Blocks: call it from a worker thread or rarely. */
int capture_sync(struct capture *c);

#endif
