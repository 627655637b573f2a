/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/store/crash_store*.c harness/store/store*.c harness/store/crash_table.c */
/* LINK: harness/store/rate.c harness/log.c harness/paths*.c harness/output/text_json.c */
/* LINK: console/strbuf.c console/pipeline/printable.c console/pipeline/sanitize.c */
/* LINK: tests/unit/run_fixture.c tests/unit/store_fixture.c harness/loop/journal_line.c */
/* LINK: harness/output/cut_title.c */
/* LIBS: jansson sqlite3 */
/* The crashes of all runs: found, put together, laid out. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "console/pipeline/printable.h"
#include "harness/log.h"
#include "harness/paths.h"
#include "harness/store/crash_store.h"
#include "harness/store/crash_table.h"
#include "run_fixture.h"
#include "store_fixture.h"

#define NULL_BUG "00000000000000aa"
#define HANG     "00000000000000bb"
#define T0       1700719331 /* 2023-11-23 06:02:11 UTC */

static int setup(void **state)
{
	char template[] = "/tmp/kdev-test-crashes.XXXXXX";

	setenv("TZ", "UTC", 1);
	tzset();
	*state = mkdtemp(template) ? path_format("%s/runs", template) : NULL;
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	char *dir = store_fixture_state(*state);
	int err = path_remove_tree(dir);

	free(dir);
	free(*state);
	return err;
}

static int read_runs(struct crash_store *s, const char *runs, const char *board)
{
	return store_fixture_read(s, runs, board, 0);
}

static void add_null(const char *runs, const char *run, unsigned n, const char *variant)
{
	const struct run_fixture_crash c = {
		.n = n,
		.title = "BUG: unable to handle kernel NULL pointer dereference in poke",
		.module = "gadget",
		.signature = NULL_BUG,
		.variant = variant,
		.step = "load"};

	run_fixture_crash(runs, run, &c);
}

static void add_hang(const char *runs, const char *run, unsigned n, const char *title, bool torn)
{
	const struct run_fixture_crash c = {
		.n = n, .title = title, .signature = HANG, .step = "test", .corrupted = torn};

	run_fixture_crash(runs, run, &c);
}

/* Two bugs in three runs on two boards. */
static void make_runs(const char *runs)
{
	run_fixture_make(runs, "r1", "virtual", "gadget", T0, 10);
	add_null(runs, "r1", 1, "1111111111111111");
	run_fixture_make(runs, "r2", "desk", "gadget", T0 + 100, 10);
	add_null(runs, "r2", 1, "2222222222222222");
	add_hang(runs, "r2", 2, "INFO: task hung in wait", false);
	run_fixture_make(runs, "r3", "virtual", "gizmo", T0 + 200, 10);
	add_null(runs, "r3", 1, "1111111111111111");
	add_hang(runs, "r3", 2, "INFO: task hu", true);
}

static void the_same_signature_is_one_bug(void **state)
{
	struct crash_store s;

	make_runs(*state);
	assert_int_equal(read_runs(&s, *state, NULL), 0);
	assert_int_equal(s.n_bugs, 2);
	assert_int_equal(s.n_broken, 0);
	assert_int_equal(crash_store_find(&s, NULL_BUG)->n_seen, 3);
	assert_int_equal(crash_store_find(&s, NULL_BUG)->variants, 2);
	assert_int_equal(crash_store_find(&s, HANG)->n_seen, 2);
	assert_int_equal(crash_store_find(&s, HANG)->variants, 0);
	assert_null(crash_store_find(&s, "00000000000000cc"));
	assert_null(crash_store_find(&s, NULL));
	crash_store_free(&s);
}

