/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes the prefilter's tables of the rules' triggers. */
#include <stdlib.h>
#include <string.h>

#include "console/detector/prefilter_tables.h"
#include "console/detector/rules.h"

/* Words besides the rules' triggers that the engine must see. */
static const char *const more_words[] = {"[ cut here ]",
					 "8<--- cut here ",
					 "Linux version ",
					 "reboot: ",
					 "Restarting system",
					 "Rebooting in ",
					 "sysrq: ",
					 "Starting new kernel",
					 "SeaBIOS (version ",
					 "UEFI firmware (version ",
					 "U-Boot SPL 20",
					 "U-Boot 20",
					 "coreboot-",
					 "iPXE init",
					 "PXELINUX ",
					 "replaying previous printk",
					 " printk messages dropped"};

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
	size_t size = len < PIECE ? len : PIECE;
	double best = 1e30;
	uint8_t at = 0;

	for (size_t i = 0; i + size <= len && i < 200; i++) {
		double p = 1;

		for (size_t k = 0; k < size; k++)
			p *= frequency((unsigned char)word[i + k]);
		if (p < best) {
			best = p;
			at = (uint8_t)i;
		}
	}
	return at;
}

/* A word that has a shorter one in it is found by that. */
static void add_word(struct prefilter *f, const char *text)
{
	size_t len = strlen(text);
	uint8_t at;

	for (unsigned i = 0; i < f->n; i++)
		if (strstr(text, f->words[i].text))
			return;
	if (f->n == WORDS_MAX || len < KEY || len > 250)
		return;
	at = rarest_piece(text, len);
	f->words[f->n++] = (struct word){text, (uint8_t)len, at, 0, prefilter_key(text + at)};
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

/* The piece of a word, one byte after the other; -1: any byte. */
static int piece_byte(const struct word *w, unsigned k)
{
	return w->offset + k < w->len ? (unsigned char)w->text[w->offset + k] : -1;
}

/* Let the group have this byte at one place of its pieces. */
static void allow(uint8_t lo[16], uint8_t hi[16], uint8_t bit, int byte)
{
	for (unsigned nibble = 0; byte < 0 && nibble < 16; nibble++) {
		lo[nibble] |= bit;
		hi[nibble] |= bit;
	}
	if (byte >= 0) {
		lo[byte & 15] |= bit;
		hi[byte >> 4] |= bit;
	}
}

/* The bytes that these nibbles let through, in thousandths. */
static double let_through(const double freq[128], const uint8_t lo[16], const uint8_t hi[16])
{
	double sum = 0;

	for (unsigned h = 0; h < 8; h++)
		for (unsigned l = 0; hi[h] && l < 16; l++)
			if (lo[l])
				sum += freq[h << 4 | l];
	return sum;
}

/* A group while it is filled: what its nibbles let through at each place of a piece. */
struct filling {
	uint8_t lo[PIECE][16], hi[PIECE][16];
	double cost; /* how often it stops the search without need */
};

static void fill(struct filling *g, const struct word *w, const double freq[128])
{
	g->cost = 1;
	for (unsigned k = 0; k < PIECE; k++) {
		allow(g->lo[k], g->hi[k], 1, piece_byte(w, k));
		g->cost *= let_through(freq, g->lo[k], g->hi[k]);
	}
}

/* Put the word into the group that it costs least in. */
static uint8_t fill_best(struct filling groups[GROUPS], const struct word *w,
			 const double freq[128])
{
	struct filling best_with = {0};
	double least = 1e30;
	uint8_t best = 0;

	for (uint8_t g = 0; g < GROUPS; g++) {
		struct filling with = groups[g];

		fill(&with, w, freq);
		if (with.cost - groups[g].cost < least) {
			least = with.cost - groups[g].cost;
			best = g;
			best_with = with;
		}
	}
	groups[best] = best_with;
	return best;
}

static void put_in_group(struct prefilter *f, const struct word *w, unsigned g)
{
	const unsigned char *p = (const unsigned char *)w->text + w->offset;
	unsigned h = prefilter_hash(w->key);

	f->keys[h >> 6] |= 1ull << (h & 63);
	for (unsigned k = 0; k < PIECE; k++)
		allow(f->lo[k], f->hi[k], (uint8_t)(1u << g), piece_byte(w, k));
	f->pair[(p[0] << 8 | p[1]) / 8] |= (uint8_t)(1u << (p[1] & 7));
}

/* How often the piece itself would stop the search. */
static double likelihood(const struct word *w)
{
	double p = 1;

	for (unsigned k = 0; k < PIECE; k++) {
		int c = piece_byte(w, k);

		p *= c < 0 ? 1000 : frequency((unsigned char)c);
	}
	return p;
}

static int by_likelihood(const void *a, const void *b)
{
	double x = likelihood(a), y = likelihood(b);

	return x > y ? -1 : x < y;
}

static int by_group(const void *a, const void *b)
{
	const struct word *x = a, *y = b;

	return (int)x->group - (int)y->group;
}

/* Pieces that are alike go into one group, so that the groups let little through; the likely ones
 * go first, since they must not meet in one group. */
static void make_groups(struct prefilter *f)
{
	struct filling groups[GROUPS] = {0};
	double freq[128];

	for (unsigned c = 0; c < 128; c++)
		freq[c] = frequency((unsigned char)c);
	qsort(f->words, f->n, sizeof(f->words[0]), by_likelihood);
	for (unsigned i = 0; i < f->n; i++)
		f->words[i].group = fill_best(groups, &f->words[i], freq);
	qsort(f->words, f->n, sizeof(f->words[0]), by_group);
	for (unsigned i = f->n; i-- > 0;) {
		put_in_group(f, &f->words[i], f->words[i].group);
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
#ifdef PREFILTER_AVX2
	f->avx2 = __builtin_cpu_supports("avx2");
#endif
	return f;
}

void prefilter_free(struct prefilter *f)
{
	free(f);
}
