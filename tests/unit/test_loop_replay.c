/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/loop/loop_journal.c harness/loop/loop_replay.c harness/loop/loop_bugs.c */
/* LINK: harness/loop/loop_machine.c harness/loop/journal*.c harness/loop/scenario*.c */
/* LINK: harness/run/run_verdict.c harness/output/text_json.c harness/output/text_utf8.c */
/* LINK: harness/config/ini_file.c harness/config/duration.c harness/commands/nearest.c */
/* LINK: harness/paths*.c harness/log.c console/strbuf.c */
/* LIBS: jansson inih */
/* A loop that was killed after any record of its journal, or whose disk was full, goes on exactly.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/exit_code.h"
#include "harness/log.h"
#include "harness/loop/loop.h"
#include "harness/output/text_json.h"
#include "harness/paths.h"

#define COUNT    12 /* iterations of the loop that is tried */
#define SCENARIO "[case a]\nmodule=a.ko\nrepeat=4\n[case b]\nmodule=b.ko\nrepeat=2\n"
#define BUG      "00000000000000aa"

static struct board_config config = {.name = "test"};
static char state_root[64], filler[96], said[512];
static unsigned notes, waits, room_after;
static bool kept_was_there; /* the scenario of the loop's beginning, at a resume */

/* ---- the edges: what reads modules, waits, and writes to the screen ---- */

int loop_read_scenario(struct loop *l, const struct loop_options *o)
{
	char err[256];

	if (o->kept)
		kept_was_there = true;
	else if (!l->dir)
		l->text = strdup(SCENARIO);
	l->text_len = l->text ? strlen(l->text) : 0;
	return scenario_parse(&l->scenario, "f", SCENARIO, strlen(SCENARIO), err, sizeof(err));
}

int loop_check(struct loop *l)
{
	return 0;
}

int loop_limits(struct loop *l, const struct loop_options *o, struct loop_limits *limits)
{
	*limits = (struct loop_limits){.count = o->count, .deadline = MONO_NEVER};
	return 0;
}

void run_wait(struct run *r, int64_t us)
{
	assert_true(++waits < 100);
	if (waits == room_after)
		assert_int_equal(unlink(filler), 0);
}

void loop_screen_note(struct loop *l, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(said, sizeof(said), fmt, ap);
	va_end(ap);
	notes++;
}

static void keep_message(void *arg, enum log_level level, const char *text)
{
	snprintf(said, sizeof(said), "%s", text);
}

/* ---- a loop, without its board ---- */

static bool crashes(uint64_t i)
{
	return i == 2 || i == 5 || i == 9;
}

static void open_new(struct loop *l)
{
	struct loop_options o = {.what = "s.ini", .count = COUNT};
	struct loop_limits limits;

	*l = (struct loop){.cfg = &config, .seed = 3, .source = strdup("/s.ini")};
	loop_read_scenario(l, &o);
	loop_limits(l, &o, &limits);
	assert_int_equal(loop_machine_init(&l->machine, &l->scenario, &limits), 0);
	assert_int_equal(loop_begin(l, &o), 0);
	loop_sum_up(l, "running", NULL);
}

static int resume(struct loop *l, const char *id)
{
	struct loop_options o = {.what = id};

	*l = (struct loop){.cfg = &config};
	return loop_resume(l, &o);
}

static void close_it(struct loop *l)
{
	journal_close(l->journal);
	loop_machine_free(&l->machine);
	scenario_free(&l->scenario);
	free(l->bugs);
	free(l->modules_dir);
	free(l->source);
	free(l->text);
	free(l->dir);
}

static void tell_end(struct loop *l, uint64_t i)
{
	struct loop_result r = {
		.iteration = i, .verdict = crashes(i) ? RUN_CRASH : RUN_PASS, .ok = !crashes(i)};
	json_t *ev = json_pack("{s:s, s:I, s:s, s:b}", "ev", "end", "i", (json_int_t)i, "verdict",
			       run_verdict_name(r.verdict), "ok", r.ok);

	if (crashes(i)) {
		json_object_set_new(ev, "signature", json_string(BUG));
		json_object_set_new(ev, "title", json_string("BUG: it"));
		loop_bug(l, BUG, "BUG: it", i);
	}
	loop_tell(l, ev);
	loop_machine_result(&l->machine, &r);
}

