/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside of crash_store*.c: the index's rows as sightings. */
#ifndef KDEV_HARNESS_CRASH_STORE_READ_H
#define KDEV_HARNESS_CRASH_STORE_READ_H

#include "harness/store/crash_store.h"

/* Fill s->all, by signature, then time; s->n_broken and s->broken. 0 or a negative errno. */
int crash_store_read_all(struct crash_store *s, struct store *store, const char *board);

/* Fill b->before and b->since of a bug whose sightings are there. */
int crash_store_read_rates(struct crash_bug *b, struct store *store, const char *board,
			   int64_t since_us);

/* Free what it holds, not itself. */
void crash_sighting_clear(struct crash_sighting *c);

#endif
