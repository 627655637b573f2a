/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A night on one screen. */
#include <errno.h>
#include <stdlib.h>

#include "console/pipeline/printable.h"
#include "harness/report/report.h"
#include "harness/store/rate.h"

#define BUGS_SHOWN  10
#define FLAKY_SHOWN 5
#define LOOPS_SHOWN 4
#define ELLIPSIS    "\xe2\x80\xa6"

#define RED    "\033[31m"
#define GREEN  "\033[32m"
#define YELLOW "\033[33m"
#define BOLD   "\033[1m"
#define DIM    "\033[2m"
#define PLAIN  "\033[0m"

/* What is being written, and how. */
struct page {
	struct strbuf *b;
	const struct report_text_options *o;
};

static const char *sgr(const struct page *p, const char *code)
{
	return p->o->colour ? code : "";
}

/* Foreign text that ends a line, cut to what is left of it. */
static void add_cut(struct page *p, const char *text, size_t used)
{
	struct strbuf s = {0};
	size_t room = p->o->width > used + 10 ? p->o->width - used : 10;

	strbuf_add_printable(&s, text, strlen(text));
	if (p->o->width && printable_columns(strbuf_str(&s), s.len) > room) {
		strbuf_cut(&s, printable_fit(strbuf_str(&s), s.len, room - 1));
		strbuf_adds(&s, ELLIPSIS);
	}
	strbuf_add(p->b, strbuf_str(&s), s.len);
	if (s.err)
		p->b->err = s.err;
	strbuf_free(&s);
}

static void add_heading(struct page *p, const struct report *r, const struct report_stats *s)
{
	report_add_time(p->b, r->from_us, REPORT_DAY_MINUTE);
	strbuf_adds(p->b, " to ");
	report_add_time(p->b, r->to_us, REPORT_DAY_MINUTE);
	strbuf_addf(p->b, ": %s%zu run%s%s", sgr(p, BOLD), r->n_runs, r->n_runs == 1 ? "" : "s",
		    sgr(p, PLAIN));
	if (s->busy_us) {
		strbuf_adds(p->b, " in ");
		report_add_duration(p->b, s->busy_us);
	}
	strbuf_addc(p->b, '\n');
}

static const char *verdict_colour(enum report_verdict v)
{
	return v == REPORT_PASS ? GREEN : v >= REPORT_INFRA ? YELLOW : RED;
}

static void add_verdicts(struct page *p, const struct report_stats *s)
{
	for (enum report_verdict v = 0; v < REPORT_VERDICTS; v++)
		if (s->verdicts[v])
			strbuf_addf(p->b, "  %s%s %zu%s", sgr(p, verdict_colour(v)),
				    report_verdict_name(v), s->verdicts[v], sgr(p, PLAIN));
	strbuf_adds(p->b, "\n");
}

/* "  3 of 120  42a138e7  TITLE [module]" */
static void add_bug(struct page *p, const struct report_bug *x)
{
	const struct crash_bug *bug = x->bug;
	const char *module = bug->seen[bug->n_seen - 1].module;
	struct strbuf title = {0};

	strbuf_adds(&title, bug->title);
	if (module)
		strbuf_addf(&title, " [%s]", module);
	strbuf_addf(p->b, "%5zu of %-5zu %s", bug->since.hits, bug->since.of, sgr(p, DIM));
	strbuf_add_printable(p->b, bug->seen[0].signature, strnlen(bug->seen[0].signature, 8));
	strbuf_addf(p->b, "%s  ", sgr(p, PLAIN));
	add_cut(p, strbuf_str(&title), 25);
	strbuf_addc(p->b, '\n');
	if (title.err)
		p->b->err = title.err;
	strbuf_free(&title);
}

static void add_bugs(struct page *p, const struct report *r, const struct report_stats *s,
		     enum crash_news news, const char *heading, const char *colour)
{
	size_t shown = 0;

	if (!s->bugs[news])
		return;
	strbuf_addf(p->b, "\n%s%s%s: runs that had it, of those of its modules\n", sgr(p, colour),
		    heading, sgr(p, PLAIN));
	for (size_t i = 0; i < r->n_bugs && shown < BUGS_SHOWN; i++) {
		if (r->bugs[i].news != news)
			continue;
		add_bug(p, &r->bugs[i]);
		shown++;
	}
	if (s->bugs[news] > shown)
		strbuf_addf(p->b, "      and %zu more: kdev crashes --since\n",
			    s->bugs[news] - shown);
}

