/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/store/store*.c harness/paths*.c harness/output/text_json.c harness/log.c */
/* LINK: console/strbuf.c tests/unit/run_fixture.c harness/loop/journal_line.c */
/* LIBS: jansson sqlite3 */
/* The index over all runs: it follows the directories, whatever becomes of its file. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/log.h"
#include "harness/paths.h"
#include "harness/store/store.h"
#include "run_fixture.h"

#define BUG "00000000000000aa"
#define T0  1700719331

static char state_dir[64], runs_dir[80], index_path[80], filler_path[80];
static unsigned warnings;
static char warning[512];

static void keep_warning(void *arg, enum log_level level, const char *text)
{
	warnings++;
	snprintf(warning, sizeof(warning), "%s", text);
}

static int setup(void **state)
{
	strcpy(state_dir, "/tmp/kdev-test-store.XXXXXX");
	if (!mkdtemp(state_dir))
		return -1;
	snprintf(runs_dir, sizeof(runs_dir), "%s/runs", state_dir);
	snprintf(index_path, sizeof(index_path), "%s/index.db", state_dir);
	snprintf(filler_path, sizeof(filler_path), "%s/filler", state_dir);
	warnings = 0;
	log_to(keep_warning, NULL, LOG_WARN);
	return 0;
}

static int teardown(void **state)
{
	log_to(NULL, NULL, LOG_WARN);
	/* What a test that failed has left mounted. */
	umount2(state_dir, MNT_DETACH);
	return path_remove_tree(state_dir);
}

/* Runs r0 to r(n-1), each with a crash. */
static void make_runs(unsigned n)
{
	const struct run_fixture_crash c = {
		.n = 1, .title = "WARNING in poke", .signature = BUG, .step = "load"};

	for (unsigned i = 0; i < n; i++) {
		char name[16];

		snprintf(name, sizeof(name), "r%u", i);
		run_fixture_make(runs_dir, name, "virtual", "gadget", T0 + i, 1);
		run_fixture_crash(runs_dir, name, &c);
	}
}

static int64_t count(struct store *s, const char *sql)
{
	sqlite3_stmt *st;
	int64_t n;

	assert_int_equal(store_query(s, &st, sql, ""), 0);
	assert_int_equal(store_next(st), 1);
	n = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return n;
}

/* It opens without a word and has n runs with a crash each; `read` of them were read anew. */
static void expect_runs(unsigned n, unsigned read)
{
	struct store *s;

	assert_int_equal(store_open(&s, state_dir), 0);
	assert_int_equal(warnings, 0);
	assert_int_equal(store_changes(s).read, read);
	assert_int_equal(count(s, "SELECT count(*) FROM runs"), n);
	assert_int_equal(count(s, "SELECT count(*) FROM crashes WHERE signature = '" BUG "'"), n);
	assert_int_equal(count(s, "SELECT count(*) FROM steps"), 2 * n);
	store_close(s);
}

/* The same of one that is damaged, which is told in one line. */
static void expect_damaged(unsigned n)
{
	struct store *s;

	assert_int_equal(store_open(&s, state_dir), 0);
	assert_int_equal(count(s, "SELECT count(*) FROM runs"), n);
	store_close(s);
	assert_int_equal(warnings, 1);
	assert_non_null(strstr(warning, "/index.db was damaged: it is made anew from "));
	warnings = 0;
	expect_runs(n, 0);
}

static void it_is_made_of_the_directories_and_kept(void **state)
{
	make_runs(3);
	expect_runs(3, 3);
	expect_runs(3, 0);
	unlink(index_path);
	expect_runs(3, 3);
}

static void what_is_new_or_has_changed_is_read(void **state)
{
	make_runs(3);
	expect_runs(3, 3);
	run_fixture_make(runs_dir, "r3", "virtual", "gadget", T0, 1);
	run_fixture_crash(runs_dir, "r3",
			  &(struct run_fixture_crash){.n = 1, .title = "t", .signature = BUG});
	expect_runs(4, 1);
	/* A second report beside the first one. */
	run_fixture_crash(runs_dir, "r1",
			  &(struct run_fixture_crash){.n = 2, .title = "t", .signature = "bb"});
	expect_runs(4, 1);
	expect_runs(4, 0);
}

