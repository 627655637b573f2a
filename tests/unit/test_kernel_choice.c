/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/netboot/kernel_choice.c harness/paths.c */
/* LINK: harness/paths_file.c harness/paths_remove.c */
/* The kernel that was chosen for a board whose configuration names none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/netboot/kernel_choice.h"
#include "harness/paths.h"

static char dir[] = "/tmp/kdev-choice-XXXXXX";

static int make_state(void **state)
{
	return !mkdtemp(dir) || setenv("XDG_STATE_HOME", dir, 1) ? -1 : 0;
}

static int remove_state(void **state)
{
	return path_remove_tree(dir);
}

static void debian_is_the_first_choice(void **state)
{
	struct board_config b = {.name = "new", .flavour = "fast"};

	kernel_choice_read(&b);
	assert_string_equal(b.kernel, "debian");
	assert_string_equal(b.flavour, "fast");
}

static void what_was_chosen_stays_for_this_board_alone(void **state)
{
	struct board_config b = {
		.name = "a", .kernel = "/a b/bzImage", .flavour = "kasan", .kernel_modules = ""};
	struct board_config again = {.name = "a", .flavour = "fast", .kernel_modules = "/old"};
	struct board_config other = {.name = "b"};

	assert_int_equal(kernel_choice_write(&b), 0);
	kernel_choice_read(&again);
	assert_string_equal(again.kernel, "/a b/bzImage");
	assert_string_equal(again.flavour, "kasan");
	assert_string_equal(again.kernel_modules, "");
	kernel_choice_read(&other);
	assert_string_equal(other.kernel, "debian");
}

static void the_configuration_comes_before_it(void **state)
{
	struct board_config chosen = {.name = "c", .kernel = "source", .flavour = "debug"};
	struct board_config b = {.name = "c", .kernel = "/boot/mine", .flavour = "fast"};

	assert_int_equal(kernel_choice_write(&chosen), 0);
	kernel_choice_read(&b);
	assert_string_equal(b.kernel, "/boot/mine");
	assert_string_equal(b.flavour, "fast");
}

static void a_damaged_choice_is_none(void **state)
{
	char *path = path_board("d", "kernel"), *boards = path_board("d", NULL), text[600];
	struct board_config b = {.name = "d"};

	assert_true(path && boards);
	snprintf(text, sizeof(text), "kernel %0*d", (int)sizeof(text) - 8, 0);
	assert_int_equal(path_mkdirs(boards, 0700), 0);
	assert_int_equal(path_write_atomic(path, text, strlen(text), 0600), 0);
	kernel_choice_read(&b);
	assert_string_equal(b.kernel, "debian");
	free(boards);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(debian_is_the_first_choice),
		cmocka_unit_test(what_was_chosen_stays_for_this_board_alone),
		cmocka_unit_test(the_configuration_comes_before_it),
		cmocka_unit_test(a_damaged_choice_is_none),
	};

	return cmocka_run_group_tests(tests, make_state, remove_state);
}
