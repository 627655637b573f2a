/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: watchdog/power/qmp.c watchdog/power/qmp_client.c watchdog/power/power.c */
/* LINK: watchdog/power/qmp_connection.c tests/unit/fake_qmp.c tests/fakes/skewed_clock.c */
/* LIBS: libuv jansson */
/* The virtual board's buttons, against a fake QEMU that misbehaves and a real one. */
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
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake_qmp.h"
#include "tests/fakes/skewed_clock.h"
#include "watchdog/power/power.h"
#include "watchdog/power/qmp_client.h"

struct bench {
	char dir[32], path[64];
	uv_loop_t loop;
	struct fake_qmp fake;
	bool has_fake;
	struct power *power;
	int calls, err, on;
	char why[256];
};

static void done(void *arg, int err, int on, const char *why)
{
	struct bench *b = arg;

	b->calls++;
	b->err = err;
	b->on = on;
	snprintf(b->why, sizeof(b->why), "%s", why);
}

static int open_one(uv_loop_t *loop, const char *path, struct power **p)
{
	const struct power_settings s = {.driver = "qmp", .device = path};
	char err[256];

	return power_driver_qmp.open(loop, &s, p, err, sizeof(err));
}

/* Press, and wait for what came of it. */
static int act(struct bench *b, enum power_verb verb)
{
	b->calls = 0;
	b->err = power_driver_qmp.act(b->power, verb, done, b);
	if (b->err)
		return b->err;
	assert_int_equal(b->calls, 0); /* never from inside */
	while (!b->calls)
		uv_run(&b->loop, UV_RUN_ONCE);
	assert_int_equal(b->calls, 1);
	return b->err;
}

/* The same, and the reply's deadline passes as soon as everything else has happened. */
static int act_in_vain(struct bench *b, enum power_verb verb)
{
	b->calls = 0;
	b->err = power_driver_qmp.act(b->power, verb, done, b);
	if (b->err)
		return b->err;
	for (int i = 0; i < 50; i++) {
		uv_run(&b->loop, UV_RUN_NOWAIT);
		usleep(1000);
	}
	assert_int_equal(b->calls, 0);
	skew_clock(QMP_REPLY_MS - 1000);
	uv_run(&b->loop, UV_RUN_NOWAIT);
	assert_int_equal(b->calls, 0);
	skew_clock(1000);
	uv_run(&b->loop, UV_RUN_NOWAIT);
	assert_int_equal(b->calls, 1);
	return b->err;
}

static int setup_bare(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	signal(SIGPIPE, SIG_IGN);
	strcpy(b->dir, "/tmp/kdev-test-qmp.XXXXXX");
	assert_non_null(mkdtemp(b->dir));
	snprintf(b->path, sizeof(b->path), "%s/qmp", b->dir);
	uv_loop_init(&b->loop);
	assert_int_equal(open_one(&b->loop, b->path, &b->power), 0);
	*state = b;
	return 0;
}

static int setup(void **state)
{
	struct bench *b;

	setup_bare(state);
	b = *state;
	b->fake.status = "running";
	fake_qmp_start(&b->fake, &b->loop, b->path);
	b->has_fake = true;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	power_driver_qmp.close(b->power);
	if (b->has_fake)
		fake_qmp_stop(&b->fake);
	uv_run(&b->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&b->loop), 0); /* nothing was left open */
	unlink(b->path);
	rmdir(b->dir);
	free(b);
	return 0;
}

static void assert_said(const struct bench *b, const char *part)
{
	if (!strstr(b->why, part))
		fail_msg("\"%s\" does not say \"%s\"", b->why, part);
}

static void verbs_have_names_both_ways(void **state)
{
	for (int v = POWER_STATUS; v <= POWER_BREAK; v++)
		assert_int_equal(power_verb_parse(power_verb_name((enum power_verb)v)), v);
	assert_int_equal(power_verb_parse("explode"), -EINVAL);
	assert_int_equal(power_verb_parse(""), -EINVAL);
}

static void status_is_told_by_qemu_s_run_state(void **state)
{
	static const struct {
		const char *status;
		int on;
	} rows[] = {{"running", 1},   {"paused", 0},   {"prelaunch", 0},     {"shutdown", 0},
		    {"suspended", 1}, {"watchdog", 1}, {"internal-error", 1}};
	struct bench *b = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		b->fake.status = rows[i].status;
		assert_int_equal(act(b, POWER_STATUS), 0);
		assert_int_equal(b->on, rows[i].on);
	}
	assert_int_equal(b->fake.connections, 1); /* kept */
}