static void what_was_seen_last_comes_first(void **state)
{
	struct crash_store s;
	const struct crash_bug *b;

	make_runs(*state);
	assert_int_equal(read_runs(&s, *state, NULL), 0);
	/* Both were seen in r3; the hang came in its second step. */
	assert_string_equal(s.bugs[0].seen->signature, HANG);
	b = &s.bugs[1];
	assert_string_equal(b->seen[0].run, "r1");
	assert_string_equal(b->seen[2].run, "r3");
	assert_true(b->seen[0].at_us == (int64_t)T0 * 1000000);
	assert_true(s.bugs[0].seen[1].at_us == (int64_t)(T0 + 210) * 1000000);
	crash_store_free(&s);
}

static void a_torn_report_does_not_name_the_bug(void **state)
{
	struct crash_store s;

	make_runs(*state);
	assert_int_equal(read_runs(&s, *state, NULL), 0);
	assert_string_equal(crash_store_find(&s, HANG)->title, "INFO: task hung in wait");
	crash_store_free(&s);
}

static void one_boards_runs_can_be_asked_for(void **state)
{
	struct crash_store s;

	make_runs(*state);
	assert_int_equal(read_runs(&s, *state, "desk"), 0);
	assert_int_equal(s.n_all, 2);
	assert_string_equal(s.bugs[0].seen->run, "r2");
	crash_store_free(&s);
}

static void what_is_broken_is_left_out_and_named(void **state)
{
	static const char report[] = "{\"title\": \"t\", \"signature\": \"" NULL_BUG "\"}";
	struct crash_store s;

	make_runs(*state);
	/* no record; half a record; half a report; no report; one without a signature */
	run_fixture_file(*state, "b1/crash-1/report.json", report);
	run_fixture_file(*state, "b2/run.json", "{\"id\": \"b2\", \"boa");
	run_fixture_file(*state, "b2/crash-1/report.json", report);
	run_fixture_file(*state, "r1/crash-2/report.json", "{\"title\": \"BUG");
	run_fixture_file(*state, "r1/crash-3/report.txt", "BUG: what");
	run_fixture_file(*state, "r1/crash-4/report.json", "{\"title\": \"t\"}");
	assert_int_equal(read_runs(&s, *state, NULL), 0);
	assert_int_equal(s.n_all, 5);
	assert_int_equal(s.n_broken, 5);
	assert_non_null(strstr(s.broken, ".json: "));
	crash_store_free(&s);
}

static void what_is_no_run_is_not_read(void **state)
{
	char *link = path_format("%s/link", (const char *)*state);
	struct crash_store s;

	make_runs(*state);
	run_fixture_file(*state, "notes.txt", "buy milk");
	run_fixture_file(*state, ".hidden/crash-1/report.json", "{");
	run_fixture_file(*state, "r1/crash-old/report.json", "{");
	run_fixture_file(*state, "r1/crash-1x/report.json", "{");
	assert_int_equal(symlink("r1", link), 0);
	assert_int_equal(read_runs(&s, *state, NULL), 0);
	assert_int_equal(s.n_all, 5);
	assert_int_equal(s.n_broken, 0);
	crash_store_free(&s);
	free(link);
}

static void no_runs_are_no_crashes(void **state)
{
	struct crash_store s;

	assert_int_equal(read_runs(&s, *state, NULL), 0);
	assert_int_equal(s.n_bugs, 0);
	assert_null(crash_store_find(&s, NULL_BUG));
	crash_store_free(&s);
}

static void ignore(void *arg, enum log_level level, const char *text)
{
}

static void runs_that_are_no_directory_are_an_error(void **state)
{
	char *dir = store_fixture_state(*state);
	struct crash_store s;

	run_fixture_file(dir, "runs", "a file");
	log_to(ignore, NULL, LOG_WARN);
	assert_int_equal(read_runs(&s, *state, NULL), -ENOTDIR);
	log_to(NULL, NULL, LOG_WARN);
	crash_store_free(&s);
	free(dir);
}

