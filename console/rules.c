/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the rule that a line triggers and the one that titles a report. */
#include "console/rules.h"

#include <ctype.h>

const struct rule *const rule_tables[] = {rules_memory, rules_locking, rules_hang, rules_warn,
					  rules_oops,   rules_other,   NULL};

/* Lines that quote: the words in them mean nothing. */
static const char *const quoting[] = {"Command line:",
				      "Kernel command line:",
				      "Modules linked in:",
				      "Unknown kernel command line",
				      "audit: ",
				      "Code: ",
				      "Hardware name: "};

static bool quotes(struct span line)
{
	for (size_t i = 0; i < sizeof(quoting) / sizeof(quoting[0]); i++)
		if (span_starts(line, quoting[i]))
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

static const struct rule *find_in_table(const struct rule *table, struct span line, size_t *at)
{
	for (const struct rule *r = table; r->trigger; r++) {
		const char *p = span_find(line, r->trigger);

		if (!p)
			continue;
		*at = (size_t)(p - line.s);
		if (rule_fits(r, line, *at))
			return r;
	}
	return NULL;
}

bool rules_find(struct span line, struct rule_hit *hit)
{
	line = span_trim(line);
	if (quotes(line))
		return false;
	for (const struct rule *const *t = rule_tables; *t; t++) {
		const struct rule *r = find_in_table(*t, line, &hit->at);

		if (r) {
			hit->rule = r;
			return !(r->flags & RULE_IGNORE);
		}
	}
	return false;
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
