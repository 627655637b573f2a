/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The line that kdev-agent writes to the kernel's log before each iteration of a batch:
 *
 *	kdev: iteration 8 (2911 + 16020 us)
 *
 * with the time that loading and unloading took in the one before. It is in the same stream as a
 * crash's report: so it is certain in which iteration that came. Pure.
 */
#ifndef KDEV_HARNESS_ITERATION_LINE_H
#define KDEV_HARNESS_ITERATION_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ITERATION_LINE "kdev: iteration "

struct iteration_line {
	int64_t iteration;
	int64_t load_us, unload_us; /* of the one before; -1: there was none */
};

/* `text` may have the log's time stamp before it. False: it is no such line. */
bool iteration_line_parse(const char *text, size_t len, struct iteration_line *out);

#endif