static void a_report_that_comes_after_the_record_is_seen(void **state)
{
	make_runs(1);
	run_fixture_make(runs_dir, "r1", "virtual", "gadget", T0, 1);
	run_fixture_file(runs_dir, "r1/crash-1/report.txt", "WARNING");
	{
		struct store *s;
		size_t n;
		char *first;

		assert_int_equal(store_open(&s, state_dir), 0);
		assert_int_equal(store_broken(s, &n, &first), 0);
		assert_int_equal(n, 1);
		assert_non_null(strstr(first, "r1/crash-1/report.json: "));
		free(first);
		store_close(s);
	}
	run_fixture_file(runs_dir, "r1/crash-1/report.json",
			 "{\"title\": \"t\", \"signature\": \"" BUG "\"}");
	expect_runs(2, 1);
}

static void what_has_gone_is_forgotten(void **state)
{
	char *r1 = path_format("%s/r1", runs_dir);

	make_runs(3);
	expect_runs(3, 3);
	assert_int_equal(path_remove_tree(r1), 0);
	expect_runs(2, 0);
	assert_int_equal(path_remove_tree(runs_dir), 0);
	expect_runs(0, 0);
	free(r1);
}

static void a_crash_whose_directory_was_removed_is_in_the_record(void **state)
{
	char *dir = path_format("%s/r0/crash-1", runs_dir);

	make_runs(1);
	run_fixture_file(runs_dir, "r0/run.json",
			 "{\"board\": \"b\", \"started\": 5, \"steps\": [{}, {}], \"crashes\": [{"
			 "\"dir\": \"crash-1\", \"title\": \"t\", \"signature\": \"" BUG "\"}]}");
	assert_int_equal(path_remove_tree(dir), 0);
	expect_runs(1, 1);
	free(dir);
}

static void values_of_wrong_types_are_not_known(void **state)
{
	struct store *s;

	run_fixture_file(runs_dir, "r0/run.json",
			 "{\"board\": 7, \"started\": \"x\", \"module\": [], \"kernel\": null, "
			 "\"steps\": [1, {\"name\": []}], \"boots\": {}, \"crashes\": \"\", "
			 "\"exit_code\": 1e300, \"verdict\": \"pass\"}");
	assert_int_equal(store_open(&s, state_dir), 0);
	assert_int_equal(count(s, "SELECT count(*) FROM runs WHERE board IS NULL AND verdict = "
				  "'pass' AND exit_code IS NULL"),
			 1);
	assert_int_equal(count(s, "SELECT count(*) FROM steps WHERE name IS NULL"), 2);
	store_close(s);
}

static const char *const loop_events[] = {
	"{\"ev\": \"loop\", \"id\": \"l1\"}",
	"{\"ev\": \"begin\", \"i\": 0, \"c\": 3, \"at_us\": 5000000}",
	"{\"ev\": \"end\", \"i\": 0, \"case\": \"c\", \"verdict\": \"pass\", \"ok\": true, "
	"\"load_us\": 3000, \"unload_us\": 16000, \"run\": \"r0\"}",
	"{\"ev\": \"end\", \"i\": 1, \"case\": \"c\", \"verdict\": \"crash\", \"ok\": false, "
	"\"load_us\": null, \"unload_us\": null, \"signature\": \"" BUG "\"}",
	"{\"ev\": \"resume\", \"i\": 1}",
	"{\"ev\": \"end\", \"i\": 1, \"case\": \"c\", \"verdict\": \"pass\", \"ok\": true}",
	"{\"ev\": \"begin\", \"i\": 2, \"c\": 1}",
	NULL};