static void each_verb_is_the_right_commands(void **state)
{
	static const struct {
		enum power_verb verb;
		const char *before, *commands, *after;
	} rows[] = {
		{POWER_RESET, "running", " query-status system_reset cont", "running"},
		{POWER_RESET, "paused", " query-status", "paused"},
		{POWER_RESET, "internal-error", " query-status system_reset cont", "running"},
		{POWER_ON, "paused", " query-status system_reset cont", "running"},
		{POWER_ON, "shutdown", " query-status system_reset cont", "running"},
		{POWER_ON, "running", " query-status", "running"},
		{POWER_OFF, "running", " stop", "paused"},
		{POWER_HOLD, "running", " stop", "paused"},
		{POWER_PRESS, "running", " query-status system_powerdown", "running"},
		{POWER_PRESS, "paused", " query-status system_reset cont", "running"},
		{POWER_NMI, "running", " inject-nmi", "running"},
		{POWER_BREAK, "running", " chardev-send-break", "running"},
	};
	struct bench *b = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		b->fake.status = rows[i].before;
		b->fake.said[0] = '\0';
		b->fake.event_after_return = i & 1;
		assert_int_equal(act(b, rows[i].verb), 0);
		assert_string_equal(b->fake.said, rows[i].commands);
		assert_string_equal(b->fake.status, rows[i].after);
	}
}

static void a_cycle_leaves_the_power_off_for_a_second(void **state)
{
	struct bench *b = *state;
	uint64_t began = uv_hrtime();

	assert_int_equal(act(b, POWER_CYCLE), 0);
	assert_string_equal(b->fake.said, " stop system_reset cont");
	assert_int_equal(b->on, 1);
	assert_true(uv_hrtime() - began >= 1000000000);
}

static void answers_may_come_in_pieces(void **state)
{
	struct bench *b = *state;

	b->fake.byte_by_byte = true;
	assert_int_equal(act(b, POWER_RESET), 0);
	assert_int_equal(act(b, POWER_STATUS), 0);
	assert_int_equal(b->on, 1);
}

static void a_second_operation_waits_for_the_first(void **state)
{
	struct bench *b = *state;

	assert_int_equal(power_driver_qmp.act(b->power, POWER_RESET, done, b), 0);
	assert_int_equal(power_driver_qmp.act(b->power, POWER_STATUS, done, b), -EBUSY);
	while (!b->calls)
		uv_run(&b->loop, UV_RUN_ONCE);
	assert_int_equal(b->calls, 1);
	assert_int_equal(b->err, 0);
}

static void an_error_of_qemu_s_is_passed_on_without_control_characters(void **state)
{
	struct bench *b = *state;

	b->fake.fault = FAULT_ERROR;
	b->fake.faults_left = 1;
	assert_int_equal(act(b, POWER_NMI), -EIO);
	assert_string_equal(b->why, "inject-nmi: QEMU says: no? way");
	assert_int_equal(act(b, POWER_NMI), 0);
	assert_int_equal(b->fake.connections, 1);
}

static void without_a_socket_it_fails_and_later_works(void **state)
{
	struct bench *b = *state;

	assert_int_equal(act(b, POWER_STATUS), -ENOENT);
	assert_said(b, b->path);
	b->fake.status = "running";
	fake_qmp_start(&b->fake, &b->loop, b->path);
	b->has_fake = true;
	assert_int_equal(act(b, POWER_STATUS), 0);
}

static void what_does_not_speak_qmp_is_said_so(void **state)
{
	struct bench *b = *state;

	b->fake.fault = FAULT_WRONG_GREETING;
	assert_int_equal(act(b, POWER_STATUS), -EPROTO);
	assert_said(b, "does not speak QMP");
	b->fake.fault = FAULT_REFUSE_NEGOTIATION;
	assert_int_equal(act(b, POWER_STATUS), -EPROTO);
	b->fake.fault = FAULT_NO_STATUS;
	assert_int_equal(act(b, POWER_STATUS), -EPROTO);
}

static void no_greeting_is_a_timeout(void **state)
{
	struct bench *b = *state;

	b->fake.fault = FAULT_NO_GREETING;
	assert_int_equal(act_in_vain(b, POWER_STATUS), -ETIMEDOUT);
	assert_said(b, "no greeting");
	b->fake.fault = FAULT_NONE;
	assert_int_equal(act(b, POWER_STATUS), 0);
}

