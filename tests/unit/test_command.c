/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/commands/command.c harness/commands/flags.c harness/commands/nearest.c */
/* LINK: harness/log.c */
/* The table of commands, looked up and explained; the flags that all of them take. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/commands/command.h"
#include "harness/exit_code.h"

static const struct command wash = {
	.name = "wash", .args = "DISH ...", .summary = "make clean", .help = "  --hot  hotter\n"};
static const struct command drywipe = {.name = "wipe", .args = "", .summary = "make dry"};
static const struct command internal = {.name = "wisp", .args = "", .summary = "", .hidden = true};

const struct command *const commands[] = {&wash, &drywipe, &internal, NULL};

#define REST_MAX 256

/* Split at blanks, parse, join what is left with blanks. */
static int parse(const char *line, struct main_flags *f, char *rest, char *err)
{
	static char words[256]; /* what the flags point to lives as long as the test */
	char *argv[32], *save = NULL;
	int argc = 0, status;

	snprintf(words, sizeof(words), "%s", line);
	for (char *w = strtok_r(words, " ", &save); w; w = strtok_r(NULL, " ", &save))
		argv[argc++] = w;
	argv[argc] = NULL;
	status = flags_parse(&argc, argv, f, err, 128);
	rest[0] = 0;
	for (int i = 0; !status && i < argc; i++) {
		size_t used = strlen(rest);

		snprintf(rest + used, REST_MAX - used, "%s%s", i ? " " : "", argv[i]);
	}
	if (!status)
		assert_null(argv[argc]);
	return status;
}

static void common_flags_may_stand_before_and_after_the_command(void **state)
{
	static const char *const lines[] = {
		"kdev --json --board b -v run x.ko p=1 --config=f",
		"kdev run --json --board=b x.ko -v --config f p=1",
		"kdev -v run x.ko p=1 --json --config f --board b",
	};
	char rest[REST_MAX], err[128];
	struct main_flags f;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		assert_int_equal(parse(lines[i], &f, rest, err), 0);
		assert_string_equal(rest, "kdev run x.ko p=1");
		assert_true(f.common.json);
		assert_string_equal(f.common.board, "b");
		assert_string_equal(f.common.config, "f");
		assert_int_equal(f.common.verbosity, 1);
		assert_false(f.help || f.version);
	}
}

static void a_commands_own_options_are_left_to_it(void **state)
{
	char rest[REST_MAX], err[128];
	struct main_flags f;

	assert_int_equal(parse("kdev run --boards 3 --test=-v - -- --json", &f, rest, err), 0);
	assert_string_equal(rest, "kdev run --boards 3 --test=-v - -- --json");
	assert_false(f.common.json);
	assert_null(f.common.board);
	assert_int_equal(f.common.verbosity, 0);
}

static void help_and_version_are_found(void **state)
{
	char rest[REST_MAX], err[128];
	struct main_flags f;

	assert_int_equal(parse("kdev wash -h", &f, rest, err), 0);
	assert_true(f.help);
	assert_int_equal(parse("kdev --version", &f, rest, err), 0);
	assert_true(f.version);
	assert_string_equal(rest, "kdev");
	assert_int_equal(parse("kdev run -vv -vf", &f, rest, err), 0);
	assert_string_equal(rest, "kdev run -vf"); /* not all of it is ours */
	assert_int_equal(f.common.verbosity, 2);
	assert_int_equal(parse("kdev -v -v -v -q", &f, rest, err), 0);
	assert_int_equal(f.common.verbosity, -1);
}

static void what_can_not_be_understood_is_named(void **state)
{
	char rest[REST_MAX], err[128];
	struct main_flags f;

	assert_int_equal(parse("kdev --jsno run", &f, rest, err), -EINVAL);
	assert_string_equal(err, "--jsno: unknown option");
	assert_int_equal(parse("kdev run --board", &f, rest, err), -EINVAL);
	assert_string_equal(err, "--board: a value is missing");
}

static void a_mistyped_command_suggests_one_that_is_not_hidden(void **state)
{
	const char *near = "x";

	assert_ptr_equal(command_find("wash", NULL), &wash);
	assert_ptr_equal(command_find("wisp", NULL), &internal);
	assert_null(command_find("wsah", &near));
	assert_string_equal(near, "wash");
	assert_null(command_find("wispe", &near));
	assert_string_equal(near, "wipe");
	assert_null(command_find("polish", &near));
	assert_null(near);
}

static void help_is_made_of_the_table(void **state)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	command_print_list(f);
	fflush(f);
	assert_non_null(strstr(text, "\n  wash       make clean\n  wipe       make dry\n"));
	assert_null(strstr(text, "wisp"));
	fclose(f);
	free(text);

	f = open_memstream(&text, &len);
	command_print_help(&wash, f);
	fclose(f);
	assert_memory_equal(text, "usage: kdev wash DISH ...\n\nmake clean\n\n  --hot  hotter\n",
			    53);
	free(text);
}

static void a_usage_error_is_one_safe_line_and_129(void **state)
{
	int fds[2], saved = dup(STDERR_FILENO);
	char got[256] = "";
	ssize_t n;

	assert_int_equal(pipe(fds), 0);
	dup2(fds[1], STDERR_FILENO);
	assert_int_equal(command_usage(&wash, "no %s\n", "di\033sh"), EXIT_USAGE);
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(fds[1]);
	n = read(fds[0], got, sizeof(got) - 1);
	close(fds[0]);
	assert_true(n > 0);
	assert_string_equal(got, "kdev wash: no di?sh  (kdev help wash tells more)\n");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(common_flags_may_stand_before_and_after_the_command),
		cmocka_unit_test(a_commands_own_options_are_left_to_it),
		cmocka_unit_test(help_and_version_are_found),
		cmocka_unit_test(what_can_not_be_understood_is_named),
		cmocka_unit_test(a_mistyped_command_suggests_one_that_is_not_hidden),
		cmocka_unit_test(help_is_made_of_the_table),
		cmocka_unit_test(a_usage_error_is_one_safe_line_and_129),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
