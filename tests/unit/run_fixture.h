/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs' directories, for tests of what reads them. */
#ifndef KDEV_TESTS_RUN_FIXTURE_H
#define KDEV_TESTS_RUN_FIXTURE_H

#include <stdbool.h>
#include <stdint.h>

/* RUNS/NAME with a record: started at second `at` of the epoch with the step "load", `later`
 * seconds after that "test". */
void run_fixture_make(const char *runs, const char *name, const char *board, const char *module,
		      int64_t at, int64_t later);

/* A report in it. Each may be NULL: not said. `step` is "load", "test" or another. */
struct run_fixture_crash {
	unsigned n;
	const char *title, *module, *signature, *variant, *step;
	bool corrupted;
};

void run_fixture_crash(const char *runs, const char *name, const struct run_fixture_crash *c);

/* LOOPS/NAME with a journal that tells of the events: JSON objects, NULL at their end. */
void run_fixture_loop(const char *loops, const char *name, const char *sums,
		      const char *const *events);

/* Any file below RUNS; its directories are made. */
void run_fixture_file(const char *runs, const char *path, const char *text);

#endif