static void loops_and_their_iterations_are_known(void **state)
{
	char *loops = path_format("%s/loops", state_dir);
	char *journal = path_format("%s/loops/l1/journal.jsonl", state_dir);
	struct store *s;

	run_fixture_loop(loops, "l1", "{\"board\": \"virtual\", \"done\": 2, \"started\": 5}",
			 loop_events);
	assert_int_equal(store_open(&s, state_dir), 0);
	assert_int_equal(count(s, "SELECT done FROM loops WHERE id = 'l1' AND board = 'virtual'"),
			 2);
	/* The one that was begun only has come to nothing yet; none counts twice. */
	assert_int_equal(count(s, "SELECT count(*) FROM iterations"), 2);
	assert_int_equal(count(s, "SELECT sum(load_us + unload_us) FROM iterations"), 19000);
	assert_int_equal(count(s, "SELECT count(*) FROM iterations WHERE ok AND i = 1"), 1);
	/* One after the other, from the beginning of their batch. */
	assert_int_equal(count(s, "SELECT at_us FROM iterations WHERE i = 0"), 5000000);
	assert_int_equal(count(s, "SELECT at_us FROM iterations WHERE i = 1"), 5019000);
	store_close(s);
	assert_int_equal(truncate(journal, 300), 0);
	assert_int_equal(store_open(&s, state_dir), 0);
	assert_int_equal(count(s, "SELECT count(*) FROM iterations"), 1);
	store_close(s);
	assert_int_equal(path_remove_tree(loops), 0);
	assert_int_equal(store_open(&s, state_dir), 0);
	assert_int_equal(count(s, "SELECT count(*) FROM loops"), 0);
	assert_int_equal(count(s, "SELECT count(*) FROM iterations"), 0);
	store_close(s);
	assert_int_equal(warnings, 0);
	free(journal);
	free(loops);
}