/* To the end, in batches: each begins with its announcement and ends with a crash at the latest. */
static void go_on(struct loop *l)
{
	struct loop_step step;

	for (;;) {
		loop_machine_next(&l->machine, (struct monotime){1}, &step);
		if (step.what != LOOP_RUN)
			return;
		loop_tell(l, json_pack("{s:s, s:I, s:I}", "ev", "begin", "i",
				       (json_int_t)step.iteration, "c", (json_int_t)step.n));
		assert_true(loop_sync(l));
		loop_tell(l, json_pack("{s:s, s:s}", "ev", "run", "run", "gone"));
		for (uint64_t i = step.iteration; i < step.iteration + step.n; i++) {
			tell_end(l, i);
			if (crashes(i))
				break;
		}
		assert_true(loop_sync(l));
	}
}

static char *journal_path(const char *id)
{
	return path_format("%s/loops/%s/journal.jsonl", path_state(), id);
}

static int next_end(void *arg, const json_t *ev)
{
	uint64_t *next = arg;

	if (!strcmp(json_text_of(ev, "ev"), "end")) {
		assert_int_equal(json_integer_value(json_object_get(ev, "i")), *next);
		assert_string_equal(json_text_of(ev, "verdict"), crashes(*next) ? "crash" : "pass");
		++*next;
	}
	return 0;
}

/* Each iteration once and in order, in the journal as in the sums. */
static void expect_exact(struct loop *l)
{
	char *path = path_format("%s/journal.jsonl", l->dir), *text;
	size_t len, whole;
	uint64_t lines, next = 0;

	assert_int_equal(journal_sync(l->journal), 0);
	text = path_read(path, 1 << 20, &len);
	assert_non_null(text);
	assert_int_equal(journal_read_text(text, len, next_end, &next, &whole, &lines), 0);
	assert_int_equal(whole, len);
	assert_int_equal(next, COUNT);
	assert_int_equal(l->machine.next, COUNT);
	assert_int_equal(l->machine.done, COUNT);
	assert_int_equal(l->machine.bad, 3);
	assert_int_equal(l->machine.by_verdict[RUN_PASS], COUNT - 3);
	assert_int_equal(l->machine.by_verdict[RUN_CRASH], 3);
	assert_int_equal(l->n_bugs, 1);
	assert_int_equal(l->bugs[0].count, 3);
	assert_int_equal(l->bugs[0].first, 2);
	free(text);
	free(path);
}

static int setup(void **state)
{
	said[0] = '\0';
	notes = waits = room_after = 0;
	kept_was_there = false;
	log_to(keep_message, NULL, LOG_WARN);
	return path_mkdirs(path_state(), 0755);
}

static int teardown(void **state)
{
	log_to(NULL, NULL, LOG_WARN);
	umount2(state_root, MNT_DETACH); /* what a test that failed has left mounted */
	return path_remove_tree(path_state());
}

/* ---- tests ---- */

static void a_loop_that_was_not_killed_is_exact(void **state)
{
	struct loop l;

	open_new(&l);
	go_on(&l);
	expect_exact(&l);
	close_it(&l);
}

static void killed_between_or_within_records_it_is_exact(void **state)
{
	struct loop l;
	char id[96], *path, *all;
	size_t len, tried = 0;

	open_new(&l);
	go_on(&l);
	snprintf(id, sizeof(id), "%s", l.id);
	close_it(&l);
	path = journal_path(id);
	all = path_read(path, 1 << 20, &len);
	assert_non_null(all);
	for (size_t cut = (size_t)(strchr(all, '\n') + 1 - all); cut <= len; cut++) {
		bool at_record = all[cut - 1] == '\n';

		/* Between any two records, and at every seventh byte within one. */
		if (!at_record && cut % 7)
			continue;
		assert_int_equal(path_write_atomic(path, all, cut, 0644), 0);
		assert_int_equal(resume(&l, id), 0);
		go_on(&l);
		expect_exact(&l);
		close_it(&l);
		tried++;
	}
	assert_true(tried > 100);
	free(all);
	free(path);
}

static void killed_again_and_again_while_it_is_resumed_it_is_exact(void **state)
{
	struct loop l;
	char id[96], *path, *all;
	size_t len = 0, keep;

	open_new(&l);
	snprintf(id, sizeof(id), "%s", l.id);
	close_it(&l);
	path = journal_path(id);
	/* Each life adds at most four records to what the last had left. */
	for (int life = 0; life < 60; life++) {
		size_t before = len;

		assert_int_equal(resume(&l, id), 0);
		go_on(&l);
		close_it(&l);
		all = path_read(path, 1 << 20, &len);
		assert_non_null(all);
		keep = before;
		for (int n = 0; n < 4 && keep < len; n++)
			keep = (size_t)(strchr(all + keep, '\n') + 1 - all);
		len = keep;
		assert_int_equal(path_write_atomic(path, all, keep, 0644), 0);
		free(all);
	}
	assert_int_equal(resume(&l, id), 0);
	go_on(&l);
	expect_exact(&l);
	close_it(&l);
	free(path);
}

