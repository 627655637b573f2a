/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/commands/cmd_report.c harness/report/report*.c harness/report/xml_text.c */
/* LINK: harness/store/crash_store*.c harness/store/store*.c harness/store/rate.c */
/* LINK: harness/output/when.c harness/paths*.c harness/output/text_json.c harness/log.c */
/* LINK: harness/commands/command.c harness/commands/nearest.c console/strbuf.c */
/* LINK: console/pipeline/printable.c console/pipeline/sanitize.c tests/unit/run_fixture.c */
/* LINK: harness/loop/journal_line.c watchdog/harvest*.c */
/* LINK: harness/ktap/ktap*.c */
/* LINK: harness/output/cut_title.c */
/* LIBS: jansson sqlite3 */
/* kdev report: from runs' directories to what is printed. */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/commands/command.h"
#include "harness/exit_code.h"
#include "harness/log.h"
#include "harness/paths.h"
#include "run_fixture.h"

extern const struct command command_report;
const struct command *const commands[] = {&command_report, NULL};

static char home[] = "/tmp/kdev-test-cmd-report.XXXXXX";
static char said[512];

static void keep(void *arg, enum log_level level, const char *text)
{
	snprintf(said, sizeof(said), "%s", text);
}

/* An old run, and two an hour ago. */
static int setup(void **state)
{
	const struct run_fixture_crash poke = {.n = 1,
					       .title = "WARNING in poke",
					       .module = "gadget",
					       .signature = "dead0000000000aa",
					       .step = "load"};
	int64_t now = time(NULL);
	char *runs;

	if (!mkdtemp(home) || setenv("XDG_STATE_HOME", home, 1))
		return -1;
	runs = path_format("%s/runs", path_state());
	run_fixture_make(runs, "old", "virtual", "gadget", now - 300000, 5);
	run_fixture_crash(runs, "old", &poke);
	run_fixture_make(runs, "r1", "virtual", "gadget", now - 3600, 5);
	run_fixture_crash(runs, "r1", &poke);
	run_fixture_file(runs, "r1/crash-1/explained.txt", "It pokes.\n  where    gadget.c:44\n");
	run_fixture_make(runs, "r2", "desk", "gizmo", now - 3500, 5);
	free(runs);
	return 0;
}

static int teardown(void **state)
{
	return path_remove_tree(home);
}

/* Run it; what it writes to stdout. Up to three arguments. */
static char *output(const struct common_flags *flags, const char *a, const char *b, const char *c,
		    int expected)
{
	char words[4][128] = {"report"};
	char *argv[5] = {words[0]};
	const char *given[] = {a, b, c};
	FILE *f = tmpfile();
	int argc = 1, saved, code;
	char *text;

	for (size_t i = 0; i < 3 && given[i]; i++, argc++) {
		snprintf(words[argc], sizeof(words[argc]), "%s", given[i]);
		argv[argc] = words[argc];
	}
	assert_non_null(f);
	fflush(stdout);
	saved = dup(STDOUT_FILENO);
	dup2(fileno(f), STDOUT_FILENO);
	said[0] = 0;
	log_to(keep, NULL, LOG_WARN);
	code = command_report.run(flags, argc, argv);
	log_to(NULL, NULL, LOG_WARN);
	fflush(stdout);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	assert_int_equal(code, expected);
	rewind(f);
	text = calloc(1, 65536);
	assert_non_null(text);
	assert_true(fread(text, 1, 65535, f) < 65535);
	fclose(f);
	return text;
}

static void expect(const char *board, const char *a, const char *b, const char *there,
		   const char *not_there)
{
	const struct common_flags flags = {.board = board};
	char *text = output(&flags, a, b, NULL, EXIT_PASS);

	assert_non_null(strstr(text, there));
	if (not_there)
		assert_null(strstr(text, not_there));
	free(text);
}

static void the_last_night_is_reported_by_default(void **state)
{
	expect(NULL, NULL, NULL, "\n2 runs", "NEW CRASHES");
	expect(NULL, NULL, NULL, "KNOWN CRASHES", NULL);
}

static void since_takes_in_older_runs(void **state)
{
	expect(NULL, "--since", "1w", "\n3 runs", "KNOWN CRASHES");
	expect(NULL, "--since", "30m", "\n0 runs", NULL);
}

static void a_board_chooses_its_runs(void **state)
{
	expect("desk", NULL, NULL, "\n1 run", "CRASHES");
}

static void a_run_is_told_by_its_name(void **state)
{
	expect(NULL, "r1", NULL, "It pokes.\n  where    gadget.c:44\n", "gizmo");
	expect(NULL, "old", NULL, "WARNING in poke\n", NULL);
}

