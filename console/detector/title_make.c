/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Puts a report's title and its alternatives together. */
#include <errno.h>
#include <stdlib.h>

#include "console/detector/plumbing.h"
#include "console/detector/title_naming.h"
#include "console/detector/title_words.h"

int title_corrupt(struct crash_report *r, const char *why)
{
	r->corrupted = true;
	if (r->corrupted_reason)
		return 0;
	r->corrupted_reason = strdup(why);
	return r->corrupted_reason ? 0 : -ENOMEM;
}

static int add_alt(struct crash_report *r, char *alt)
{
	char **list;

	if (!alt)
		return -ENOMEM;
	for (size_t i = 0; i < r->n_alt; i++) {
		if (strcmp(r->alt[i], alt) == 0) {
			free(alt);
			return 0;
		}
	}
	list = realloc(r->alt, (r->n_alt + 1) * sizeof(*list));
	if (!list) {
		free(alt);
		return -ENOMEM;
	}
	r->alt = list;
	r->alt[r->n_alt++] = alt;
	return 0;
}

static char *expand(const struct naming *n, const char *function)
{
	struct strbuf s = {0};

	title_expand(&s, n->rule->title, &n->cap, function, n->rest);
	return strbuf_take(&s);
}

/* "bad-access in FUNCTION" */
static int add_alt_in(struct crash_report *r, const char *what, const char *function)
{
	struct strbuf s = {0};

	strbuf_adds(&s, what);
	strbuf_adds(&s, " in ");
	strbuf_adds(&s, function);
	return add_alt(r, strbuf_take(&s));
}

/* KMSAN: who stored the value that leaked. */
static struct span origin_function(const struct naming *n)
{
	for (size_t i = 0; i < n->frames.n; i++) {
		const struct frame *f = &n->frames.list[i];

		if (f->section == SECTION_ORIGIN && f->function.n && !f->unreliable &&
		    !(plumbing_kinds(n->plumbing, f->function) & PLUMBING_ALWAYS))
			return f->function;
	}
	return (struct span){0};
}

static int add_rule_alt(struct crash_report *r, const struct naming *n, const char *function)
{
	struct strbuf s = {0};
	struct span origin = origin_function(n);

	if (strchr(n->rule->alt, '%')) {
		title_expand(&s, n->rule->alt, &n->cap, function, n->rest);
		return add_alt(r, strbuf_take(&s));
	}
	if (!(n->rule->flags & RULE_ALT_ORIGIN))
		return add_alt_in(r, n->rule->alt, function);
	strbuf_add(&s, origin.n ? origin.s : "corrupted", origin.n ? origin.n : 9);
	if (!s.err)
		s.err = add_alt_in(r, n->rule->alt, strbuf_str(&s));
	strbuf_free(&s);
	return s.err;
}

int title_make(struct crash_report *r, const struct naming *n)
{
	char names[PLUMBING_NAMES][128];
	unsigned count = 1;
	bool wants = strstr(n->rule->title, "%F") != NULL;
	int err = 0;

	if (wants && n->function.n)
		count = plumbing_names(n->function, names);
	else
		strcpy(names[0], "corrupted");
	for (unsigned i = 0; i < count && !err; i++) {
		char *title = expand(n, names[i]);

		if (i == 0) {
			free(r->title);
			r->title = title;
			err = title ? 0 : -ENOMEM;
		} else if (wants) {
			err = add_alt(r, title);
		} else {
			free(title);
		}
		if (!err && n->rule->alt)
			err = add_rule_alt(r, n, names[i]);
	}
	if (!err && wants && !n->function.n)
		err = title_corrupt(r, "no function could be found");
	return err;
}
