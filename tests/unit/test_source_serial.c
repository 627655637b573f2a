/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/sources/source_serial.c console/sources/source_speed.c */
/* LINK: console/sources/serial_port.c tests/fakes/pty_port.c tests/fakes/skewed_clock.c */
/* LIBS: libuv libserialport */
/* A serial port as a console, through the real libserialport, on a pty that is plugged in and out.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <termios.h>

#include <cmocka.h>

#include "tests/fakes/pty_port.h"
#include "tests/fakes/skewed_clock.h"
#include "tests/unit/source_bench.h"

/* The board's end of a pty, and the link to ours. */
struct cable {
	int master, slave;
	struct pty_port *port;
	char link[64];
};

static struct cable cable;

static void plug(struct cable *c)
{
	char name[64];
	struct termios raw;

	c->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	assert_true(c->master >= 0 && !grantpt(c->master) && !unlockpt(c->master));
	assert_int_equal(ptsname_r(c->master, name, sizeof(name)), 0);
	c->slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(c->slave >= 0);
	tcgetattr(c->slave, &raw);
	cfmakeraw(&raw);
	tcsetattr(c->slave, TCSANOW, &raw);
	c->port = pty_port((unsigned)strtoul(name + strlen("/dev/pts/"), NULL, 10));
	memset(c->port, 0, sizeof(*c->port));
	snprintf(c->link, sizeof(c->link), "/tmp/kdev-test-console.%d", (int)getpid());
	unlink(c->link);
	assert_int_equal(symlink(name, c->link), 0);
}

static void unplug(struct cable *c)
{
	if (c->master < 0)
		return;
	unlink(c->link);
	close(c->slave);
	close(c->master);
	c->master = -1;
}

static int setup(void **state)
{
	plug(&cable);
	return source_bench_setup(state);
}

static int teardown(void **state)
{
	unplug(&cable);
	return source_bench_teardown(state);
}

static void begin(struct source_bench *b, const char *speed)
{
	char where[96];

	snprintf(where, sizeof(where), "%s%s", cable.link, speed);
	source_bench_open(b, &source_serial, where);
}

static size_t board_hears(char *buf, size_t size)
{
	ssize_t n = read(cable.master, buf, size);

	return n < 0 ? 0 : (size_t)n;
}

static void bytes_come_and_go_as_they_are(void **state)
{
	struct source_bench *b = *state;
	char all[256], got[256];

	for (int i = 0; i < 256; i++)
		all[i] = (char)i;
	begin(b, "");
	source_bench_wait(b, &b->ups, 1);
	assert_int_equal(write(cable.master, all, 256), 256);
	source_bench_wait_bytes(b, 256);
	assert_memory_equal(b->bytes, all, 256);
	assert_int_equal(source_serial.write(b->source, all, 256), 0);
	source_bench_turn(b, 20);
	assert_int_equal(board_hears(got, sizeof(got)), 256);
	assert_memory_equal(got, all, 256);
}

static void the_port_is_set_raw_at_its_speed(void **state)
{
	struct source_bench *b = *state;
	struct termios t;

	begin(b, ",57600");
	source_bench_wait(b, &b->ups, 1);
	assert_int_equal(tcgetattr(cable.slave, &t), 0);
	assert_int_equal(cfgetospeed(&t), B57600);
	assert_int_equal(t.c_cflag & (CSIZE | PARENB | CSTOPB | CRTSCTS), CS8);
	assert_int_equal(t.c_lflag & (ICANON | ECHO | ISIG), 0);
	assert_int_equal(t.c_iflag & (IXON | IXOFF | ICRNL | ISTRIP), 0);
}

static void the_speed_is_115200_if_none_is_said(void **state)
{
	struct source_bench *b = *state;
	struct termios t;

	begin(b, "");
	source_bench_wait(b, &b->ups, 1);
	assert_int_equal(tcgetattr(cable.slave, &t), 0);
	assert_int_equal(cfgetospeed(&t), B115200);
}

static void a_break_has_its_time_and_what_is_typed_keeps_its_place(void **state)
{
	struct source_bench *b = *state;
	char got[16] = "";

	begin(b, "");
	source_bench_wait(b, &b->ups, 1);
	assert_int_equal(source_serial.write(b->source, "before", 6), 0);
	assert_int_equal(source_serial.send_break(b->source), 0);
	assert_int_equal(source_serial.send_break(b->source), -EBUSY);
	assert_int_equal(source_serial.write(b->source, "h", 1), 0);
	source_bench_turn(b, 20);
	assert_true(cable.port->in_break);
	assert_int_equal(board_hears(got, sizeof(got)), 6);
	skew_clock(SOURCE_BREAK_MS - 100);
	source_bench_turn(b, 5);
	assert_true(cable.port->in_break);
	assert_int_equal(board_hears(got, sizeof(got)), 0);
	skew_clock(100);
	source_bench_turn(b, 20);
	assert_false(cable.port->in_break);
	assert_int_equal(cable.port->breaks, 1);
	assert_int_equal(board_hears(got, sizeof(got)), 1);
	assert_int_equal(got[0], 'h');
	assert_int_equal(source_serial.send_break(b->source), 0);
}