static void add_times(struct page *p, const char *what, const struct report_times *t)
{
	if (!t->n)
		return;
	strbuf_addf(p->b, ", %s ", what);
	report_add_duration(p->b, t->median);
	strbuf_adds(p->b, " (");
	report_add_duration(p->b, t->min);
	strbuf_adds(p->b, " to ");
	report_add_duration(p->b, t->max);
	strbuf_adds(p->b, ")");
}

static void add_board(struct page *p, const struct report_stats *s)
{
	strbuf_addf(p->b, "\nboots   %zu", s->boots);
	add_times(p, "ready in", &s->ready);
	if (s->boots_unseen)
		strbuf_addf(p->b, ", %zu not seen to its end", s->boots_unseen);
	strbuf_addf(p->b, "\nresets  %zu", s->resets);
	if (s->resets_failed)
		strbuf_addf(p->b, ", %s%zu did not bring the board back%s", sgr(p, RED),
			    s->resets_failed, sgr(p, PLAIN));
	if (s->cycle.n) {
		strbuf_addf(p->b, "\ncycles  %zu", s->cycle.n);
		add_times(p, "load to unload", &s->cycle);
	}
	if (s->lost)
		strbuf_addf(p->b, "\nlost    %s%llu records of the consoles%s", sgr(p, YELLOW),
			    (unsigned long long)s->lost, sgr(p, PLAIN));
	strbuf_addc(p->b, '\n');
}

static void add_flaky(struct page *p, const struct report_group *groups, size_t n)
{
	size_t flaky = 0;

	for (size_t i = 0; i < n; i++) {
		const struct report_group *g = &groups[i];
		struct strbuf name = {0};

		if (!report_is_flaky(g) || flaky++ >= FLAKY_SHOWN)
			continue;
		strbuf_addf(p->b, "%s%5zu of %-5zu failed, ", flaky == 1 ? "\nFLAKY\n" : "",
			    g->n_bad, g->n_judged);
		rate_add(p->b, g->n_bad, g->n_judged);
		strbuf_addf(&name, "  %s%s%s", g->first->module ? g->first->module : "no module",
			    g->first->params && *g->first->params ? " " : "",
			    g->first->params ? g->first->params : "");
		add_cut(p, strbuf_str(&name), 60);
		strbuf_addc(p->b, '\n');
		if (name.err)
			p->b->err = name.err;
		strbuf_free(&name);
	}
	if (flaky > FLAKY_SHOWN)
		strbuf_addf(p->b, "      and %zu more\n", flaky - FLAKY_SHOWN);
}

static void add_loops(struct page *p, const struct report *r)
{
	for (size_t i = 0; i < r->n_loops; i++) {
		const struct report_loop *l = &r->loops[i];
		struct strbuf text = {0};

		/* The last ones, where there are many. */
		if (i + LOOPS_SHOWN < r->n_loops)
			continue;
		strbuf_addf(&text, "%s, %llu iterations, %llu not as expected", l->id,
			    (unsigned long long)l->done, (unsigned long long)l->bad);
		if (l->skipped)
			strbuf_addf(&text, ", %llu skipped", (unsigned long long)l->skipped);
		if (l->state)
			strbuf_addf(&text, ", %s", l->state);
		if (l->why)
			strbuf_addf(&text, ": %s", l->why);
		strbuf_adds(p->b, "loop    ");
		add_cut(p, strbuf_str(&text), 8);
		strbuf_addc(p->b, '\n');
		if (text.err)
			p->b->err = text.err;
		strbuf_free(&text);
	}
}

int report_text(struct strbuf *b, const struct report *r, const struct report_text_options *o)
{
	struct page p = {b, o};
	struct report_stats s;
	size_t n;
	struct report_group *groups = report_groups(r, &n);

	if (report_stats(r, &s) || (r->n_runs && !groups)) {
		free(groups);
		return b->err = -ENOMEM;
	}
	add_heading(&p, r, &s);
	if (r->n_runs)
		add_verdicts(&p, &s);
	add_loops(&p, r);
	add_bugs(&p, r, &s, CRASH_NEW, "NEW CRASHES", RED);
	add_bugs(&p, r, &s, CRASH_KNOWN, "KNOWN CRASHES", BOLD);
	if (r->n_runs)
		add_bugs(&p, r, &s, CRASH_GONE, "NOT SEEN AGAIN", GREEN);
	add_flaky(&p, groups, n);
	if (r->n_runs)
		add_board(&p, &s);
	free(groups);
	return b->err;
}