static void no_answer_is_a_timeout_and_a_late_one_is_not_taken_for_the_next(void **state)
{
	struct bench *b = *state;

	b->fake.fault = FAULT_NO_ANSWER;
	b->fake.faults_left = 1;
	assert_int_equal(act_in_vain(b, POWER_STATUS), -ETIMEDOUT);
	assert_said(b, "query-status: QEMU at");
	assert_int_equal(act(b, POWER_STATUS), 0);
	assert_int_equal(b->fake.connections, 2);
}

static void a_reset_that_qemu_does_not_report_is_none(void **state)
{
	struct bench *b = *state;

	b->fake.fault = FAULT_NO_RESET_EVENT;
	assert_int_equal(act_in_vain(b, POWER_RESET), -ETIMEDOUT);
	assert_said(b, "sent no RESET");
}

static void garbage_and_endless_lines_end_the_connection(void **state)
{
	static const enum fault faults[] = {FAULT_GARBAGE, FAULT_LONG_LINE};
	struct bench *b = *state;

	for (size_t i = 0; i < 2; i++) {
		b->fake.fault = faults[i];
		b->fake.faults_left = 2; /* also when it tries again */
		assert_int_equal(act(b, POWER_NMI), -EPROTO);
		b->fake.faults_left = 0;
		assert_int_equal(act(b, POWER_NMI), 0);
	}
}

static void a_connection_that_breaks_in_the_middle_is_an_error(void **state)
{
	struct bench *b = *state;

	b->fake.fault = FAULT_CLOSE_ON_COMMAND;
	b->fake.faults_left = 1;
	assert_int_equal(act(b, POWER_NMI), -EPIPE);
	assert_said(b, "QEMU closed it");
	assert_int_equal(act(b, POWER_NMI), 0);
}

static void a_kept_connection_that_was_closed_is_made_again(void **state)
{
	struct bench *b = *state;

	assert_int_equal(act(b, POWER_STATUS), 0);
	fake_qmp_hang_up(&b->fake); /* noticed before the next command */
	while (b->fake.connected)
		uv_run(&b->loop, UV_RUN_ONCE);
	assert_int_equal(act(b, POWER_STATUS), 0);
	assert_int_equal(b->fake.connections, 2);

	b->fake.fault = FAULT_CLOSE_ON_COMMAND; /* noticed by the command */
	b->fake.faults_left = 1;
	assert_int_equal(act(b, POWER_STATUS), 0);
	assert_int_equal(b->fake.connections, 3);
}

static void closing_cancels_what_is_under_way(void **state)
{
	struct bench *b = *state;

	assert_int_equal(power_driver_qmp.act(b->power, POWER_RESET, done, b), 0);
	power_driver_qmp.close(b->power);
	assert_int_equal(b->calls, 1);
	assert_int_equal(b->err, -ECANCELED);
	assert_int_equal(open_one(&b->loop, b->path, &b->power), 0);

	b->calls = 0;
	assert_int_equal(power_driver_qmp.act(b->power, POWER_CYCLE, done, b), 0);
	while (!strstr(b->fake.said, "stop"))
		uv_run(&b->loop, UV_RUN_ONCE);
	for (int i = 0; i < 5; i++)
		uv_run(&b->loop, UV_RUN_NOWAIT); /* into the pause */
	power_driver_qmp.close(b->power);
	assert_int_equal(b->calls, 1);
	assert_int_equal(b->err, -ECANCELED);
	b->power = NULL; /* close accepts it, in the teardown */
}

static void a_path_too_long_for_a_socket_is_refused(void **state)
{
	struct bench *b = *state;
	struct power *p;
	char path[200];

	memset(path, 'x', sizeof(path));
	path[0] = '/';
	path[108] = '\0';
	assert_int_equal(open_one(&b->loop, path, &p), -ENAMETOOLONG);
	assert_int_equal(open_one(&b->loop, "", &p), -ENAMETOOLONG);
}

/* It is there before it is listened at. */
static bool can_connect(const char *path)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), rc;

	assert_true(fd >= 0 && strlen(path) < sizeof(sa.sun_path));
	memcpy(sa.sun_path, path, strlen(path));
	rc = connect(fd, (struct sockaddr *)&sa, sizeof(sa));
	close(fd);
	return !rc;
}