static void a_rate_counts_the_runs_that_could_have_had_it(void **state)
{
	struct crash_store s;
	const struct crash_bug *b;

	make_runs(*state);
	/* One of another module, one that did not get to load it. */
	run_fixture_make(*state, "r4", "virtual", "good", T0 + 300, 10);
	run_fixture_file(*state, "r5/run.json",
			 "{\"board\": \"virtual\", \"started\": 1, \"module\": {\"name\": "
			 "\"gadget\"}, \"steps\": [{\"name\": \"prepare\"}]}");
	run_fixture_make(*state, "r6", "virtual", "gizmo", T0 + 400, 10);
	assert_int_equal(read_runs(&s, *state, NULL), 0);
	b = crash_store_find(&s, NULL_BUG);
	assert_int_equal(b->since.hits, 3);
	assert_int_equal(b->since.of, 4);
	assert_int_equal(b->before.of, 0);
	crash_store_free(&s);
	/* Another board's runs are none of this one's. */
	assert_int_equal(read_runs(&s, *state, "desk"), 0);
	assert_int_equal(crash_store_find(&s, NULL_BUG)->since.of, 1);
	crash_store_free(&s);
}

static void two_reports_of_one_run_are_one_hit(void **state)
{
	struct crash_store s;

	make_runs(*state);
	add_null(*state, "r1", 2, "1111111111111111");
	assert_int_equal(read_runs(&s, *state, NULL), 0);
	assert_int_equal(crash_store_find(&s, NULL_BUG)->n_seen, 4);
	assert_int_equal(crash_store_find(&s, NULL_BUG)->since.hits, 3);
	crash_store_free(&s);
}

/* A batch of three, the last of which crashed; then two that passed, whose directory was removed to
 * make room; and one of another case. */
static void a_loops_iterations_are_trials(void **state)
{
	static const char *const events[] = {
		"{\"ev\": \"begin\", \"i\": 0, \"at_us\": 1700719332000000}",
		"{\"ev\": \"end\", \"i\": 0, \"case\": \"c\", \"verdict\": \"pass\", \"load_us\": "
		"1000000, \"run\": \"r7\"}",
		"{\"ev\": \"end\", \"i\": 1, \"case\": \"c\", \"verdict\": \"pass\", \"run\": "
		"\"r7\"}",
		"{\"ev\": \"end\", \"i\": 2, \"case\": \"c\", \"verdict\": \"crash\", \"run\": "
		"\"r7\","
		" \"signature\": \"" NULL_BUG "\"}",
		"{\"ev\": \"end\", \"i\": 3, \"case\": \"c\", \"verdict\": \"pass\"}",
		"{\"ev\": \"end\", \"i\": 4, \"case\": \"c\", \"verdict\": \"pass\"}",
		"{\"ev\": \"end\", \"i\": 5, \"case\": \"d\", \"verdict\": \"pass\"}",
		NULL};
	char *dir = store_fixture_state(*state), *loops = path_format("%s/loops", dir);
	struct crash_store s;
	const struct crash_bug *b;

	run_fixture_file(
		*state, "r7/run.json",
		"{\"board\": \"virtual\", \"started\": 1700719331000000, \"module\": {\"name\":"
		" \"gadget\"}, \"loop\": {\"id\": \"l1\", \"case\": \"c\", \"first\": 0, "
		"\"iteration\": 2}, \"steps\": [{\"name\": \"load\"}], \"crashes\": []}");
	add_null(*state, "r7", 1, "1111111111111111");
	run_fixture_loop(loops, "l1", "{\"board\": \"virtual\", \"started\": 1700719331000000}",
			 events);
	assert_int_equal(read_runs(&s, *state, NULL), 0);
	b = crash_store_find(&s, NULL_BUG);
	assert_int_equal(b->since.hits, 1);
	assert_int_equal(b->since.of, 5);
	/* When the third one began, not when the run did. */
	assert_true(b->seen[0].at_us == 1700719333000000);
	crash_store_free(&s);
	/* A run by itself comes to that. */
	run_fixture_make(*state, "r8", "virtual", "gadget", T0 + 50, 1);
	assert_int_equal(read_runs(&s, *state, "virtual"), 0);
	assert_int_equal(crash_store_find(&s, NULL_BUG)->since.of, 6);
	crash_store_free(&s);
	free(loops);
	free(dir);
}

