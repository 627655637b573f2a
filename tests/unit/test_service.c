/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/netboot/service.c harness/netboot/service_args.c harness/netboot/service_log.c */
/* LINK: harness/netboot/service_record.c harness/netboot/service_file.c */
/* LINK: harness/paths.c harness/paths_file.c harness/paths_remove.c */
/* LINK: harness/log.c console/strbuf.c console/pipeline/sanitize.c */
/* LIBS: jansson libuv */
/*
 * The life of a service, with real processes. What needs root is replaced: priv_spawn() below
 * starts them without a namespace.
 */
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
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/netboot/service.h"
#include "harness/paths.h"

static bool in_network; /* what priv_in_network() says */

pid_t priv_spawn(const struct board_config *b, const struct priv_spawn *s, char *err,
		 size_t err_len)
{
	int fd, rc, go[2];
	char byte;
	pid_t pid;

	if (pipe2(go, O_CLOEXEC))
		return -errno;
	pid = fork();
	if (pid == 0) {
		close(go[1]);
		fd = open(s->log_path, O_WRONLY | O_CREAT | O_APPEND, 0600);
		if (read(go[0], &byte, 1) == 1 && dup2(fd, 1) == 1 && dup2(fd, 2) == 2)
			execvp(s->argv[0], (char *const *)s->argv);
		_exit(127);
	}
	close(go[0]);
	rc = s->record(s->arg, pid);
	if (!rc && write(go[1], "", 1) != 1)
		rc = -errno;
	close(go[1]);
	if (rc) {
		snprintf(err, err_len, "record: %s", strerror(-rc));
		waitpid(pid, NULL, 0);
	}
	return rc ? rc : pid;
}

int priv_kill(const struct board_config *b, const char *name, int pidfd, int sig)
{
	return syscall(SYS_pidfd_send_signal, pidfd, sig, NULL, 0) ? -errno : 0;
}

int priv_reap(pid_t pid, int *status)
{
	pid_t got = waitpid(pid, status, WNOHANG);

	if (got < 0)
		return -errno;
	return got == pid ? 0 : -EAGAIN;
}

bool priv_in_network(const struct board_config *b, pid_t pid)
{
	return in_network;
}

struct fixture {
	uv_loop_t loop;
	char dir[64];
	struct board_config board;
	struct service service;
	struct service_args args;
	struct service_order order;
	unsigned deaths;
	char why[SERVICE_WHY_MAX], err[256];
};

static void on_died(void *arg, struct service *s, const char *why)
{
	struct fixture *f = arg;

	f->deaths++;
	snprintf(f->why, sizeof(f->why), "%s", why);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	strcpy(f->dir, "/tmp/kdev-test-XXXXXX");
	if (!mkdtemp(f->dir) || uv_loop_init(&f->loop))
		return -1;
	in_network = true;
	service_init(&f->service, &f->loop, "sample", &f->board, f->dir, on_died, f);
	f->order.args = &f->args;
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	service_stop(&f->service, 1);
	uv_run(&f->loop, UV_RUN_DEFAULT);
	service_args_free(&f->args);
	if (uv_loop_close(&f->loop) || path_remove_tree(f->dir))
		return -1;
	free(f);
	return 0;
}

static void orders(struct fixture *f, const char *script)
{
	service_args_free(&f->args);
	service_arg(&f->args, "sh");
	service_arg(&f->args, "-c");
	service_arg(&f->args, "%s", script);
}

static void start(struct fixture *f, const char *script)
{
	orders(f, script);
	assert_int_equal(service_start(&f->service, &f->order, f->err, sizeof(f->err)), 0);
	assert_true(f->service.pid > 1);
}

static bool record_exists(const struct fixture *f)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/services/sample.json", f->dir);
	return access(path, F_OK) == 0;
}

/* The loop until the service has died `n` times. */
static void run_until_dead(struct fixture *f, unsigned n)
{
	for (int i = 0; i < 100 && f->deaths < n; i++)
		uv_run(&f->loop, UV_RUN_ONCE);
	assert_int_equal(f->deaths, n);
}

