/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What counted events say of a probability. Pure. */
#ifndef KDEV_HARNESS_RATE_H
#define KDEV_HARNESS_RATE_H

#include <stddef.h>

#include "console/strbuf.h"

/* An interval that has the true probability in it with 95 %. */
struct rate {
	double value, low, high; /* 0 to 1 */
};

/* Wilson's score interval of `hits` in `of` independent trials: honest for few trials and for
 * rates near 0 and 1 too (Wilson, JASA 22, 1927). Nothing is known of none: 0 to 1. */
struct rate rate_of(size_t hits, size_t of);

/* "2.5 % (95 % interval 0.9 to 7.1 %)". Returns b->err. */
int rate_add(struct strbuf *b, size_t hits, size_t of);

/* "2.5 % (95 %: 0.9 to 7.1 %)", where there is little room. */
int rate_add_short(struct strbuf *b, size_t hits, size_t of);

/* How many passes in a row it takes to say with `confidence` that what fails at `rate` is not
 * there: the smallest n with (1 - rate)^n <= 1 - confidence. Both are between 0 and 1, neither of
 * them one of the two; 0: they are not. */
unsigned rate_passes_needed(double rate, double confidence);

#endif