/* The journal up to the announcement of iterations 0 to 3, and a record of their run. */
static void leave_open_run(char id[96], const char *verdict, int iteration)
{
	static const char crash[] = "[{\"signature\":\"" BUG "\",\"title\":\"BUG: it\"}]";
	char *dir = path_format("%s/runs/R", path_state());
	char *file = path_format("%s/run.json", dir);
	char *text = path_format("{\"verdict\":\"%s\",\"reason\":\"r\",\"loop\":{\"iteration\":%d},"
				 "\"crashes\":%s}",
				 verdict, iteration, iteration < 0 ? "[]" : crash);
	struct loop l;

	assert_int_equal(path_mkdirs(dir, 0755), 0);
	assert_int_equal(path_write_atomic(file, text, strlen(text), 0644), 0);
	open_new(&l);
	loop_tell(&l, json_pack("{s:s, s:i, s:i}", "ev", "begin", "i", 0, "c", 4));
	loop_tell(&l, json_pack("{s:s, s:s}", "ev", "run", "run", "R"));
	snprintf(id, 96, "%s", l.id);
	close_it(&l);
	free(text);
	free(file);
	free(dir);
}

static void a_crash_the_journal_did_not_hear_of_is_taken_from_its_run_once(void **state)
{
	struct loop l;
	char id[96];

	leave_open_run(id, "crash", 2);
	for (int again = 0; again < 3; again++) {
		assert_int_equal(resume(&l, id), 0);
		assert_int_equal(l.machine.next, 3);
		assert_int_equal(l.machine.done, 3);
		assert_int_equal(l.machine.bad, 1);
		assert_int_equal(l.bugs[0].count, 1);
		close_it(&l);
	}
	assert_int_equal(resume(&l, id), 0);
	go_on(&l);
	expect_exact(&l);
	close_it(&l);
}

static void a_resumed_loop_has_the_scenario_it_began_with(void **state)
{
	char id[96], *path, *text;
	struct loop l;
	size_t len;

	leave_open_run(id, "interrupted", -1);
	path = path_format("%s/loops/%s/scenario.ini", path_state(), id);
	text = path_read(path, 1 << 20, &len);
	assert_non_null(text);
	assert_string_equal(text, SCENARIO);
	assert_int_equal(resume(&l, id), 0);
	assert_true(kept_was_there);
	close_it(&l);
	free(text);
	free(path);
}

static void only_the_last_loop_of_a_board_and_source_is_unfinished(void **state)
{
	struct loop l, other;

	assert_false(loop_is_unfinished("test", "/s.ini"));
	open_new(&l);
	assert_true(loop_is_unfinished("test", "/s.ini"));
	assert_false(loop_is_unfinished("test", "/t.ini"));
	assert_false(loop_is_unfinished("another", "/s.ini"));
	loop_sum_up(&l, "interrupted", NULL);
	assert_true(loop_is_unfinished("test", "/s.ini"));
	/* An old one that was left is not what a new night goes on with. */
	open_new(&other);
	loop_sum_up(&other, "done", NULL);
	assert_false(loop_is_unfinished("test", "/s.ini"));
	close_it(&other);
	close_it(&l);
}

static void what_was_interrupted_is_run_again(void **state)
{
	struct loop l;
	char id[96];

	leave_open_run(id, "interrupted", -1);
	assert_int_equal(resume(&l, id), 0);
	assert_int_equal(l.machine.next, 0);
	go_on(&l);
	expect_exact(&l);
	close_it(&l);
}

static void a_crash_of_iterations_that_were_not_announced_is_not_believed(void **state)
{
	struct loop l;
	char id[96];

	leave_open_run(id, "crash", 4);
	assert_int_equal(resume(&l, id), 0);
	assert_int_equal(l.machine.done, 0);
	assert_int_equal(l.n_bugs, 0);
	close_it(&l);
}