static void closing_ends_a_break(void **state)
{
	struct source_bench *b = *state;

	begin(b, "");
	source_bench_wait(b, &b->ups, 1);
	assert_int_equal(source_serial.send_break(b->source), 0);
	source_bench_turn(b, 10);
	assert_true(cable.port->in_break);
	source_bench_close(b);
	assert_false(cable.port->in_break);
}

static void an_adapter_may_be_unplugged_and_come_back(void **state)
{
	struct source_bench *b = *state;

	begin(b, "");
	for (int i = 1; i <= 3; i++) {
		source_bench_wait(b, &b->ups, i);
		assert_int_equal(write(cable.master, "boot", 4), 4);
		source_bench_wait_bytes(b, 4 * (size_t)i);
		unplug(&cable);
		source_bench_wait(b, &b->downs, i);
		assert_non_null(strstr(b->why, "unplugged"));
		assert_non_null(strstr(b->why, "/tmp/kdev-test-console."));
		assert_int_equal(source_serial.write(b->source, "x", 1), -ENOTCONN);
		assert_int_equal(source_serial.send_break(b->source), -ENOTCONN);
		plug(&cable);
		skew_clock(250);
	}
	source_bench_wait(b, &b->ups, 4);
}

static void unplugged_in_a_break_it_comes_back_without_one(void **state)
{
	struct source_bench *b = *state;

	begin(b, "");
	source_bench_wait(b, &b->ups, 1);
	assert_int_equal(source_serial.send_break(b->source), 0);
	source_bench_turn(b, 10);
	unplug(&cable);
	source_bench_wait(b, &b->downs, 1);
	plug(&cable);
	skew_clock(1000);
	source_bench_wait(b, &b->ups, 2);
	source_bench_turn(b, 10);
	assert_int_equal(cable.port->breaks, 0);
	assert_int_equal(source_serial.send_break(b->source), 0);
}

static void an_absent_device_is_told_once_in_one_line(void **state)
{
	struct source_bench *b = *state;

	source_bench_open(b, &source_serial, "/dev/serial/by-id/usb-none,115200");
	source_bench_wait(b, &b->downs, 1);
	assert_string_equal(b->why,
			    "/dev/serial/by-id/usb-none: no such device: is it plugged in?");
	for (int i = 0; i < 5; i++) {
		skew_clock(250);
		source_bench_turn(b, 5);
	}
	assert_int_equal(b->downs, 1);
}

static void typing_to_a_port_that_does_not_send_is_bounded(void **state)
{
	struct source_bench *b = *state;
	char *much = calloc(1, 16384);
	int err = 0;

	assert_non_null(much);
	begin(b, "");
	source_bench_wait(b, &b->ups, 1);
	for (int i = 0; i < 100 && !err; i++) {
		err = source_serial.write(b->source, much, 16384);
		uv_run(&b->loop, UV_RUN_NOWAIT);
	}
	assert_int_equal(err, -ENOBUFS);
	free(much);
}

static void it_may_be_closed_from_its_callbacks(void **state)
{
	struct source_bench *b = *state;

	b->close_on_bytes = true;
	begin(b, "");
	source_bench_wait(b, &b->ups, 1);
	assert_int_equal(write(cable.master, "x", 1), 1);
	source_bench_wait(b, &b->calls, 1);
	source_bench_turn(b, 5);
	b->close_on_down = true;
	b->ups = b->downs = 0;
	begin(b, "");
	source_bench_wait(b, &b->ups, 1);
	unplug(&cable);
	source_bench_wait(b, &b->downs, 1);
	skew_clock(1000);
	source_bench_turn(b, 5);
}

static void what_is_no_speed_is_refused(void **state)
{
	struct source_bench *b = *state;

	assert_int_equal(source_bench_refuses(b, &source_serial, "/dev/ttyS0,fast"), -EINVAL);
	assert_int_equal(source_bench_refuses(b, &source_serial, "/dev/ttyS0,"), -EINVAL);
	assert_int_equal(source_bench_refuses(b, &source_serial, "/dev/ttyS0,-9600"), -EINVAL);
	assert_int_equal(source_bench_refuses(b, &source_serial, "/dev/ttyS0,99999999"), -EINVAL);
	assert_int_equal(source_bench_refuses(b, &source_serial, ",9600"), -EINVAL);
	source_serial.close(NULL);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(bytes_come_and_go_as_they_are),
		TEST(the_port_is_set_raw_at_its_speed),
		TEST(the_speed_is_115200_if_none_is_said),
		TEST(a_break_has_its_time_and_what_is_typed_keeps_its_place),
		TEST(closing_ends_a_break),
		TEST(an_adapter_may_be_unplugged_and_come_back),
		TEST(unplugged_in_a_break_it_comes_back_without_one),
		TEST(an_absent_device_is_told_once_in_one_line),
		TEST(typing_to_a_port_that_does_not_send_is_bounded),
		TEST(it_may_be_closed_from_its_callbacks),
		TEST(what_is_no_speed_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
