/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/loop/journal.c harness/loop/journal_line.c harness/paths*.c console/strbuf.c */
/* LIBS: jansson */
/* A journal after every kind of death: cut at each byte, full of holes, on a full disk. */
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
#include <unistd.h>

#include <cmocka.h>

#include "console/strbuf.h"
#include "harness/loop/journal.h"
#include "harness/paths.h"

struct place {
	char *dir, *path;
	char err[256];
};

static int setup(void **state)
{
	char template[] = "/tmp/kdev-test-journal.XXXXXX";
	struct place *p = calloc(1, sizeof(*p));

	assert_non_null(p);
	assert_non_null(mkdtemp(template));
	p->dir = strdup(template);
	p->path = path_format("%s/journal.jsonl", template);
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;

	path_remove_tree(p->dir);
	free(p->dir);
	free(p->path);
	free(p);
	return 0;
}

static json_t *event(int i)
{
	return json_pack("{s:s, s:i}", "ev", "end\n\"", "i", i);
}

/* What a reader sees: the sum of i's powers tells which lines came, and that each came once. */
static int sum_up(void *arg, const json_t *o)
{
	*(uint64_t *)arg += UINT64_C(1) << (8 * json_integer_value(json_object_get(o, "i")));
	return 0;
}

static char *three_lines(size_t *len)
{
	struct strbuf b = {0};

	for (int i = 0; i < 3; i++) {
		json_t *o = event(i);
		char *line = journal_line(o, (uint64_t)i);

		assert_non_null(line);
		strbuf_adds(&b, line);
		free(line);
		json_decref(o);
	}
	*len = b.len;
	return strbuf_take(&b);
}

static void a_line_is_an_object_with_number_and_checksum(void **state)
{
	json_t *o = json_pack("{s:s, s:i}", "ev", "begin", "i", 7), *empty = json_object();
	char *line = journal_line(o, 12), *least = journal_line(empty, 0);

	assert_string_equal(line, "{\"ev\":\"begin\",\"i\":7,\"n\":12,\"crc\":\"91030963\"}\n");
	assert_memory_equal(least, "{\"n\":0,\"crc\":\"", 14);
	free(line);
	free(least);
	json_decref(o);
	json_decref(empty);
}

static void cut_at_any_byte_the_whole_lines_are_read(void **state)
{
	static const uint64_t sums[] = {0, 1, 0x101, 0x10101};
	size_t len, whole;
	char *all = three_lines(&len);
	uint64_t lines;

	for (size_t cut = 0; cut <= len; cut++) {
		uint64_t sum = 0, want = 0;

		for (size_t i = 0; i < cut; i++)
			want += all[i] == '\n';
		assert_int_equal(journal_read_text(all, cut, sum_up, &sum, &whole, &lines), 0);
		assert_int_equal(lines, want);
		assert_int_equal(sum, sums[want]);
	}
	free(all);
}

static void a_changed_byte_is_never_believed(void **state)
{
	size_t len, whole;
	char *all = three_lines(&len);
	uint64_t lines;

	for (size_t i = 0; i < len - 1; i++) {
		uint64_t sum = 0;
		char was = all[i];
		int rc;

		all[i] ^= 1;
		rc = journal_read_text(all, len, sum_up, &sum, &whole, &lines);
		assert_int_equal(rc, -EBADMSG);
		assert_true(sum == 0 || sum == 1 || sum == 0x101);
		all[i] = was;
	}
	free(all);
}

static void holes_where_nothing_was_synced_are_a_torn_end(void **state)
{
	size_t len, whole;
	char *all = three_lines(&len), *second = strchr(all, '\n') + 1;
	uint64_t lines, sum = 0;

	memset(second + 5, 0, 7);
	assert_int_equal(journal_read_text(all, len, sum_up, &sum, &whole, &lines), 0);
	assert_int_equal(sum, 1);
	assert_int_equal(whole, second - all);
	free(all);
}

static void a_line_that_is_missing_or_twice_there_is_noticed(void **state)
{
	size_t len, whole;
	char *all = three_lines(&len), *second = strchr(all, '\n') + 1, twice[2048];
	uint64_t lines, sum = 0;

	assert_int_equal(journal_read_text(second, strlen(second), sum_up, &sum, &whole, &lines),
			 -EBADMSG);
	snprintf(twice, sizeof(twice), "%.*s%s", (int)(second - all), all, all);
	sum = 0;
	assert_int_equal(journal_read_text(twice, strlen(twice), sum_up, &sum, &whole, &lines),
			 -EBADMSG);
	assert_int_equal(sum, 1);
	free(all);
}

