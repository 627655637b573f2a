/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The crashes of runs' directories, read as kdev does, for tests. */
#ifndef KDEV_TESTS_STORE_FIXTURE_H
#define KDEV_TESTS_STORE_FIXTURE_H

#include "harness/store/crash_store.h"

/* `runs` is the directory runs/ of a state directory. As crash_store_read(); *s can be freed
 * whatever comes back. */
int store_fixture_read(struct crash_store *s, const char *runs, const char *board,
		       int64_t since_us);

/* The state directory above runs/. The caller frees. */
char *store_fixture_state(const char *runs);

#endif
