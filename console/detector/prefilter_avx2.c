/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The prefilter's search by 32 places at a time, for CPUs that have AVX2. */
#include "console/detector/prefilter_tables.h"

#ifdef PREFILTER_AVX2
#include <immintrin.h>

__attribute__((target("avx2"))) static __m256i table(const uint8_t t[16])
{
	return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)t));
}

/* The groups that fit the 32 places from p on, a byte of bits each. The shuffle looks at the lower
 * nibble, and gives none for a byte above 0x7f, which no word has. */
__attribute__((target("avx2"), always_inline)) static inline __m256i
test_block(const char *p, const __m256i lo[PIECE], const __m256i hi[PIECE])
{
	const __m256i nibble = _mm256_set1_epi8(15);
	__m256i all = _mm256_set1_epi8(-1);

#pragma GCC unroll 6
	for (unsigned k = 0; k < PIECE; k++) {
		__m256i v = _mm256_loadu_si256((const __m256i *)(p + k));
		__m256i l = _mm256_shuffle_epi8(lo[k], v);
		__m256i h = _mm256_shuffle_epi8(hi[k],
						_mm256_and_si256(_mm256_srli_epi16(v, 4), nibble));

		all = _mm256_and_si256(all, _mm256_and_si256(l, h));
	}
	return all;
}

/* Look at the places of a block where something fitted. */
__attribute__((target("avx2"))) static const char *verify_block(const struct prefilter *f,
								__m256i fits, const char *begin,
								const char *p, const char *end)
{
	uint8_t groups[32];
	unsigned places =
		~(unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(fits, _mm256_setzero_si256()));

	_mm256_storeu_si256((__m256i *)groups, fits);
	while (places) {
		unsigned i = (unsigned)__builtin_ctz(places);
		const char *at;

		places &= places - 1;
		if (!prefilter_has_key(f, p + i))
			continue;
		at = prefilter_verify(f, groups[i], begin, p + i, end);
		if (at)
			return at;
	}
	return NULL;
}

__attribute__((target("avx2"))) const char *prefilter_find_avx2(const struct prefilter *f,
								const char *p, const char *end)
{
	__m256i lo[PIECE], hi[PIECE];
	const char *begin = p;

	for (unsigned k = 0; k < PIECE; k++) {
		lo[k] = table(f->lo[k]);
		hi[k] = table(f->hi[k]);
	}
	for (; end - p >= 64 + PIECE; p += 64) {
		__m256i a = test_block(p, lo, hi), b = test_block(p + 32, lo, hi);
		__m256i any = _mm256_or_si256(a, b);
		const char *at;

		if (_mm256_testz_si256(any, any))
			continue;
		at = verify_block(f, a, begin, p, end);
		if (!at)
			at = verify_block(f, b, begin, p + 32, end);
		if (at)
			return at;
	}
	return prefilter_find_scalar(f, begin, p, end);
}

/* Each byte of `sums` counts the line feeds of its column, 255 rounds before it is full. */
__attribute__((target("avx2"))) uint64_t prefilter_count_avx2(const char *p, const char *end)
{
	const __m256i nl = _mm256_set1_epi8('\n'), zero = _mm256_setzero_si256();
	__m256i total = zero;
	uint64_t lanes[4];

	while (end - p >= 32) {
		__m256i sums = zero;

		for (unsigned i = 0; i < 255 && end - p >= 32; i++, p += 32)
			sums = _mm256_sub_epi8(
				sums,
				_mm256_cmpeq_epi8(_mm256_loadu_si256((const __m256i *)p), nl));
		total = _mm256_add_epi64(total, _mm256_sad_epu8(sums, zero));
	}
	_mm256_storeu_si256((__m256i *)lanes, total);
	return lanes[0] + lanes[1] + lanes[2] + lanes[3] + prefilter_count_scalar(p, end);
}
#endif
