/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the prefilter is made of: made in prefilter_build.c, searched with in the others. */
#ifndef KDEV_CONSOLE_PREFILTER_TABLES_H
#define KDEV_CONSOLE_PREFILTER_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console/detector/prefilter.h"

#if defined(__x86_64__)
#define PREFILTER_AVX2 1
#endif

#define WORDS_MAX 256
#define GROUPS    8
#define PIECE     6 /* bytes that are tested at once; a word may have less */
#define KEY       4 /* of them, compared at once */

struct word {
	const char *text;
	uint8_t len;
	uint8_t offset; /* of the piece in the word */
	uint8_t group;
	uint32_t key; /* the piece's first bytes */
};

struct prefilter {
	struct word words[WORDS_MAX];
	unsigned n;
	uint8_t first[GROUPS], count[GROUPS]; /* the words of a group, sorted together */
	uint8_t lo[PIECE][16], hi[PIECE][16]; /* nibble -> groups that have it there */
	uint8_t pair[65536 / 8];              /* scalar: the first two bytes of a piece */
	uint64_t keys[64];                    /* which hashes of a key there are */
	bool avx2;
};

static inline uint32_t prefilter_key(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;

	return (uint32_t)u[0] | (uint32_t)u[1] << 8 | (uint32_t)u[2] << 16 | (uint32_t)u[3] << 24;
}

static inline unsigned prefilter_hash(uint32_t key)
{
	return key * 2654435761u >> 20;
}

/* May one of the pieces' keys stand at p? Nearly always not. */
static inline bool prefilter_has_key(const struct prefilter *f, const char *p)
{
	unsigned h = prefilter_hash(prefilter_key(p));

	return f->keys[h >> 6] >> (h & 63) & 1;
}

/* A piece of one of these groups may stand at p, KEY bytes at least before `end`: does one of
 * their words? Where it begins, not before `begin`, or NULL. */
const char *prefilter_verify(const struct prefilter *f, unsigned groups, const char *begin,
			     const char *p, const char *end);

/* The search from p on, `begin` being where the text begins: byte by byte, and 64 bytes at a time.
 */
const char *prefilter_find_scalar(const struct prefilter *f, const char *begin, const char *p,
				  const char *end);
const char *prefilter_find_avx2(const struct prefilter *f, const char *p, const char *end);
uint64_t prefilter_count_avx2(const char *p, const char *end);
uint64_t prefilter_count_scalar(const char *p, const char *end);

#endif
