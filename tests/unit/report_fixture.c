/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A night for tests of the writers. */
#include "report_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "harness/paths.h"

#define SEC   INT64_C(1000000)
#define NIGHT (INT64_C(1795385400) * SEC) /* 2026-11-22 22:10:00 UTC */

#define HOSTILE "<script>alert(1)</script>\x1b[2J\xe2\x80\xae\x80&\"'"

/* All of it is freed by report_free(). */
static char *copy(const char *text)
{
	char *s = text ? strdup(text) : NULL;

	assert_true(s || !text);
	return s;
}

static void *zeroed(size_t n, size_t size)
{
	void *p = calloc(n, size);

	assert_non_null(p);
	return p;
}

static void fill_run(struct report_run *run, const char *id, const char *board, const char *module,
		     const char *params, enum report_verdict verdict, const char *reason,
		     int64_t minute)
{
	*run = (struct report_run){.id = copy(id),
				   .board = copy(board),
				   .module = copy(module),
				   .params = copy(params),
				   .kernel = copy("6.1.0-56-amd64"),
				   .reason = copy(reason),
				   .verdict = verdict,
				   .started_us = NIGHT + minute * 60 * SEC,
				   .ended_us = NIGHT + (minute * 60 + 20) * SEC,
				   .load_us = -1,
				   .cycle_us = -1};
}

static void add_cycle(struct report_run *run, int64_t took_us)
{
	run->load_us = run->started_us + SEC;
	run->cycle_us = took_us;
}

static void add_steps(struct report_run *run)
{
	run->n_steps = 3;
	run->steps = zeroed(3, sizeof(*run->steps));
	run->steps[0] = (struct report_step){copy("prepare"), copy("the board is ready"), 12578629};
	run->steps[1] = (struct report_step){copy("load"), copy("oops " HOSTILE), 104265};
	run->steps[2] = (struct report_step){copy("collect"), copy("the run did not end"), -1};
}

static void add_recovery(struct report_run *run, bool verified)
{
	run->n_boots = 1;
	run->boots = zeroed(1, sizeof(*run->boots));
	run->boots[0] = (struct report_boot){run->started_us, copy("recovery"), 241758, 8806398,
					     verified ? 12196448 : -1};
	run->n_resets = 1;
	run->resets = zeroed(1, sizeof(*run->resets));
	run->resets[0] = (struct report_reset){copy("agent"), verified, 12484961};
}

static void add_crash(struct report_run *run, const char *title, const char *signature)
{
	run->n_crashes = 1;
	run->crashes = zeroed(1, sizeof(*run->crashes));
	run->crashes[0] = (struct report_crash){
		1, copy(title), copy(signature), copy("load"), copy(NULL), false};
}

static struct crash_sighting sighting(const char *run, const char *title, const char *module,
				      const char *signature, int64_t at_us)
{
	return (struct crash_sighting){.at_us = at_us,
				       .run = copy(run),
				       .board = copy("virtual"),
				       .step = copy("load"),
				       .run_module = copy("gadget"),
				       .title = copy(title),
				       .module = copy(module),
				       .signature = copy(signature),
				       .variant = copy("1111111111111111"),
				       .n = 1};
}

static void fill_bugs(struct report *r)
{
	struct crash_store *s = &r->crashes;

	s->since_us = r->from_us;
	s->n_all = 4;
	s->all = zeroed(4, sizeof(*s->all));
	s->all[0] = sighting("20261122-222000-gadget",
			     "BUG: unable to handle kernel NULL pointer "
			     "dereference in poke " HOSTILE,
			     "gadget", "00000000000000aa", NIGHT + 600 * SEC);
	s->all[1] = sighting("20261120-010203-gadget", "INFO: task hung in wait", NULL,
			     "00000000000000bb", NIGHT - 200000 * SEC);
	s->all[2] = sighting("20261122-223000-gadget", "INFO: task hung in wait", NULL,
			     "00000000000000bb", NIGHT + 1200 * SEC);
	s->all[3] = sighting("20261120-020304-gadget", "WARNING in turn", "gadget",
			     "00000000000000cc", NIGHT - 100000 * SEC);
	s->n_bugs = 3;
	s->bugs = zeroed(3, sizeof(*s->bugs));
	s->bugs[0] = (struct crash_bug){&s->all[0], 1, 0, 1, s->all[0].title, {0, 7}, {1, 3}};
	s->bugs[1] = (struct crash_bug){&s->all[1], 2, 1, 1, s->all[1].title, {1, 7}, {1, 3}};
	s->bugs[2] = (struct crash_bug){&s->all[3], 1, 1, 1, s->all[3].title, {1, 7}, {0, 3}};
	r->n_bugs = 3;
	r->bugs = zeroed(3, sizeof(*r->bugs));
	r->bugs[0] = (struct report_bug){
		&s->bugs[0],
		CRASH_NEW,
		1,
		false,
		copy("20261122-222000-gadget"),
		1,
		copy("drivers/gadget.c:44"),
		copy("BUG: unable to handle kernel NULL pointer dereference in poke\n"
		     "  A null pointer was used.\n\n"
		     "  where    gadget.c:44\n"
		     "        43 |         /* " HOSTILE " */\n"
		     "  >     44 |         WRITE_ONCE(state->users, 1);\n"
		     "  calls    poke [gadget]   gadget.c:44\n")};
	r->bugs[1] = (struct report_bug){
		&s->bugs[1], CRASH_KNOWN, 1, false, copy("20261122-223000-gadget"), 1, NULL, NULL};
	r->bugs[2] = (struct report_bug){&s->bugs[2], CRASH_GONE, 0, false, NULL, 0, NULL, NULL};
}

