/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A loop's journal and sums, as they are written. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "harness/exit_code.h"
#include "harness/log.h"
#include "harness/loop/loop.h"
#include "harness/output/text_json.h"
#include "harness/paths.h"

#define ROOM_WAIT_US MONO_SEC(5)

int64_t loop_wall_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

/* ---- writing ---- */

void loop_tell(struct loop *l, json_t *event)
{
	l->journal_err = journal_add(l->journal, event);
}

/* A full disk is waited for: nothing is run that could not be told of. */
bool loop_sync(struct loop *l)
{
	int err = journal_sync(l->journal), told = 0;

	while (err && !l->machine.interrupted) {
		if (err != told)
			loop_screen_note(l,
					 "the journal can't be written: %s; waiting for that to "
					 "change (%s)",
					 strerror(-err), l->dir);
		told = err;
		run_wait(&l->run, ROOM_WAIT_US);
		err = journal_retry(l->journal);
	}
	if (told && !err)
		loop_screen_note(l, "the journal can be written again");
	l->journal_err = err;
	return !err;
}

json_t *loop_sums(const struct loop *l, const char *state, const char *why)
{
	const struct loop_machine *m = &l->machine;
	json_t *verdicts = json_object(), *bugs = json_array(), *cases = json_array();

	for (int v = RUN_PASS; v <= RUN_CRASH; v++)
		if (m->by_verdict[v])
			json_object_set_new(verdicts, run_verdict_name((enum run_verdict)v),
					    json_integer((json_int_t)m->by_verdict[v]));
	for (size_t i = 0; i < l->n_bugs; i++)
		json_array_append_new(
			bugs,
			json_pack("{s:o, s:o, s:I, s:I}", "signature",
				  text_json(*l->bugs[i].signature ? l->bugs[i].signature : NULL),
				  "title", text_json(l->bugs[i].title), "count",
				  (json_int_t)l->bugs[i].count, "first_iteration",
				  (json_int_t)l->bugs[i].first));
	for (size_t i = 0; i < l->scenario.n_cases; i++)
		json_array_append_new(cases, json_pack("{s:o, s:I, s:I, s:b}", "name",
						       text_json(l->scenario.cases[i].name), "runs",
						       (json_int_t)m->cases[i].runs, "bad",
						       (json_int_t)m->cases[i].bad, "quarantined",
						       m->cases[i].quarantined));
	return json_pack("{s:o, s:o, s:o, s:I, s:I, s:I, s:s, s:o, s:I, s:I, s:I, s:I, s:o, s:o, "
			 "s:o}",
			 "id", text_json(l->id), "board", text_json(l->cfg->name), "source",
			 text_json(l->source), "seed", (json_int_t)l->seed, "started",
			 (json_int_t)l->started_us, "updated", (json_int_t)loop_wall_us(), "state",
			 state, "why", text_json(why), "next", (json_int_t)m->next, "done",
			 (json_int_t)m->done, "bad", (json_int_t)m->bad, "skipped",
			 (json_int_t)m->skipped, "verdicts", verdicts, "crashes", bugs, "cases",
			 cases);
}

void loop_sum_up(struct loop *l, const char *state, const char *why)
{
	char *path = path_format("%s/loop.json", l->dir);
	json_t *sums = loop_sums(l, state, why);
	char *text = sums ? json_dumps(sums, JSON_INDENT(2)) : NULL;
	int err = path && text ? path_write_atomic(path, text, strlen(text), 0644) : -ENOMEM;

	if (err)
		log_error("%s/loop.json: %s", l->dir, strerror(-err));
	free(text);
	json_decref(sums);
	free(path);
	l->summed = mono_now();
}

/* ---- a new loop ---- */

static int make_dir(struct loop *l)
{
	char *loops = path_format("%s/loops", path_state());
	const char *slash = strrchr(l->source, '/'), *base = slash ? slash + 1 : l->source;
	time_t now = time(NULL);
	int rc = loops ? path_mkdirs(loops, 0755) : -ENOMEM;
	char stamp[32];
	struct tm tm;

	strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", gmtime_r(&now, &tm));
	for (unsigned i = 1; !rc; i++) {
		char suffix[12] = "";

		if (i > 1)
			snprintf(suffix, sizeof(suffix), "-%u", i);
		snprintf(l->id, sizeof(l->id), "%s-%.*s%s", stamp,
			 (int)(strcspn(base, ".") < 48 ? strcspn(base, ".") : 48), base, suffix);
		free(l->dir);
		l->dir = path_format("%s/%s", loops, l->id);
		if (!l->dir)
			rc = -ENOMEM;
		else if (!mkdir(l->dir, 0755))
			break;
		else if (errno != EEXIST)
			rc = -errno;
	}
	free(loops);
	return rc;
}

static json_t *params_json(const struct loop_options *o)
{
	json_t *list = json_array();

	for (size_t i = 0; i < o->n_params; i++)
		json_array_append_new(list, json_string(o->params[i]));
	return list;
}

int loop_begin(struct loop *l, const struct loop_options *o)
{
	char err[512], *path;
	int rc = make_dir(l);

	if (rc) {
		log_error("%s: %s", l->dir ? l->dir : "loops", strerror(-rc));
		return EXIT_INFRA;
	}
	path = path_format("%s/scenario.ini", l->dir);
	rc = path ? 0 : -ENOMEM;
	if (!rc && l->text)
		rc = path_write_atomic(path, l->text, l->text_len, 0644);
	free(path);
	if (rc) {
		log_error("%s/scenario.ini: %s", l->dir, strerror(-rc));
		return EXIT_INFRA;
	}
	path = path_format("%s/journal.jsonl", l->dir);
	rc = path ? journal_open(path, NULL, NULL, &l->journal, err, sizeof(err)) : -ENOMEM;
	free(path);
	if (rc) {
		log_error("%s", rc == -ENOMEM ? "out of memory" : err);
		return EXIT_INFRA;
	}
	loop_tell(l,
		  json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:I, s:I, s:I, s:I, s:b, s:b}", "ev",
			    "loop", "id", l->id, "board", text_json(l->cfg->name), "source",
			    text_json(l->source), "modules", text_json(l->modules_dir), "params",
			    params_json(o), "seed", (json_int_t)l->seed, "started",
			    (json_int_t)l->started_us, "count", (json_int_t)l->machine.limits.count,
			    "until_us", (json_int_t)l->until_us, "until_fail",
			    l->machine.limits.until_fail, "full", l->full));
	return loop_sync(l) ? 0 : EXIT_INFRA;
}
