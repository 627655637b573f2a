/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The crashes of all runs, by bug: as the index (harness/store/store.h) has them. */
#ifndef KDEV_HARNESS_CRASH_STORE_H
#define KDEV_HARNESS_CRASH_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/store/store.h"

/* One report of one run. What the report does not say is NULL. */
struct crash_sighting {
	int64_t at_us; /* since the epoch: when the step began in which it came */
	char *run, *board, *step;
	char *run_module; /* the module that was run, guilty or not */
	char *title;
	char *module; /* the guilty one */
	char *signature, *variant;
	unsigned n; /* crash-N */
	bool corrupted, secondary;
};

/* How often something happened, and how often it could have. */
struct crash_rate {
	size_t hits, of;
};

/* All sightings of one signature. */
struct crash_bug {
	const struct crash_sighting *seen; /* n_seen, by time */
	size_t n_seen, n_before;           /* n_before of them before crash_store.since_us */
	size_t variants;
	const char *title; /* of the last report that is whole */
	/* The runs that had it, of all that loaded a module with which it was ever seen. */
	struct crash_rate before, since;
};

/* As of crash_store.since_us. */
enum crash_news {
	CRASH_NEW,   /* never seen before */
	CRASH_KNOWN, /* seen before and since */
	CRASH_GONE,  /* not seen since; look at how many runs could have shown it */
};
enum crash_news crash_bug_news(const struct crash_bug *b);

struct crash_store {
	struct crash_bug *bugs; /* those seen last come first */
	size_t n_bugs;
	size_t n_broken;  /* directories left out */
	char *broken;     /* the first of them and why, for people; NULL: there is none */
	int64_t since_us; /* as given */

	struct crash_sighting *all; /* by signature, then time: the bugs point into it */
	size_t n_all, space;
};

/*
 * All runs, those of `board` alone unless that is NULL. Rates are split at since_us; 0: all is
 * since. 0, or a negative errno; crash_store_free() in any case.
 */
int crash_store_read(struct crash_store *s, struct store *store, const char *board,
		     int64_t since_us);

/* NULL: never seen. `signature` is a whole one. */
const struct crash_bug *crash_store_find(const struct crash_store *s, const char *signature);

/* How often the bug was seen, crash-`n` of `run` included whether it could be stored or not;
 * *first_us is when first, 0 if never before. */
size_t crash_store_count(const struct crash_store *s, const char *signature, const char *run,
			 unsigned n, int64_t *first_us);

void crash_store_free(struct crash_store *s);

#endif
