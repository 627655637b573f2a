/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A report as one JSON object, without the explanations: they are in the runs' directories. */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>

#include "harness/output/text_json.h"
#include "harness/report/report.h"
#include "harness/store/rate.h"

static json_t *us(int64_t n)
{
	return n < 0 ? json_null() : json_integer(n);
}

/* The list with one more, or NULL: then it is freed. */
static json_t *append(json_t *list, json_t *o)
{
	if (!json_array_append_new(list, o))
		return list;
	json_decref(list);
	return NULL;
}

static json_t *crash_list(const struct report_run *run)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < run->n_crashes; i++) {
		const struct report_crash *c = &run->crashes[i];

		list = append(list,
			      json_pack("{s:I, s:o, s:o, s:o, s:b}", "n", (json_int_t)c->n, "title",
					text_json(c->title), "signature", text_json(c->signature),
					"step", text_json(c->step), "secondary", c->secondary));
	}
	return list;
}

static json_t *boot_list(const struct report_run *run)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < run->n_boots; i++) {
		const struct report_boot *x = &run->boots[i];

		list = append(list,
			      json_pack("{s:o, s:o, s:o, s:o}", "reason", text_json(x->reason),
					"firmware_us", us(x->firmware_us), "kernel_us",
					us(x->kernel_us), "ready_us", us(x->ready_us)));
	}
	return list;
}

static json_t *reset_list(const struct report_run *run)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < run->n_resets; i++) {
		const struct report_reset *x = &run->resets[i];

		list = append(list, json_pack("{s:o, s:b, s:o}", "method", text_json(x->method),
					      "verified", x->verified, "took_us", us(x->took_us)));
	}
	return list;
}

static json_t *run_json(const struct report_run *run)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:I, s:o, s:o, s:o}",
			 "id", text_json(run->id), "board", text_json(run->board), "module",
			 text_json(run->module), "params", text_json(run->params), "kernel",
			 text_json(run->kernel), "verdict", report_verdict_name(run->verdict),
			 "reason", text_json(run->reason), "started_us", us(run->started_us),
			 "ended_us", us(run->ended_us), "cycle_us", us(run->cycle_us), "lost",
			 (json_int_t)run->lost, "crashes", crash_list(run), "boots", boot_list(run),
			 "resets", reset_list(run));
}

static json_t *rate_json(size_t hits, size_t of)
{
	struct rate r = rate_of(hits, of);

	return json_pack("{s:I, s:I, s:f, s:f, s:f}", "hits", (json_int_t)hits, "of",
			 (json_int_t)of, "rate", r.value, "low_95", r.low, "high_95", r.high);
}

static json_t *bug_json(const struct report_bug *x)
{
	static const char *const news[] = {"new", "known", "gone"};
	const struct crash_bug *bug = x->bug;
	const struct crash_sighting *last = &bug->seen[bug->n_seen - 1];
	json_t *o = json_pack("{s:o, s:o, s:o, s:s, s:I, s:I, s:I, s:I, s:o, s:o}", "signature",
			      text_json(last->signature), "title", text_json(bug->title), "module",
			      text_json(last->module), "news", news[x->news], "reports",
			      (json_int_t)x->n_since, "reports_ever", (json_int_t)bug->n_seen,
			      "first_us", (json_int_t)bug->seen[0].at_us, "last_us",
			      (json_int_t)last->at_us, "runs_rate",
			      rate_json(bug->since.hits, bug->since.of), "runs_rate_before",
			      rate_json(bug->before.hits, bug->before.of));

	if (o && x->run &&
	    (json_object_set_new(o, "run", text_json(x->run)) ||
	     json_object_set_new(o, "source", text_json(x->source)) ||
	     json_object_set_new(o, "expected", json_boolean(x->expected)) ||
	     json_object_set_new(o, "n", json_integer(x->n)))) {
		json_decref(o);
		return NULL;
	}
	return o;
}

static json_t *group_json(const struct report_group *g)
{
	json_t *verdicts = json_object();

	for (enum report_verdict v = 0; verdicts && v < REPORT_VERDICTS; v++) {
		if (json_object_set_new(verdicts, report_verdict_name(v),
					json_integer((json_int_t)g->verdicts[v]))) {
			json_decref(verdicts);
			verdicts = NULL;
		}
	}
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:I, s:o, s:b, s:o}", "board",
			 text_json(g->board), "module", text_json(g->module), "params",
			 text_json(g->params), "source",
			 text_json(g->loop ? g->loop->source : NULL), "case",
			 text_json(g->loop ? g->c->name : NULL), "runs", (json_int_t)g->n,
			 "verdicts", verdicts, "flaky", report_is_flaky(g), "failures",
			 rate_json(g->n_bad, g->n_judged));
}