static enum crash_news news_since(const char *runs, int64_t second)
{
	struct crash_store s;
	enum crash_news news;

	assert_int_equal(store_fixture_read(&s, runs, NULL, second * 1000000), 0);
	news = crash_bug_news(crash_store_find(&s, HANG));
	crash_store_free(&s);
	return news;
}

static void a_bug_is_new_known_or_gone_since_a_time(void **state)
{
	struct strbuf b = {0};
	struct crash_store s;

	make_runs(*state);
	/* The hang came at T0 + 110 and T0 + 210. */
	assert_int_equal(news_since(*state, T0 + 50), CRASH_NEW);
	assert_int_equal(news_since(*state, T0 + 150), CRASH_KNOWN);
	assert_int_equal(news_since(*state, T0 + 300), CRASH_GONE);
	assert_int_equal(store_fixture_read(&s, *state, NULL, (int64_t)(T0 + 150) * 1000000), 0);
	assert_int_equal(crash_store_find(&s, HANG)->before.hits, 1);
	assert_int_equal(crash_store_find(&s, HANG)->before.of, 2);
	assert_int_equal(crash_store_find(&s, HANG)->since.hits, 1);
	assert_int_equal(crash_store_find(&s, HANG)->since.of, 1);
	assert_int_equal(
		crash_table_bugs(&b, (const struct crash_bug *[]){&s.bugs[0]}, 1, s.since_us, 0),
		0);
	assert_non_null(strstr(strbuf_str(&b), "KNOWN, seen since 2023-11-23 06:04\n"));
	assert_non_null(strstr(strbuf_str(&b),
			       "      1 of 1 of 2 modules, 100 % (95 %: 21 to 100 %); "
			       "before 1 of 2\n"));
	strbuf_free(&b);
	crash_store_free(&s);
}

static void this_time_is_counted_once(void **state)
{
	struct crash_store s;
	int64_t first;

	make_runs(*state);
	assert_int_equal(read_runs(&s, *state, NULL), 0);
	assert_int_equal(crash_store_count(&s, NULL_BUG, "r3", 1, &first), 3);
	assert_true(first == (int64_t)T0 * 1000000);
	/* what could not be written */
	assert_int_equal(crash_store_count(&s, NULL_BUG, "r3", 2, &first), 4);
	assert_int_equal(crash_store_count(&s, NULL_BUG, "r4", 1, &first), 4);
	assert_int_equal(crash_store_count(&s, "00000000000000cc", "r4", 1, &first), 1);
	assert_true(first == 0);
	assert_int_equal(crash_store_count(&s, NULL, "r4", 1, &first), 1);
	crash_store_free(&s);
}

static char *table(struct crash_store *s, unsigned width)
{
	const struct crash_bug *bugs[] = {&s->bugs[0], &s->bugs[1]};
	struct strbuf b = {0};

	assert_int_equal(s->n_bugs, 2);
	assert_int_equal(crash_table_bugs(&b, bugs, 2, 0, width), 0);
	return strbuf_take(&b);
}

static void the_table_says_how_often_when_and_where(void **state)
{
	struct crash_store s;
	char *text;

	make_runs(*state);
	assert_int_equal(read_runs(&s, *state, NULL), 0);
	text = table(&s, 0);
	assert_string_equal(
		text,
		"SEEN  SIGNATURE  FIRST             LAST              LAST RUN\n"
		"   2  00000000   2023-11-23 06:04  2023-11-23 06:05  r3\n"
		"      INFO: task hung in wait\n"
		"      2 of 3 of 2 modules, 67 % (95 %: 21 to 94 %)\n"
		"   3  00000000   2023-11-23 06:02  2023-11-23 06:05  r3\n"
		"      BUG: unable to handle kernel NULL pointer dereference in poke [gadget]\n"
		"      3 of 3 of 2 modules, 100 % (95 %: 44 to 100 %)\n");
	free(text);
	crash_store_free(&s);
}

