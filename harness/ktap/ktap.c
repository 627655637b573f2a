/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A stream of KTAP: its lines, and what each means. */
#include "harness/ktap/ktap.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "harness/ktap/ktap_tree.h"

/* The level of a plan, version or result at this indentation. */
static void level_at(struct ktap *k, size_t indent)
{
	ktap_close_to(k, indent, NULL);
	if (indent > k->levels[k->depth].indent)
		ktap_open_level(k, indent);
}

/* ---- lines ---- */

static enum ktap_outcome outcome_of(const struct ktap_line *line)
{
	const char *d = line->directive;
	size_t n = line->directive_len;

	if (d && n >= 4 && !strncasecmp(d, "SKIP", 4))
		return KTAP_SKIP;
	if (line->ok)
		return KTAP_PASS;
	if (d &&
	    ((n >= 4 && !strncasecmp(d, "TODO", 4)) || (n >= 5 && !strncasecmp(d, "XFAIL", 5))))
		return KTAP_XFAIL;
	return KTAP_FAIL;
}

static void on_result(struct ktap *k, const struct ktap_line *line)
{
	bool had_subtests = k->levels[k->depth].indent > line->indent;
	bool bad = false;
	enum ktap_outcome outcome = outcome_of(line);
	struct ktap_level *l;

	if (had_subtests) {
		for (size_t i = k->depth; i && k->levels[i].indent > line->indent; i--)
			bad |= k->levels[i].bad || (k->levels[i].plan != KTAP_NO_PLAN &&
						    k->levels[i].count < k->levels[i].plan);
		ktap_close_to(k, line->indent, line);
	}
	level_at(k, line->indent);
	l = &k->levels[k->depth];
	l->count++;
	if (line->number && line->number != l->count && !l->misnumbered) {
		l->misnumbered = true;
		ktap_wrong(k, "test number %" PRIu64 " came as number %" PRIu64, line->number,
			   l->count);
	}
	/* Of a group its subtests tell. */
	if (had_subtests && (outcome != KTAP_FAIL || bad))
		strbuf_free(&l->diagnostics);
	else
		ktap_add_result(k, outcome, line->text, line->len, line->directive,
				line->directive_len);
}

static void on_version(struct ktap *k, const struct ktap_line *line)
{
	level_at(k, line->indent);
	/* Another stream begins where one was already: as when several modules are loaded. */
	if (k->depth == 0 && (k->levels[0].count || k->levels[0].plan != KTAP_NO_PLAN)) {
		ktap_close_level(k, "", 0);
		strbuf_free(&k->levels[0].diagnostics);
		ktap_level_init(&k->levels[0], line->indent, k->n);
	}
}

static void on_plan(struct ktap *k, const struct ktap_line *line)
{
	struct ktap_level *l;

	level_at(k, line->indent);
	l = &k->levels[k->depth];
	if (l->plan != KTAP_NO_PLAN)
		ktap_wrong(k, "a second plan, of %" PRIu64 " tests", line->number);
	else
		l->plan = line->number;
	/* What was said before it is of the group, not of its first test. */
	if (!l->count)
		strbuf_free(&l->diagnostics);
	/* "1..0 # SKIP why": none of them. */
	if (!line->number && line->directive)
		ktap_add_result(k, KTAP_SKIP, "all", 3, line->directive, line->directive_len);
}

static void on_subtest(struct ktap *k, const struct ktap_line *line)
{
	struct ktap_level *l;

	ktap_close_to(k, line->indent, NULL);
	free(k->subtest);
	k->subtest = ktap_text(k, line->text, line->len);
	l = &k->levels[k->depth];
	if (line->indent > l->indent) {
		ktap_open_level(k, line->indent);
	} else if (k->depth && !l->name && !l->count) {
		l->name = k->subtest;
		k->subtest = NULL;
	}
}

/* KUnit's sums: they say nothing that is not known. */
static bool is_sum(const struct ktap_line *line)
{
	return memmem(line->text, line->len, "pass:", 5) &&
	       memmem(line->text, line->len, "fail:", 5);
}

