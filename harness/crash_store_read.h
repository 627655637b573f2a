/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside of crash_store*.c: the runs' directories as sightings. */
#ifndef KDEV_HARNESS_CRASH_STORE_READ_H
#define KDEV_HARNESS_CRASH_STORE_READ_H

#include "harness/crash_store.h"

/* Fill s->all, in no order, s->n_broken and s->broken. 0 or a negative errno. */
int crash_store_read_runs(struct crash_store *s, const char *runs, const char *board);

/* Free what it holds, not itself. */
void crash_sighting_clear(struct crash_sighting *c);

#endif
