/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/process.c harness/log.c */
/* Programs run to their end, and ended when we are. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/process.h"

static char log_path[] = "/tmp/kdev-test-process-XXXXXX";

static int make_log(void **state)
{
	int fd = mkstemp(log_path);

	return fd < 0 ? -1 : close(fd);
}

static int remove_log(void **state)
{
	return unlink(log_path);
}

static int run(const char *const *argv, char *err, size_t err_len)
{
	struct process_spec spec = {.argv = argv, .log = log_path};
	struct process_signals signals;
	int r;

	assert_int_equal(truncate(log_path, 0), 0);
	assert_int_equal(process_signals_open(&signals), 0);
	r = process_run(&spec, &signals, err, err_len);
	process_signals_close(&signals);
	return r;
}

static void a_program_that_succeeds_is_0(void **state)
{
	const char *argv[] = {"true", NULL};
	char err[256] = "untouched";

	assert_int_equal(run(argv, err, sizeof(err)), 0);
	assert_string_equal(err, "untouched");
}

static void a_failure_is_told_with_status_and_last_line(void **state)
{
	const char *argv[] = {"sh", "-c", "echo first; echo the reason >&2; echo; exit 7", NULL};
	char err[256];

	assert_int_equal(run(argv, err, sizeof(err)), -ECHILD);
	assert_string_equal(err, "sh: exit status 7: the reason");
}

static void a_deadly_signal_is_told(void **state)
{
	const char *argv[] = {"sh", "-c", "kill -SEGV $$", NULL};
	char err[256];

	assert_int_equal(run(argv, err, sizeof(err)), -ECHILD);
	assert_string_equal(err, "sh: killed by signal 11");
}

static void a_missing_program_is_enoent(void **state)
{
	const char *argv[] = {"kdev-no-such-program", NULL};
	char err[256];

	assert_int_equal(run(argv, err, sizeof(err)), -ENOENT);
	assert_non_null(strstr(err, "kdev-no-such-program"));
	assert_non_null(strstr(err, "installed"));
}

static void what_a_program_prints_cannot_reach_the_terminal_raw(void **state)
{
	const char *argv[] = {"printf", "\\033[31mred\\n", NULL};
	const char *fails[] = {"sh", "-c", "printf '\\033[31mred'; exit 1", NULL};
	char err[256];

	assert_int_equal(run(argv, err, sizeof(err)), 0);
	assert_int_equal(run(fails, err, sizeof(err)), -ECHILD);
	assert_null(strchr(err, '\x1b'));
	assert_non_null(strstr(err, "red"));
}

static void stdout_can_go_to_a_file_of_its_own(void **state)
{
	const char *argv[] = {"sh", "-c", "echo out; echo err >&2", NULL};
	char out[] = "/tmp/kdev-test-output-XXXXXX", text[32] = "";
	struct process_spec spec = {.argv = argv, .log = log_path, .output = out};
	struct process_signals signals;
	int fd = mkstemp(out);

	assert_true(fd >= 0);
	assert_int_equal(process_signals_open(&signals), 0);
	assert_int_equal(process_run(&spec, &signals, NULL, 0), 0);
	process_signals_close(&signals);
	assert_int_equal(pread(fd, text, sizeof(text) - 1, 0), 4);
	assert_string_equal(text, "out\n");
	close(fd);
	unlink(out);
}

static void it_has_no_terminal_to_read_from(void **state)
{
	const char *argv[] = {"sh", "-c", "read x && exit 1; exit 0", NULL};

	assert_int_equal(run(argv, NULL, 0), 0);
}

/* Waits until the group has no member left; fails after 5 s. */
static void expect_gone(pid_t group)
{
	struct timespec ts = {.tv_nsec = 10000000};

	for (int i = 0; i < 500; i++) {
		if (kill(-group, 0) && errno == ESRCH)
			return;
		nanosleep(&ts, NULL);
	}
	fail_msg("group %d still lives", (int)group);
}