static void a_record_that_is_twice_there_is_refused_with_its_line(void **state)
{
	struct loop l;
	char id[96], *path, *all, *second, *twice;
	size_t len;

	open_new(&l);
	go_on(&l);
	snprintf(id, sizeof(id), "%s", l.id);
	close_it(&l);
	path = journal_path(id);
	all = path_read(path, 1 << 20, &len);
	assert_non_null(all);
	second = strchr(all, '\n') + 1;
	twice = path_format("%.*s%s", (int)(strchr(second, '\n') + 1 - all), all, second);
	assert_int_equal(path_write_atomic(path, twice, strlen(twice), 0644), 0);
	assert_int_equal(resume(&l, id), EXIT_USAGE);
	assert_non_null(strstr(said, "journal.jsonl:3: the line is damaged"));
	close_it(&l);
	free(twice);
	free(all);
	free(path);
}

/* Take all the room that is left. */
static void fill_disk(void)
{
	static const char block[512];
	int fd = open(filler, O_WRONLY | O_CREAT, 0600);

	assert_true(fd >= 0);
	while (write(fd, block, sizeof(block)) > 0)
		;
	assert_int_equal(errno, ENOSPC);
	close(fd);
}

static void on_a_full_disk_it_says_so_waits_and_goes_on_exactly(void **state)
{
	char *sums, *now;
	size_t len, len_now;
	struct loop l;

	if (geteuid() || mount("tmpfs", state_root, "tmpfs", 0, "size=256k"))
		skip();
	assert_int_equal(path_mkdirs(path_state(), 0755), 0);
	open_new(&l);
	sums = path_format("%s/loop.json", l.dir);
	now = path_read(sums, 1 << 20, &len);
	assert_non_null(now);
	free(now);
	/* A journal's last page may have room yet: what is told fills it. */
	fill_disk();
	for (int i = 0; i < 20; i++)
		loop_tell(&l, json_pack("{s:s, s:s++}", "ev", "infra", "why",
					"0123456789012345678901234567890123456789012345678901234",
					"012345678901234567890123456789012345678901234567890123456",
					"0123456789012345678901234567890123456789012345678901234"));
	room_after = 7;
	assert_true(loop_sync(&l));
	/* It was said once, not at each of seven attempts, and once that it is over. */
	assert_int_equal(waits, 7);
	assert_int_equal(notes, 2);
	assert_string_equal(said, "the journal can be written again");
	go_on(&l);
	expect_exact(&l);
	/* The sums can't be written: those of before are whole. */
	fill_disk();
	loop_sum_up(&l, "running", NULL);
	assert_non_null(strstr(said, "loop.json: No space left on device"));
	now = path_read(sums, 1 << 20, &len_now);
	assert_non_null(now);
	assert_int_equal(len_now, len);
	free(now);
	assert_int_equal(unlink(filler), 0);
	loop_sum_up(&l, "done", NULL);
	now = path_read(sums, 1 << 20, &len_now);
	assert_non_null(now);
	assert_non_null(strstr(now, "\"done\": 12"));
	free(now);
	free(sums);
	close_it(&l);
	assert_int_equal(umount(state_root), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_loop_that_was_not_killed_is_exact, setup,
						teardown),
		cmocka_unit_test_setup_teardown(killed_between_or_within_records_it_is_exact, setup,
						teardown),
		cmocka_unit_test_setup_teardown(
			killed_again_and_again_while_it_is_resumed_it_is_exact, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_crash_the_journal_did_not_hear_of_is_taken_from_its_run_once, setup,
			teardown),
		cmocka_unit_test_setup_teardown(what_was_interrupted_is_run_again, setup, teardown),
		cmocka_unit_test_setup_teardown(a_resumed_loop_has_the_scenario_it_began_with,
						setup, teardown),
		cmocka_unit_test_setup_teardown(
			only_the_last_loop_of_a_board_and_source_is_unfinished, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_crash_of_iterations_that_were_not_announced_is_not_believed, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			a_record_that_is_twice_there_is_refused_with_its_line, setup, teardown),
		cmocka_unit_test_setup_teardown(on_a_full_disk_it_says_so_waits_and_goes_on_exactly,
						setup, teardown),
	};
	int rc;

	strcpy(state_root, "/tmp/kdev-test-replay.XXXXXX");
	if (!mkdtemp(state_root))
		return 1;
	snprintf(filler, sizeof(filler), "%s/filler", state_root);
	setenv("XDG_STATE_HOME", state_root, 1);
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	path_remove_tree(state_root);
	return rc;
}