static void change_index(const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(index_path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

/* A loop that runs appends: what was read is not read again. */
static void what_a_journal_has_more_is_read_alone(void **state)
{
	static const char *const more[] = {
		"{\"ev\": \"loop\", \"id\": \"l1\"}",
		"{\"ev\": \"begin\", \"i\": 0, \"c\": 3, \"at_us\": 5000000}",
		"{\"ev\": \"end\", \"i\": 0, \"load_us\": 3000, \"unload_us\": 16000}",
		"{\"ev\": \"end\", \"i\": 1, \"load_us\": 3000, \"unload_us\": 16000}",
		NULL,
		NULL};
	char *loops = path_format("%s/loops", state_dir);
	char *journal = path_format("%s/loops/l1/journal.jsonl", state_dir);
	const char *lines[] = {more[0], more[1], more[2], NULL};
	struct store *s;

	run_fixture_loop(loops, "l1", "{\"done\": 1}", lines);
	assert_int_equal(store_open(&s, state_dir), 0);
	assert_int_equal(count(s, "SELECT count(*) FROM iterations"), 1);
	store_close(s);
	/* What shows whether it is read again. */
	change_index("UPDATE iterations SET at_us = 1");
	run_fixture_loop(loops, "l1", "{\"done\": 2}", more);
	assert_int_equal(store_open(&s, state_dir), 0);
	assert_int_equal(count(s, "SELECT count(*) FROM iterations"), 2);
	assert_int_equal(count(s, "SELECT done FROM loops"), 2);
	assert_int_equal(count(s, "SELECT at_us FROM iterations WHERE i = 0"), 1);
	assert_int_equal(count(s, "SELECT at_us FROM iterations WHERE i = 1"), 5019000);
	store_close(s);
	/* Another one, which has grown too. */
	assert_int_equal(unlink(journal), 0);
	lines[2] = "{\"ev\": \"end\", \"i\": 7, \"reason\": \"a text that makes it longer than the "
		   "other one, so that its size tells nothing, as long as that may be, and that is "
		   "quite long, for the other one has more lines than this one has altogether\"}";
	run_fixture_loop(loops, "l1", "{}", lines);
	assert_int_equal(store_open(&s, state_dir), 0);
	assert_int_equal(count(s, "SELECT count(*) FROM iterations"), 1);
	assert_int_equal(count(s, "SELECT i FROM iterations"), 7);
	store_close(s);
	assert_int_equal(warnings, 0);
	free(journal);
	free(loops);
}

static void a_damaged_journal_counts_up_to_the_damage(void **state)
{
	char *loops = path_format("%s/loops", state_dir);
	char *journal = path_format("%s/loops/l1/journal.jsonl", state_dir), *text;
	struct store *s;
	size_t len;

	run_fixture_loop(loops, "l1", "{}", loop_events);
	text = path_read(journal, 1u << 20, &len);
	assert_non_null(text);
	strstr(text, "\"i\":1")[4] = '7';
	assert_int_equal(path_write_atomic(journal, text, len, 0644), 0);
	assert_int_equal(store_open(&s, state_dir), 0);
	assert_int_equal(count(s, "SELECT count(*) FROM iterations"), 1);
	store_close(s);
	assert_int_equal(warnings, 1);
	assert_non_null(strstr(warning, "line 4 is damaged"));
	free(text);
	free(journal);
	free(loops);
}

static void single_results_are_known_by_their_path(void **state)
{
	struct store *s;

	run_fixture_file(runs_dir, "r0/run.json",
			 "{\"results\": [{\"path\": [\"suite\", \"case\"], \"outcome\": \"fail\", "
			 "\"directive\": null, \"diagnostics\": \"why\"}, 7]}");
	assert_int_equal(store_open(&s, state_dir), 0);
	assert_int_equal(count(s, "SELECT count(*) FROM results WHERE path = 'suite > case' AND "
				  "outcome = 'fail' AND diagnostics = 'why'"),
			 1);
	store_close(s);
}

static void damage(off_t from, size_t n)
{
	char junk[8192];
	int fd = open(index_path, O_WRONLY);

	memset(junk, 0x5a, sizeof(junk));
	assert_true(fd >= 0 && n <= sizeof(junk));
	assert_int_equal(pwrite(fd, junk, n, from), n);
	close(fd);
}

static void a_file_that_is_no_database_is_made_anew(void **state)
{
	make_runs(3);
	run_fixture_file(state_dir, "index.db", "this is no database, whoever wrote it here");
	expect_damaged(3);
}

static void a_damaged_page_is_found_and_all_is_read_anew(void **state)
{
	struct stat st;

	make_runs(60);
	expect_runs(60, 60);
	assert_int_equal(stat(index_path, &st), 0);
	/* Each page but the first, which has the schema, and then that. */
	for (off_t page = 1; page < st.st_size / 4096; page += 3) {
		damage(page * 4096, 4096);
		expect_damaged(60);
	}
	damage(100, 600);
	expect_damaged(60);
	damage(0, 100);
	expect_damaged(60);
}

static void a_file_cut_short_is_made_anew(void **state)
{
	make_runs(60);
	expect_runs(60, 60);
	assert_int_equal(truncate(index_path, 9000), 0);
	expect_damaged(60);
	assert_int_equal(truncate(index_path, 50), 0);
	expect_damaged(60);
	assert_int_equal(truncate(index_path, 0), 0);
	expect_runs(60, 60);
}

static void one_of_an_older_version_is_made_anew(void **state)
{
	sqlite3 *db;

	make_runs(3);
	assert_int_equal(sqlite3_open(index_path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "CREATE TABLE runs(x); PRAGMA user_version = -1", NULL,
				      NULL, NULL),
			 SQLITE_OK);
	sqlite3_close(db);
	expect_runs(3, 3);
	expect_runs(3, 0);
}

static void one_of_a_newer_version_is_left_alone(void **state)
{
	struct store *s;

	make_runs(3);
	expect_runs(3, 3);
	change_index("PRAGMA user_version = 1000");
	assert_int_equal(store_open(&s, state_dir), 0);
	assert_int_equal(warnings, 1);
	assert_non_null(strstr(warning, "newer"));
	assert_int_equal(count(s, "SELECT count(*) FROM crashes"), 3);
	store_close(s);
	assert_int_equal(store_open_file(&s, state_dir), -EPROTONOSUPPORT);
	store_close(s);
}

static void where_nothing_was_run_nothing_is_made(void **state)
{
	struct store *s;
	char *none = path_format("%s/none", state_dir);

	assert_int_equal(store_open(&s, none), 0);
	assert_int_equal(count(s, "SELECT count(*) FROM runs"), 0);
	store_close(s);
	assert_int_equal(access(none, F_OK), -1);
	assert_int_equal(warnings, 0);
	free(none);
}

static pid_t open_in_child(void)
{
	pid_t pid = fork();
	struct store *s;

	assert_true(pid >= 0);
	if (!pid)
		_exit(store_open_file(&s, state_dir) ? 1 : 0);
	return pid;
}

static void many_at_once_get_it_whole(void **state)
{
	pid_t children[6];
	int status;

	make_runs(100);
	for (size_t round = 0; round < 3; round++) {
		if (round == 2)
			damage(4096 * 2, 4096);
		else
			unlink(index_path);
		for (size_t i = 0; i < 6; i++)
			children[i] = open_in_child();
		for (size_t i = 0; i < 6; i++) {
			assert_int_equal(waitpid(children[i], &status, 0), children[i]);
			assert_int_equal(status, 0);
		}
		expect_runs(100, 0);
	}
}

static void one_killed_while_it_writes_leaves_it_whole(void **state)
{
	int status;

	make_runs(100);
	for (unsigned i = 0; i < 20; i++) {
		const struct timespec wait = {.tv_nsec = (long)(i * 700000)};
		pid_t pid = open_in_child();
		struct store *s;

		nanosleep(&wait, NULL);
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		assert_int_equal(store_open_file(&s, state_dir), 0);
		assert_int_equal(count(s, "SELECT count(*) FROM crashes"), 100);
		store_close(s);
		if (i % 2)
			unlink(index_path);
	}
	assert_int_equal(warnings, 0);
}

/* Take all the room that is left on the file system of state_dir. */
static void fill_disk(void)
{
	static const char block[4096];
	int fd = open(filler_path, O_WRONLY | O_CREAT, 0600);

	assert_true(fd >= 0);
	while (write(fd, block, sizeof(block)) > 0)
		;
	assert_int_equal(errno, ENOSPC);
	close(fd);
}

static void a_full_disk_is_said_once_and_costs_nothing(void **state)
{
	struct store *s;

	if (geteuid() || mount("tmpfs", state_dir, "tmpfs", 0, "size=16m"))
		skip();
	make_runs(5);
	expect_runs(5, 5);
	make_runs(150);
	fill_disk();
	assert_int_equal(store_open_file(&s, state_dir), -ENOSPC);
	store_close(s);
	/* What is asked for is answered all the same. */
	assert_int_equal(store_open(&s, state_dir), 0);
	assert_int_equal(count(s, "SELECT count(*) FROM crashes"), 150);
	assert_int_equal(count(s, "SELECT count(DISTINCT id) FROM runs"), 150);
	store_close(s);
	assert_int_equal(warnings, 1);
	assert_non_null(strstr(warning, "index.db"));
	assert_non_null(strstr(warning, strerror(ENOSPC)));
	/* There is room again: those that were read before the disk was full are still there. */
	warnings = 0;
	assert_int_equal(unlink(filler_path), 0);
	assert_int_equal(store_open_file(&s, state_dir), 0);
	assert_true(store_changes(s).read > 0 && store_changes(s).read <= 150);
	assert_int_equal(count(s, "SELECT count(*) FROM crashes"), 150);
	assert_int_equal(count(s, "SELECT count(*) FROM pragma_integrity_check WHERE "
				  "integrity_check = 'ok'"),
			 1);
	store_close(s);
	expect_runs(150, 0);
	assert_int_equal(umount(state_dir), 0);
}

static void a_directory_that_is_not_ours_to_write_is_read(void **state)
{
	struct store *s;

	if (geteuid() || mount("tmpfs", state_dir, "tmpfs", 0, "size=1m"))
		skip();
	make_runs(3);
	assert_int_equal(mount(NULL, state_dir, NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
	assert_int_equal(store_open(&s, state_dir), 0);
	assert_int_equal(warnings, 1);
	assert_int_equal(count(s, "SELECT count(*) FROM crashes"), 3);
	store_close(s);
	assert_int_equal(umount(state_dir), 0);
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(it_is_made_of_the_directories_and_kept),
		test(what_is_new_or_has_changed_is_read),
		test(a_report_that_comes_after_the_record_is_seen),
		test(what_has_gone_is_forgotten),
		test(a_crash_whose_directory_was_removed_is_in_the_record),
		test(values_of_wrong_types_are_not_known),
		test(loops_and_their_iterations_are_known),
		test(what_a_journal_has_more_is_read_alone),
		test(a_damaged_journal_counts_up_to_the_damage),
		test(single_results_are_known_by_their_path),
		test(a_file_that_is_no_database_is_made_anew),
		test(a_damaged_page_is_found_and_all_is_read_anew),
		test(a_file_cut_short_is_made_anew),
		test(one_of_an_older_version_is_made_anew),
		test(one_of_a_newer_version_is_left_alone),
		test(where_nothing_was_run_nothing_is_made),
		test(many_at_once_get_it_whole),
		test(one_killed_while_it_writes_leaves_it_whole),
		test(a_full_disk_is_said_once_and_costs_nothing),
		test(a_directory_that_is_not_ours_to_write_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
