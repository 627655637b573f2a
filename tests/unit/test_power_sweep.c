/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: watchdog/power/p*.c watchdog/power/qmp*.c watchdog/power/atx.c */
/* LINK: watchdog/power/relay*.c watchdog/power/gpio_line_v*.c console/sources/serial_port.c */
/* LINK: console/sources/argv.c */
/* LINK: tests/fakes/pty_port.c tests/fakes/relay_device.c */
/* LINK: watchdog/power/serial_poll.c */
/* LIBS: libuv jansson libserialport hidapi-hidraw libgpiod */
/*
 * SIGKILL at every point of a press, of each and of several of the processes that take part in it:
 * no relay stays closed longer than the press and a second. This program is also the one that
 * presses, and its relay holder.
 */
#include <dirent.h>
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
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/fakes/relay_device.h"
#include "watchdog/power/power.h"
#include "watchdog/power/relay_holder.h"

#define PULSE_MS 300
#define STEP_MS  25
#define CASES    20 /* the last ones are after the press's end */
#define END_MS   15000

enum { PRESSER = 1, HOLDER = 2, GUARD = 4 };

struct press {
	struct relay_device device;
	char path[64];
	pid_t presser, holder, guard; /* 0: none */
	struct monotime kill_at;
	bool started, killed;
	bool in_time; /* killed while the relay was closed */
};

struct bench {
	uv_loop_t loop;
	struct press presses[CASES];
};

/* The one that presses: what an attendant does, as far as it matters. */
static void on_done(void *arg, int err, int on, const char *why)
{
	*(int *)arg = err ? err : 1;
}

static int press(const char *verb, const char *path)
{
	struct power_settings s = {
		.driver = "lcus",
		.device = path,
		.reset_button = "1",
		.press_us = MONO_MS(PULSE_MS),
		.reset_us = MONO_MS(PULSE_MS),
		.verify_us = MONO_MS(PULSE_MS),
	};
	struct power *power;
	uv_loop_t loop;
	char err[256];
	int done = 0;

	signal(SIGPIPE, SIG_IGN);
	uv_loop_init(&loop);
	if (power_open(&loop, &s, &power, err, sizeof(err)))
		return 2;
	if (!strcmp(verb, "release"))
		power_release(power, on_done, &done);
	else
		power_act(power, POWER_RESET, on_done, &done);
	while (!done)
		uv_run(&loop, UV_RUN_ONCE);
	power_close(power);
	uv_run(&loop, UV_RUN_DEFAULT);
	if (uv_loop_close(&loop))
		return 3;
	return done == 1 ? 0 : 1;
}

static pid_t start(const char *verb, const char *path)
{
	pid_t pid = fork();

	if (pid == 0) {
		execl("/proc/self/exe", "kdev", "press", verb, path, (char *)NULL);
		_exit(126);
	}
	assert_true(pid > 0);
	return pid;
}

static void read_proc(const char *pid, const char *name, char *buf, size_t size)
{
	char path[280];
	ssize_t n = 0;
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/%s", pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, buf, size - 1);
		close(fd);
	}
	n = n < 0 ? 0 : n;
	for (ssize_t i = 0; i < n; i++) {
		if (!buf[i] || buf[i] == '\n')
			buf[i] = ' ';
	}
	buf[n] = 0;
}

/* Holder and guard of this press: they have its device in their command line. */
static void find(struct press *p)
{
	DIR *proc = opendir("/proc");
	const struct dirent *e;
	char line[256], comm[32];

	assert_non_null(proc);
	p->holder = p->guard = 0;
	while ((e = readdir(proc))) {
		if (e->d_name[0] < '1' || e->d_name[0] > '9')
			continue;
		read_proc(e->d_name, "cmdline", line, sizeof(line));
		if (!strstr(line, p->path) || strncmp(line, "relay-holder ", 13) != 0)
			continue;
		read_proc(e->d_name, "comm", comm, sizeof(comm));
		*(!strcmp(comm, "relay-guard ") ? &p->guard : &p->holder) =
			(pid_t)strtol(e->d_name, NULL, 10);
	}
	closedir(proc);
}