static void what_was_appended_after_a_torn_line_is_read(void **state)
{
	struct place *p = *state;
	struct journal *j;
	uint64_t sum = 0;
	FILE *f;

	assert_int_equal(journal_open(p->path, NULL, NULL, &j, p->err, sizeof(p->err)), 0);
	assert_int_equal(journal_add(j, event(0)), 0);
	assert_int_equal(journal_sync(j), 0);
	journal_close(j);
	f = fopen(p->path, "a");
	fputs("{\"ev\":\"en", f);
	fclose(f);
	assert_int_equal(journal_open(p->path, sum_up, &sum, &j, p->err, sizeof(p->err)), 0);
	assert_int_equal(sum, 1);
	assert_int_equal(journal_add(j, event(1)), 0);
	journal_close(j);
	sum = 0;
	assert_int_equal(journal_open(p->path, sum_up, &sum, &j, p->err, sizeof(p->err)), 0);
	assert_int_equal(sum, 0x101);
	journal_close(j);
}

static void two_writers_are_refused(void **state)
{
	struct place *p = *state;
	struct journal *j, *other;
	uint64_t sum = 0;

	assert_int_equal(journal_open(p->path, NULL, NULL, &j, p->err, sizeof(p->err)), 0);
	assert_int_equal(journal_open(p->path, sum_up, &sum, &other, p->err, sizeof(p->err)),
			 -EBUSY);
	assert_non_null(strstr(p->err, "another kdev loop"));
	assert_int_equal(journal_open(p->path, NULL, NULL, &other, p->err, sizeof(p->err)),
			 -EEXIST);
	journal_close(j);
}

static void a_damaged_journal_is_refused_with_its_line(void **state)
{
	struct place *p = *state;
	size_t len;
	char *all = three_lines(&len);
	struct journal *j;
	uint64_t sum = 0;

	strchr(all, '\n')[5] ^= 1;
	path_write_atomic(p->path, all, len, 0600);
	assert_int_equal(journal_open(p->path, sum_up, &sum, &j, p->err, sizeof(p->err)), -EBADMSG);
	assert_non_null(strstr(p->err, "journal.jsonl:2: the line is damaged"));
	free(all);
}

/* A file that may not grow, as a full disk. */
static void when_there_is_room_again_nothing_is_lost_or_twice_there(void **state)
{
	struct place *p = *state;
	struct rlimit was, small = {.rlim_cur = 60};
	struct journal *j;
	uint64_t sum = 0;

	getrlimit(RLIMIT_FSIZE, &was);
	small.rlim_max = was.rlim_max;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(journal_open(p->path, NULL, NULL, &j, p->err, sizeof(p->err)), 0);
	journal_add(j, event(0));
	journal_add(j, event(1));
	setrlimit(RLIMIT_FSIZE, &small);
	assert_int_equal(journal_sync(j), -EFBIG);
	assert_int_equal(journal_sync(j), -EFBIG);
	assert_int_equal(journal_retry(j), -EFBIG);
	setrlimit(RLIMIT_FSIZE, &was);
	assert_int_equal(journal_retry(j), 0);
	journal_add(j, event(2));
	journal_close(j);
	assert_int_equal(journal_open(p->path, sum_up, &sum, &j, p->err, sizeof(p->err)), 0);
	assert_int_equal(sum, 0x10101);
	journal_close(j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_an_object_with_number_and_checksum),
		cmocka_unit_test(cut_at_any_byte_the_whole_lines_are_read),
		cmocka_unit_test(a_changed_byte_is_never_believed),
		cmocka_unit_test(holes_where_nothing_was_synced_are_a_torn_end),
		cmocka_unit_test(a_line_that_is_missing_or_twice_there_is_noticed),
		cmocka_unit_test_setup_teardown(what_was_appended_after_a_torn_line_is_read, setup,
						teardown),
		cmocka_unit_test_setup_teardown(two_writers_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(a_damaged_journal_is_refused_with_its_line, setup,
						teardown),
		cmocka_unit_test_setup_teardown(
			when_there_is_room_again_nothing_is_lost_or_twice_there, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
