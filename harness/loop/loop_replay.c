/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A loop that is gone on with: its journal is read again, after whatever ended it. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/exit_code.h"
#include "harness/log.h"
#include "harness/loop/loop.h"
#include "harness/output/text_json.h"
#include "harness/paths.h"

/* What the journal says, as it is read. */
struct replay {
	struct loop *l;
	const struct loop_options *o;
	int rc;
	uint64_t open_first, open_n; /* what was begun and not ended; n 0: nothing */
	char run[128];               /* its directory's name */
};

/* The first line: what the loop is. */
static int replay_loop(struct replay *p, const json_t *ev)
{
	struct loop *l = p->l;
	struct loop_limits limits;
	struct scenario_list params = {0};
	struct loop_options o = *p->o;
	json_t *list = json_object_get(ev, "params");
	char *kept = path_format("%s/scenario.ini", l->dir);

	free(l->source);
	l->source = strdup(json_text_of(ev, "source"));
	o.modules = json_text_of(ev, "modules");
	/* Loops of a module have none. */
	o.kept = kept && !access(kept, R_OK) ? kept : NULL;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *word = json_string_value(json_array_get(list, i));

		scenario_list_add(&params, word ? word : "", strlen(word ? word : ""));
	}
	o.params = params.s;
	o.n_params = params.n;
	l->seed = (uint64_t)json_integer_value(json_object_get(ev, "seed"));
	l->started_us = json_integer_value(json_object_get(ev, "started"));
	l->until_us = json_integer_value(json_object_get(ev, "until_us"));
	l->full = json_is_true(json_object_get(ev, "full"));
	p->rc = l->source ? loop_read_scenario(l, &o) : EXIT_INFRA;
	if (!p->rc)
		p->rc = loop_check(l);
	scenario_list_free(&params);
	free(kept);
	if (p->rc)
		return -ECANCELED;
	o.count = (uint64_t)json_integer_value(json_object_get(ev, "count"));
	o.until_fail = json_is_true(json_object_get(ev, "until_fail"));
	o.for_us = 0;
	o.until_us = l->until_us;
	loop_limits(l, &o, &limits);
	return loop_machine_init(&l->machine, &l->scenario, &limits);
}

static int verdict_of(const char *name)
{
	for (int v = RUN_PASS; v <= RUN_CRASH; v++)
		if (!strcmp(name, run_verdict_name((enum run_verdict)v)))
			return v;
	return -1;
}

static void replay_end(struct replay *p, const json_t *ev)
{
	struct loop_result r = {
		.iteration = (uint64_t)json_integer_value(json_object_get(ev, "i")),
		.ok = json_is_true(json_object_get(ev, "ok")),
		.warned = json_is_true(json_object_get(ev, "warned")),
		.locks_off = json_is_true(json_object_get(ev, "locks_off")),
	};
	int v = verdict_of(json_text_of(ev, "verdict"));
	const char *title = json_text_of(ev, "title");
	struct loop_step skip;

	/* Iterations in quarantine are passed over on the way to the next. */
	if (r.iteration != p->l->machine.next)
		loop_machine_next(&p->l->machine, (struct monotime){0}, &skip);
	if (v < 0)
		return;
	r.verdict = (enum run_verdict)v;
	if (loop_machine_result(&p->l->machine, &r) && *title)
		loop_bug(p->l, json_text_of(ev, "signature"), title, r.iteration);
	if (p->open_n && r.iteration + 1 >= p->open_first + p->open_n)
		p->open_n = 0;
}

static int on_event(void *arg, const json_t *ev)
{
	struct replay *p = arg;
	const char *name = json_text_of(ev, "ev");

	if (!strcmp(name, "loop"))
		return replay_loop(p, ev);
	if (!p->l->machine.cases)
		return -EINVAL;
	if (!strcmp(name, "end")) {
		replay_end(p, ev);
	} else if (!strcmp(name, "begin")) {
		p->open_first = (uint64_t)json_integer_value(json_object_get(ev, "i"));
		p->open_n = (uint64_t)json_integer_value(json_object_get(ev, "c"));
		p->run[0] = '\0';
	} else if (!strcmp(name, "run")) {
		snprintf(p->run, sizeof(p->run), "%s", json_text_of(ev, "run"));
	}
	return 0;
}