/* Those of `who` that there are, as last found. */
static unsigned kill_found(const struct press *p, unsigned who, int sig)
{
	unsigned hits = 0;

	hits += (who & PRESSER) && p->presser && !kill(p->presser, sig);
	hits += (who & HOLDER) && p->holder && !kill(p->holder, sig);
	hits += (who & GUARD) && p->guard && !kill(p->guard, sig);
	return hits;
}

static unsigned kill_those(struct press *p, unsigned who, int sig)
{
	find(p);
	return kill_found(p, who, sig);
}

static bool is_alive(struct press *p)
{
	if (p->presser && waitpid(p->presser, NULL, WNOHANG) == p->presser)
		p->presser = 0;
	return p->presser || kill_those(p, HOLDER | GUARD, 0);
}

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	uv_loop_init(&b->loop);
	for (int i = 0; i < CASES; i++) {
		struct press *p = &b->presses[i];

		snprintf(p->path, sizeof(p->path), "/tmp/kdev-sweep.%d.%02d", (int)getpid(), i);
		relay_device_plug(&p->device, &b->loop, DEVICE_LCUS, p->path);
	}
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	for (int i = 0; i < CASES; i++) {
		while (kill_those(&b->presses[i], HOLDER | GUARD, SIGKILL))
			;
		relay_device_unplug(&b->presses[i].device);
	}
	uv_run(&b->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&b->loop), 0);
	free(b);
	return 0;
}

static void turn(struct bench *b)
{
	uv_run(&b->loop, UV_RUN_NOWAIT);
	usleep(500);
}

static void sweep(struct bench *b, unsigned who, int sig)
{
	struct monotime end = mono_add(mono_now(), MONO_MS(END_MS));
	unsigned closed = 0, hit = 0;

	for (bool all = false; !all && !mono_due(end, mono_now());) {
		all = true;
		turn(b);
		for (int i = 0; i < CASES; i++) {
			struct press *p = &b->presses[i];

			/* One after the other, or all would wait for each other's start. */
			if (!p->started && (i == 0 || b->presses[i - 1].kill_at.us)) {
				p->started = true;
				p->presser = start("reset", p->path);
			}
			/* The time of a press begins when its relay does, but two of the cases
			 * are before that. */
			if (p->started && !p->kill_at.us && (p->device.closings || i < 2)) {
				p->kill_at = mono_add(mono_now(), MONO_MS(STEP_MS) * i);
				/* Now: to look for them may take longer than a step. */
				find(p);
			}
			if (!p->killed && p->kill_at.us && mono_due(p->kill_at, mono_now())) {
				p->killed = true;
				p->in_time = p->device.closed[1];
				if (!p->holder)
					find(p);
				kill_found(p, who, sig);
			}
			all = all && p->killed && !p->device.closed[1] && !is_alive(p);
		}
	}
	for (int i = 0; i < CASES; i++) {
		struct press *p = &b->presses[i];
		int64_t us = relay_device_longest(&p->device, 1);

		closed += p->device.closings > 0;
		hit += p->in_time;
		if (p->device.closed[1] || us > MONO_MS(PULSE_MS + 1000))
			fail_msg("killed %d ms into the press: closed %s %lld ms", i * STEP_MS,
				 p->device.closed[1] ? "still after" : "for", (long long)us / 1000);
		if (p->presser) {
			kill(p->presser, SIGKILL);
			waitpid(p->presser, NULL, 0);
			p->presser = 0;
		}
	}
	/* Or nothing was tested. A loaded machine kills late, and some presses are over then. */
	assert_true(closed >= CASES - 2);
	assert_true(hit >= 3);
}

#define SWEEP(name, who, sig)                                                                      \
	static void name(void **state)                                                             \
	{                                                                                          \
		sweep(*state, who, sig);                                                           \
	}

SWEEP(the_presser_is_killed, PRESSER, SIGKILL)
SWEEP(the_holder_is_killed, HOLDER, SIGKILL)
SWEEP(the_guard_is_killed, GUARD, SIGKILL)
SWEEP(presser_and_holder_are_killed, PRESSER | HOLDER, SIGKILL)
SWEEP(presser_and_guard_are_killed, PRESSER | GUARD, SIGKILL)
SWEEP(holder_and_guard_are_killed, HOLDER | GUARD, SIGKILL)
SWEEP(all_are_told_to_end, PRESSER | HOLDER | GUARD, SIGTERM)
SWEEP(the_holder_is_stopped, HOLDER, SIGSTOP)