static void the_last_run_needs_no_name(void **state)
{
	expect(NULL, "--last", NULL, "run      r2\n", NULL);
	expect("virtual", "--last", NULL, "run      r1\n", NULL);
}

static void a_run_that_is_not_there_is_named(void **state)
{
	const struct common_flags flags = {0}, nobody = {.board = "nobody"};

	free(output(&flags, "../r1", NULL, NULL, EXIT_INFRA));
	assert_non_null(strstr(said, "../r1: no such run below "));
	free(output(&nobody, "--last", NULL, NULL, EXIT_INFRA));
	assert_non_null(strstr(said, "no run is known below "));
}

static void a_loops_iterations_are_reported(void **state)
{
	static const char *const events[] = {
		"{\"ev\": \"end\", \"i\": 0, \"case\": \"c\", \"verdict\": \"pass\", \"ok\": true, "
		"\"load_us\": 3000, \"unload_us\": 16000, \"run\": \"r2\"}",
		"{\"ev\": \"end\", \"i\": 1, \"case\": \"c\", \"verdict\": \"crash\", \"ok\": "
		"false, "
		"\"load_us\": 3000, \"unload_us\": null, \"run\": \"r2\"}",
		NULL};
	char *loops = path_format("%s/loops", path_state()), sums[256];

	snprintf(sums, sizeof(sums),
		 "{\"started\": %lld000000, \"done\": 2, \"bad\": 1, \"state\": \"done\"}",
		 (long long)time(NULL) - 3500);
	run_fixture_loop(loops, "l1", sums, events);
	expect(NULL, NULL, NULL, "loop    l1, 2 iterations, 1 not as expected, done\n", NULL);
	/* The one that ended. */
	expect(NULL, NULL, NULL, "cycles  1, load to unload 19 ms", NULL);
	assert_int_equal(path_remove_tree(loops), 0);
	free(loops);
}

/* As a scenario has it that goes through all ways to crash. */
static void what_a_scenario_expects_is_no_alarm(void **state)
{
	static const char *const events[] = {
		"{\"ev\": \"end\", \"i\": 0, \"case\": \"c\", \"verdict\": \"crash\", \"ok\": "
		"true, \"run\": \"r1\", \"title\": \"WARNING in poke\"}",
		NULL};
	char *loops = path_format("%s/loops", path_state()), sums[64];

	snprintf(sums, sizeof(sums), "{\"started\": %lld000000}", (long long)time(NULL) - 3600);
	run_fixture_loop(loops, "l1", sums, events);
	expect(NULL, NULL, NULL, "EXPECTED CRASHES", "KNOWN CRASHES");
	expect(NULL, "--junit", "-", "failures=\"0\"", "<failure");
	assert_int_equal(path_remove_tree(loops), 0);
	free(loops);
}

static void results_of_ktap_are_reported(void **state)
{
	char *runs = path_format("%s/runs", path_state()), *r3 = path_format("%s/r3", runs);
	char record[512];

	snprintf(record, sizeof(record),
		 "{\"started\": %lld000000, \"module\": {\"name\": \"gizmo\"}, \"verdict\": "
		 "\"fail\", \"results\": [{\"path\": [\"suite\", \"go\"], \"outcome\": "
		 "\"pass\"}, {\"path\": [\"suite\", \"stop\"], \"outcome\": \"fail\", "
		 "\"diagnostics\": \"expected 1\"}]}",
		 (long long)time(NULL) - 60);
	run_fixture_file(runs, "r3/run.json", record);
	expect(NULL, NULL, NULL, "TESTS: 1 passed, 1 failed\n    1 of 1     suite > stop [gizmo]\n",
	       NULL);
	expect(NULL, "r3", NULL, "fail     suite > stop\nexpected 1\n", "suite > go");
	expect(NULL, "--junit", "-", "<failure message=\"fail\" type=\"fail\">expected 1\n", NULL);
	expect(NULL, "--ktap", NULL, "# expected 1\nnot ok 4 gizmo: suite > stop\n", NULL);
	expect(NULL, "--html", "-",
	       "<td class=\"verdict t2\">fail</td><td class=\"wide\">suite "
	       "&gt; stop",
	       NULL);
	assert_int_equal(path_remove_tree(r3), 0);
	free(r3);
	free(runs);
}

