/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/explain/source_path.c console/pipeline/printable.c console/pipeline/sanitize.c */
/* LINK: console/strbuf.c */
/* Source file names from debug information. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "console/explain/source_path.h"

static void check(const char *dir, const char *file, bool relative, const char *expect)
{
	char *got = source_path(dir, file, relative);

	assert_string_equal(got, expect);
	free(got);
}

static void a_relative_name_is_below_the_compilers_directory(void **state)
{
	check("/home/u/mod", "mod.c", false, "/home/u/mod/mod.c");
	check("/home/u/mod/", "./sub//mod.c", false, "/home/u/mod/sub/mod.c");
	check(NULL, "mod.c", false, "mod.c");
}

static void an_absolute_name_stays(void **state)
{
	check("/usr/src/linux", "/home/u/mod.c", false, "/home/u/mod.c");
	check("/usr/src/linux", "/usr/src/linux/mm/slub.c", false, "/usr/src/linux/mm/slub.c");
}

static void dots_are_taken_out(void **state)
{
	check("/src/build", "../mm/./slub.c", false, "/src/mm/slub.c");
	check("/src", "/src/a/b/../../c.c", false, "/src/c.c");
	check(NULL, "../../c.c", false, "../../c.c");
	check(NULL, "/../c.c", false, "/../c.c");
}

static void the_kernels_files_are_named_from_its_top(void **state)
{
	check("/src/linux", "mm/slub.c", true, "mm/slub.c");
	check("/src/linux", "/src/linux/mm/slub.c", true, "mm/slub.c");
	check("/src/linux", "/src/linux2/mm/slub.c", true, "/src/linux2/mm/slub.c");
}

static void so_they_are_when_the_build_directory_is_below_it(void **state)
{
	check("/src/linux/debian/build", "/src/linux/arch/x86/entry/entry_64.S", true,
	      "arch/x86/entry/entry_64.S");
	check("/src/linux/debian/build", "../../kernel/fork.c", true, "kernel/fork.c");
	check("/home/u/build", "/home/u/driver/my.c", true, "/home/u/driver/my.c");
}

static void control_characters_are_left_out(void **state)
{
	check("/s", "\033[31mred.c\n", false, "/s/red.c");
}

static void a_name_without_end_is_cut(void **state)
{
	static char name[100000];
	char *got;

	memset(name, 'a', sizeof(name) - 1);
	got = source_path("/s", name, true);
	assert_true(strlen(got) < 5000);
	free(got);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_relative_name_is_below_the_compilers_directory),
		cmocka_unit_test(an_absolute_name_stays),
		cmocka_unit_test(dots_are_taken_out),
		cmocka_unit_test(the_kernels_files_are_named_from_its_top),
		cmocka_unit_test(so_they_are_when_the_build_directory_is_below_it),
		cmocka_unit_test(control_characters_are_left_out),
		cmocka_unit_test(a_name_without_end_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
