/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is to be said of all the results. */
#include <inttypes.h>
#include <stdio.h>

#include "harness/ktap/ktap_tree.h"

#define NAMED_MAX 3 /* failed tests that a sentence names */

const char *ktap_outcome_name(enum ktap_outcome o)
{
	static const char *const names[] = {"pass", "fail", "skip", "xfail", "missing"};

	return names[o];
}

bool ktap_seen(const struct ktap *k)
{
	return k->seen;
}

const struct ktap_result *ktap_results(const struct ktap *k, size_t *n)
{
	*n = k->n;
	return k->results;
}

uint64_t ktap_count(const struct ktap *k, enum ktap_outcome o)
{
	return k->counts[o];
}

uint64_t ktap_bad(const struct ktap *k)
{
	return k->counts[KTAP_FAIL] + k->counts[KTAP_MISSING];
}

const char *ktap_error(const struct ktap *k)
{
	return k->error[0] ? k->error : NULL;
}

bool ktap_broken(const struct ktap *k)
{
	return k->broken;
}

void ktap_add_path(struct strbuf *b, const struct ktap_result *r)
{
	for (size_t i = 0; i < r->depth; i++) {
		if (i)
			strbuf_addc(b, '/');
		for (const char *p = r->path[i] ? r->path[i] : ""; *p; p++)
			strbuf_addc(b, *p >= ' ' && *p <= '~' ? *p : '?');
	}
}

static void add_names(struct strbuf *b, const struct ktap *k)
{
	unsigned named = 0;

	for (size_t i = 0; i < k->n && named < NAMED_MAX; i++) {
		const struct ktap_result *r = &k->results[i];

		if (r->outcome != KTAP_FAIL && r->outcome != KTAP_MISSING)
			continue;
		strbuf_adds(b, named++ ? ", " : ": ");
		ktap_add_path(b, r);
		if (r->outcome == KTAP_MISSING)
			strbuf_adds(b, " (it never came)");
	}
	if (ktap_bad(k) > named)
		strbuf_adds(b, " ...");
}

bool ktap_sentence(const struct ktap *k, char *buf, size_t size)
{
	uint64_t all = 0, bad = ktap_bad(k);
	struct strbuf b = {0};

	for (int o = KTAP_PASS; o <= KTAP_MISSING; o++)
		all += k->counts[o];
	if (bad) {
		strbuf_addf(&b, "%" PRIu64 " of %" PRIu64 " tests failed", bad, all);
		add_names(&b, k);
	} else if (k->error[0]) {
		strbuf_addf(&b, "the KTAP output is not whole: %s", k->error);
	} else {
		strbuf_addf(&b, "%" PRIu64 " tests passed", k->counts[KTAP_PASS]);
		if (k->counts[KTAP_XFAIL])
			strbuf_addf(&b, ", %" PRIu64 " failed as expected", k->counts[KTAP_XFAIL]);
		if (k->counts[KTAP_SKIP])
			strbuf_addf(&b, ", %" PRIu64 " skipped", k->counts[KTAP_SKIP]);
	}
	snprintf(buf, size, "%s", strbuf_str(&b));
	strbuf_free(&b);
	return !bad && !k->error[0];
}