/* To make room. */
static void a_run_whose_directory_was_emptied_is_reported(void **state)
{
	char *runs = path_format("%s/runs", path_state());
	char *r4 = path_format("%s/r4", runs), *crash = path_format("%s/r4/crash-1", runs);
	char record[512];

	run_fixture_file(runs, "r4/crash-1/explained.txt", "gone");
	snprintf(record, sizeof(record),
		 "{\"started\": %lld000000, \"verdict\": \"crash\", \"crashes\": [{\"dir\": "
		 "\"crash-1\", \"title\": \"WARNING in twist\", \"signature\": "
		 "\"beef0000000000aa\"}]}",
		 (long long)time(NULL) - 60);
	run_fixture_file(runs, "r4/run.json", record);
	assert_int_equal(path_remove_tree(crash), 0);
	expect(NULL, NULL, NULL, "beef0000  WARNING in twist\n", NULL);
	expect(NULL, "r4", NULL, "WARNING in twist\n", "gone");
	expect(NULL, "--html", "-", "Its directory was emptied to make room", NULL);
	assert_int_equal(path_remove_tree(r4), 0);
	free(crash);
	free(r4);
	free(runs);
}

static void wrong_usage_is_refused(void **state)
{
	const struct common_flags flags = {0}, json = {.json = true};

	free(output(&flags, "r1", "--last", NULL, EXIT_USAGE));
	free(output(&flags, "r1", "r2", NULL, EXIT_USAGE));
	free(output(&flags, "--since", "later", NULL, EXIT_USAGE));
	free(output(&flags, "--html", NULL, NULL, EXIT_USAGE));
	free(output(&flags, "--pdf", NULL, NULL, EXIT_USAGE));
	free(output(&json, "--ktap", NULL, NULL, EXIT_USAGE));
}

static void json_is_one_object(void **state)
{
	const struct common_flags flags = {.json = true};
	char *text = output(&flags, NULL, NULL, NULL, EXIT_PASS);
	json_t *o = json_loads(text, 0, NULL), *bug;

	assert_int_equal(json_array_size(json_object_get(o, "runs")), 2);
	bug = json_array_get(json_object_get(o, "bugs"), 0);
	assert_string_equal(json_string_value(json_object_get(bug, "news")), "known");
	assert_int_equal(
		json_integer_value(json_object_get(json_object_get(bug, "runs_rate"), "of")), 1);
	json_decref(o);
	free(text);
}

static void files_are_written_whole(void **state)
{
	const struct common_flags flags = {0};
	char *file = path_format("%s/night.html", home), *page;
	size_t len;

	free(output(&flags, "--html", file, NULL, EXIT_PASS));
	page = path_read(file, 1u << 22, &len);
	assert_non_null(page);
	assert_non_null(strstr(page, "It pokes.\n"));
	assert_non_null(strstr(page, "</html>\n"));
	free(page);
	free(file);
	free(output(&flags, "--html", "/nonexistent/night.html", NULL, EXIT_INFRA));
	assert_non_null(strstr(said, "/nonexistent/night.html: the report can't be written: "));
}

static void a_device_is_written_to_not_replaced(void **state)
{
	const struct common_flags flags = {0};
	struct stat st;
	char *pipe = path_format("%s/pipe", home);
	int fd;

	assert_int_equal(mkfifo(pipe, 0600), 0);
	fd = open(pipe, O_RDONLY | O_NONBLOCK);
	assert_true(fd >= 0);
	free(output(&flags, "--junit", pipe, NULL, EXIT_PASS));
	assert_int_equal(stat(pipe, &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	close(fd);
	free(pipe);
	if (access("/dev/full", W_OK))
		skip();
	free(output(&flags, "--junit", "/dev/full", NULL, EXIT_INFRA));
	assert_non_null(strstr(said, strerror(ENOSPC)));
	assert_int_equal(stat("/dev/full", &st), 0);
	assert_true(S_ISCHR(st.st_mode));
}

static void a_dash_is_stdout(void **state)
{
	expect(NULL, "--junit", "-", "<testsuites name=\"kdev\" tests=\"2\"", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_night_is_reported_by_default),
		cmocka_unit_test(since_takes_in_older_runs),
		cmocka_unit_test(a_board_chooses_its_runs),
		cmocka_unit_test(a_run_is_told_by_its_name),
		cmocka_unit_test(the_last_run_needs_no_name),
		cmocka_unit_test(a_run_that_is_not_there_is_named),
		cmocka_unit_test(a_loops_iterations_are_reported),
		cmocka_unit_test(what_a_scenario_expects_is_no_alarm),
		cmocka_unit_test(results_of_ktap_are_reported),
		cmocka_unit_test(a_run_whose_directory_was_emptied_is_reported),
		cmocka_unit_test(wrong_usage_is_refused),
		cmocka_unit_test(json_is_one_object),
		cmocka_unit_test(files_are_written_whole),
		cmocka_unit_test(a_device_is_written_to_not_replaced),
		cmocka_unit_test(a_dash_is_stdout),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
