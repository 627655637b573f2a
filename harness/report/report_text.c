/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A night on one screen. */
#include <errno.h>

#include "console/pipeline/printable.h"
#include "harness/output/cut_title.h"
#include "harness/report/report.h"
#include "harness/store/rate.h"

#define BUGS_SHOWN  10
#define FLAKY_SHOWN 5
#define LOOPS_SHOWN 4
#define TESTS_SHOWN 5
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

/* What is left of a line. */
static size_t room_for(const struct page *p, size_t used)
{
	if (!p->o->width)
		return 0;
	return p->o->width > used + 10 ? p->o->width - used : 10;
}

/* Foreign text that ends a line, cut to what is left of it. */
static void add_cut(struct page *p, const char *text, size_t used)
{
	struct strbuf s = {0};
	size_t room = room_for(p, used);

	strbuf_add_printable(&s, text, strlen(text));
	if (room && printable_columns(strbuf_str(&s), s.len) > room) {
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
	strbuf_addf(p->b, "\n%s", sgr(p, BOLD));
	report_add_trials(p->b, r, s);
	strbuf_adds(p->b, sgr(p, PLAIN));
	if (s->to_us > s->from_us) {
		strbuf_adds(p->b, " in ");
		report_add_duration(p->b, s->to_us - s->from_us);
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

	strbuf_addf(p->b, "%5zu of %-5zu %s", bug->since.hits, bug->since.of, sgr(p, DIM));
	strbuf_add_printable(p->b, bug->seen[0].signature, strnlen(bug->seen[0].signature, 8));
	strbuf_addf(p->b, "%s  ", sgr(p, PLAIN));
	cut_title(p->b, bug->title, bug->seen[bug->n_seen - 1].module, room_for(p, 25));
	strbuf_addc(p->b, '\n');
}

/* What is shown together. */
struct kind {
	enum crash_news news;
	bool expected; /* by a scenario: of any news but gone */
	const char *heading, *colour;
};

static bool is_of(const struct report_bug *x, const struct kind *k)
{
	return x->expected == k->expected && (x->expected || x->news == k->news);
}

static void add_bugs(struct page *p, const struct report *r, const struct kind *k)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_bugs; i++) {
		if (!is_of(&r->bugs[i], k))
			continue;
		if (!n)
			strbuf_addf(p->b,
				    "\n%s%s%s: times that it came, of those that could show it\n",
				    sgr(p, k->colour), k->heading, sgr(p, PLAIN));
		if (n++ < BUGS_SHOWN)
			add_bug(p, &r->bugs[i]);
	}
	if (n > BUGS_SHOWN)
		strbuf_addf(p->b, "      and %zu more: kdev crashes --since\n", n - BUGS_SHOWN);
}

static const struct kind kinds[] = {
	{CRASH_NEW, false, "NEW CRASHES", RED},
	{CRASH_KNOWN, false, "KNOWN CRASHES", BOLD},
	{CRASH_NEW, true, "EXPECTED CRASHES", DIM},
	{CRASH_GONE, false, "NOT SEEN AGAIN", GREEN},
};

/* "    3 of 40     suite > test [module]": what failed. */
static void add_tests(struct page *p, const struct report *r, const struct report_stats *s)
{
	if (!s->n_tests)
		return;
	strbuf_adds(p->b, "\nTESTS: ");
	report_add_tests(p->b, s);
	strbuf_addc(p->b, '\n');
	for (size_t i = 0; i < r->n_tests && i < s->tests_bad && i < TESTS_SHOWN; i++) {
		const struct report_test *t = &r->tests[i];

		strbuf_addf(p->b, "%5zu of %-5zu ", t->n_bad, t->n);
		cut_title(p->b, t->path ? t->path : "-", t->module, room_for(p, 15));
		strbuf_addc(p->b, '\n');
	}
	if (s->tests_bad > TESTS_SHOWN)
		strbuf_addf(p->b, "      and %zu more\n", s->tests_bad - TESTS_SHOWN);
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

static void add_flaky(struct page *p, const struct report *r)
{
	size_t flaky = 0;

	for (size_t i = 0; i < r->n_groups; i++) {
		const struct report_group *g = &r->groups[i];
		struct strbuf name = {0};
		size_t before;

		if (!report_is_flaky(g) || flaky++ >= FLAKY_SHOWN)
			continue;
		strbuf_adds(p->b, flaky == 1 ? "\nFLAKY: passed and failed alike\n" : "");
		before = p->b->len;
		strbuf_addf(p->b, "%5zu of %-5zu ", g->n_bad, g->n_judged);
		rate_add(p->b, g->n_bad, g->n_judged);
		strbuf_adds(&name, "  ");
		report_add_group(&name, g);
		add_cut(p, strbuf_str(&name), p->b->len - before);
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

	if (report_stats(r, &s))
		return b->err = -ENOMEM;
	add_heading(&p, r, &s);
	if (s.trials)
		add_verdicts(&p, &s);
	add_loops(&p, r);
	/* Where nothing was run, nothing has gone. */
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (r->n_runs || kinds[i].news != CRASH_GONE)
			add_bugs(&p, r, &kinds[i]);
	add_tests(&p, r, &s);
	add_flaky(&p, r);
	if (r->n_runs)
		add_board(&p, &s);
	return b->err;
}
