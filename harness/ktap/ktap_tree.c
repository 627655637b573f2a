/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tree of KTAP's subtests, and the results in it. */
#include "harness/ktap/ktap_tree.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_ 256

void ktap_level_init(struct ktap_level *l, size_t indent, size_t first)
{
	*l = (struct ktap_level){
		.indent = indent, .plan = KTAP_NO_PLAN, .first = first, .last = KTAP_NO_RESULT};
}

struct ktap *ktap_new(void)
{
	struct ktap *k = calloc(1, sizeof(*k));

	if (k)
		ktap_level_init(&k->levels[0], 0, 0);
	return k;
}

void ktap_level_free(struct ktap_level *l)
{
	free(l->name);
	strbuf_free(&l->diagnostics);
	l->name = NULL;
}

void ktap_free(struct ktap *k)
{
	if (!k)
		return;
	for (size_t i = 0; i <= k->depth; i++)
		ktap_level_free(&k->levels[i]);
	for (size_t i = 0; i < k->n; i++) {
		for (size_t d = 0; d < k->results[i].depth; d++)
			free(k->results[i].path[d]);
		free(k->results[i].directive);
		free(k->results[i].diagnostics);
	}
	free(k->results);
	free(k->subtest);
	free(k);
}

void ktap_wrong(struct ktap *k, const char *fmt, ...)
{
	va_list ap;

	if (k->error[0])
		return;
	va_start(ap, fmt);
	vsnprintf(k->error, sizeof(k->error), fmt, ap);
	va_end(ap);
}

char *ktap_text(struct ktap *k, const char *s, size_t len)
{
	char *copy = strndup(s, len < NAME_MAX_ ? len : NAME_MAX_);

	if (!copy)
		k->broken = true;
	return copy;
}

/* ---- results ---- */

static struct ktap_result *new_result(struct ktap *k)
{
	if (k->n == KTAP_RESULTS_MAX)
		return NULL;
	if (k->n == k->space) {
		size_t space = k->space ? 2 * k->space : 16;
		struct ktap_result *more = reallocarray(k->results, space, sizeof(*more));

		if (!more) {
			k->broken = true;
			return NULL;
		}
		k->results = more;
		k->space = space;
	}
	k->results[k->n] = (struct ktap_result){0};
	return &k->results[k->n++];
}

void ktap_add_result(struct ktap *k, enum ktap_outcome outcome, const char *name, size_t len,
		     const char *directive, size_t directive_len)
{
	struct ktap_level *l = &k->levels[k->depth];
	struct ktap_result *r;

	k->counts[outcome]++;
	if (outcome == KTAP_FAIL || outcome == KTAP_MISSING)
		l->bad = true;
	r = new_result(k);
	if (!r) {
		strbuf_free(&l->diagnostics);
		l->last = KTAP_NO_RESULT;
		return;
	}
	for (size_t i = 1; i <= k->depth; i++)
		r->path[i - 1] =
			k->levels[i].name ? ktap_text(k, k->levels[i].name, NAME_MAX_) : NULL;
	r->path[k->depth] = ktap_text(k, name, len);
	r->depth = k->depth + 1;
	r->outcome = outcome;
	if (directive)
		r->directive = ktap_text(k, directive, directive_len);
	if (l->diagnostics.len)
		r->diagnostics = strbuf_take(&l->diagnostics);
	l->last = k->n - 1;
}

void ktap_add_diagnostic(struct strbuf *b, const char *s, size_t len)
{
	if (!len || b->len + len + 1 > KTAP_DIAGNOSTICS_MAX)
		return;
	if (b->len)
		strbuf_addc(b, '\n');
	strbuf_add(b, s, len);
}

void ktap_append_diagnostic(struct ktap *k, size_t i, const char *s, size_t len)
{
	struct strbuf b = {0};

	if (i >= k->n)
		return;
	if (k->results[i].diagnostics)
		strbuf_adds(&b, k->results[i].diagnostics);
	ktap_add_diagnostic(&b, s, len);
	if (b.err || !b.len) {
		strbuf_free(&b);
		return;
	}
	free(k->results[i].diagnostics);
	k->results[i].diagnostics = strbuf_take(&b);
}

/* ---- levels ---- */

void ktap_open_level(struct ktap *k, size_t indent)
{
	if (k->depth + 1 == KTAP_DEPTH_MAX) {
		ktap_wrong(k, "subtests are nested deeper than %d", KTAP_DEPTH_MAX - 1);
		return;
	}
	ktap_level_init(&k->levels[++k->depth], indent, k->n);
	k->levels[k->depth].name = k->subtest;
	k->subtest = NULL;
}

static void check_plan(struct ktap *k, const struct ktap_level *l)
{
	char name[64];

	if (l->plan == KTAP_NO_PLAN || l->count == l->plan)
		return;
	ktap_wrong(k, "%s%s%" PRIu64 " tests were planned, %" PRIu64 " came",
		   l->name ? l->name : "", l->name ? ": " : "", l->plan, l->count);
	for (uint64_t i = l->count; i < l->plan && i < l->count + KTAP_RESULTS_MAX; i++) {
		snprintf(name, sizeof(name), "test %" PRIu64, i + 1);
		ktap_add_result(k, KTAP_MISSING, name, strlen(name), NULL, 0);
	}
}

void ktap_close_level(struct ktap *k, const char *name, size_t len)
{
	struct ktap_level *l = &k->levels[k->depth];

	check_plan(k, l);
	/* What was said behind the last test may be why it failed. */
	if (l->diagnostics.len && l->last < k->n && k->results[l->last].outcome == KTAP_FAIL)
		ktap_append_diagnostic(k, l->last, strbuf_str(&l->diagnostics), l->diagnostics.len);
	for (size_t i = l->first; k->depth && i < k->n; i++)
		if (!k->results[i].path[k->depth - 1])
			k->results[i].path[k->depth - 1] = ktap_text(k, name, len);
	if (!k->depth)
		return;
	k->levels[k->depth - 1].bad |= l->bad;
	ktap_level_free(l);
	k->depth--;
}

void ktap_close_to(struct ktap *k, size_t indent, const struct ktap_line *line)
{
	while (k->depth && k->levels[k->depth].indent > indent) {
		bool last = line && k->levels[k->depth - 1].indent <= indent;

		ktap_close_level(k, last ? line->text : "", last ? line->len : 0);
	}
}
