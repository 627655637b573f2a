/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/commands/cmd_crashes.c harness/store/crash_store*.c harness/store/crash_table.c */
/* LINK: harness/paths*.c harness/store/store*.c harness/store/rate.c harness/output/when.c */
/* LINK: harness/output/text_json.c harness/log.c harness/commands/command.c */
/* LINK: harness/commands/nearest.c console/strbuf.c console/pipeline/printable.c */
/* LINK: console/pipeline/sanitize.c tests/unit/run_fixture.c harness/loop/journal_line.c */
/* LINK: harness/output/cut_title.c */
/* LIBS: jansson sqlite3 */
/* kdev crashes: what its argument and --json choose. */
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/commands/command.h"
#include "harness/exit_code.h"
#include "harness/log.h"
#include "harness/paths.h"
#include "run_fixture.h"

extern const struct command command_crashes;
const struct command *const commands[] = {&command_crashes, NULL};

static char home[] = "/tmp/kdev-test-cmd-crashes.XXXXXX";
static unsigned warnings;

static void count_warning(void *arg, enum log_level level, const char *text)
{
	warnings++;
	assert_int_equal(level, LOG_WARN);
	assert_non_null(strstr(text, "run.json: "));
}

/* A bug of the module itself, one of the kernel in a run of it, one of another module. */
static int setup(void **state)
{
	const struct run_fixture_crash own = {.n = 1,
					      .title = "WARNING in poke",
					      .module = "my_gadget",
					      .signature = "dead0000000000aa",
					      .variant = "1111111111111111",
					      .step = "load"};
	const struct run_fixture_crash kernels = {
		.n = 2, .title = "INFO: task hung in wait", .signature = "dead0000000000bb"};
	const struct run_fixture_crash others = {.n = 1,
						 .title = "kernel BUG in turn",
						 .module = "gizmo",
						 .signature = "beef0000000000cc"};
	char *runs;

	/* Before anything asks for the path: it is remembered. */
	if (!mkdtemp(home) || setenv("XDG_STATE_HOME", home, 1))
		return -1;
	runs = path_format("%s/runs", path_state());
	run_fixture_make(runs, "r1", "virtual", "my_gadget", 1700719331, 5);
	run_fixture_crash(runs, "r1", &own);
	run_fixture_crash(runs, "r1", &kernels);
	run_fixture_make(runs, "r2", "desk", "gizmo", 1700719431, 5);
	run_fixture_crash(runs, "r2", &others);
	run_fixture_file(runs, "r3/crash-1/report.json", "{}");
	free(runs);
	return 0;
}

static int teardown(void **state)
{
	return path_remove_tree(home);
}