static void a_long_title_is_cut_before_its_function(void **state)
{
	struct crash_store s;
	char *text, *save = NULL;

	make_runs(*state);
	assert_int_equal(read_runs(&s, *state, NULL), 0);
	text = table(&s, 40);
	assert_non_null(strstr(text, "\n      BUG: unable to h\xe2\x80\xa6 in poke [gadget]\n"));
	for (char *l = strtok_r(text, "\n", &save); l; l = strtok_r(NULL, "\n", &save))
		assert_in_range(printable_columns(l, strlen(l)), 1, 40);
	free(text);
	crash_store_free(&s);
}

static void no_control_character_comes_out(void **state)
{
	const struct run_fixture_crash c = {.n = 1,
					    .title = "BUG \033]0;owned\007 in \033[2Jpoke",
					    .module = "\033[31mgadget",
					    .signature = "\033c000000000000",
					    .variant = "\x1b[1m",
					    .step = "\r\nload"};
	struct strbuf b = {0};
	struct crash_store s;
	const struct crash_bug *bug;

	run_fixture_make(*state, "r1", "virtual", "gadget", T0, 1);
	run_fixture_crash(*state, "r1", &c);
	assert_int_equal(read_runs(&s, *state, NULL), 0);
	bug = &s.bugs[0];
	assert_int_equal(crash_table_bugs(&b, &bug, 1, 0, 0), 0);
	assert_int_equal(crash_table_runs(&b, bug, 0), 0);
	for (size_t i = 0; i < b.len; i++)
		assert_true(b.s[i] == '\n' || ((unsigned char)b.s[i] >= 0x20 && b.s[i] != 0x7f));
	strbuf_free(&b);
	crash_store_free(&s);
}

static void the_runs_of_a_bug_are_listed_last_first(void **state)
{
	struct strbuf b = {0};
	struct crash_store s;

	make_runs(*state);
	assert_int_equal(read_runs(&s, *state, NULL), 0);
	assert_int_equal(crash_table_runs(&b, crash_store_find(&s, NULL_BUG), 0), 0);
	assert_string_equal(
		strbuf_str(&b),
		"BUG: unable to handle kernel NULL pointer dereference in poke [gadget]\n"
		"signature " NULL_BUG ", seen 3 times, in 2 variants\n"
		"\n"
		"WHEN              VARIANT   STEP      REPORT\n"
		"2023-11-23 06:05  11111111  load      r3/crash-1\n"
		"2023-11-23 06:03  22222222  load      r2/crash-1\n"
		"2023-11-23 06:02  11111111  load      r1/crash-1\n");
	strbuf_free(&b);
	assert_int_equal(crash_table_runs(&b, crash_store_find(&s, HANG), 0), 0);
	assert_non_null(strstr(strbuf_str(&b), "-         test      r3/crash-2 (torn)\n"));
	strbuf_free(&b);
	crash_store_free(&s);
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(the_same_signature_is_one_bug),
		test(what_was_seen_last_comes_first),
		test(a_torn_report_does_not_name_the_bug),
		test(one_boards_runs_can_be_asked_for),
		test(what_is_broken_is_left_out_and_named),
		test(what_is_no_run_is_not_read),
		test(no_runs_are_no_crashes),
		test(runs_that_are_no_directory_are_an_error),
		test(a_rate_counts_the_runs_that_could_have_had_it),
		test(two_reports_of_one_run_are_one_hit),
		test(a_loops_iterations_are_trials),
		test(a_bug_is_new_known_or_gone_since_a_time),
		test(this_time_is_counted_once),
		test(the_table_says_how_often_when_and_where),
		test(a_long_title_is_cut_before_its_function),
		test(no_control_character_comes_out),
		test(the_runs_of_a_bug_are_listed_last_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
