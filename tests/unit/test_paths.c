/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/paths.c harness/paths_file.c harness/paths_remove.c */
/* Paths: where the roots are, files replaced as a whole, and an rm -r that stays where it is. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/paths.h"

static char *below(void **state, const char *name)
{
	char *p = path_format("%s/%s", (const char *)*state, name);

	assert_non_null(p);
	return p;
}

static void put(const char *path, const char *text)
{
	assert_int_equal(path_write_atomic(path, text, strlen(text), 0640), 0);
}

static int setup(void **state)
{
	char template[] = "/tmp/kdev-test-paths.XXXXXX";

	*state = strdup(mkdtemp(template));
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	int err = path_remove_tree(*state);

	free(*state);
	return err;
}

/* The roots are cached, so each question is asked in a process of its own. */
static void assert_roots(const char *xdg, const char *home, uid_t uid, const char *cache,
			 const char *state)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (!pid) {
		const char *first;

		unsetenv("XDG_STATE_HOME");
		unsetenv("XDG_CACHE_HOME");
		unsetenv("HOME");
		if (xdg)
			setenv("XDG_CACHE_HOME", xdg, 1);
		if (home)
			setenv("HOME", home, 1);
		if (uid && setuid(uid))
			_exit(2);
		first = path_cache();
		_exit(strcmp(first, cache) != 0 || strcmp(path_state(), state) != 0 ||
		      path_cache() != first);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void the_roots_follow_xdg_then_root_then_home(void **state)
{
	if (geteuid())
		skip();
	assert_roots(NULL, "/root", 0, "/var/cache/kdev", "/var/lib/kdev");
	assert_roots("/x/y//", "/root", 0, "/x/y/kdev", "/var/lib/kdev");
	assert_roots("relative", "/root", 0, "/var/cache/kdev", "/var/lib/kdev");
	assert_roots(NULL, "/home/u/", 1234, "/home/u/.cache/kdev", "/home/u/.local/state/kdev");
	assert_roots("/c", "/home/u", 1234, "/c/kdev", "/home/u/.local/state/kdev");
	assert_roots(NULL, NULL, 1234, "/nonexistent/.cache/kdev",
		     "/nonexistent/.local/state/kdev");
}

static void a_board_has_a_directory_below_the_state(void **state)
{
	char *dir = path_board("virtual", NULL), *file = path_board("virtual", "lock");
	size_t n = strlen(path_state());

	assert_non_null(dir);
	assert_non_null(file);
	assert_memory_equal(dir, path_state(), n);
	assert_string_equal(dir + n, "/boards/virtual");
	assert_string_equal(file + n, "/boards/virtual/lock");
	free(dir);
	free(file);
}

static void directories_are_made_with_their_parents_and_again(void **state)
{
	char *p = below(state, "a/b//c/"), *file = below(state, "f"),
	     *in_file = below(state, "f/x");
	struct stat st;

	assert_int_equal(path_mkdirs(p, 0700), 0);
	assert_int_equal(path_mkdirs(p, 0700), 0);
	assert_int_equal(stat(p, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	put(file, "");
	assert_int_equal(path_mkdirs(file, 0700), -ENOTDIR);
	assert_int_equal(path_mkdirs(in_file, 0700), -ENOTDIR);
	assert_int_equal(path_mkdirs("/", 0700), 0);
	free(p);
	free(file);
	free(in_file);
}

static void a_file_is_replaced_with_content_and_mode(void **state)
{
	char *p = below(state, "file"), *text;
	struct stat st;
	size_t n;

	put(p, "old and longer");
	assert_int_equal(path_write_atomic(p, "new\0x", 5, 0600), 0);
	text = path_read(p, 100, &n);
	assert_non_null(text);
	assert_int_equal(n, 5);
	assert_memory_equal(text, "new\0x", 6); /* and the NUL after it */
	assert_int_equal(stat(p, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	free(text);
	free(p);
}

static void a_failed_replacement_leaves_nothing_behind(void **state)
{
	char *dir = below(state, "d"), *in = below(state, "d/x/y"), *none = below(state, "none/f");

	assert_int_equal(path_mkdirs(in, 0700), 0);
	/* A file can't be renamed over a directory that is not empty. */
	assert_int_equal(path_write_atomic(dir, "x", 1, 0600), -EISDIR);
	assert_int_equal(path_write_atomic(none, "x", 1, 0600), -ENOENT);
	assert_int_equal(path_remove_tree(dir), 0);
	assert_int_equal(rmdir(*state), 0); /* so no temporary file is left in it */
	assert_int_equal(mkdir(*state, 0700), 0);
	free(dir);
	free(in);
	free(none);
}

static void a_file_of_the_size_limit_is_read_and_a_longer_one_is_not(void **state)
{
	char *p = below(state, "big"), *data = malloc(10001), *got;
	size_t n;

	memset(data, 'x', 10001);
	assert_int_equal(path_write_atomic(p, data, 10000, 0600), 0);
	got = path_read(p, 10000, &n);
	assert_non_null(got);
	assert_int_equal(n, 10000);
	assert_memory_equal(got, data, 10000);
	free(got);
	assert_int_equal(path_write_atomic(p, data, 10001, 0600), 0);
	errno = 0;
	assert_null(path_read(p, 10000, &n));
	assert_int_equal(errno, EFBIG);
	assert_null(path_read(*state, 10000, &n));
	assert_int_equal(errno, EISDIR);
	free(p);
	free(data);
}

static void a_file_of_proc_is_read_though_it_has_no_size(void **state)
{
	size_t n;
	char *got = path_read("/proc/self/status", 1 << 20, &n);

	assert_non_null(got);
	assert_memory_equal(got, "Name:", 5);
	assert_int_equal(strlen(got), n);
	free(got);
}

static void a_tree_is_removed_but_not_what_its_links_point_to(void **state)
{
	char *tree = below(state, "tree"), *deep = below(state, "tree/a/b/c");
	char *link = below(state, "tree/a/link"), *loop = below(state, "tree/a/loop");
	char *kept = below(state, "kept"), *file = below(state, "kept/file");

	assert_int_equal(path_mkdirs(deep, 0700), 0);
	assert_int_equal(path_mkdirs(kept, 0700), 0);
	put(file, "x");
	assert_int_equal(symlink(kept, link), 0);
	assert_int_equal(symlink("..", loop), 0);
	assert_int_equal(path_remove_tree(tree), 0);
	assert_int_equal(access(tree, F_OK), -1);
	assert_int_equal(access(file, F_OK), 0);
	assert_int_equal(path_remove_tree(tree), 0); /* not there: fine */

	assert_int_equal(symlink(kept, tree), 0);
	assert_int_equal(path_remove_tree(tree), 0);
	assert_int_equal(access(file, F_OK), 0);
	free(tree);
	free(deep);
	free(link);
	free(loop);
	free(kept);
	free(file);
}

static void a_mount_in_a_tree_is_left_alone(void **state)
{
	char *tree = below(state, "tree"), *mnt = below(state, "tree/mnt");
	char *other = below(state, "other"), *file = below(state, "other/file");

	assert_int_equal(path_mkdirs(mnt, 0700), 0);
	assert_int_equal(path_mkdirs(other, 0700), 0);
	put(file, "x");
	/* A bind mount from the same file system: the same device number. */
	if (geteuid() || mount(other, mnt, NULL, MS_BIND, NULL)) {
		free(tree);
		free(mnt);
		free(other);
		free(file);
		skip();
		return;
	}
	assert_int_equal(path_remove_tree(tree), -EXDEV);
	assert_int_equal(access(file, F_OK), 0);
	assert_int_equal(umount(mnt), 0);
	assert_int_equal(path_remove_tree(tree), 0);
	free(tree);
	free(mnt);
	free(other);
	free(file);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_roots_follow_xdg_then_root_then_home),
		cmocka_unit_test(a_board_has_a_directory_below_the_state),
		cmocka_unit_test_setup_teardown(directories_are_made_with_their_parents_and_again,
						setup, teardown),
		cmocka_unit_test_setup_teardown(a_file_is_replaced_with_content_and_mode, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_failed_replacement_leaves_nothing_behind, setup,
						teardown),
		cmocka_unit_test_setup_teardown(
			a_file_of_the_size_limit_is_read_and_a_longer_one_is_not, setup, teardown),
		cmocka_unit_test_setup_teardown(a_file_of_proc_is_read_though_it_has_no_size, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_tree_is_removed_but_not_what_its_links_point_to,
						setup, teardown),
		cmocka_unit_test_setup_teardown(a_mount_in_a_tree_is_left_alone, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
