/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds where in a big piece of log a rule's trigger may stand. */
#include "console/detector/prefilter.h"

#include <string.h>

#include "console/detector/prefilter_tables.h"

const char *prefilter_verify(const struct prefilter *f, unsigned groups, const char *begin,
			     const char *p, const char *end)
{
	uint32_t key = prefilter_key(p);

	while (groups) {
		unsigned g = (unsigned)__builtin_ctz(groups);

		groups &= groups - 1;
		for (unsigned i = f->first[g]; i < f->first[g] + (unsigned)f->count[g]; i++) {
			const struct word *w = &f->words[i];
			const char *at = p - w->offset;

			if (w->key == key && p - begin >= w->offset && end - at >= w->len &&
			    memcmp(at, w->text, w->len) == 0)
				return at;
		}
	}
	return NULL;
}

static unsigned groups_at(const struct prefilter *f, const char *p, const char *end)
{
	unsigned g = 0xff;

	for (unsigned k = 0; k < PIECE && p + k < end; k++) {
		unsigned char c = (unsigned char)p[k];

		g &= f->lo[k][c & 15] & f->hi[k][c >> 4];
	}
	return g;
}

const char *prefilter_find_scalar(const struct prefilter *f, const char *begin, const char *p,
				  const char *end)
{
	for (; end - p >= KEY; p++) {
		const unsigned char *u = (const unsigned char *)p;
		const char *at;

		if (!(f->pair[(u[0] << 8 | u[1]) / 8] & 1u << (u[1] & 7)) ||
		    !prefilter_has_key(f, p))
			continue;
		at = prefilter_verify(f, groups_at(f, p, end), begin, p, end);
		if (at)
			return at;
	}
	return end;
}

const char *prefilter_find(const struct prefilter *f, const char *p, const char *end)
{
#ifdef PREFILTER_AVX2
	if (f->avx2)
		return prefilter_find_avx2(f, p, end);
#endif
	return prefilter_find_scalar(f, p, p, end);
}

uint64_t prefilter_count_scalar(const char *p, const char *end)
{
	uint64_t lines = 0;

	for (; p < end; p++)
		lines += *p == '\n';
	return lines;
}

uint64_t prefilter_count_lines(const struct prefilter *f, const char *p, const char *end)
{
#ifdef PREFILTER_AVX2
	if (f->avx2)
		return prefilter_count_avx2(p, end);
#endif
	return prefilter_count_scalar(p, end);
}
