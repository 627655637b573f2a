/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares a text with a damaged copy of it: a walk along both that gets into step again. */
#include "console/explain/damage.h"

#include <string.h>

/* After damage both must agree for so many bytes to be in step again. In one place at most so many
 * bytes are lost (a UART's FIFO) and so many wrong ones stand instead. */
#define STEP_MIN  4
#define LOST_MAX  64
#define WRONG_MAX 16

static bool in_step(const char *a, size_t na, const char *b, size_t nb)
{
	size_t n = na < nb ? na : nb;

	if (n > STEP_MIN)
		n = STEP_MIN;
	return n && memcmp(a, b, n) == 0;
}

/* How far to move on in each to be in step again: as little as possible. */
static bool find_step(const char *d, size_t nd, const char *w, size_t nw, size_t *skip_d,
		      size_t *skip_w)
{
	for (size_t sum = 1; sum <= LOST_MAX + WRONG_MAX; sum++) {
		size_t wrong = sum > LOST_MAX ? sum - LOST_MAX : 0;

		for (; wrong <= WRONG_MAX && wrong <= sum && wrong < nd; wrong++) {
			size_t lost = sum - wrong;

			if (lost >= nw || !in_step(d + wrong, nd - wrong, w + lost, nw - lost))
				continue;
			*skip_d = wrong;
			*skip_w = lost;
			return true;
		}
	}
	return false;
}

unsigned likeness(const char *damaged, size_t n_damaged, const char *whole, size_t n_whole,
		  bool torn)
{
	size_t i = 0, j = 0, same = 0, skip_d, skip_w, expect;

	if (!n_damaged)
		return torn ? LIKENESS_COPY : 0;
	expect = n_damaged > n_whole || torn ? n_damaged : n_whole;
	if ((n_damaged < n_whole ? n_damaged : n_whole) * 100 < expect * LIKENESS_COPY)
		return 0;
	/* Give up where too much is passed over already. */
	while (i < n_damaged && j < n_whole && (i - same) * 4 <= expect) {
		if (damaged[i] == whole[j]) {
			same++;
			i++;
			j++;
		} else if (find_step(damaged + i, n_damaged - i, whole + j, n_whole - j, &skip_d,
				     &skip_w)) {
			i += skip_d;
			j += skip_w;
		} else {
			break;
		}
	}
	return (unsigned)(same * 100 / expect);
}
