/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: watchdog/power/relay_line.c watchdog/power/relay_at_once.c console/sources/serial_port.c */
/* LINK: tests/fakes/pty_port.c tests/fakes/relay_device.c */
/* LIBS: libuv libserialport */
/* The modem lines of a serial port as relays, through the real libserialport. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/fakes/pty_port.h"
#include "tests/fakes/relay_device.h"
#include "tests/unit/relay_bench.h"

enum { DTR, RTS, CTS, DSR, DCD, RI };

struct bench {
	struct relay_bench r;
	struct relay_device device; /* only its pty matters */
	struct pty_port *port;
	char path[64];
};

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	uv_loop_init(&b->r.loop);
	snprintf(b->path, sizeof(b->path), "/tmp/kdev-test-line.%d", (int)getpid());
	relay_device_plug(&b->device, &b->r.loop, DEVICE_LCUS, b->path);
	b->port = pty_port(b->device.number);
	/* As the kernel leaves them when a port is opened. */
	*b->port = (struct pty_port){.lines = TIOCM_DTR | TIOCM_RTS};
	assert_int_equal(relay_bench_open(&b->r, &relay_line, b->path), 0);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	relay_device_unplug(&b->device);
	relay_bench_end(&b->r);
	assert_int_equal(uv_loop_close(&b->r.loop), 0);
	free(b);
	return 0;
}

static void the_port_is_opened_with_both_lines_low(void **state)
{
	struct bench *b = *state;

	assert_int_equal(relay_bench_get(&b->r, DTR), 0);
	assert_int_equal(b->port->lines & (TIOCM_DTR | TIOCM_RTS), 0);
}

static void each_line_moves_alone(void **state)
{
	struct bench *b = *state;

	assert_int_equal(relay_bench_set(&b->r, RTS, true), 0);
	assert_int_equal(b->port->lines & (TIOCM_DTR | TIOCM_RTS), TIOCM_RTS);
	assert_int_equal(relay_bench_get(&b->r, RTS), 1);
	assert_int_equal(relay_bench_get(&b->r, DTR), 0);
	assert_int_equal(relay_bench_set(&b->r, DTR, true), 0);
	assert_int_equal(b->port->lines & (TIOCM_DTR | TIOCM_RTS), TIOCM_DTR | TIOCM_RTS);
	assert_int_equal(relay_bench_set(&b->r, RTS, false), 0);
	assert_int_equal(b->port->lines & (TIOCM_DTR | TIOCM_RTS), TIOCM_DTR);
}

static void a_press_moves_its_line_twice_and_no_other(void **state)
{
	struct bench *b = *state;

	assert_int_equal(relay_bench_set(&b->r, DTR, false), 0);
	b->port->line_changes = 0;
	assert_int_equal(relay_bench_set(&b->r, DTR, true), 0);
	assert_int_equal(relay_bench_set(&b->r, DTR, false), 0);
	assert_int_equal(b->port->line_changes, 2);
}

static void the_kernel_is_told_to_lower_the_lines_when_we_are_gone(void **state)
{
	struct bench *b = *state;
	struct termios t;

	assert_int_equal(relay_bench_set(&b->r, DTR, true), 0);
	assert_int_equal(tcgetattr(b->device.slave, &t), 0);
	assert_true(t.c_cflag & HUPCL);
}

static void an_input_hears_the_led(void **state)
{
	struct bench *b = *state;

	assert_int_equal(relay_bench_get(&b->r, CTS), 0);
	b->port->lines |= TIOCM_CTS;
	assert_int_equal(relay_bench_get(&b->r, CTS), 1);
	assert_int_equal(relay_bench_get(&b->r, DSR), 0);
	b->port->lines |= TIOCM_DSR | TIOCM_CAR | TIOCM_RI;
	assert_int_equal(relay_bench_get(&b->r, DSR), 1);
	assert_int_equal(relay_bench_get(&b->r, DCD), 1);
	assert_int_equal(relay_bench_get(&b->r, RI), 1);
}

static void an_input_cannot_be_set(void **state)
{
	struct bench *b = *state;

	assert_int_equal(relay_bench_set(&b->r, CTS, true), -EINVAL);
}

static void an_absent_port_is_named(void **state)
{
	struct bench *b = *state;

	relay_device_unplug(&b->device);
	assert_int_equal(relay_bench_set(&b->r, DTR, true), -ENOENT);
	assert_non_null(strstr(b->r.why, b->path));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(the_port_is_opened_with_both_lines_low),
		TEST(each_line_moves_alone),
		TEST(a_press_moves_its_line_twice_and_no_other),
		TEST(the_kernel_is_told_to_lower_the_lines_when_we_are_gone),
		TEST(an_input_hears_the_led),
		TEST(an_input_cannot_be_set),
		TEST(an_absent_port_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