static void fill_loop(struct report *r)
{
	struct report_loop *l = zeroed(1, sizeof(*l));

	r->n_loops = 1;
	r->loops = l;
	*l = (struct report_loop){.id = copy("20261122-220000-soak"),
				  .board = copy("virtual"),
				  .source = copy("/home/me/soak.ini"),
				  .params = copy(""),
				  .state = copy("done"),
				  .why = copy("the count was reached " HOSTILE),
				  .started_us = NIGHT,
				  .done = 1000,
				  .bad = 3,
				  .skipped = 7,
				  .n_cases = 2,
				  .cases = zeroed(2, sizeof(*l->cases))};
	l->cases[0] = (struct report_case){copy("reload"), copy("good")};
	l->cases[1] = (struct report_case){copy("refused"), copy("good")};
	r->n_iterations = 4;
	r->iterations = zeroed(4, sizeof(*r->iterations));
	r->iterations[0] = (struct report_iteration){
		.at_us = NIGHT + 60 * SEC, .took_us = 19000, .verdict = REPORT_PASS, .ok = true};
	r->iterations[1] = (struct report_iteration){.at_us = NIGHT + 61 * SEC,
						     .took_us = 21000,
						     .i = 1,
						     .verdict = REPORT_PASS,
						     .ok = true};
	r->iterations[2] = (struct report_iteration){.at_us = NIGHT + 62 * SEC,
						     .took_us = -1,
						     .i = 2,
						     .verdict = REPORT_CRASH,
						     .run = copy("20261122-221100-good"),
						     .title = copy("INFO: task hung in wait"),
						     .reason = copy("it hangs " HOSTILE)};
	/* The scenario wants it to be refused. */
	r->iterations[3] = (struct report_iteration){.at_us = NIGHT + 63 * SEC,
						     .took_us = -1,
						     .i = 3,
						     .c = 1,
						     .verdict = REPORT_FAIL,
						     .ok = true,
						     .run = copy("20261122-221200-good")};
}

static struct report_test test_of(const char *path, enum ktap_outcome o, size_t n, size_t n_bad,
				  const char *directive, const char *diagnostics)
{
	struct report_test t = {.module = copy("gizmo"),
				.path = copy(path),
				.n = n,
				.n_bad = n_bad,
				.run = copy("20261122-224000-gizmo"),
				.directive = copy(directive),
				.diagnostics = copy(diagnostics)};

	t.outcomes[KTAP_PASS] = n;
	t.outcomes[o] = n_bad ? n_bad : n;
	if (o != KTAP_PASS)
		t.outcomes[KTAP_PASS] = n - t.outcomes[o];
	return t;
}

static void fill_tests(struct report *r)
{
	r->n_tests = 5;
	r->tests = zeroed(5, sizeof(*r->tests));
	r->tests[0] = test_of("suite > turn #2 " HOSTILE, KTAP_FAIL, 4, 1, NULL,
			      "expected 1\n" HOSTILE "\nnot ok 1 trick");
	r->tests[1] = test_of("suite > stop", KTAP_MISSING, 1, 1, NULL, NULL);
	r->tests[2] = test_of("suite > go", KTAP_PASS, 4, 0, NULL, NULL);
	r->tests[3] = test_of("suite > fly", KTAP_SKIP, 4, 0, "SKIP no wings " HOSTILE, NULL);
	r->tests[4] = test_of("suite > swim", KTAP_XFAIL, 2, 0, "TODO", NULL);
}