static bool alive(pid_t pid)
{
	return kill(pid, 0) == 0;
}

/* Wait until its log has this, so that it has come so far. */
static void await_log(const struct fixture *f, const char *text)
{
	char path[128], *log;
	bool found = false;

	snprintf(path, sizeof(path), "%s/sample.log", f->dir);
	for (int i = 0; i < 500 && !found; i++) {
		log = path_read(path, 1 << 20, NULL);
		found = log && strstr(log, text);
		free(log);
		if (!found)
			usleep(10000);
	}
	assert_true(found);
}

static void a_signal_is_named_as_the_reason_of_death_and_not_the_log(void **state)
{
	struct fixture *f = *state;

	start(f, "echo innocent; exec sleep 100");
	await_log(f, "innocent");
	kill(f->service.pid, SIGKILL);
	run_until_dead(f, 1);
	assert_non_null(strstr(f->why, "signal 9"));
	assert_null(strstr(f->why, "innocent"));
	assert_int_equal(f->service.pid, 0);
}

static void an_exit_status_comes_with_the_last_line_of_the_log(void **state)
{
	struct fixture *f = *state;

	start(f, "echo first; printf 'no such \\033[31mthing\\n\\n'; exit 3");
	run_until_dead(f, 1);
	assert_non_null(strstr(f->why, "exit status 3"));
	assert_non_null(strstr(f->why, "no such "));
	assert_null(strstr(f->why, "first"));
	assert_null(strchr(f->why, '\033'));
}

static void the_end_of_a_long_log_is_found(void **state)
{
	struct fixture *f = *state;

	start(f, "yes 0123456789 | head -c 200000; echo; echo the last; exit 1");
	run_until_dead(f, 1);
	assert_non_null(strstr(f->why, "exit status 1: the last"));
}

static void stopping_takes_it_away_with_its_record_and_tells_nobody(void **state)
{
	struct fixture *f = *state;
	pid_t pid;

	start(f, "exec sleep 100");
	pid = f->service.pid;
	assert_true(record_exists(f));
	service_stop(&f->service, 1);
	assert_false(alive(pid));
	assert_false(record_exists(f));
	uv_run(&f->loop, UV_RUN_DEFAULT);
	assert_int_equal(f->deaths, 0);
}

static void one_that_ignores_term_is_killed(void **state)
{
	struct fixture *f = *state;
	pid_t pid;

	start(f, "trap '' TERM; echo ready; while :; do sleep 0.1; done");
	await_log(f, "ready");
	pid = f->service.pid;
	service_stop(&f->service, 1);
	assert_false(alive(pid));
}

static void what_another_attendant_left_is_adopted_and_its_death_heard_of(void **state)
{
	struct fixture *f = *state;
	pid_t pid;

	start(f, "exec sleep 100");
	pid = f->service.pid;
	service_release(&f->service);
	assert_true(alive(pid));
	assert_true(service_adopt(&f->service, &f->order));
	assert_int_equal(f->service.pid, pid);
	kill(pid, SIGKILL);
	run_until_dead(f, 1);
}

static void one_with_other_orders_is_stopped_and_not_adopted(void **state)
{
	struct fixture *f = *state;
	pid_t pid;

	start(f, "exec sleep 100");
	pid = f->service.pid;
	service_release(&f->service);
	orders(f, "exec sleep 200");
	assert_false(service_adopt(&f->service, &f->order));
	assert_false(alive(pid));
	assert_false(record_exists(f));
}

static void one_with_another_configuration_file_is_not_adopted(void **state)
{
	struct fixture *f = *state;

	f->order.config = "Path = /a";
	start(f, "exec sleep 100");
	service_release(&f->service);
	f->order.config = "Path = /b";
	assert_false(service_adopt(&f->service, &f->order));
}

static void one_in_a_network_that_is_gone_is_not_adopted(void **state)
{
	struct fixture *f = *state;
	pid_t pid;

	start(f, "exec sleep 100");
	pid = f->service.pid;
	service_release(&f->service);
	in_network = false;
	assert_false(service_adopt(&f->service, &f->order));
	assert_false(alive(pid));
}

