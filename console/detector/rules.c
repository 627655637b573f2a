/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the rule that a line triggers and the one that titles a report. */
#include "console/detector/rules.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>

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

/* Triggers are looked up by the hash of their first bytes, at each place of a line. */
#define KEY     4
#define BUCKETS 1024

struct indexed_rule {
	const struct rule *rule;
	uint32_t key;   /* the trigger's first bytes */
	uint16_t len;   /* of the trigger */
	uint16_t order; /* in the tables: the first rule that fits is taken */
};

struct rule_index {
	uint16_t first[BUCKETS + 1]; /* where a bucket's rules begin */
	struct indexed_rule rules[];
};

static uint32_t key_at(const char *s)
{
	uint32_t key;

	memcpy(&key, s, KEY);
	return key;
}

static unsigned bucket_of(uint32_t key)
{
	return key * 2654435761u >> 22;
}

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
	uint16_t next[BUCKETS], order = 0;

	if (!x)
		return NULL;
	for (const struct rule *const *t = rule_tables; *t; t++)
		for (const struct rule *r = *t; r->trigger; r++)
			x->first[bucket_of(key_at(r->trigger)) + 1]++;
	for (size_t b = 1; b <= BUCKETS; b++)
		x->first[b] = (uint16_t)(x->first[b] + x->first[b - 1]);
	memcpy(next, x->first, sizeof(next));
	for (const struct rule *const *t = rule_tables; *t; t++)
		for (const struct rule *r = *t; r->trigger; r++, order++)
			x->rules[next[bucket_of(key_at(r->trigger))]++] = (struct indexed_rule){
				.rule = r,
				.key = key_at(r->trigger),
				.len = (uint16_t)strlen(r->trigger),
				.order = order,
			};
	return x;
}

void rules_index_free(struct rule_index *x)
{
	free(x);
}

/* A trigger counts where it stands first. */
static bool stands_before(struct span line, size_t at, const struct indexed_rule *ir)
{
	return at && memmem(line.s, at + ir->len - 1, ir->rule->trigger, ir->len);
}

/* Of all rules whose triggers are in the line, the first of the tables that fits. */
static const struct rule *search(const struct rule_index *x, struct span line, size_t *at)
{
	const struct indexed_rule *best = NULL;

	for (size_t i = 0; i + KEY <= line.n; i++) {
		uint32_t key = key_at(line.s + i);
		unsigned bucket = bucket_of(key);

		for (unsigned k = x->first[bucket]; k < x->first[bucket + 1]; k++) {
			const struct indexed_rule *ir = &x->rules[k];

			if (ir->key != key || (best && best->order < ir->order) ||
			    line.n - i < ir->len ||
			    memcmp(line.s + i, ir->rule->trigger, ir->len) != 0 ||
			    !rule_fits(ir->rule, line, i) || stands_before(line, i, ir))
				continue;
			best = ir;
			*at = i;
		}
	}
	return best ? best->rule : NULL;
}

bool rules_find(const struct rule_index *x, struct span line, struct rule_hit *hit)
{
	line = span_trim(line);
	hit->rule = search(x, line, &hit->at);
	return hit->rule && !(hit->rule->flags & RULE_IGNORE) && !quotes(line);
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
