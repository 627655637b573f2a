/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Puts the parts of a report together. */
#include "console/detector/title.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "console/detector/facts.h"
#include "console/detector/guilt.h"
#include "console/detector/plumbing.h"
#include "console/detector/signature.h"
#include "console/detector/title_naming.h"
#include "console/detector/title_words.h"
#include "console/detector/torn.h"

static struct span line_of(const void *arg, size_t i)
{
	return report_buffer_line(arg, i);
}

static char *span_copy(struct span s)
{
	return strndup(s.s ? s.s : "", s.n);
}

/* The %f of a pattern, if the rule wants it and it is not plumbing. */
static struct span named_function(const struct naming *n)
{
	struct span f = trace_function(pattern_symbol(n->cap.symbol));

	if (n->rule->guilt == GUILT_NAMED)
		return f;
	if (n->rule->guilt == GUILT_LINE && f.n &&
	    !(plumbing_kinds(n->plumbing, f) & PLUMBING_ALWAYS))
		return f;
	return (struct span){0};
}

/* The frame that stands for a function that the title line names. */
static const struct frame *frame_of(const struct frames *frames, struct span function)
{
	for (size_t i = 0; i < frames->n; i++)
		if (span_equal(frames->list[i].function, function) && !frames->list[i].unreliable)
			return &frames->list[i];
	return NULL;
}

static void find_guilty(struct naming *n)
{
	n->function = named_function(n);
	/* what the first line says is whole, whatever stands below it */
	if (n->function.n)
		n->mixed = NULL;
	if (n->mixed)
		return;
	if (n->function.n) {
		n->guilty = frame_of(&n->frames, n->function);
		return;
	}
	n->guilty = guilt_find(n->rule->guilt, &n->frames);
	if (n->guilty)
		n->function = n->guilty->function;
}

/* The module that is named behind the function: "in func+0x10/0x20 [module]". */
static struct span named_module(const struct naming *n)
{
	const char *from = n->cap.symbol.s, *end = n->b->text + n->b->len;
	const char *nl = from && n->function.n ? memchr(from, '\n', (size_t)(end - from)) : NULL;
	struct trace_line t;

	if (!nl || !trace_parse((struct span){from, (size_t)(nl - from)}, &t) ||
	    !span_equal(trace_function(t.symbol), n->function))
		return (struct span){0};
	return t.module;
}

static int check_torn(struct crash_report *r, const struct naming *n)
{
	const char *why = n->mixed ? n->mixed : torn_reason(n->b, n->trigger, n->rule, &n->frames);

	return why ? title_corrupt(r, why) : 0;
}

static int make_type(struct crash_report *r, const struct naming *n)
{
	free(r->type);
	r->type = strdup(n->rule->type ? n->rule->type : title_type(r->title));
	return r->type ? 0 : -ENOMEM;
}

static int set_text(char **field, struct span s)
{
	if (!s.n)
		return 0;
	free(*field);
	*field = span_copy(s);
	return *field ? 0 : -ENOMEM;
}

static int fill(struct crash_report *r, struct naming *n)
{
	int err = title_make(r, n);

	r->klass = n->rule->klass;
	if (!err)
		err = make_type(r, n);
	if (!err)
		err = check_torn(r, n);
	if (!err)
		err = set_text(&r->function, n->function);
	if (!err)
		err = set_text(&r->module, n->guilty ? n->guilty->module : named_module(n));
	if (!err)
		err = title_frames(r, &n->frames, n->guilty);
	if (!err)
		err = facts_collect(r, n->b, n->trigger);
	if (!err)
		err = signature_make(r);
	return err;
}

int title_report(struct crash_report *r, const struct rule_hit *hit, const struct report_buffer *b,
		 size_t trigger, bool tagged, const struct plumbing_index *plumbing)
{
	struct naming n = {.b = b, .plumbing = plumbing, .trigger = trigger};
	struct rule_lines lines = {line_of, b, b->n, trigger};
	int err = frames_collect(b, trigger, plumbing, &n.frames);

	n.rule = rules_decide(hit, report_buffer_line(b, trigger), &lines, &n.cap);
	n.rest = rules_rest(hit, report_buffer_line(b, trigger));
	if (!n.rule)
		n.rule = hit->rule;
	if (!err) {
		n.mixed = torn_mixed(b, trigger, n.rule, tagged);
		find_guilty(&n);
		err = fill(r, &n);
	}
	frames_free(&n.frames);
	return err;
}

int title_none(struct crash_report *r, const struct rule_hit *hit)
{
	r->klass = hit->rule->klass;
	r->title = strdup("");
	r->type = strdup("");
	return r->title && r->type ? 0 : -ENOMEM;
}

static struct span no_line(const void *arg, size_t i)
{
	return (struct span){0};
}

int title_provisional(struct crash_report *r, const struct rule_hit *hit, struct span line)
{
	struct rule_lines none = {no_line, NULL, 0, 0};
	struct captures cap = {0};
	const struct rule *rule = rules_decide(hit, line, &none, &cap);
	struct strbuf s = {0};
	struct span f = trace_function(pattern_symbol(cap.symbol));
	char name[128];

	r->klass = hit->rule->klass;
	snprintf(name, sizeof(name), "%.*s", (int)(f.n < 127 ? f.n : 127), f.n ? f.s : "");
	if (rule && (f.n || !strstr(rule->title, "%F")))
		title_expand(&s, rule->title, &cap, name, rules_rest(hit, line));
	else
		title_generalize(&s, line);
	free(r->title);
	r->title = strbuf_take(&s);
	free(r->type);
	r->type = strdup("");
	return r->title && r->type ? 0 : -ENOMEM;
}