/* Run it; what it writes to stdout. */
static char *output_of(const struct common_flags *flags, char **argv, int argc, int expected)
{
	FILE *f = tmpfile();
	int saved, code;
	char *text;

	assert_non_null(f);
	fflush(stdout);
	saved = dup(STDOUT_FILENO);
	dup2(fileno(f), STDOUT_FILENO);
	warnings = 0;
	log_to(count_warning, NULL, LOG_WARN);
	code = command_crashes.run(flags, argc, argv);
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

static char *output(const struct common_flags *flags, const char *argument, int expected)
{
	char name[] = "crashes", *arg = argument ? strdup(argument) : NULL;
	char *argv[] = {name, arg, NULL};
	char *text = output_of(flags, argv, argument ? 2 : 1, expected);

	free(arg);
	return text;
}

static json_t *json_output(const char *board, const char *argument)
{
	const struct common_flags flags = {.json = true, .board = board};
	char *text = output(&flags, argument, EXIT_PASS);
	json_t *list = json_loads(text, 0, NULL);

	assert_true(json_is_array(list));
	free(text);
	return list;
}

static void expect_signatures(const char *argument, const char *first, const char *second)
{
	json_t *list = json_output(NULL, argument);
	const char *expected[] = {first, second};
	size_t n = (first != NULL) + (second != NULL);

	assert_int_equal(json_array_size(list), n);
	for (size_t i = 0; i < n; i++)
		assert_string_equal(
			json_string_value(json_object_get(json_array_get(list, i), "signature")),
			expected[i]);
	json_decref(list);
}

static void all_are_listed_without_an_argument(void **state)
{
	const struct common_flags flags = {0};
	char *text = output(&flags, NULL, EXIT_PASS);
	json_t *list = json_output(NULL, NULL);

	assert_int_equal(json_array_size(list), 3);
	assert_null(json_object_get(json_array_get(list, 0), "runs"));
	assert_non_null(strstr(text, "WARNING in poke [my_gadget]\n"));
	assert_non_null(strstr(text, "kernel BUG in turn [gizmo]\n"));
	free(text);
	json_decref(list);
}

static void a_module_chooses_what_it_and_its_runs_had(void **state)
{
	expect_signatures("my_gadget", "dead0000000000aa", "dead0000000000bb");
	expect_signatures("my-gadget", "dead0000000000aa", "dead0000000000bb");
	expect_signatures("gizmo", "beef0000000000cc", NULL);
	expect_signatures("my_gadge", NULL, NULL);
}

static void the_first_digits_of_a_signature_choose_it(void **state)
{
	expect_signatures("beef", "beef0000000000cc", NULL);
	expect_signatures("BEEF0000000000cc", "beef0000000000cc", NULL);
	expect_signatures("dead", "dead0000000000aa", "dead0000000000bb");
	expect_signatures("bee", NULL, NULL);
	expect_signatures("beef0000000000cc0", NULL, NULL);
}

static void a_signature_is_shown_with_its_runs(void **state)
{
	const struct common_flags flags = {0};
	json_t *list = json_output(NULL, "dead0000000000aa"), *runs;
	char *text = output(&flags, "dead0000000000aa", EXIT_PASS);

	runs = json_object_get(json_array_get(list, 0), "runs");
	assert_int_equal(json_array_size(runs), 1);
	assert_string_equal(json_string_value(json_object_get(json_array_get(runs, 0), "run")),
			    "r1");
	assert_non_null(strstr(text, "11111111  load      r1/crash-1\n"));
	free(text);
	json_decref(list);
}

static void a_board_chooses_its_runs(void **state)
{
	json_t *list = json_output("desk", NULL);

	assert_int_equal(json_array_size(list), 1);
	json_decref(list);
}

static void broken_directories_cost_one_line(void **state)
{
	const struct common_flags flags = {0};

	free(output(&flags, NULL, EXIT_PASS));
	assert_int_equal(warnings, 1);
}

static void no_crash_is_no_failure(void **state)
{
	const struct common_flags flags = {0};
	char *text = output(&flags, "no\033[2Jne", EXIT_PASS);

	assert_string_equal(text, "no crash of no ne was seen\n");
	free(text);
}

static void an_option_is_refused(void **state)
{
	const struct common_flags flags = {0};

	free(output(&flags, "--last", EXIT_USAGE));
	free(output(&flags, "--since", EXIT_USAGE));
	free(output(&flags, "--since=soon", EXIT_USAGE));
}

static void since_a_time_says_what_is_news(void **state)
{
	const struct common_flags flags = {.json = true};
	char *text = output(&flags, "--since=2023-11-20", EXIT_PASS);
	json_t *list = json_loads(text, 0, NULL), *bug = json_array_get(list, 0);
	const json_t *rate = json_object_get(bug, "runs_rate");

	assert_string_equal(json_string_value(json_object_get(bug, "news")), "new");
	assert_int_equal(json_integer_value(json_object_get(rate, "hits")), 1);
	assert_int_equal(json_integer_value(json_object_get(rate, "of")), 1);
	json_decref(list);
	free(text);
	text = output(&flags, "--since=1h", EXIT_PASS);
	assert_non_null(strstr(text, "\"gone\""));
	assert_null(strstr(text, "\"new\""));
	free(text);
}

static void the_argument_may_follow_an_option(void **state)
{
	char words[3][16] = {"crashes", "--since=1h", "gizmo"};
	char *argv[] = {words[0], words[1], words[2], NULL};
	const struct common_flags flags = {0};
	char *text = output_of(&flags, argv, 3, EXIT_PASS);

	assert_non_null(strstr(text, "kernel BUG in turn"));
	assert_null(strstr(text, "WARNING in poke"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_are_listed_without_an_argument),
		cmocka_unit_test(a_module_chooses_what_it_and_its_runs_had),
		cmocka_unit_test(the_first_digits_of_a_signature_choose_it),
		cmocka_unit_test(a_signature_is_shown_with_its_runs),
		cmocka_unit_test(a_board_chooses_its_runs),
		cmocka_unit_test(broken_directories_cost_one_line),
		cmocka_unit_test(no_crash_is_no_failure),
		cmocka_unit_test(an_option_is_refused),
		cmocka_unit_test(since_a_time_says_what_is_news),
		cmocka_unit_test(the_argument_may_follow_an_option),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