/* Those that passed are counted; a million of them would tell no more. */
static json_t *iteration_list(const struct report *r, size_t loop)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < r->n_iterations; i++) {
		const struct report_iteration *it = &r->iterations[i];

		if (it->loop != loop || (it->ok && it->verdict == REPORT_PASS))
			continue;
		list = append(list,
			      json_pack("{s:I, s:o, s:s, s:b, s:o, s:o, s:o, s:o}", "i",
					(json_int_t)it->i, "case",
					text_json(r->loops[loop].cases[it->c].name), "verdict",
					report_verdict_name(it->verdict), "ok", it->ok, "at_us",
					us(it->at_us), "run", text_json(it->run), "reason",
					text_json(it->reason), "title", text_json(it->title)));
	}
	return list;
}

static json_t *test_json(const struct report_test *t)
{
	json_t *outcomes = json_object();

	for (enum ktap_outcome o = 0; outcomes && o <= KTAP_MISSING; o++) {
		if (t->outcomes[o] &&
		    json_object_set_new(outcomes, ktap_outcome_name(o),
					json_integer((json_int_t)t->outcomes[o]))) {
			json_decref(outcomes);
			outcomes = NULL;
		}
	}
	return json_pack("{s:o, s:o, s:s, s:o, s:o, s:o, s:o}", "module", text_json(t->module),
			 "path", text_json(t->path), "outcome", report_test_outcome(t), "outcomes",
			 outcomes, "run", text_json(t->run), "directive", text_json(t->directive),
			 "diagnostics", text_json(t->diagnostics));
}

static json_t *loop_json(const struct report *r, size_t loop)
{
	const struct report_loop *l = &r->loops[loop];

	return json_pack("{s:o, s:o, s:o, s:o, s:I, s:I, s:I, s:I, s:o}", "id", text_json(l->id),
			 "source", text_json(l->source), "state", text_json(l->state), "why",
			 text_json(l->why), "started_us", (json_int_t)l->started_us, "done",
			 (json_int_t)l->done, "bad", (json_int_t)l->bad, "skipped",
			 (json_int_t)l->skipped, "not_passed", iteration_list(r, loop));
}

static int fill(json_t *o, const struct report *r)
{
	json_t *runs = json_array(), *bugs = json_array(), *modules = json_array();
	json_t *loops = json_array(), *tests = json_array();
	int err = 0;

	for (size_t i = 0; !err && i < r->n_runs; i++)
		err = json_array_append_new(runs, run_json(&r->runs[i]));
	for (size_t i = 0; !err && i < r->n_bugs; i++)
		err = json_array_append_new(bugs, bug_json(&r->bugs[i]));
	for (size_t i = 0; !err && i < r->n_groups; i++)
		err = json_array_append_new(modules, group_json(&r->groups[i]));
	for (size_t i = 0; !err && i < r->n_loops; i++)
		err = json_array_append_new(loops, loop_json(r, i));
	for (size_t i = 0; !err && i < r->n_tests; i++)
		err = json_array_append_new(tests, test_json(&r->tests[i]));
	/* Each list is the object's in any case. */
	err |= json_object_set_new(o, "runs", runs);
	err |= json_object_set_new(o, "bugs", bugs);
	err |= json_object_set_new(o, "modules", modules);
	err |= json_object_set_new(o, "loops", loops);
	err |= json_object_set_new(o, "tests", tests);
	return err ? -ENOMEM : 0;
}

int report_json(struct strbuf *b, const struct report *r)
{
	json_t *o = json_pack("{s:I, s:I}", "from_us", (json_int_t)r->from_us, "to_us",
			      (json_int_t)r->to_us);
	char *text = o && !fill(o, r) ? json_dumps(o, JSON_INDENT(2)) : NULL;

	json_decref(o);
	if (!text)
		return b->err = -ENOMEM;
	strbuf_adds(b, text);
	free(text);
	return strbuf_addc(b, '\n');
}
