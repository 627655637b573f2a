/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/run/run_shell.c harness/ssh/ssh_quote.c harness/loop/scenario_round.c */
/* LINK: harness/loop/scenario_value.c harness/config/duration.c console/strbuf.c */
/* LIBS: libuv jansson */
/* What the board's shell is given: tried by the host's own, with a stand-in for the agent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "harness/run/run.h"

static const struct module_file top = {.name = "top", .path = "x/top.ko"};
static const struct module_file low = {.name = "low", .path = "x/low.ko"};

static void modules_are_loaded_in_order_and_unloaded_in_the_other(void **state)
{
	struct run_module before = {.file = &low};
	char *params[] = {"a=1", "b=it's $HOME; reboot"};
	struct run_options o = {
		.module = &top, .params = params, .n_params = 2, .before = &before, .n_before = 1};
	char *load = run_shell_load(&o), *unload = run_shell_unload(&o, false);

	assert_string_equal(load, "/run/kdev/agent load /run/kdev/low.ko && exec /run/kdev/agent "
				  "load /run/kdev/top.ko 'a=1' 'b=it'\\''s $HOME; reboot'");
	assert_string_equal(unload, "/run/kdev/agent unload top && /run/kdev/agent unload low");
	free(load);
	free(unload);
}

static void dependencies_of_the_kernels_tree_are_loaded_first_and_ours_are_not(void **state)
{
	char *depends[] = {"low", "crc32c_generic"};
	const struct module_file needy = {.name = "top", .depends = depends, .n_depends = 2};
	struct run_module before = {.file = &low};
	struct run_options o = {.module = &needy, .before = &before, .n_before = 1};
	char *load = run_shell_load(&o);

	assert_string_equal(load, "/run/kdev/agent load /run/kdev/low.ko && /sbin/modprobe -a -- "
				  "'crc32c_generic' && exec /run/kdev/agent load /run/kdev/top.ko");
	free(load);
}

static void a_batch_tells_the_agent_where_to_begin(void **state)
{
	struct run_batch batch = {.first = 100, .n = 50, .for_us = 2000000};
	char *params[] = {"n={iteration}"};
	struct run_options o = {.module = &top, .params = params, .n_params = 1, .batch = &batch};
	char *text = run_shell_batch(&o);

	assert_string_equal(text, "exec /run/kdev/agent cycle top 100 50 2001 /run/kdev/top.ko "
				  "'n={iteration}'");
	free(text);
}

/* The script's exit status, without the directory that only a board has. */
static int status_of(struct scenario_case *c)
{
	struct run_options o = {.module = &top, .c = c, .values = {.iteration = 7, .seed = 3}};
	char *text = run_shell_test(&o, 20), *at = strstr(text, "exec timeout");
	int status;

	assert_non_null(at);
	status = system(at);
	free(text);
	return WEXITSTATUS(status);
}

static void commands_run_one_after_the_other_until_one_fails(void **state)
{
	char *good[] = {"true", "[ {iteration}.{seed} = 7.3 ]"};
	char *bad[] = {"true", "exit 3", "exit 4"};
	struct scenario_case c = {.parallel = 1};

	c.commands[SCENARIO_BOARD_DURING] = (struct scenario_list){good, 2};
	assert_int_equal(status_of(&c), 0);
	c.commands[SCENARIO_BOARD_DURING] = (struct scenario_list){bad, 3};
	assert_int_equal(status_of(&c), 3);
}

static void of_many_at_once_one_failure_is_enough(void **state)
{
	char dir[] = "/tmp/kdev-test-shell.XXXXXX", command[96];
	char *all[] = {command};
	struct scenario_case c = {.parallel = 4};

	assert_non_null(mkdtemp(dir));
	snprintf(command, sizeof(command), "mkdir %s/once 2>/dev/null && exit 5; exit 0", dir);
	c.commands[SCENARIO_BOARD_DURING] = (struct scenario_list){all, 1};
	assert_int_equal(status_of(&c), 5);
	assert_int_equal(status_of(&c), 0);
	snprintf(command, sizeof(command), "rmdir %s/once %s", dir, dir);
	assert_int_equal(system(command), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(modules_are_loaded_in_order_and_unloaded_in_the_other),
		cmocka_unit_test(
			dependencies_of_the_kernels_tree_are_loaded_first_and_ours_are_not),
		cmocka_unit_test(a_batch_tells_the_agent_where_to_begin),
		cmocka_unit_test(commands_run_one_after_the_other_until_one_fails),
		cmocka_unit_test(of_many_at_once_one_failure_is_enough),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
