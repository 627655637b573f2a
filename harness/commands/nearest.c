/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The nearest of some known names to a mistyped word. */
#include "harness/commands/nearest.h"

#include <ctype.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

/* A word this long that a name begins with is an abbreviation of it. */
#define PREFIX_MIN 3

static int fold(char c)
{
	return c == '-' ? '_' : tolower((unsigned char)c);
}

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

unsigned nearest_distance(const char *a, const char *b)
{
	/* Three rows of the usual matrix: this one, the one before, the one before that. */
	unsigned rows[3][NEAREST_MAX + 1];
	unsigned *cur = rows[0], *prev = rows[1], *prev2 = rows[2];
	size_t la = strnlen(a, NEAREST_MAX + 1), lb = strnlen(b, NEAREST_MAX + 1);

	if (la > NEAREST_MAX || lb > NEAREST_MAX)
		return UINT_MAX;
	for (size_t j = 0; j <= lb; j++)
		cur[j] = (unsigned)j;

	for (size_t i = 1; i <= la; i++) {
		unsigned *recycled = prev2;

		prev2 = prev;
		prev = cur;
		cur = recycled;
		cur[0] = (unsigned)i;
		for (size_t j = 1; j <= lb; j++) {
			bool differ = fold(a[i - 1]) != fold(b[j - 1]);

			cur[j] = min3(prev[j] + 1, cur[j - 1] + 1, prev[j - 1] + differ);
			if (i > 1 && j > 1 && fold(a[i - 1]) == fold(b[j - 2]) &&
			    fold(a[i - 2]) == fold(b[j - 1]) && prev2[j - 2] + 1 < cur[j])
				cur[j] = prev2[j - 2] + 1;
		}
	}
	return cur[lb];
}

void nearest_consider(struct nearest *n, const char *name)
{
	size_t len = strlen(n->word);
	unsigned d = nearest_distance(n->word, name);

	if (d > 1 && len >= PREFIX_MIN && !strncasecmp(n->word, name, len))
		d = 1;
	/* One slip in four letters is a typing error, more is another word; and what
	 * shares no letter with the word is never meant. */
	if (d > 1 + len / 4 || d >= len)
		return;
	if (!n->best || d < n->distance) {
		n->best = name;
		n->distance = d;
	}
}