static void a_stranger_with_the_recorded_pid_is_left_alone(void **state)
{
	struct fixture *f = *state;
	char path[128], *text, *p;
	pid_t stranger;

	start(f, "exec sleep 100");
	stranger = f->service.pid;
	service_release(&f->service);
	/* Same pid, but started at another time than is written down. */
	snprintf(path, sizeof(path), "%s/services/sample.json", f->dir);
	text = path_read(path, 1 << 20, NULL);
	assert_non_null(text);
	p = strstr(text, "\"start_time\": ") + strlen("\"start_time\": ");
	*p = *p == '1' ? '2' : '1';
	assert_int_equal(path_write_atomic(path, text, strlen(text), 0600), 0);
	free(text);
	assert_false(service_adopt(&f->service, &f->order));
	service_stop(&f->service, 1);
	assert_true(alive(stranger));
	kill(stranger, SIGKILL);
	waitpid(stranger, NULL, 0);
}

static void a_broken_record_is_no_service(void **state)
{
	struct fixture *f = *state;
	char path[128];

	snprintf(path, sizeof(path), "%s/services", f->dir);
	assert_int_equal(path_mkdirs(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/services/sample.json", f->dir);
	assert_int_equal(path_write_atomic(path, "{\"pid\": 1", 9, 0600), 0);
	orders(f, "exec sleep 100");
	assert_false(service_adopt(&f->service, &f->order));
	assert_int_equal(f->service.pid, 0);
}

static void one_that_dies_again_and_again_is_given_up(void **state)
{
	struct fixture *f = *state;
	int delay, before = -1;
	unsigned n = 0;

	do {
		start(f, "exit 1");
		run_until_dead(f, ++n);
		delay = service_count_death(&f->service);
		assert_true(delay < 0 || delay > before);
		before = delay;
	} while (delay >= 0 && n < 20);
	assert_int_equal(delay, -1);
	assert_true(n > 3 && n < 10);
}

static void where_no_record_can_be_written_nothing_is_started(void **state)
{
	struct fixture *f = *state;
	char path[128];

	/* A file where its directory should be. */
	snprintf(path, sizeof(path), "%s/services", f->dir);
	assert_int_equal(path_write_atomic(path, "", 0, 0600), 0);
	orders(f, "echo ran; exec sleep 100");
	assert_true(service_start(&f->service, &f->order, f->err, sizeof(f->err)) < 0);
	assert_int_equal(f->service.pid, 0);
	snprintf(path, sizeof(path), "%s/sample.log", f->dir);
	assert_non_null(strstr(f->err, "record"));
	path_remove_tree(path);
}

static void an_end_is_noticed_without_the_loop(void **state)
{
	struct fixture *f = *state;
	bool ended = false;

	start(f, "exit 5");
	for (int i = 0; i < 500 && !ended; i++) {
		ended = service_has_ended(&f->service, f->why, sizeof(f->why));
		usleep(10000);
	}
	assert_true(ended);
	assert_string_equal(f->why, "exit status 5");
	uv_run(&f->loop, UV_RUN_DEFAULT);
	assert_int_equal(f->deaths, 0);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_signal_is_named_as_the_reason_of_death_and_not_the_log),
		TEST(an_exit_status_comes_with_the_last_line_of_the_log),
		TEST(the_end_of_a_long_log_is_found),
		TEST(stopping_takes_it_away_with_its_record_and_tells_nobody),
		TEST(one_that_ignores_term_is_killed),
		TEST(what_another_attendant_left_is_adopted_and_its_death_heard_of),
		TEST(one_with_other_orders_is_stopped_and_not_adopted),
		TEST(one_with_another_configuration_file_is_not_adopted),
		TEST(one_in_a_network_that_is_gone_is_not_adopted),
		TEST(a_stranger_with_the_recorded_pid_is_left_alone),
		TEST(a_broken_record_is_no_service),
		TEST(one_that_dies_again_and_again_is_given_up),
		TEST(where_no_record_can_be_written_nothing_is_started),
		TEST(an_end_is_noticed_without_the_loop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
