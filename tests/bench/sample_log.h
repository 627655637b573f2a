/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Big logs for benchmarks, out of the small ones of the tests; and how long work on them takes. */
#ifndef KDEV_TESTS_BENCH_SAMPLE_LOG_H
#define KDEV_TESTS_BENCH_SAMPLE_LOG_H

#include <stddef.h>

#define SAMPLE_BLOCK ((size_t)256 << 10) /* bytes at a time, as kdev decode reads */

struct sample_log {
	char *s; /* free() it; NULL: could not be made, which was said */
	size_t n;
};

/* A board's boot without a crash, and all crashes one behind the other, over and over up to
 * 64 MiB. `path` is the directory of the logs, "tests/logs". */
struct sample_log sample_log_clean(const char *path);
struct sample_log sample_log_dense(const char *path);

/* Work on a log, which it gets with `arg`; how fast is for sample_log_race() to say. */
struct sample_work {
	void (*work)(const struct sample_log *log, void *arg);
	void *arg;
	double speed; /* bytes a microsecond, in the best round */
};

/* Each in turn, for some rounds: others' load only ever makes a round longer, and what lasts over
 * several rounds slows all of them alike. */
void sample_log_race(const struct sample_log *log, struct sample_work *works, size_t n);

#endif
