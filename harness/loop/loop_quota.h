/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much a loop's runs may take on the disk. Past the limit directories are emptied, the oldest
 * first: those of iterations that were as expected, then those of bugs that are known; the one of
 * the first case of a bug never is. Their run.json stays, for reports; it counts, but can't go.
 */
#ifndef KDEV_HARNESS_LOOP_QUOTA_H
#define KDEV_HARNESS_LOOP_QUOTA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loop_dir {
	char *path;
	int64_t bytes;
	bool bad;   /* not as expected */
	bool first; /* the first case of its bug, or of a failure without one */
};

/* Zero-initialise, but for the limit; oldest first. */
struct loop_quota {
	int64_t limit; /* bytes; 0: none */
	int64_t bytes;
	struct loop_dir *dirs;
	size_t n;
};

/* One more directory; measured now. 0 or a negative errno: -ENOMEM, or that it can't be read. */
int loop_quota_add(struct loop_quota *q, const char *path, bool bad, bool first);

/* Which one is to be emptied next; SIZE_MAX: none may. Pure. */
size_t loop_quota_victim(const struct loop_quota *q);

/* Empty what is too much; returns how many. */
size_t loop_quota_keep(struct loop_quota *q);

void loop_quota_free(struct loop_quota *q);

/* "500M", "20G", "0": bytes. 0 or -EINVAL. */
int loop_quota_parse(const char *text, int64_t *bytes);

#endif