static void wait_until_closed(struct bench *b, struct press *p)
{
	while (!p->device.closed[1])
		turn(b);
}

static void press_and_kill_all(struct bench *b, struct press *p)
{
	struct monotime end;

	p->presser = start("reset", p->path);
	wait_until_closed(b, p);
	kill_those(p, PRESSER | HOLDER | GUARD, SIGKILL);
	waitpid(p->presser, NULL, 0);
	end = mono_add(mono_now(), MONO_MS(PULSE_MS + 700));
	while (!mono_due(end, mono_now()))
		turn(b);
}

/* The limit: each of the three by its number. Then the next kdev lets go. */
static void what_three_dead_left_pressed_the_next_one_lets_go(void **state)
{
	struct bench *b = *state;
	struct press *p = &b->presses[0];
	int status;

	/* On a loaded machine the press may be over before all are found. */
	for (int tries = 0; tries < 10 && !p->device.closed[1]; tries++)
		press_and_kill_all(b, p);
	assert_true(p->device.closed[1]);
	p->presser = start("release", p->path);
	while (!waitpid(p->presser, &status, WNOHANG))
		turn(b);
	assert_int_equal(status, 0);
	turn(b);
	assert_false(p->device.closed[1]);
}

/* While the guard has the device, a new kdev waits for it. */
static void a_new_one_waits_for_the_guard(void **state)
{
	struct bench *b = *state;
	struct press *p = &b->presses[0];
	int status;

	p->presser = start("reset", p->path);
	wait_until_closed(b, p);
	assert_int_equal(kill_those(p, PRESSER | HOLDER, SIGKILL), 2);
	waitpid(p->presser, NULL, 0);
	p->presser = start("release", p->path);
	while (!waitpid(p->presser, &status, WNOHANG))
		turn(b);
	assert_int_equal(status, 0);
	assert_false(p->device.closed[1]);
}

/* What kills all that is named kdev, or a whole process group, misses holder and guard. */
static void holder_and_guard_are_not_in_the_presser_s_group_nor_of_its_name(void **state)
{
	struct bench *b = *state;
	struct press *p = &b->presses[0];
	DIR *proc = opendir("/proc");
	const struct dirent *e;
	char line[256];
	unsigned seen = 0;
	pid_t pid;

	assert_non_null(proc);
	p->presser = start("reset", p->path);
	wait_until_closed(b, p);
	while ((e = readdir(proc))) {
		read_proc(e->d_name, "cmdline", line, sizeof(line));
		pid = (pid_t)strtol(e->d_name, NULL, 10);
		if (strncmp(line, "relay-holder ", 13) != 0 || !strstr(line, p->path))
			continue;
		seen++;
		assert_int_not_equal(getpgid(pid), getpgid(p->presser));
		assert_int_not_equal(getsid(pid), getsid(p->presser));
		*strstr(line, p->path) = 0;
		assert_null(strstr(line, "kdev"));
	}
	closedir(proc);
	assert_int_equal(seen, 2);
	while (!waitpid(p->presser, NULL, WNOHANG))
		turn(b);
}

int main(int argc, char **argv)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(the_presser_is_killed),
		TEST(the_holder_is_killed),
		TEST(the_guard_is_killed),
		TEST(presser_and_holder_are_killed),
		TEST(presser_and_guard_are_killed),
		TEST(holder_and_guard_are_killed),
		TEST(all_are_told_to_end),
		TEST(the_holder_is_stopped),
		TEST(what_three_dead_left_pressed_the_next_one_lets_go),
		TEST(a_new_one_waits_for_the_guard),
		TEST(holder_and_guard_are_not_in_the_presser_s_group_nor_of_its_name),
	};

	if (argc == 4 && !strcmp(argv[1], "relay-holder"))
		return relay_holder_run(argv[2], argv[3]) ? 1 : 0;
	if (argc == 4 && !strcmp(argv[1], "press"))
		return press(argv[2], argv[3]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
