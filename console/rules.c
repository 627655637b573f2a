/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the rule that a line triggers and the one that titles a report. */
#include "console/rules.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>

#include "console/prefilter.h"

const struct rule *const rule_tables[] = {rules_memory, rules_locking, rules_hang, rules_warn,
					  rules_oops,   rules_other,   NULL};

/* Lines that quote: the words in them mean nothing. */
static const char *const quoting[] = {"Command line:", "Kernel command line:", "Modules linked in:",
				      "Unknown kernel command line", "audit: ",
				      /* ABRT quotes the line in its list of a problem's items */
				      "reason:         ", "Code: ", "Hardware name: "};

static bool quotes(struct span line)
{
	for (size_t i = 0; i < sizeof(quoting) / sizeof(quoting[0]); i++)
		if (line.s[0] == quoting[i][0] && span_starts(line, quoting[i]))
			return true;
	return false;
}

/* May a report's first words stand at `at`? At the start, after "watchdog: " and
 * "NMI watchdog: ", in lockdep's "[ … ]", or after a word that ends in a colon. */
static bool at_message_start(struct span line, size_t at)
{
	size_t i = at;

	if (at > 48)
		return false;
	while (i && (line.s[i - 1] == ' ' || line.s[i - 1] == '[' || line.s[i - 1] == '\t'))
		i--;
	return i == 0 || (line.s[i - 1] == ':' && i < at);
}

static bool in_a_word(struct span line, size_t at)
{
	return at && (isalnum((unsigned char)line.s[at - 1]) || line.s[at - 1] == '_');
}

static bool rule_fits(const struct rule *r, struct span line, size_t at)
{
	if (in_a_word(line, at) && !(r->flags & RULE_GLUED))
		return false;
	if (!(r->flags & (RULE_ANYWHERE | RULE_GLUED)) && !at_message_start(line, at))
		return false;
	return !r->match || pattern_match(r->match, span_skip(line, at + strlen(r->trigger)), NULL);
}

/*
 * Which of 256 classes of byte pairs a text has. A trigger whose pairs are not all in
 * the line is not in the line: that spares nearly all searches.
 */
struct pairs {
	uint64_t bits[4];
};

static void pairs_of(struct pairs *p, struct span t)
{
	*p = (struct pairs){0};
	for (size_t i = 0; i + 1 < t.n; i++) {
		unsigned h = (unsigned char)t.s[i] * 31u + (unsigned char)t.s[i + 1] * 7u;

		p->bits[h >> 6 & 3] |= 1ull << (h & 63);
	}
}

static bool pairs_have(const struct pairs *line, const struct pairs *wanted)
{
	return !((wanted->bits[0] & ~line->bits[0]) | (wanted->bits[1] & ~line->bits[1]) |
		 (wanted->bits[2] & ~line->bits[2]) | (wanted->bits[3] & ~line->bits[3]));
}

struct indexed_rule {
	const struct rule *rule;
	struct pairs pairs;
	size_t len; /* of the trigger */
};

struct rule_index {
	struct prefilter *prefilter;
	size_t n;
	struct indexed_rule rules[];
};

static size_t count_rules(void)
{
	size_t n = 0;

	for (const struct rule *const *t = rule_tables; *t; t++)
		for (const struct rule *r = *t; r->trigger; r++)
			n++;
	return n;
}

struct rule_index *rules_index_new(void)
{
	struct rule_index *x = calloc(1, sizeof(*x) + count_rules() * sizeof(x->rules[0]));

	if (!x)
		return NULL;
	x->prefilter = prefilter_new();
	if (!x->prefilter) {
		free(x);
		return NULL;
	}
	for (const struct rule *const *t = rule_tables; *t; t++) {
		for (const struct rule *r = *t; r->trigger; r++) {
			struct indexed_rule *ir = &x->rules[x->n++];

			ir->rule = r;
			ir->len = strlen(r->trigger);
			pairs_of(&ir->pairs, span_of(r->trigger));
		}
	}
	return x;
}

void rules_index_free(struct rule_index *x)
{
	if (!x)
		return;
	prefilter_free(x->prefilter);
	free(x);
}

static const struct rule *search(const struct rule_index *x, struct span line, size_t *at)
{
	struct pairs pairs;

	pairs_of(&pairs, line);
	for (size_t i = 0; i < x->n; i++) {
		const struct indexed_rule *ir = &x->rules[i];
		const char *p;

		if (!pairs_have(&pairs, &ir->pairs))
			continue;
		p = memmem(line.s, line.n, ir->rule->trigger, ir->len);
		if (!p)
			continue;
		*at = (size_t)(p - line.s);
		if (rule_fits(ir->rule, line, *at))
			return ir->rule;
	}
	return NULL;
}

bool rules_find(const struct rule_index *x, struct span line, struct rule_hit *hit)
{
	const char *end;

	line = span_trim(line);
	end = line.s + line.n;
	if (!line.n || prefilter_find(x->prefilter, line.s, end) == end || quotes(line))
		return false;
	hit->rule = search(x, line, &hit->at);
	return hit->rule && !(hit->rule->flags & RULE_IGNORE);
}

static bool find_with(const char *with, const struct rule_lines *lines, struct captures *cap)
{
	for (size_t i = 0; i < lines->n && i < 80; i++)
		if (pattern_match(with, span_trim(lines->line_of(lines->arg, i)), cap))
			return true;
	return false;
}

struct span rules_rest(const struct rule_hit *hit, struct span line)
{
	return span_skip(span_trim(line), hit->at + strlen(hit->rule->trigger));
}

static bool is_ruler(struct span line)
{
	size_t n = 0;

	while (n < line.n && line.s[n] == '-')
		n++;
	return n >= 16 && n == line.n;
}

/* "6.1.0 #1 Not tainted" and "-----", with one line of another CPU between them at most:
 * without them something is mixed into the report. */
static bool has_header(const struct rule_lines *lines)
{
	bool release = false;

	for (size_t i = lines->trigger + 1; i < lines->n && i <= lines->trigger + 3; i++) {
		struct span line = span_trim(lines->line_of(lines->arg, i));

		if (release && is_ruler(line))
			return true;
		if (span_find(line, "ainted"))
			release = true;
	}
	return false;
}

const struct rule *rules_decide(const struct rule_hit *hit, struct span line,
				const struct rule_lines *lines, struct captures *cap)
{
	struct span rest = rules_rest(hit, line);

	for (const struct rule *r = hit->rule; r->trigger; r++) {
		if (strcmp(r->trigger, hit->rule->trigger) != 0)
			continue;
		*cap = (struct captures){0};
		if (r->match && !pattern_match(r->match, rest, cap))
			continue;
		if (r->flags & RULE_HEADER && !has_header(lines))
			continue;
		if (r->with && !find_with(r->with, lines, cap))
			continue;
		return r;
	}
	return NULL;
}