/* A comment is of the level at its own indentation; other text, of the test that runs. */
static void on_text(struct ktap *k, const struct ktap_line *line)
{
	size_t i = k->depth;

	if (is_sum(line))
		return;
	while (line->kind == KTAP_COMMENT && i && k->levels[i].indent > line->indent)
		i--;
	ktap_add_diagnostic(&k->levels[i].diagnostics, line->text, line->len);
}

static void on_line(struct ktap *k, const char *s, size_t len)
{
	struct ktap_line line;

	ktap_line_parse(s, len, &line);
	if (line.kind == KTAP_VERSION || line.kind == KTAP_SUBTEST ||
	    (line.kind == KTAP_PLAN && !line.indent))
		k->seen = true;
	if (!k->seen)
		return;
	if (k->yaml && line.kind != KTAP_RESULT && line.kind != KTAP_PLAN) {
		k->yaml = line.kind != KTAP_YAML_END;
		if (k->yaml)
			ktap_append_diagnostic(k, k->levels[k->depth].last, line.text, line.len);
		return;
	}
	k->yaml = false;
	switch (line.kind) {
	case KTAP_VERSION: on_version(k, &line); break;
	case KTAP_PLAN: on_plan(k, &line); break;
	case KTAP_SUBTEST: on_subtest(k, &line); break;
	case KTAP_RESULT: on_result(k, &line); break;
	case KTAP_BAIL_OUT:
		ktap_wrong(k, "bailed out: %.*s", (int)(line.len < 120 ? line.len : 120),
			   line.text);
		break;
	case KTAP_YAML: k->yaml = k->levels[k->depth].last != KTAP_NO_RESULT; break;
	default: on_text(k, &line);
	}
}

static bool is_structure(const char *s, size_t len)
{
	struct ktap_line line;

	ktap_line_parse(s, len, &line);
	return line.kind != KTAP_TEXT;
}

/* A line without the log's prefix; perhaps the tail of one that a kernel message tore. */
static void on_clean_line(struct ktap *k, const char *s, size_t len, bool stamped)
{
	bool own = k->torn_len && is_structure(s, len);
	size_t room = sizeof(k->torn) - k->torn_len;

	if (own) {
		on_line(k, k->torn, k->torn_len);
		k->torn_len = 0;
	} else if (k->torn_len && !stamped) {
		memcpy(k->torn + k->torn_len, s, len < room ? len : room);
		s = k->torn;
		len = k->torn_len + (len < room ? len : room);
		k->torn_len = 0;
	}
	on_line(k, s, len);
}

static void take_line(struct ktap *k)
{
	size_t prefix = ktap_log_prefix(k->line, k->len);
	const char *s = k->line + prefix;
	size_t len = k->len - prefix, torn = ktap_torn_at(s, len);

	k->len = 0;
	if (torn < len && is_structure(s, torn)) {
		size_t message = ktap_log_prefix(s + torn, len - torn);

		if (k->torn_len)
			on_line(k, k->torn, k->torn_len);
		memcpy(k->torn, s, torn);
		k->torn_len = torn;
		on_line(k, s + torn + message, len - torn - message);
		return;
	}
	on_clean_line(k, s, len, prefix != 0);
}

void ktap_feed(struct ktap *k, const void *bytes, size_t n)
{
	const char *p = bytes, *end = p + n;

	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t len = (size_t)((nl ? nl : end) - p), room = sizeof(k->line) - k->len;

		memcpy(k->line + k->len, p, len < room ? len : room);
		k->len += len < room ? len : room;
		p += len;
		if (nl) {
			take_line(k);
			p++;
		}
	}
}

void ktap_end(struct ktap *k)
{
	if (k->ended)
		return;
	k->ended = true;
	if (k->len)
		take_line(k);
	if (k->torn_len)
		on_line(k, k->torn, k->torn_len);
	while (k->depth) {
		struct ktap_level *l = &k->levels[k->depth];

		/* The group's own result did not come: the test died in it. */
		ktap_wrong(k, "%s ended before its result", l->name ? l->name : "a group of tests");
		if (l->plan == KTAP_NO_PLAN || l->plan == l->count)
			ktap_add_result(k, KTAP_MISSING, "the result", 10, NULL, 0);
		ktap_close_level(k, "", 0);
		k->levels[k->depth].count++;
	}
	ktap_close_level(k, "", 0);
}