void report_fixture(struct report *r)
{
	struct report_run *runs = zeroed(6, sizeof(*runs));

	setenv("TZ", "UTC", 1);
	tzset();
	*r = (struct report){.from_us = NIGHT - 600 * SEC,
			     .to_us = NIGHT + 8 * 3600 * SEC,
			     .state = copy("/var/lib/kdev"),
			     .runs = runs,
			     .n_runs = 6};
	fill_run(&runs[0], "20261122-221000-gadget", "virtual", "gadget", "", REPORT_PASS, "passed",
		 0);
	add_cycle(&runs[0], 487000);
	fill_run(&runs[1], "20261122-222000-gadget", "virtual", "gadget", "", REPORT_CRASH,
		 "BUG: unable to handle kernel NULL pointer dereference in poke " HOSTILE, 10);
	add_steps(&runs[1]);
	add_recovery(&runs[1], true);
	add_crash(&runs[1],
		  "BUG: unable to handle kernel NULL pointer dereference in poke " HOSTILE,
		  "00000000000000aa");
	fill_run(&runs[2], "20261122-223000-gadget", "virtual", "gadget", "", REPORT_HANG,
		 "the load did not return within 30.0 s; it hangs in wait", 20);
	add_recovery(&runs[2], false);
	add_crash(&runs[2], "INFO: task hung in wait", "00000000000000bb");
	fill_run(&runs[3], "20261122-224000-gizmo", "desk", "gizmo", "mode=3 name=#1 " HOSTILE,
		 REPORT_FAIL, "the test failed: exit status 3", 30);
	add_cycle(&runs[3], 45900000);
	fill_run(&runs[4], "20261122-225000-gizmo", "desk", "gizmo", "", REPORT_INFRA,
		 "the board did not come up", 40);
	runs[4].lost = 17;
	fill_run(&runs[5], "20261122-230000-gizmo", "desk", NULL, NULL, REPORT_INTERRUPTED,
		 "the run did not end", 50);
	runs[5].ended_us = -1;
	fill_bugs(r);
	fill_loop(r);
	fill_tests(r);
	assert_int_equal(report_group(r), 0);
}

void report_fixture_huge(struct report *r, size_t n)
{
	char long_text[4096], *words = zeroed(1, 900000);

	memset(long_text, '"', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = 0;
	memset(words, '<', 899999);
	setenv("TZ", "UTC", 1);
	tzset();
	*r = (struct report){.from_us = NIGHT,
			     .to_us = NIGHT + (int64_t)n * 60 * SEC,
			     .state = copy("/var/lib/kdev"),
			     .runs = zeroed(n, sizeof(*r->runs)),
			     .n_runs = n,
			     .bugs = zeroed(n, sizeof(*r->bugs)),
			     .n_bugs = n};
	r->crashes.all = zeroed(n, sizeof(*r->crashes.all));
	r->crashes.bugs = zeroed(n, sizeof(*r->crashes.bugs));
	r->crashes.n_all = r->crashes.n_bugs = n;
	for (size_t i = 0; i < n; i++) {
		struct report_run *run = &r->runs[i];
		struct crash_bug *bug = &r->crashes.bugs[i];
		char name[32];

		snprintf(name, sizeof(name), "run-%zu", i);
		fill_run(run, name, i % 20 < 19 ? "virtual" : name, name, long_text,
			 i % 10 ? REPORT_CRASH : REPORT_PASS, long_text, (int64_t)i);
		add_cycle(run, (int64_t)(i * 7919 % 100000) + 1);
		add_recovery(run, i % 3);
		r->crashes.all[i] =
			sighting(name, long_text, long_text, long_text, run->started_us);
		*bug = (struct crash_bug){&r->crashes.all[i],      1,      0,     1,
					  r->crashes.all[i].title, {0, 0}, {1, n}};
		r->bugs[i] = (struct report_bug){
			bug,        CRASH_NEW, 1,    false,
			copy(name), 1,         NULL, i < 200 ? copy(words) : NULL};
	}
	r->n_tests = n;
	r->tests = zeroed(n, sizeof(*r->tests));
	for (size_t i = 0; i < n; i++)
		r->tests[i] = test_of(long_text, i % 2 ? KTAP_FAIL : KTAP_PASS, 3, i % 2, long_text,
				      i < 300 ? words : NULL);
	free(words);
	assert_int_equal(report_group(r), 0);
}

void report_fixture_expect(const char *name, const char *text)
{
	const char *mode = getenv("KDEV_GOLDEN");
	char *path = path_format("tests/golden/report/%s", name), *golden;
	size_t len;

	if (mode && !strcmp(mode, "write"))
		assert_int_equal(path_write_atomic(path, text, strlen(text), 0644), 0);
	golden = path_read(path, 1u << 22, &len);
	assert_non_null(golden);
	assert_string_equal(golden, text);
	free(golden);
	free(path);
}
