/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/watch/bisect.c harness/store/rate.c harness/paths*.c console/strbuf.c */
/*
 * kdev bisect's rules, alone and under git bisect run: this program is then what git runs, and a
 * revision's file bug.c says how its build and its runs end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/exit_code.h"
#include "harness/paths.h"
#include "harness/store/rate.h"
#include "harness/watch/bisect.h"

#define REVISIONS 32

static char self[4096], repo[64];

/* ---- what git runs ---- */

static bool says(const char *word)
{
	size_t len;
	char *text = path_read("bug.c", 4096, &len);
	bool yes = text && strstr(text, word);

	free(text);
	return yes;
}

static int fake_build(void *arg)
{
	return says("broken") ? EXIT_FAIL : 0;
}

/* "flaky" fails in every tenth run only; how many there were is kept beside the repository. */
static int fake_run(void *arg, bool *wanted)
{
	unsigned *runs = arg;

	++*runs;
	if (says("board away"))
		return EXIT_INFRA;
	if (says("other bug")) {
		*wanted = false;
		return EXIT_HANG;
	}
	if (says("flaky"))
		return *runs % 10 ? EXIT_PASS : EXIT_CRASH;
	return says("bug") ? EXIT_CRASH : EXIT_PASS;
}

static void fake_say(void *arg, enum bisect_verdict v, const char *why)
{
}

static const struct bisect_ops fake_ops = {fake_build, fake_run, fake_say};

static int as_git_runs_it(const char *passes)
{
	unsigned runs = 0;

	return bisect_step(&fake_ops, &runs, (unsigned)strtoul(passes, NULL, 10));
}

/* ---- a repository ---- */

