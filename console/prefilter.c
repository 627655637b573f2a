/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds where in a big piece of log a rule's trigger may stand. */
#include "console/prefilter.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "console/rules.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define HAVE_AVX2_CODE 1
#endif

#define WORDS_MAX 256
#define GROUPS    8
#define PIECE     4

struct word {
	const char *text;
	uint8_t len;
	uint8_t offset; /* of the piece in the word */
	uint8_t group;
	uint32_t piece; /* its bytes, to compare at once */
};

struct prefilter {
	struct word words[WORDS_MAX];
	unsigned n;
	uint8_t first[GROUPS], count[GROUPS]; /* the words of a group, sorted together */
	uint8_t lo[PIECE][16], hi[PIECE][16]; /* nibble -> groups that have it there */
	uint8_t pair[65536 / 8];              /* scalar: the first two bytes of a piece */
	uint64_t pieces[64];                  /* which hashes of a piece there are */
	bool avx2;
};

/* Words besides the rules' triggers that the engine must see. */
static const char *const more_words[] = {"[ cut here ]",      "8<--- cut here ",
					 "Linux version ",    "reboot: ",
					 "Restarting system", "Rebooting in ",
					 "sysrq: ",           "Starting new kernel",
					 "SeaBIOS (version ", "UEFI firmware (version ",
					 "U-Boot SPL 20",     "U-Boot 20",
					 "coreboot-",         "iPXE init",
					 "PXELINUX "};

/* How often a byte stands in kernel logs, roughly, in thousandths. */
static double frequency(unsigned char c)
{
	if (c == ' ')
		return 130;
	if (c == '0')
		return 90;
	if (c >= '1' && c <= '9')
		return 22;
	if (strchr("eaiorstnd", c))
		return 30;
	if (strchr("clmpu.:[]f", c))
		return 18;
	if (c >= 'a' && c <= 'z')
		return strchr("jqzk", c) ? 2 : 8;
	if (c >= 'A' && c <= 'Z')
		return 5;
	return strchr("-_=,x/()", c) ? 8 : 1;
}

/* The piece that is the least likely. */
static uint8_t rarest_piece(const char *word, size_t len)
{
	double best = 1e30;
	uint8_t at = 0;

	for (size_t i = 0; i + PIECE <= len && i < 200; i++) {
		double p = 1;

		for (size_t k = 0; k < PIECE; k++)
			p *= frequency((unsigned char)word[i + k]);
		if (p < best) {
			best = p;
			at = (uint8_t)i;
		}
	}
	return at;
}

static uint32_t load_piece(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;

	return (uint32_t)u[0] | (uint32_t)u[1] << 8 | (uint32_t)u[2] << 16 | (uint32_t)u[3] << 24;
}

/* A word that has a shorter one in it is found by that. */
static void add_word(struct prefilter *f, const char *text)
{
	size_t len = strlen(text);
	uint8_t at;

	for (unsigned i = 0; i < f->n; i++)
		if (strstr(text, f->words[i].text))
			return;
	if (f->n == WORDS_MAX || len < PIECE || len > 250)
		return;
	at = rarest_piece(text, len);
	f->words[f->n++] = (struct word){text, (uint8_t)len, at, 0, load_piece(text + at)};
}

static int by_length(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;
	size_t n = strlen(*x), m = strlen(*y);

	return n == m ? strcmp(*x, *y) : n < m ? -1 : 1;
}

/* All words of the rules and of the engine, the short ones first. */
static void add_words(struct prefilter *f)
{
	const char *all[WORDS_MAX * 2];
	size_t n = 0;

	for (size_t i = 0; i < sizeof(more_words) / sizeof(more_words[0]); i++)
		all[n++] = more_words[i];
	for (const struct rule *const *t = rule_tables; *t; t++)
		for (const struct rule *r = *t; r->trigger && n < WORDS_MAX * 2; r++)
			all[n++] = r->trigger;
	qsort(all, n, sizeof(all[0]), by_length);
	for (size_t i = 0; i < n; i++)
		add_word(f, all[i]);
}

static const char *piece_of(const struct word *w)
{
	return w->text + w->offset;
}

/* The bytes that a group lets through at one place of its pieces, in thousandths. */
static double let_through(const double freq[128], const uint8_t lo[16], const uint8_t hi[16],
			  uint8_t bit)
{
	double sum = 0;

	for (unsigned h = 0; h < 8; h++) {
		if (!(hi[h] & bit))
			continue;
		for (unsigned l = 0; l < 16; l++)
			if (lo[l] & bit)
				sum += freq[h << 4 | l];
	}
	return sum;
}

/* How often group `g` would stop the search without need, if it had this piece too. */
static double cost_with(const struct prefilter *f, const double freq[128], unsigned g,
			const unsigned char *p)
{
	uint8_t bit = (uint8_t)(1u << g);
	double cost = 1;

	for (unsigned k = 0; k < PIECE; k++) {
		uint8_t lo[16], hi[16];

		memcpy(lo, f->lo[k], sizeof(lo));
		memcpy(hi, f->hi[k], sizeof(hi));
		lo[p[k] & 15] |= bit;
		hi[p[k] >> 4] |= bit;
		cost *= let_through(freq, lo, hi, bit);
	}
	return cost;
}

/* The group that the piece costs least in: `now` has what each costs so far. */
static unsigned best_group(const struct prefilter *f, const double freq[128],
			   const double now[GROUPS], const unsigned char *p)
{
	double least = 1e30;
	unsigned best = 0;

	for (unsigned g = 0; g < GROUPS; g++) {
		double more = cost_with(f, freq, g, p) - now[g];

		if (more < least) {
			least = more;
			best = g;
		}
	}
	return best;
}

