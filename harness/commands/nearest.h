/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "Did you mean …?": of some known names the one that a mistyped word most likely meant.
 *
 *	struct nearest near = { .word = "gretting" };
 *
 *	for (...)
 *		nearest_consider(&near, name[i]);
 *	if (near.best)
 *		printf("did you mean '%s'?", near.best);
 */
#ifndef KDEV_HARNESS_NEAREST_H
#define KDEV_HARNESS_NEAREST_H

/* Longer words, in bytes, are not compared: nobody mistypes those by a letter. */
#define NEAREST_MAX 64

struct nearest {
	const char *word;  /* set by the caller, borrowed */
	const char *best;  /* borrowed from a nearest_consider(); NULL: nothing comes near */
	unsigned distance; /* of best; valid while best is set */
};

/* Keep `name` if it is near enough to the word and nearer than the best so far. */
void nearest_consider(struct nearest *n, const char *name);

/*
 * How many letters must be changed, added, dropped or swapped with their neighbour to make a out
 * of b (optimal string alignment distance). '-' and '_' and the cases are the same.
 * UINT_MAX if one is longer than NEAREST_MAX.
 */
unsigned nearest_distance(const char *a, const char *b);

#endif
