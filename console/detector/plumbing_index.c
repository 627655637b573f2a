/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The patterns of all lists by the hash of what they begin with. */
#include "console/detector/plumbing_index.h"

#include <stdint.h>
#include <stdlib.h>

#include "console/detector/plumbing.h"
#include "console/detector/plumbing_lists.h"

#define HEAD    4 /* bytes of a name that are hashed; few patterns have less before their '*' */
#define BUCKETS 512

struct entry {
	const char *pattern;
	uint64_t start, mask; /* its first eight bytes, as far as they are before a '*' */
	uint8_t kind;
	uint8_t literal; /* bytes before the first '*' */
	uint8_t tail;    /* bytes behind it */
	uint8_t least;   /* bytes that a name must have */
	uint8_t stars;
};

struct plumbing_index {
	/* where a bucket's entries begin; the last bucket is of those that any name may fit */
	uint16_t first[BUCKETS + 2];
	struct entry entries[];
};

static const struct {
	const char *const *patterns;
	enum plumbing_kind kind;
} lists[] = {
	{plumbing_always_list, PLUMBING_ALWAYS},
	{plumbing_waits_list, PLUMBING_WAITS},
	{plumbing_dispatches_list, PLUMBING_DISPATCHES},
	{plumbing_interrupts_list, PLUMBING_INTERRUPTS},
	{plumbing_reports_list, PLUMBING_REPORTS},
	{plumbing_schedules_list, PLUMBING_SCHEDULES},
	{plumbing_waits_for_cpus_list, PLUMBING_WAITS_FOR_CPUS},
};

#define LISTS (sizeof(lists) / sizeof(lists[0]))

static unsigned bucket_of(const char *head)
{
	uint32_t v;

	memcpy(&v, head, HEAD);
	return v * 2654435761u >> 23;
}

/* The first bytes of a text as a number, zeroes behind its end. */
static uint64_t start_of(const char *s, size_t n)
{
	uint64_t v = 0;

	memcpy(&v, s, n < sizeof(v) ? n : sizeof(v));
	return v;
}

static unsigned bucket_of_pattern(const char *pattern)
{
	return strcspn(pattern, "*") < HEAD ? BUCKETS : bucket_of(pattern);
}

static size_t count_patterns(void)
{
	size_t n = 0;

	for (size_t l = 0; l < LISTS; l++)
		for (const char *const *p = lists[l].patterns; *p; p++)
			n++;
	return n;
}

static struct entry make_entry(const char *pattern, enum plumbing_kind kind)
{
	size_t literal = strcspn(pattern, "*");
	static const char ones[] = "\xff\xff\xff\xff\xff\xff\xff\xff";
	uint8_t stars = 0;

	for (const char *p = pattern; *p; p++)
		stars += *p == '*';

	return (struct entry){
		.pattern = pattern,
		.start = start_of(pattern, literal),
		.mask = start_of(ones, literal),
		.kind = (uint8_t)kind,
		.literal = (uint8_t)literal,
		.tail = (uint8_t)(stars ? strlen(pattern) - literal - 1 : 0),
		.least = (uint8_t)(strlen(pattern) - stars),
		.stars = stars,
	};
}

struct plumbing_index *plumbing_index_new(void)
{
	struct plumbing_index *x = calloc(1, sizeof(*x) + count_patterns() * sizeof(x->entries[0]));
	uint16_t next[BUCKETS + 1];

	if (!x)
		return NULL;
	for (size_t l = 0; l < LISTS; l++)
		for (const char *const *p = lists[l].patterns; *p; p++)
			x->first[bucket_of_pattern(*p) + 1]++;
	for (size_t b = 1; b < BUCKETS + 2; b++)
		x->first[b] = (uint16_t)(x->first[b] + x->first[b - 1]);
	memcpy(next, x->first, sizeof(next));
	for (size_t l = 0; l < LISTS; l++)
		for (const char *const *p = lists[l].patterns; *p; p++)
			x->entries[next[bucket_of_pattern(*p)]++] = make_entry(*p, lists[l].kind);
	return x;
}

void plumbing_index_free(struct plumbing_index *x)
{
	free(x);
}

static bool entry_fits(const struct entry *e, struct span name)
{
	if (name.n < e->least)
		return false;
	if (e->stars > 1)
		return plumbing_fits(name, e->pattern);
	if (memcmp(name.s, e->pattern, e->literal) != 0)
		return false;
	if (!e->stars)
		return name.n == e->least;
	return !e->tail || !memcmp(name.s + name.n - e->tail, e->pattern + e->literal + 1, e->tail);
}

static unsigned kinds_in(const struct plumbing_index *x, unsigned bucket, struct span name)
{
	uint64_t start = start_of(name.s, name.n);
	unsigned kinds = 0;

	for (unsigned i = x->first[bucket]; i < x->first[bucket + 1]; i++) {
		const struct entry *e = &x->entries[i];

		if (!((start ^ e->start) & e->mask) && !(kinds & e->kind) && entry_fits(e, name))
			kinds |= e->kind;
	}
	return kinds;
}

unsigned plumbing_kinds(const struct plumbing_index *x, struct span function)
{
	unsigned kinds = kinds_in(x, BUCKETS, function);

	if (function.n >= HEAD)
		kinds |= kinds_in(x, bucket_of(function.s), function);
	return kinds;
}
