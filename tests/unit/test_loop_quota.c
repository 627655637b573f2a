/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/loop/loop_quota.c harness/paths*.c harness/log.c */
/* What a full disk costs: old directories of good iterations, and never a bug's first case. */
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

#include "harness/loop/loop_quota.h"
#include "harness/paths.h"

#define SIZE 65536

static char *make(const char *dir, int i)
{
	static const char zeroes[SIZE];
	char *path = path_format("%s/%d", dir, i), *file = path_format("%s/%d/console.raw", dir, i);

	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(path_write_atomic(file, zeroes, sizeof(zeroes), 0600), 0);
	free(file);
	file = path_format("%s/%d/run.json", dir, i);
	assert_int_equal(path_write_atomic(file, "{}", 2, 0600), 0);
	free(file);
	file = path_format("%s/%d/crash-1", dir, i);
	assert_int_equal(mkdir(file, 0700), 0);
	free(file);
	return path;
}

static void directories_go_in_the_right_order_and_first_cases_stay(void **state)
{
	static const struct {
		bool bad, first;
	} rows[] = {{1, 1}, {0, 0}, {1, 0}, {0, 0}, {1, 1}, {1, 0}, {0, 0}};
	static const char *const left[] = {"0123456", "023456", "02456", "0245", "045", "04", "04"};
	char dir[] = "/tmp/kdev-test-quota.XXXXXX";
	struct loop_quota q = {0};

	assert_non_null(mkdtemp(dir));
	for (int i = 0; i < 7; i++) {
		char *path = make(dir, i);

		assert_int_equal(loop_quota_add(&q, path, rows[i].bad, rows[i].first), 0);
		free(path);
	}
	assert_true(q.bytes >= (int64_t)7 * SIZE);
	assert_int_equal(loop_quota_keep(&q), 0); /* no limit */
	for (int step = 0; step < 7; step++) {
		char names[8] = "", *name = names;

		q.limit = step ? q.bytes - 1 : q.bytes;
		loop_quota_keep(&q);
		for (int i = 0; i < 7; i++) {
			char *path = path_format("%s/%d/console.raw", dir, i);
			char *record = path_format("%s/%d/run.json", dir, i);
			char *crash = path_format("%s/%d/crash-1", dir, i);

			if (!access(path, F_OK))
				*name++ = (char)('0' + i);
			assert_int_equal(access(path, F_OK), access(crash, F_OK));
			assert_int_equal(access(record, F_OK), 0);
			free(crash);
			free(record);
			free(path);
		}
		assert_string_equal(names, left[step]);
	}
	loop_quota_free(&q);
	path_remove_tree(dir);
}

static void what_is_gone_already_is_told(void **state)
{
	struct loop_quota q = {0};

	assert_true(loop_quota_add(&q, "/nonexistent/kdev", false, false) <= 0);
	assert_int_equal(q.bytes, 0);
	loop_quota_free(&q);
}

static void sizes_are_read(void **state)
{
	static const struct {
		const char *text;
		int64_t bytes;
	} rows[] = {{"0", 0}, {"512", 512}, {"3K", 3072}, {"20G", INT64_C(20) << 30}};
	static const char *const bad[] = {"", "G", "-1", "1g", "1GB", "99999999999T", " 1"};
	int64_t n;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(loop_quota_parse(rows[i].text, &n), 0);
		assert_int_equal(n, rows[i].bytes);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(loop_quota_parse(bad[i], &n), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(directories_go_in_the_right_order_and_first_cases_stay),
		cmocka_unit_test(what_is_gone_already_is_told),
		cmocka_unit_test(sizes_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