static int git(const char *a, const char *b, const char *c, const char *d, const char *e)
{
	const char *argv[] = {"git", "-C", repo, a, b, c, d, e, NULL};
	int status = -1;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (!pid) {
		assert_non_null(freopen("/dev/null", "w", stdout));
		assert_non_null(freopen("/dev/null", "w", stderr));
		execvp("git", (char *const *)argv);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WEXITSTATUS(status);
}

static void commit(const char *text)
{
	char *path = path_format("%s/bug.c", repo);

	assert_int_equal(path_write_atomic(path, text, strlen(text), 0644), 0);
	free(path);
	assert_int_equal(git("add", "bug.c", NULL, NULL, NULL), 0);
	assert_int_equal(git("commit", "-q", "-m", "change", NULL), 0);
}

static int make_repo(void **state)
{
	strcpy(repo, "/tmp/kdev-test-bisect.XXXXXX");
	if (!mkdtemp(repo))
		return -1;
	/* Nobody's configuration takes part. */
	setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
	setenv("GIT_CONFIG_SYSTEM", "/dev/null", 1);
	setenv("GIT_AUTHOR_NAME", "t", 1);
	setenv("GIT_AUTHOR_EMAIL", "t@t", 1);
	setenv("GIT_COMMITTER_NAME", "t", 1);
	setenv("GIT_COMMITTER_EMAIL", "t@t", 1);
	unsetenv("GIT_DIR");
	return git("init", "-q", NULL, NULL, NULL) == 127 ? -1 : 0;
}

static int remove_repo(void **state)
{
	return path_remove_tree(repo);
}

/* Revisions r0 to r31, those from `bad` on with `bug`; `between` says what some have besides. */
static void make_history(unsigned bad, const char *bug, const char *(*between)(unsigned i))
{
	for (unsigned i = 0; i < REVISIONS; i++) {
		const char *more = between ? between(i) : "";
		char text[128], tag[16];

		snprintf(text, sizeof(text), "revision %u\n%s\n%s\n", i, i >= bad ? bug : "", more);
		snprintf(tag, sizeof(tag), "r%u", i);
		commit(text);
		assert_int_equal(git("tag", tag, NULL, NULL, NULL), 0);
	}
}

static void bisect(const char *passes)
{
	assert_int_equal(git("bisect", "start", "r31", "r0", NULL), 0);
	git("bisect", "run", self, "--step", passes);
}

static void expect_found(const char *tag)
{
	assert_int_equal(git("diff", "--quiet", "refs/bisect/bad", tag, NULL), 0);
}

/* ---- tests ---- */

static void git_finds_the_revision_that_crashes(void **state)
{
	make_history(19, "bug", NULL);
	bisect("1");
	expect_found("r19");
}

static const char *some_are_broken(unsigned i)
{
	return i % 3 == 1 ? "broken" : "";
}

static void revisions_that_do_not_build_are_skipped(void **state)
{
	make_history(18, "bug", some_are_broken);
	bisect("1");
	/* r17 builds and is good: nothing is left to doubt. */
	expect_found("r18");
}

static const char *some_have_another(unsigned i)
{
	return i == 15 || i == 16 ? "other bug" : i == 22 ? "board away" : "";
}

static void another_failure_and_infrastructure_are_skipped(void **state)
{
	make_history(19, "bug", some_have_another);
	bisect("1");
	expect_found("r19");
}

static void a_flaky_failure_needs_the_passes_that_rule_it_out(void **state)
{
	char passes[16];

	make_history(11, "flaky", NULL);
	snprintf(passes, sizeof(passes), "%u", rate_passes_needed(0.1, 0.95));
	bisect(passes);
	expect_found("r11");
}

static void one_pass_of_a_flaky_failure_misleads(void **state)
{
	make_history(11, "flaky", NULL);
	bisect("1");
	assert_int_not_equal(git("diff", "--quiet", "refs/bisect/bad", "r11", NULL), 0);
}

static void a_failure_decides_at_once_and_passes_add_up(void **state)
{
	struct bisect b = {.needed = 3};

	assert_int_equal(bisect_ran(&b, EXIT_PASS, true), BISECT_AGAIN);
	assert_int_equal(bisect_ran(&b, EXIT_PASS, true), BISECT_AGAIN);
	assert_int_equal(bisect_ran(&b, EXIT_PASS, true), BISECT_GOOD);
	b.passed = 0;
	assert_int_equal(bisect_ran(&b, EXIT_PASS, true), BISECT_AGAIN);
	assert_int_equal(bisect_ran(&b, EXIT_HANG, true), BISECT_BAD);
	assert_int_equal(bisect_ran(&b, EXIT_RESET, false), BISECT_SKIP);
}

static void infrastructure_is_tried_again_but_not_for_ever(void **state)
{
	struct bisect b = {.needed = 1};

	assert_int_equal(bisect_ran(&b, EXIT_INFRA, true), BISECT_AGAIN);
	assert_int_equal(bisect_ran(&b, EXIT_INFRA, true), BISECT_AGAIN);
	assert_int_equal(bisect_ran(&b, EXIT_INFRA, true), BISECT_SKIP);
}

static void an_interrupt_and_wrong_usage_stop_git(void **state)
{
	struct bisect b = {.needed = 1};

	assert_int_equal(bisect_ran(&b, EXIT_INTERRUPTED, true), BISECT_ABORT);
	assert_int_equal(bisect_ran(&b, EXIT_USAGE, true), BISECT_ABORT);
	assert_true(bisect_exit_code(BISECT_ABORT) >= 128);
	assert_int_equal(bisect_exit_code(BISECT_SKIP), 125);
	assert_int_equal(bisect_exit_code(BISECT_GOOD), 0);
	assert_int_equal(bisect_exit_code(BISECT_BAD), 1);
}

#define with_git(t) cmocka_unit_test_setup_teardown(t, make_repo, remove_repo)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		with_git(git_finds_the_revision_that_crashes),
		with_git(revisions_that_do_not_build_are_skipped),
		with_git(another_failure_and_infrastructure_are_skipped),
		with_git(a_flaky_failure_needs_the_passes_that_rule_it_out),
		with_git(one_pass_of_a_flaky_failure_misleads),
		cmocka_unit_test(a_failure_decides_at_once_and_passes_add_up),
		cmocka_unit_test(infrastructure_is_tried_again_but_not_for_ever),
		cmocka_unit_test(an_interrupt_and_wrong_usage_stop_git),
	};

	if (argc == 3 && !strcmp(argv[1], "--step"))
		return as_git_runs_it(argv[2]);
	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
