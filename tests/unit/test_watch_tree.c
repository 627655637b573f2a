/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/watch/watch_tree.c harness/paths*.c harness/log.c */
/* Which changes of a directory count. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/paths.h"
#include "harness/watch/watch_tree.h"

static char dir[64];
static struct watch_tree *tree;
static char name[128];

/* Straight into the file, as many editors do. */
static void write_file(const char *leaf, const char *text)
{
	char *path = path_format("%s/%s", dir, leaf), *slash = strrchr(path, '/');
	int fd;

	*slash = 0;
	assert_int_equal(path_mkdirs(path, 0755), 0);
	*slash = '/';
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	free(path);
}

static int take(void)
{
	struct pollfd fd = {.fd = watch_tree_fd(tree), .events = POLLIN};

	/* What was done has its events at once. */
	poll(&fd, 1, 20);
	return watch_tree_take(tree, name, sizeof(name));
}

static int setup(void **state)
{
	strcpy(dir, "/tmp/kdev-test-watch.XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	write_file("x.c", "int x;\n");
	write_file("sub/y.h", "int y;\n");
	return watch_tree_open(&tree, dir);
}

static int teardown(void **state)
{
	watch_tree_close(tree);
	return path_remove_tree(dir);
}

static void a_source_that_is_written_counts_once(void **state)
{
	assert_int_equal(take(), 0);
	write_file("x.c", "int x = 1;\n");
	assert_int_equal(take(), 1);
	assert_string_equal(name, "x.c");
	assert_int_equal(take(), 0);
}

static void one_written_with_the_same_content_does_not(void **state)
{
	write_file("x.c", "int x;\n");
	assert_int_equal(take(), 0);
}

static void one_that_is_renamed_into_place_counts(void **state)
{
	char *path = path_format("%s/x.c", dir);

	assert_int_equal(path_write_atomic(path, "int x = 2;\n", 11, 0644), 0);
	assert_int_equal(take(), 1);
	free(path);
}

static void one_that_is_removed_counts(void **state)
{
	char *path = path_format("%s/x.c", dir);

	unlink(path);
	assert_int_equal(take(), 1);
	free(path);
}

static void those_below_count_also_in_new_directories(void **state)
{
	write_file("sub/y.h", "int y = 1;\n");
	assert_int_equal(take(), 1);
	write_file("new/deep/z.c", "int z;\n");
	assert_int_equal(take(), 1);
	write_file("new/deep/z.c", "int z = 1;\n");
	assert_int_equal(take(), 1);
	assert_string_equal(name, "z.c");
}

static void what_kbuild_and_editors_make_does_not(void **state)
{
	static const char *const made[] = {
		"x.o",  "x.ko",     "x.mod.c",        "x.mod", ".x.o.cmd",  "modules.order",
		"4913", ".x.c.swp", "Module.symvers", "x.c~",  ".git/index"};

	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
		write_file(made[i], "made");
		assert_int_equal(take(), 0);
	}
}

static void makefiles_and_tests_count(void **state)
{
	static const char *const written[] = {"Makefile", "Kbuild", "x.test", "x.S"};

	for (size_t i = 0; i < sizeof(written) / sizeof(written[0]); i++) {
		write_file(written[i], "written");
		assert_int_equal(take(), 1);
	}
}

static void a_name_is_shown_without_control_characters(void **state)
{
	write_file("\x1b[2J.c", "int e;\n");
	assert_int_equal(take(), 1);
	assert_string_equal(name, "?[2J.c");
}

static void a_directory_that_goes_is_told(void **state)
{
	assert_int_equal(path_remove_tree(dir), 0);
	assert_int_equal(take(), -ENOENT);
}

static void one_that_is_not_there_is_refused(void **state)
{
	struct watch_tree *t;

	assert_int_equal(watch_tree_open(&t, "/nonexistent"), -ENOENT);
	watch_tree_close(t);
}

#define test(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(a_source_that_is_written_counts_once),
		test(one_written_with_the_same_content_does_not),
		test(one_that_is_renamed_into_place_counts),
		test(one_that_is_removed_counts),
		test(those_below_count_also_in_new_directories),
		test(what_kbuild_and_editors_make_does_not),
		test(makefiles_and_tests_count),
		test(a_name_is_shown_without_control_characters),
		test(a_directory_that_goes_is_told),
		test(one_that_is_not_there_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
