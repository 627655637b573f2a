/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/explain/source_excerpt.c console/pipeline/printable.c */
/* LINK: console/pipeline/sanitize.c console/strbuf.c */
/* Which source files are shown, and how. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "console/explain/source_excerpt.h"

struct fixture {
	char dir[64], file[96];
};

static void write_named(struct fixture *f, const char *name, const char *text, size_t n)
{
	FILE *out;

	snprintf(f->file, sizeof(f->file), "%s/%s", f->dir, name);
	out = fopen(f->file, "w");
	assert_non_null(out);
	assert_int_equal(fwrite(text, 1, n, out), n);
	fclose(out);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	strcpy(f->dir, "/tmp/kdev-excerpt-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	unlink(f->file);
	rmdir(f->dir);
	free(f);
	return 0;
}

static int excerpt(const struct fixture *f, unsigned line, struct source_excerpt *e)
{
	return source_excerpt_read(f->file, line, NULL, 0, 0, e);
}

static void two_lines_around_are_read(void **state)
{
	struct fixture *f = *state;
	struct source_excerpt e;

	write_named(f, "a.c", "1\n2\n3\n4\n5\n6\n7", 13);
	assert_int_equal(excerpt(f, 4, &e), 0);
	assert_int_equal(e.n, 5);
	assert_int_equal(e.first, 2);
	assert_string_equal(e.lines[0], "2");
	assert_string_equal(e.lines[4], "6");
	source_excerpt_clear(&e);

	assert_int_equal(excerpt(f, 1, &e), 0);
	assert_int_equal(e.first, 1);
	assert_int_equal(e.n, 3);
	source_excerpt_clear(&e);

	assert_int_equal(excerpt(f, 7, &e), 0);
	assert_int_equal(e.first, 5);
	assert_int_equal(e.n, 3);
	source_excerpt_clear(&e);
}

static void a_line_that_is_not_there_shows_nothing(void **state)
{
	struct fixture *f = *state;
	struct source_excerpt e;

	write_named(f, "a.c", "1\n2\n3\n", 6);
	assert_int_equal(excerpt(f, 4, &e), -ERANGE);
	assert_int_equal(excerpt(f, 400, &e), -ERANGE);
	assert_int_equal(excerpt(f, 0, &e), -EINVAL);
	assert_int_equal(excerpt(f, ~0U, &e), -EINVAL);
}

static void lines_are_made_printable(void **state)
{
	struct fixture *f = *state;
	struct source_excerpt e;

	write_named(f, "a.c", "\tx\ty\n  \tz\033[31m!\n", 16);
	assert_int_equal(excerpt(f, 1, &e), 0);
	assert_string_equal(e.lines[0], "        x       y");
	assert_string_equal(e.lines[1], "        z!");
	source_excerpt_clear(&e);
}

static void a_line_without_end_is_cut(void **state)
{
	struct fixture *f = *state;
	struct source_excerpt e;
	char *line = malloc(1 << 20);

	assert_non_null(line);
	memset(line, '\t', 1 << 20);
	write_named(f, "a.c", line, 1 << 20);
	free(line);
	assert_int_equal(excerpt(f, 1, &e), 0);
	assert_true(strlen(e.lines[0]) <= 8 * 1024);
	source_excerpt_clear(&e);
}

static void what_is_no_source_file_is_not_shown(void **state)
{
	struct fixture *f = *state;
	struct source_excerpt e;

	write_named(f, "a.c", "1\n2\0\n3\n", 7);
	assert_int_equal(excerpt(f, 3, &e), -EILSEQ);
	unlink(f->file);
	write_named(f, "secret", "1\n2\n", 4);
	assert_int_equal(excerpt(f, 1, &e), -ENOENT);
	unlink(f->file);
	snprintf(f->file, sizeof(f->file), "%s/fifo.c", f->dir);
	assert_int_equal(mkfifo(f->file, 0600), 0);
	assert_int_equal(excerpt(f, 1, &e), -ENOENT);
	assert_int_equal(source_excerpt_read("/dev/zero.c", 1, NULL, 0, 0, &e), -ENOENT);
}

static void a_relative_name_is_looked_for_below_the_roots(void **state)
{
	struct fixture *f = *state;
	const char *const roots[] = {"/nowhere", f->dir};
	struct source_excerpt e;

	write_named(f, "a.c", "one\n", 4);
	assert_int_equal(source_excerpt_read("a.c", 1, roots, 2, 0, &e), 0);
	assert_string_equal(e.lines[0], "one");
	source_excerpt_clear(&e);
	assert_int_equal(source_excerpt_read("a.c", 1, roots, 1, 0, &e), -ENOENT);
	assert_int_equal(source_excerpt_read("a.c", 1, NULL, 0, 0, &e), -ENOENT);
	assert_int_equal(source_excerpt_read("../a.c", 1, roots, 2, 0, &e), -ENOENT);
}

static void a_file_younger_than_the_build_is_marked(void **state)
{
	struct fixture *f = *state;
	struct source_excerpt e;

	write_named(f, "a.c", "one\n", 4);
	assert_int_equal(source_excerpt_read(f->file, 1, NULL, 0, time(NULL) - 1000, &e), 0);
	assert_true(e.changed);
	source_excerpt_clear(&e);
	assert_int_equal(source_excerpt_read(f->file, 1, NULL, 0, time(NULL) + 1000, &e), 0);
	assert_false(e.changed);
	source_excerpt_clear(&e);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(two_lines_around_are_read, setup, teardown),
		cmocka_unit_test_setup_teardown(a_line_that_is_not_there_shows_nothing, setup,
						teardown),
		cmocka_unit_test_setup_teardown(lines_are_made_printable, setup, teardown),
		cmocka_unit_test_setup_teardown(a_line_without_end_is_cut, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_no_source_file_is_not_shown, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_relative_name_is_looked_for_below_the_roots,
						setup, teardown),
		cmocka_unit_test_setup_teardown(a_file_younger_than_the_build_is_marked, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
