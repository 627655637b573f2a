/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/detector/prefilter*.c console/detector/rules*.c console/detector/pattern.c */
/* LINK: tests/bench/sample_log.c */
/*
 * Our search for the triggers of all rules against Hyperscan's for the same literals, on a log
 * without a crash. Hyperscan is asked where it is installed (libhyperscan-dev) and left out
 * elsewhere; nothing else uses it.
 *
 * With AVX2 the two scan about as fast; which is ahead is what this prints. Ours is taken because
 * it is ready in less time than Hyperscan needs to compile its database, which counts in
 * `kdev decode` of a small log, and because it is no dependency.
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/detector/prefilter.h"
#include "console/detector/rules.h"
#include "console/monotime.h"
#include "sample_log.h"

#if __has_include(<hs/hs.h>)
#include <hs/hs.h>
#define HAVE_HYPERSCAN 1
#endif

static void prefilter_log(const struct sample_log *log, void *arg)
{
	const struct prefilter *f = arg;

	for (size_t i = 0; i < log->n; i += SAMPLE_BLOCK) {
		const char *p = log->s + i, *end = log->s + log->n;

		end = (size_t)(end - p) > SAMPLE_BLOCK ? p + SAMPLE_BLOCK : end;
		while ((p = prefilter_find(f, p, end)) != end)
			p++;
	}
}

#ifdef HAVE_HYPERSCAN
#define WORDS_MAX 512

struct hyperscan {
	void *library;
	hs_database_t *db;
	hs_scratch_t *scratch;
	double ready; /* ms until its database was compiled */
	__typeof__(&hs_compile_lit_multi) compile;
	__typeof__(&hs_alloc_scratch) alloc_scratch;
	__typeof__(&hs_scan) scan;
};

static int HS_CDECL go_on(unsigned id, unsigned long long from, unsigned long long to,
			  unsigned flags, void *arg)
{
	return 0;
}

static void hyperscan_log(const struct sample_log *log, void *arg)
{
	const struct hyperscan *h = arg;

	for (size_t i = 0; i < log->n; i += SAMPLE_BLOCK) {
		size_t n = log->n - i < SAMPLE_BLOCK ? log->n - i : SAMPLE_BLOCK;

		h->scan(h->db, log->s + i, (unsigned)n, 0, h->scratch, go_on, NULL);
	}
}

static int compile(struct hyperscan *h)
{
	const char *words[WORDS_MAX];
	unsigned flags[WORDS_MAX] = {0}, ids[WORDS_MAX], n = 0;
	size_t len[WORDS_MAX];
	hs_compile_error_t *error;

	for (const struct rule *const *t = rule_tables; *t; t++)
		for (const struct rule *r = *t; r->trigger && n < WORDS_MAX; r++) {
			words[n] = r->trigger;
			len[n] = strlen(r->trigger);
			flags[n] = HS_FLAG_SINGLEMATCH;
			ids[n] = n;
			n++;
		}
	if (h->compile(words, flags, ids, len, n, HS_MODE_BLOCK, NULL, &h->db, &error))
		return -1;
	return h->alloc_scratch(h->db, &h->scratch) ? -1 : 0;
}

/* By hand, so that the benchmark builds and runs without it. */
static int open_hyperscan(struct hyperscan *h)
{
	h->library = dlopen("libhs.so.5", RTLD_NOW);
	if (!h->library)
		return -1;
	*(void **)&h->compile = dlsym(h->library, "hs_compile_lit_multi");
	*(void **)&h->alloc_scratch = dlsym(h->library, "hs_alloc_scratch");
	*(void **)&h->scan = dlsym(h->library, "hs_scan");
	return h->compile && h->alloc_scratch && h->scan ? 0 : -1;
}

/* works[0] is ours; works[1] becomes theirs. Returns how many there are to compare. */
static size_t add_hyperscan(struct sample_work *works, struct hyperscan *h)
{
	struct monotime from;

	if (open_hyperscan(h)) {
		printf("  Hyperscan is not installed\n");
		return 1;
	}
	from = mono_now();
	if (compile(h)) {
		printf("  Hyperscan does not compile the triggers\n");
		return 1;
	}
	h->ready = (double)mono_diff(mono_now(), from) / 1e3;
	works[1] = (struct sample_work){hyperscan_log, h, 0};
	return 2;
}
#else
struct hyperscan {
	double ready;
};

static size_t add_hyperscan(struct sample_work *works, struct hyperscan *h)
{
	printf("  Hyperscan is not installed (libhyperscan-dev)\n");
	return 1;
}
#endif

int main(int argc, char **argv)
{
	struct sample_log log = sample_log_clean(argc > 1 ? argv[1] : "tests/logs");
	struct monotime from = mono_now();
	struct prefilter *f = prefilter_new();
	double ready = (double)mono_diff(mono_now(), from) / 1e3;
	struct sample_work works[2] = {{prefilter_log, f, 0}};
	struct hyperscan h = {0};
	size_t n;

	if (!log.s || !f)
		return 1;
	n = add_hyperscan(works, &h);
	sample_log_race(&log, works, n);
	printf("  our prefilter     %6.2f GB/s, ready after %6.2f ms\n", works[0].speed / 1e3,
	       ready);
	if (n == 2)
		printf("  Hyperscan         %6.2f GB/s, ready after %6.2f ms; ours is %.2f times "
		       "as fast\n",
		       works[1].speed / 1e3, h.ready, works[0].speed / works[1].speed);
	prefilter_free(f);
	free(log.s);
	return 0;
}