/* The newest loop of this board whose sums don't say that it is over. */
static char *newest_open(const char *board)
{
	char *loops = path_format("%s/loops", path_state()), *best = NULL;
	struct dirent **names;
	int n = loops ? scandir(loops, &names, NULL, alphasort) : -1;

	for (int i = n; i-- > 0;) {
		char *path = path_format("%s/%s/loop.json", loops, names[i]->d_name);
		json_t *sums = path && !best ? json_load_file(path, 0, NULL) : NULL;

		if (sums && !strcmp(json_text_of(sums, "board"), board) &&
		    strcmp(json_text_of(sums, "state"), "done") != 0)
			best = strdup(names[i]->d_name);
		json_decref(sums);
		free(path);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	free(loops);
	return best;
}

bool loop_is_unfinished(const char *board, const char *source)
{
	char *loops = path_format("%s/loops", path_state());
	struct dirent **names;
	bool unfinished = false, found = false;
	int n = loops ? scandir(loops, &names, NULL, alphasort) : -1;

	for (int i = n; i-- > 0; free(names[i])) {
		char *path = path_format("%s/%s/loop.json", loops, names[i]->d_name);
		json_t *sums = path && !found ? json_load_file(path, 0, NULL) : NULL;

		if (sums && !strcmp(json_text_of(sums, "board"), board)) {
			found = true;
			unfinished = !strcmp(json_text_of(sums, "source"), source) &&
				     strcmp(json_text_of(sums, "state"), "done") != 0;
		}
		json_decref(sums);
		free(path);
	}
	if (n >= 0)
		free(names);
	free(loops);
	return unfinished;
}

static json_t *case_json(const struct loop *l, uint64_t i)
{
	return text_json(scenario_at(&l->scenario, i).c->name);
}

/* Iterations of the open batch before `i` were over, and well: the kernel's log said so. */
static void pass_until(struct replay *p, uint64_t i)
{
	struct loop *l = p->l;

	while (l->machine.next < i) {
		struct loop_result r = {.iteration = l->machine.next, .ok = true};

		loop_tell(l,
			  json_pack("{s:s, s:I, s:s, s:b, s:n, s:n, s:o, s:s}", "ev", "end", "i",
				    (json_int_t)r.iteration, "verdict", "pass", "ok", 1, "load_us",
				    "unload_us", "case", case_json(l, r.iteration), "run", p->run));
		loop_machine_result(&l->machine, &r);
	}
}

/* The run that was under way may have come to its end, only the journal did not hear of it. Of one
 * that was not finished the record says "interrupted": that iteration is run again. */
static void take_open_run(struct replay *p)
{
	struct loop *l = p->l;
	char *path = path_format("%s/runs/%s/run.json", path_state(), p->run);
	json_t *run = path ? json_load_file(path, 0, NULL) : NULL;
	json_t *crash = json_array_get(json_object_get(run, "crashes"), 0);
	json_t *loop = json_object_get(run, "loop");
	struct loop_result r = {
		.iteration = (uint64_t)json_integer_value(json_object_get(loop, "iteration")),
	};
	const char *verdict = json_text_of(run, "verdict");
	int v = verdict_of(verdict);

	if (crash && loop && v >= RUN_RESET && r.iteration >= l->machine.next &&
	    r.iteration >= p->open_first && r.iteration < p->open_first + p->open_n &&
	    !strcmp(scenario_at(&l->scenario, r.iteration).c->expect.verdict, "pass")) {
		const char *signature = json_text_of(crash, "signature");
		const char *title = json_text_of(crash, "title");

		pass_until(p, r.iteration);
		r.verdict = (enum run_verdict)v;
		loop_bug(l, signature, title, r.iteration);
		loop_tell(l,
			  json_pack("{s:s, s:I, s:s, s:b, s:n, s:n, s:o, s:s, s:o, s:o, s:o}", "ev",
				    "end", "i", (json_int_t)r.iteration, "verdict", verdict, "ok",
				    0, "load_us", "unload_us", "case", case_json(l, r.iteration),
				    "run", p->run, "reason", text_json(json_text_of(run, "reason")),
				    "signature", text_json(signature), "title", text_json(title)));
		loop_machine_result(&l->machine, &r);
	}
	json_decref(run);
	free(path);
}

int loop_resume(struct loop *l, const struct loop_options *o)
{
	struct replay p = {.l = l, .o = o};
	char *id = o->what ? strdup(o->what) : newest_open(l->cfg->name), *path;
	char err[512] = "out of memory";
	int rc;

	if (!id) {
		log_error("no loop of board %s is left unfinished", l->cfg->name);
		return EXIT_USAGE;
	}
	snprintf(l->id, sizeof(l->id), "%s", id);
	free(id);
	l->dir = path_format("%s/loops/%s", path_state(), l->id);
	path = path_format("%s/journal.jsonl", l->dir ? l->dir : "");
	rc = path ? journal_open(path, on_event, &p, &l->journal, err, sizeof(err)) : -ENOMEM;
	free(path);
	if (p.rc)
		return p.rc;
	if (rc || !l->machine.cases) {
		log_error("%s", rc ? err : "the journal is empty");
		return EXIT_USAGE;
	}
	loop_tell(l, json_pack("{s:s, s:I, s:I}", "ev", "resume", "i", (json_int_t)l->machine.next,
			       "at_us", (json_int_t)loop_wall_us()));
	if (p.open_n && p.run[0])
		take_open_run(&p);
	return loop_sync(l) ? 0 : EXIT_INFRA;
}
