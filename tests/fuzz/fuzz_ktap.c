/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/ktap/ktap.c harness/ktap/ktap_tree.c harness/ktap/ktap_line.c */
/* LINK: harness/ktap/ktap_sentence.c console/strbuf.c */
/* A stream gives the same results however it is cut, each with a path, and all are counted. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "harness/ktap/ktap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct ktap *parse(const uint8_t *data, size_t size, size_t piece)
{
	struct ktap *k = ktap_new();

	for (size_t at = 0; k && at < size; at += piece)
		ktap_feed(k, data + at, size - at < piece ? size - at : piece);
	if (k)
		ktap_end(k);
	return k;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ktap *a = parse(data, size, size ? size : 1), *b = parse(data, size, 3);
	size_t n, m;
	const struct ktap_result *r = ktap_results(a, &n), *s = ktap_results(b, &m);
	uint64_t all = 0;
	char one[300], two[300];

	for (int o = KTAP_PASS; o <= KTAP_MISSING; o++)
		all += ktap_count(a, (enum ktap_outcome)o);
	if (n != m || all < n || (n && !ktap_seen(a)))
		abort();
	for (size_t i = 0; i < n; i++) {
		if (!r[i].depth || r[i].depth > KTAP_DEPTH_MAX || r[i].outcome != s[i].outcome)
			abort();
		for (size_t d = 0; d < r[i].depth; d++)
			if (!r[i].path[d] || strcmp(r[i].path[d], s[i].path[d]) != 0)
				abort();
		if (r[i].diagnostics && strlen(r[i].diagnostics) > KTAP_DIAGNOSTICS_MAX)
			abort();
	}
	if (ktap_sentence(a, one, sizeof(one)) != ktap_sentence(b, two, sizeof(two)) ||
	    strcmp(one, two) != 0)
		abort();
	ktap_free(a);
	ktap_free(b);
	return 0;
}