static void ctrl_c_ends_the_program_and_its_children(void **state)
{
	const char *argv[] = {"sh", "-c", "sleep 60 & sleep 60; true", NULL};
	struct process_spec spec = {.argv = argv, .log = log_path};
	struct process_signals signals;
	struct process p;
	pid_t group;
	int status;

	assert_int_equal(process_signals_open(&signals), 0);
	assert_int_equal(process_start(&spec, &p), 0);
	group = p.pid;
	assert_int_equal(kill(getpid(), SIGINT), 0);
	assert_int_equal(process_wait(&p, &signals, &status), -EINTR);
	assert_int_equal(p.pid, 0);
	process_signals_close(&signals);
	expect_gone(group);
}

static void a_program_that_ignores_term_is_killed(void **state)
{
	const char *argv[] = {"sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1; done",
			      NULL};
	struct process_spec spec = {.argv = argv, .log = log_path};
	struct process p;
	pid_t group;

	assert_int_equal(process_start(&spec, &p), 0);
	group = p.pid;
	process_kill(&p);
	assert_int_equal(p.pid, 0);
	process_kill(&p); /* none: no harm */
	expect_gone(group);
}

static void nothing_outlives_a_kdev_that_is_killed(void **state)
{
	const char *argv[] = {"sh", "-c", "sleep 60 & sleep 60; true", NULL};
	struct process_spec spec = {.argv = argv, .log = log_path};
	struct process p;
	int pipes[2];
	pid_t us, group;

	assert_int_equal(pipe(pipes), 0);
	us = fork();
	assert_true(us >= 0);
	if (us == 0) {
		if (process_start(&spec, &p) ||
		    write(pipes[1], &p.pid, sizeof(p.pid)) != sizeof(p.pid))
			_exit(1);
		pause();
		_exit(0);
	}
	assert_int_equal(read(pipes[0], &group, sizeof(group)), sizeof(group));
	close(pipes[0]);
	close(pipes[1]);
	assert_int_equal(kill(-group, 0), 0);
	kill(us, SIGKILL);
	assert_int_equal(waitpid(us, NULL, 0), us);
	expect_gone(group);
}

static void what_a_program_mounts_is_gone_with_it_even_when_it_is_killed(void **state)
{
	char dir[] = "/tmp/kdev-test-process-XXXXXX", script[128];
	const char *argv[] = {"sh", "-c", script, NULL};
	struct process_spec spec = {.argv = argv, .log = log_path, .own_mounts = true};
	struct process_signals none = {.fd = -1};
	struct process p;
	int status;

	if (geteuid())
		skip();
	assert_non_null(mkdtemp(dir));
	snprintf(script, sizeof(script), "mount -t tmpfs tmpfs %s && kill -9 $$", dir);
	assert_int_equal(process_start(&spec, &p), 0);
	assert_int_equal(process_wait(&p, &none, &status), 0);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(rmdir(dir), 0); /* EBUSY: something is mounted there */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_program_that_succeeds_is_0),
		cmocka_unit_test(a_failure_is_told_with_status_and_last_line),
		cmocka_unit_test(a_deadly_signal_is_told),
		cmocka_unit_test(a_missing_program_is_enoent),
		cmocka_unit_test(what_a_program_prints_cannot_reach_the_terminal_raw),
		cmocka_unit_test(stdout_can_go_to_a_file_of_its_own),
		cmocka_unit_test(it_has_no_terminal_to_read_from),
		cmocka_unit_test(ctrl_c_ends_the_program_and_its_children),
		cmocka_unit_test(a_program_that_ignores_term_is_killed),
		cmocka_unit_test(nothing_outlives_a_kdev_that_is_killed),
		cmocka_unit_test(what_a_program_mounts_is_gone_with_it_even_when_it_is_killed),
	};

	return cmocka_run_group_tests(tests, make_log, remove_log);
}