/* A QEMU that waits before its first instruction; 0 if there is none. */
static pid_t start_qemu(const struct bench *b)
{
	char qmp[96];
	pid_t pid;

	snprintf(qmp, sizeof(qmp), "unix:%s,server=on,wait=off", b->path);
	unlink(b->path);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		int fd = open("/dev/null", O_RDWR);

		dup2(fd, 1);
		dup2(fd, 2);
		execlp("qemu-system-x86_64", "qemu-system-x86_64", "-S", "-no-shutdown", "-display",
		       "none", "-nodefaults", "-m", "64", "-accel", "tcg", "-chardev",
		       "null,id=serial0", "-serial", "chardev:serial0", "-qmp", qmp, NULL);
		_exit(127);
	}
	for (int i = 0; i < 1000 && !can_connect(b->path); i++) {
		struct timespec ts = {0, 10000000};

		nanosleep(&ts, NULL);
		if (waitpid(pid, NULL, WNOHANG) == pid)
			return 0;
	}
	return pid;
}

static void stop_qemu(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void a_real_qemu_obeys(void **state)
{
	struct bench *b = *state;
	pid_t pid = start_qemu(b);

	if (!pid) {
		skip();
		return;
	}
	assert_int_equal(act(b, POWER_STATUS), 0);
	assert_int_equal(b->on, 0); /* it waits */
	assert_int_equal(act(b, POWER_RESET), 0);
	assert_int_equal(act(b, POWER_STATUS), 0);
	assert_int_equal(b->on, 0);
	for (int i = 0; i < 20; i++) {
		assert_int_equal(act(b, POWER_ON), 0);
		assert_int_equal(act(b, POWER_STATUS), 0);
		assert_int_equal(b->on, 1);
		assert_int_equal(act(b, POWER_RESET), 0);
		assert_int_equal(act(b, POWER_STATUS), 0);
		assert_int_equal(b->on, 1);
		assert_int_equal(act(b, POWER_OFF), 0);
		assert_int_equal(act(b, POWER_STATUS), 0);
		assert_int_equal(b->on, 0);
	}
	assert_int_equal(act(b, POWER_CYCLE), 0);
	assert_int_equal(act(b, POWER_PRESS), 0);
	assert_int_equal(act(b, POWER_NMI), 0);
	assert_int_equal(act(b, POWER_BREAK), 0);
	assert_int_equal(act(b, POWER_STATUS), 0);
	assert_int_equal(b->on, 1);

	/* It dies, another takes its place: the driver finds it. */
	stop_qemu(pid);
	pid = start_qemu(b);
	assert_int_not_equal(pid, 0);
	assert_int_equal(act(b, POWER_ON), 0);
	assert_int_equal(act(b, POWER_STATUS), 0);
	assert_int_equal(b->on, 1);
	stop_qemu(pid);
	assert_int_not_equal(act(b, POWER_STATUS), 0);
}

int main(void)
{
#define WITH_FAKE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
#define BARE(test)      cmocka_unit_test_setup_teardown(test, setup_bare, teardown)
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(verbs_have_names_both_ways),
		WITH_FAKE(status_is_told_by_qemu_s_run_state),
		WITH_FAKE(each_verb_is_the_right_commands),
		WITH_FAKE(a_cycle_leaves_the_power_off_for_a_second),
		WITH_FAKE(answers_may_come_in_pieces),
		WITH_FAKE(a_second_operation_waits_for_the_first),
		WITH_FAKE(an_error_of_qemu_s_is_passed_on_without_control_characters),
		BARE(without_a_socket_it_fails_and_later_works),
		WITH_FAKE(what_does_not_speak_qmp_is_said_so),
		WITH_FAKE(no_greeting_is_a_timeout),
		WITH_FAKE(no_answer_is_a_timeout_and_a_late_one_is_not_taken_for_the_next),
		WITH_FAKE(a_reset_that_qemu_does_not_report_is_none),
		WITH_FAKE(garbage_and_endless_lines_end_the_connection),
		WITH_FAKE(a_connection_that_breaks_in_the_middle_is_an_error),
		WITH_FAKE(a_kept_connection_that_was_closed_is_made_again),
		WITH_FAKE(closing_cancels_what_is_under_way),
		BARE(a_path_too_long_for_a_socket_is_refused),
		BARE(a_real_qemu_obeys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
