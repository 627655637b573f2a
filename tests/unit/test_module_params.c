/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/module/module_params.c harness/module/module_file.c harness/module/module_info.c */
/* LINK: harness/module/module_elf.c harness/commands/nearest.c harness/log.c console/strbuf.c */
/* LIBS: libkmod */
/* Parameters are judged as the kernel judges them, and what is wrong is said in a line. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/module/module_file.h"

static struct module_param params[] = {
	{"count", "int"},       {"size", "uint"},         {"tiny", "byte"},
	{"big", "ullong"},      {"mask", "hexint"},       {"greeting", "charp"},
	{"debug_mode", "bool"}, {"irqs", "array of int"}, {"mode", "my_own_type"},
};
static const struct module_file sample = {
	.name = (char *)"sample",
	.params = params,
	.n_params = sizeof(params) / sizeof(params[0]),
};

static char err[256];

static int check(const char *word)
{
	char *words[] = {(char *)word};

	err[0] = 0;
	return module_file_check_params(&sample, words, 1, err, sizeof(err));
}

static void assert_taken(const char *word)
{
	if (check(word))
		fail_msg("%s: refused: %s", word, err);
}

static void assert_refused(const char *word, const char *reason)
{
	if (check(word) != -EINVAL)
		fail_msg("%s: taken", word);
	if (!strstr(err, reason))
		fail_msg("\"%s\" does not say \"%s\"", err, reason);
}

static void integers_are_read_as_the_kernel_reads_them(void **state)
{
	assert_taken("count=0");
	assert_taken("count=-2147483648");
	assert_taken("count=2147483647");
	assert_taken("count=0x7f");
	assert_taken("count=017");
	assert_taken("count=+5");
	assert_refused("count=", "expected a number");
	assert_refused("count=five", "expected a number (int)");
	assert_refused("count=5x", "expected a number");
	assert_refused("count= 5", "expected a number");
	assert_refused("count=09", "expected a number");
	assert_refused("count=-", "expected a number");
	assert_refused("count=1.5", "expected a number");
}

static void a_number_out_of_its_range_is_refused(void **state)
{
	assert_refused("count=2147483648", "expected a number");
	assert_refused("count=-2147483649", "expected a number");
	assert_taken("size=4294967295");
	assert_refused("size=4294967296", "expected a number");
	assert_refused("size=-1", "expected a number");
	assert_taken("tiny=255");
	assert_refused("tiny=256", "expected a number");
	assert_taken("big=18446744073709551615");
	assert_refused("big=18446744073709551616", "expected a number");
	assert_refused("big=-1", "expected a number");
	assert_taken("mask=0xffffffff");
}

static void a_bool_is_one_of_the_kernels_words_or_its_name_alone(void **state)
{
	static const char *const good[] = {"y", "Y", "1",  "yes", "on",
					   "n", "0", "no", "off", "OFF"};
	static const char *const bad[] = {"", "2", "o", "ok", "enabled"};
	char word[32];

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		(void)snprintf(word, sizeof(word), "debug_mode=%s", good[i]);
		assert_taken(word);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		(void)snprintf(word, sizeof(word), "debug_mode=%s", bad[i]);
		assert_refused(word, "expected y or n");
	}
	assert_taken("debug_mode");
	assert_refused("count", "needs a value: count=VALUE (int)");
}

static void each_element_of_an_array_is_checked(void **state)
{
	assert_taken("irqs=1,2,0x10");
	assert_taken("irqs=7");
	assert_refused("irqs=1,two", "array of int");
	assert_refused("irqs=1,,2", "array of int");
	assert_refused("irqs=", "array of int");
}

static void a_string_has_the_kernels_limit(void **state)
{
	char word[1100];

	(void)snprintf(word, sizeof(word), "greeting=%01024d", 0);
	assert_taken(word);
	(void)snprintf(word, sizeof(word), "greeting=%01025d", 0);
	assert_refused(word, "at most 1024");
	assert_taken("greeting=");
	assert_taken("greeting=hello world");
	assert_refused("greeting=say \"hi\"", "cannot be given");
}

static void a_type_of_the_modules_own_takes_anything(void **state)
{
	assert_taken("mode=what ever");
}

static void dash_and_underscore_are_the_same(void **state)
{
	assert_taken("debug-mode=1");
	assert_refused("debug.mode=1", "no parameter 'debug.mode'");
}

static void an_unknown_parameter_names_the_nearest_one(void **state)
{
	assert_refused("cuont=3", "sample has no parameter 'cuont'; did you mean 'count'?");
	assert_refused("greetin=x", "did you mean 'greeting'?");
	assert_refused("frequency=3", "it has count, size, tiny, big");
	assert_refused("=3", "no parameter ''");
}

static void a_module_without_parameters_says_so(void **state)
{
	static const struct module_file none = {.name = (char *)"none"};
	char *words[] = {(char *)"count=1"};

	assert_int_equal(module_file_check_params(&none, words, 1, err, sizeof(err)), -EINVAL);
	assert_string_equal(err, "none has no parameter 'count'; it has none");
}

static void what_the_kernel_takes_for_every_module_is_taken(void **state)
{
	assert_taken("dyndbg=+p");
	assert_taken("dyndbg");
	assert_taken("async_probe");
}

static void a_hostile_word_reaches_no_terminal(void **state)
{
	assert_refused("\033[2Jx=1", "?[2Jx");
	assert_null(strchr(err, '\033'));
}

static void all_words_are_checked(void **state)
{
	char *words[] = {(char *)"count=1", (char *)"size=big"};

	assert_int_equal(module_file_check_params(&sample, words, 2, err, sizeof(err)), -EINVAL);
	assert_non_null(strstr(err, "size=big"));
	assert_int_equal(module_file_check_params(&sample, words, 0, err, sizeof(err)), 0);
}

static void words_become_one_line_with_white_space_quoted(void **state)
{
	char *words[] = {(char *)"count=3", (char *)"greeting=hello world", (char *)"debug_mode",
			 (char *)"mode="};
	char *line = module_params_line(words, 4);

	assert_string_equal(line, "count=3 greeting=\"hello world\" debug_mode mode=");
	free(line);
	line = module_params_line(NULL, 0);
	assert_string_equal(line, "");
	free(line);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(integers_are_read_as_the_kernel_reads_them),
		cmocka_unit_test(a_number_out_of_its_range_is_refused),
		cmocka_unit_test(a_bool_is_one_of_the_kernels_words_or_its_name_alone),
		cmocka_unit_test(each_element_of_an_array_is_checked),
		cmocka_unit_test(a_string_has_the_kernels_limit),
		cmocka_unit_test(a_type_of_the_modules_own_takes_anything),
		cmocka_unit_test(dash_and_underscore_are_the_same),
		cmocka_unit_test(an_unknown_parameter_names_the_nearest_one),
		cmocka_unit_test(a_module_without_parameters_says_so),
		cmocka_unit_test(what_the_kernel_takes_for_every_module_is_taken),
		cmocka_unit_test(a_hostile_word_reaches_no_terminal),
		cmocka_unit_test(all_words_are_checked),
		cmocka_unit_test(words_become_one_line_with_white_space_quoted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
