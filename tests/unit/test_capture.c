/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/attendant/capture.c harness/paths*.c */
/* Captures: bytes and lines kept whole, old ones never lost, a full disk told. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/attendant/capture.h"
#include "harness/paths.h"

static const struct monotime at = {8123004511};

struct bench {
	char dir[64], run[80];
	struct capture *capture;
};

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	snprintf(b->dir, sizeof(b->dir), "/tmp/kdev-test-capture.XXXXXX");
	assert_non_null(mkdtemp(b->dir));
	snprintf(b->run, sizeof(b->run), "%s/run", b->dir);
	assert_int_equal(mkdir(b->run, 0755), 0);
	assert_int_equal(capture_open(b->dir, true, &b->capture), 0);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	capture_close(b->capture);
	path_remove_tree(b->dir);
	free(b);
	return 0;
}

static void reopen(struct bench *b, bool fresh)
{
	capture_close(b->capture);
	assert_int_equal(capture_open(b->dir, fresh, &b->capture), 0);
}

static void check_bytes(const char *dir, const char *leaf, const char *bytes, size_t n)
{
	char path[128], *text;
	size_t len;

	snprintf(path, sizeof(path), "%s/%s", dir, leaf);
	text = path_read(path, 1 << 20, &len);
	assert_non_null(text);
	assert_int_equal(len, n);
	assert_memory_equal(text, bytes, n);
	free(text);
}

static void check_text(const char *dir, const char *leaf, const char *text)
{
	check_bytes(dir, leaf, text, strlen(text));
}

static void serial(struct bench *b, const char *text)
{
	capture_raw(b->capture, SOURCE_SERIAL, text, strlen(text));
}

static void serial_bytes_are_kept_one_for_one(void **state)
{
	struct bench *b = *state;
	char all[256];

	for (int i = 0; i < 256; i++)
		all[i] = (char)i;
	capture_raw(b->capture, SOURCE_SERIAL, all, 100);
	capture_raw(b->capture, SOURCE_SERIAL, all, 0);
	capture_raw(b->capture, SOURCE_SERIAL, all + 100, 156);
	check_bytes(b->dir, "console.raw", all, 256);
	assert_int_equal(capture_serial_bytes(b->capture), 256);
	assert_int_equal(capture_sync(b->capture), 0);
}

static void datagrams_end_in_a_newline_each(void **state)
{
	struct bench *b = *state;

	capture_raw(b->capture, SOURCE_NETCONSOLE, "one\n", 4);
	capture_raw(b->capture, SOURCE_NETCONSOLE, "two", 3);
	capture_raw(b->capture, SOURCE_NETCONSOLE, "\n", 1);
	check_text(b->dir, "netconsole.raw", "one\ntwo\n\n");
	assert_int_equal(capture_serial_bytes(b->capture), 0);
}

static void a_timeline_line_has_both_times_source_and_step(void **state)
{
	struct bench *b = *state;
	char path[128], *text, *end;
	struct tm tm = {0};
	size_t len;

	capture_step(b->capture, "load");
	capture_line(b->capture, "serial", at, "[   12.3] kdev_good: hello", 26);
	snprintf(path, sizeof(path), "%s/timeline.log", b->dir);
	text = path_read(path, 4096, &len);
	assert_non_null(text);
	assert_memory_equal(text, "8123.004511 ", 12);
	end = strptime(text + 12, "%Y-%m-%dT%H:%M:%S.", &tm);
	assert_non_null(end);
	assert_int_equal(strspn(end, "0123456789"), 6);
	end = strchr(text, 'Z');
	assert_non_null(end);
	assert_string_equal(end, "Z serial load [   12.3] kdev_good: hello\n");
	free(text);
}

static void check_step(struct bench *b, const char *step, const char *expected)
{
	char path[128], *text, *found;
	size_t len;

	capture_step(b->capture, step);
	capture_line(b->capture, "kdev", at, "", 0);
	snprintf(path, sizeof(path), "%s/timeline.log", b->dir);
	text = path_read(path, 1 << 16, &len);
	assert_non_null(text);
	text[len - 1] = '\0';
	found = strrchr(text, '\n');
	found = strstr(found ? found : text, " kdev ");
	assert_non_null(found);
	assert_string_equal(found + 6, expected);
	free(text);
}

static void a_step_is_one_word_of_bounded_length(void **state)
{
	struct bench *b = *state;

	check_step(b, "unload", "unload ");
	check_step(b, "", "- ");
	check_step(b, NULL, "- ");
	check_step(b, "a-name-that-is-much-too-long-for-a-step",
		   "a-name-that-is-much-too-long-fo ");
	check_step(b, "two words\nand\x1b[31mmore", "two_words_and_[31mmore ");
}

static void a_capture_goes_on_where_it_stood(void **state)
{
	struct bench *b = *state;

	serial(b, "first");
	reopen(b, false);
	assert_int_equal(capture_serial_bytes(b->capture), 5);
	serial(b, " second");
	check_text(b->dir, "console.raw", "first second");
}

static void a_fresh_one_keeps_the_one_before(void **state)
{
	struct bench *b = *state;

	serial(b, "first");
	capture_raw(b->capture, SOURCE_NETCONSOLE, "net\n", 4);
	reopen(b, true);
	assert_int_equal(capture_serial_bytes(b->capture), 0);
	serial(b, "second");
	check_text(b->dir, "console.raw", "second");
	check_text(b->dir, "console.raw.old", "first");
	check_text(b->dir, "netconsole.raw", "");
	check_text(b->dir, "netconsole.raw.old", "net\n");
	reopen(b, true);
	check_text(b->dir, "console.raw.old", "second");
}

static void what_can_not_be_moved_away_is_not_lost(void **state)
{
	struct bench *b = *state;
	char path[128];

	serial(b, "first");
	snprintf(path, sizeof(path), "%s/console.raw.old", b->dir);
	assert_int_equal(mkdir(path, 0755), 0);
	reopen(b, true);
	serial(b, " second");
	check_text(b->dir, "console.raw", "first second");
	assert_int_equal(capture_serial_bytes(b->capture), 12);
}

static void a_run_gets_what_comes_while_it_lasts(void **state)
{
	struct bench *b = *state;

	serial(b, "before ");
	assert_int_equal(capture_run_begin(b->capture, b->run), 0);
	serial(b, "during ");
	capture_raw(b->capture, SOURCE_NETCONSOLE, "net", 3);
	capture_run_end(b->capture);
	serial(b, "after");
	check_text(b->dir, "console.raw", "before during after");
	check_text(b->run, "console.raw", "during ");
	check_text(b->run, "netconsole.raw", "net\n");
}

static void the_end_of_a_run_ends_its_step(void **state)
{
	struct bench *b = *state;

	capture_step(b->capture, "load");
	capture_run_end(b->capture);
	capture_line(b->capture, "kdev", at, "x", 1);
	check_step(b, NULL, "- ");
}

static void the_next_run_ends_the_one_before(void **state)
{
	struct bench *b = *state;
	char next[96];

	snprintf(next, sizeof(next), "%s/next", b->dir);
	assert_int_equal(mkdir(next, 0755), 0);
	assert_int_equal(capture_run_begin(b->capture, b->run), 0);
	serial(b, "one");
	assert_int_equal(capture_run_begin(b->capture, next), 0);
	serial(b, "two");
	check_text(b->run, "console.raw", "one");
	check_text(next, "console.raw", "two");
}

static void a_missing_directory_is_an_error(void **state)
{
	struct bench *b = *state;
	struct capture *c = NULL;

	assert_int_equal(capture_run_begin(b->capture, "/nonexistent"), -ENOENT);
	assert_int_equal(capture_open("/nonexistent", false, &c), -ENOENT);
	assert_null(c);
	serial(b, "still here");
	check_text(b->dir, "console.raw", "still here");
}

/* As a full disk, but for one process. */
static void limit_files(rlim_t bytes)
{
	struct rlimit limit;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_write_that_fails_is_told_by_sync_once(void **state)
{
	struct bench *b = *state;

	limit_files(8);
	serial(b, "12345");
	assert_int_equal(capture_sync(b->capture), 0);
	serial(b, "67890");
	limit_files(RLIM_INFINITY);
	assert_int_equal(capture_sync(b->capture), -EFBIG);
	assert_int_equal(capture_sync(b->capture), 0);
	/* What fitted is there, and what comes later too. */
	serial(b, "next");
	check_text(b->dir, "console.raw", "12345678next");
}

/* The next attendant goes on there in QEMU's own log. */
static void only_bytes_in_the_file_are_counted(void **state)
{
	struct bench *b = *state;

	limit_files(8);
	serial(b, "1234567890");
	limit_files(RLIM_INFINITY);
	assert_int_equal(capture_serial_bytes(b->capture), 8);
	serial(b, "x");
	assert_int_equal(capture_serial_bytes(b->capture), 9);
}

static void a_runs_last_error_outlives_the_run(void **state)
{
	struct bench *b = *state;

	assert_int_equal(capture_run_begin(b->capture, b->run), 0);
	limit_files(4);
	serial(b, "1234567890");
	limit_files(RLIM_INFINITY);
	capture_run_end(b->capture);
	assert_int_equal(capture_sync(b->capture), -EFBIG);
}

static void nothing_is_closed_without_complaint(void **state)
{
	capture_close(NULL);
}

#define CAPTURE_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CAPTURE_TEST(serial_bytes_are_kept_one_for_one),
		CAPTURE_TEST(datagrams_end_in_a_newline_each),
		CAPTURE_TEST(a_timeline_line_has_both_times_source_and_step),
		CAPTURE_TEST(a_step_is_one_word_of_bounded_length),
		CAPTURE_TEST(a_capture_goes_on_where_it_stood),
		CAPTURE_TEST(a_fresh_one_keeps_the_one_before),
		CAPTURE_TEST(what_can_not_be_moved_away_is_not_lost),
		CAPTURE_TEST(a_run_gets_what_comes_while_it_lasts),
		CAPTURE_TEST(the_end_of_a_run_ends_its_step),
		CAPTURE_TEST(the_next_run_ends_the_one_before),
		CAPTURE_TEST(a_missing_directory_is_an_error),
		CAPTURE_TEST(a_write_that_fails_is_told_by_sync_once),
		CAPTURE_TEST(only_bytes_in_the_file_are_counted),
		CAPTURE_TEST(a_runs_last_error_outlives_the_run),
		cmocka_unit_test(nothing_is_closed_without_complaint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