static unsigned hash_piece(uint32_t piece)
{
	return piece * 2654435761u >> 20;
}

static void put_in_group(struct prefilter *f, const struct word *w, unsigned g)
{
	const unsigned char *p = (const unsigned char *)piece_of(w);
	unsigned h = hash_piece(w->piece);

	f->pieces[h >> 6] |= 1ull << (h & 63);

	for (unsigned k = 0; k < PIECE; k++) {
		f->lo[k][p[k] & 15] |= (uint8_t)(1u << g);
		f->hi[k][p[k] >> 4] |= (uint8_t)(1u << g);
	}
	f->pair[(p[0] << 8 | p[1]) / 8] |= (uint8_t)(1u << (p[1] & 7));
}

static int by_group(const void *a, const void *b)
{
	const struct word *x = a, *y = b;

	return (int)x->group - (int)y->group;
}

/* Pieces that are alike go into one group, so that the groups let little through. */
static void make_groups(struct prefilter *f)
{
	double now[GROUPS] = {0}, freq[128];

	for (unsigned c = 0; c < 128; c++)
		freq[c] = frequency((unsigned char)c);
	for (unsigned i = 0; i < f->n; i++) {
		const unsigned char *p = (const unsigned char *)piece_of(&f->words[i]);
		unsigned g = best_group(f, freq, now, p);

		f->words[i].group = (uint8_t)g;
		now[g] = cost_with(f, freq, g, p);
		put_in_group(f, &f->words[i], g);
	}
	qsort(f->words, f->n, sizeof(f->words[0]), by_group);
	for (unsigned i = f->n; i-- > 0;) {
		f->first[f->words[i].group] = (uint8_t)i;
		f->count[f->words[i].group]++;
	}
}

struct prefilter *prefilter_new(void)
{
	struct prefilter *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	add_words(f);
	make_groups(f);
#ifdef HAVE_AVX2_CODE
	f->avx2 = __builtin_cpu_supports("avx2");
#endif
	return f;
}

void prefilter_free(struct prefilter *f)
{
	free(f);
}

/* A piece of one of these groups may stand at p: does one of their words? */
static inline const char *verify(const struct prefilter *f, unsigned groups, const char *begin,
				 const char *p, const char *end)
{
	uint32_t piece = load_piece(p);
	unsigned h = hash_piece(piece);

	if (!(f->pieces[h >> 6] >> (h & 63) & 1))
		return NULL;
	while (groups) {
		unsigned g = (unsigned)__builtin_ctz(groups);

		groups &= groups - 1;
		for (unsigned i = f->first[g]; i < f->first[g] + (unsigned)f->count[g]; i++) {
			const struct word *w = &f->words[i];
			const char *at = p - w->offset;

			if (w->piece == piece && p - begin >= w->offset && end - at >= w->len &&
			    memcmp(at, w->text, w->len) == 0)
				return at;
		}
	}
	return NULL;
}

static unsigned groups_at(const struct prefilter *f, const unsigned char *p)
{
	unsigned g = 0xff;

	for (unsigned k = 0; k < PIECE; k++)
		g &= f->lo[k][p[k] & 15] & f->hi[k][p[k] >> 4];
	return g;
}

static const char *find_scalar(const struct prefilter *f, const char *begin, const char *p,
			       const char *end)
{
	for (; end - p >= PIECE; p++) {
		const unsigned char *u = (const unsigned char *)p;
		const char *at;

		if (!(f->pair[(u[0] << 8 | u[1]) / 8] & 1u << (u[1] & 7)))
			continue;
		at = verify(f, groups_at(f, u), begin, p, end);
		if (at)
			return at;
	}
	return end;
}

#ifdef HAVE_AVX2_CODE
__attribute__((target("avx2"))) static __m256i table(const uint8_t t[16])
{
	return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)t));
}

/* The groups that fit the 32 places from p on, a byte of bits each. */
__attribute__((target("avx2"), always_inline)) static inline __m256i
test_block(const char *p, const __m256i lo[PIECE], const __m256i hi[PIECE])
{
	const __m256i nibble = _mm256_set1_epi8(15);
	__m256i all = _mm256_set1_epi8(-1);

	for (unsigned k = 0; k < PIECE; k++) {
		__m256i v = _mm256_loadu_si256((const __m256i *)(p + k));
		__m256i l = _mm256_shuffle_epi8(lo[k], _mm256_and_si256(v, nibble));
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
		const char *at = verify(f, groups[i], begin, p + i, end);

		if (at)
			return at;
		places &= places - 1;
	}
	return NULL;
}

__attribute__((target("avx2"))) static const char *find_avx2(const struct prefilter *f,
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
	return find_scalar(f, begin, p, end);
}
#endif

const char *prefilter_find(const struct prefilter *f, const char *p, const char *end)
{
#ifdef HAVE_AVX2_CODE
	if (f->avx2)
		return find_avx2(f, p, end);
#endif
	return find_scalar(f, p, p, end);
}

static uint64_t count_scalar(const char *p, const char *end)
{
	uint64_t lines = 0;

	for (; p < end; p++)
		lines += *p == '\n';
	return lines;
}

#ifdef HAVE_AVX2_CODE
/* Each byte of `sums` counts the line feeds of its column, 255 rounds before it is full. */
__attribute__((target("avx2"))) static uint64_t count_avx2(const char *p, const char *end)
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
	return lanes[0] + lanes[1] + lanes[2] + lanes[3] + count_scalar(p, end);
}
#endif

uint64_t prefilter_count_lines(const struct prefilter *f, const char *p, const char *end)
{
#ifdef HAVE_AVX2_CODE
	if (f->avx2)
		return count_avx2(p, end);
#endif
	return count_scalar(p, end);
}
