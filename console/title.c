/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Puts the parts of a report together. */
#include "console/title.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "console/facts.h"
#include "console/guilt.h"
#include "console/plumbing.h"
#include "console/signature.h"
#include "console/title_words.h"
#include "console/torn.h"

/* What is known while a report is being named. */
struct naming {
	const struct report_buffer *b;
	const struct plumbing_index *plumbing;
	size_t trigger;
	const struct rule *rule;
	struct captures cap;
	struct span rest; /* of the line, behind the trigger */
	struct frames frames;
	const struct frame *guilty; /* NULL: none */
	struct span function;       /* empty: none */
	const char *mixed;          /* why the frames can not be told apart, or NULL */
};

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

static int corrupt(struct crash_report *r, const char *why)
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

	strbuf_addf(&s, "%s in %s", what, function);
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

/* Title and alternatives, for every name that the function goes by. */
static int make_titles(struct crash_report *r, const struct naming *n)
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
		err = corrupt(r, "no function could be found");
	return err;
}

static int check_torn(struct crash_report *r, const struct naming *n)
{
	const char *why = n->mixed ? n->mixed : torn_reason(n->b, n->trigger, n->rule, &n->frames);

	return why ? corrupt(r, why) : 0;
}

static int make_type(struct crash_report *r, const struct naming *n)
{
	free(r->type);
	r->type = strdup(n->rule->type ? n->rule->type : title_type(r->title));
	return r->type ? 0 : -ENOMEM;
}

static int copy_frame(struct crash_frame *to, const struct frame *f)
{
	to->function = span_copy(f->function);
	to->module = f->module.n ? span_copy(f->module) : NULL;
	to->build_id = f->build_id.n ? span_copy(f->build_id) : NULL;
	to->offset = f->offset;
	to->size = f->size;
	to->exact = f->ip;
	if (!to->function || (f->module.n && !to->module) || (f->build_id.n && !to->build_id))
		return -ENOMEM;
	return 0;
}

/* The trace that the guilty frame is in; without one the first call trace. */
static unsigned guilty_trace(const struct naming *n)
{
	if (n->guilty && !n->guilty->ip)
		return n->guilty->trace;
	for (size_t i = 0; i < n->frames.n; i++)
		if (n->frames.list[i].section == SECTION_CALL && n->frames.list[i].function.n)
			return n->frames.list[i].trace;
	return 0;
}

static bool belongs(const struct frame *f, unsigned trace, const struct frame *first)
{
	if (!f->function.n || f->unreliable)
		return false;
	if (f->trace == trace)
		return f->section == SECTION_CALL || f->section == SECTION_NONE;
	/* the registers stand above the trace that goes with them */
	return f->ip && f->trace < trace && f == first;
}

static const struct frame *first_ip(const struct frames *frames)
{
	for (size_t i = 0; i < frames->n; i++)
		if (frames->list[i].ip)
			return &frames->list[i];
	return NULL;
}

static int make_frames(struct crash_report *r, const struct naming *n)
{
	const struct frame *ip = first_ip(&n->frames);
	unsigned trace = guilty_trace(n);

	if (!n->frames.n)
		return 0;
	r->frames = calloc(n->frames.n, sizeof(*r->frames));
	if (!r->frames)
		return -ENOMEM;
	for (size_t i = 0; i < n->frames.n; i++) {
		const struct frame *f = &n->frames.list[i];

		if (!belongs(f, trace, ip))
			continue;
		if (copy_frame(&r->frames[r->n_frames++], f))
			return -ENOMEM;
	}
	return 0;
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
	int err = make_titles(r, n);

	r->klass = n->rule->klass;
	if (!err)
		err = make_type(r, n);
	if (!err)
		err = check_torn(r, n);
	if (!err)
		err = set_text(&r->function, n->function);
	if (!err && n->guilty)
		err = set_text(&r->module, n->guilty->module);
	if (!err)
		err = make_frames(r, n);
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
