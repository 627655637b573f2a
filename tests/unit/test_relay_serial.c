/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: watchdog/power/relay_serial.c watchdog/power/relay_lcus.c watchdog/power/relay_numato.c */
/* LINK: watchdog/power/relay_kmtronic.c watchdog/power/relay_devantech.c */
/* LINK: console/sources/serial_port.c tests/fakes/pty_port.c tests/fakes/relay_device.c */
/* LINK: watchdog/power/serial_poll.c */
/* LIBS: libuv libserialport */
/* Relays on a serial line: their exact bytes through the real libserialport, and how they fail. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/fakes/pty_port.h"
#include "tests/fakes/relay_device.h"
#include "watchdog/power/relay.h"

struct bench {
	uv_loop_t loop;
	struct relay_device device;
	struct relay *relay;
	char dir[64], path[96];
	int calls, err, closed;
	char why[256];
};

static void on_done(void *arg, int err, int closed, const char *why)
{
	struct bench *b = arg;

	b->calls++;
	b->err = err;
	b->closed = closed;
	snprintf(b->why, sizeof(b->why), "%s", why);
}

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	uv_loop_init(&b->loop);
	snprintf(b->dir, sizeof(b->dir), "/tmp/kdev-test-relay.XXXXXX");
	assert_non_null(mkdtemp(b->dir));
	snprintf(b->path, sizeof(b->path), "%s/usb-relay", b->dir);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	if (b->relay)
		b->relay->driver->close(b->relay);
	relay_device_unplug(&b->device);
	uv_run(&b->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&b->loop), 0);
	rmdir(b->dir);
	free(b);
	return 0;
}

static void plug(struct bench *b, enum device_model model)
{
	relay_device_plug(&b->device, &b->loop, model, b->path);
}

static void begin(struct bench *b, const struct relay_driver *d, enum device_model model)
{
	plug(b, model);
	assert_int_equal(d->open(d, &b->loop, b->path, &b->relay), 0);
}

static void finish(struct bench *b)
{
	int before = b->calls;

	while (b->calls == before) {
		uv_run(&b->loop, UV_RUN_NOWAIT);
		usleep(200);
	}
	/* What the device is still to be given. */
	uv_run(&b->loop, UV_RUN_NOWAIT);
}

static int set(struct bench *b, unsigned channel, bool closed)
{
	int err = b->relay->driver->set(b->relay, channel, closed, on_done, b);

	if (err)
		return err;
	finish(b);
	return b->err;
}

static int get(struct bench *b, unsigned channel)
{
	int err = b->relay->driver->get(b->relay, channel, on_done, b);

	if (err)
		return err;
	finish(b);
	return b->err ? b->err : b->closed;
}

#define assert_got(b, text)                                                                        \
	do {                                                                                       \
		assert_int_equal((b)->device.n, sizeof(text) - 1);                                 \
		assert_memory_equal((b)->device.got, text, sizeof(text) - 1);                      \
		(b)->device.n = 0;                                                                 \
	} while (0)

static void an_lcus_relay_gets_its_four_bytes(void **state)
{
	struct bench *b = *state;

	begin(b, &relay_lcus, DEVICE_LCUS);
	assert_int_equal(set(b, 1, true), 0);
	assert_int_equal(b->closed, -1); /* it can't be read */
	assert_got(b, "\xa0\x01\x01\xa2");
	assert_true(b->device.closed[1]);
	assert_int_equal(set(b, 1, false), 0);
	assert_got(b, "\xa0\x01\x00\xa1");
	assert_false(b->device.closed[1]);
	assert_int_equal(set(b, 8, true), 0);
	assert_got(b, "\xa0\x08\x01\xa9");
	assert_null(relay_lcus.get);
}

static void the_port_is_opened_at_9600_8n1_raw(void **state)
{
	struct bench *b = *state;
	struct termios t;

	begin(b, &relay_lcus, DEVICE_LCUS);
	assert_int_equal(set(b, 1, false), 0);
	assert_int_equal(tcgetattr(b->device.slave, &t), 0);
	assert_int_equal(cfgetospeed(&t), B9600);
	assert_int_equal(t.c_cflag & CSIZE, CS8);
	assert_int_equal(t.c_cflag & (PARENB | CSTOPB | CRTSCTS), 0);
	assert_int_equal(t.c_lflag & (ICANON | ECHO | ISIG), 0);
	assert_int_equal(t.c_oflag & OPOST, 0);
}

static void a_numato_relay_is_told_and_read_in_words(void **state)
{
	struct bench *b = *state;

	begin(b, &relay_numato, DEVICE_NUMATO);
	assert_int_equal(set(b, 0, true), 0);
	assert_int_equal(b->closed, 1);
	assert_got(b, "relay on 0\rrelay read 0\r");
	assert_int_equal(set(b, 10, true), 0);
	assert_got(b, "relay on A\rrelay read A\r");
	assert_true(b->device.closed[10]);
	assert_int_equal(set(b, 10, false), 0);
	assert_got(b, "relay off A\rrelay read A\r");
	assert_int_equal(get(b, 0), 1);
	assert_int_equal(get(b, 10), 0);
	assert_got(b, "relay read 0\rrelay read A\r");
}

static void a_small_kmtronic_is_read_one_by_one(void **state)
{
	struct bench *b = *state;

	begin(b, &relay_kmtronic, DEVICE_KMTRONIC2);
	assert_int_equal(set(b, 2, true), 0);
	assert_int_equal(b->closed, 1);
	assert_got(b, "\xff\x02\x01\xff\x02\x03");
	assert_int_equal(set(b, 2, false), 0);
	assert_got(b, "\xff\x02\x00\xff\x02\x03");
	assert_int_equal(get(b, 1), 0);
}

static void a_large_kmtronic_is_read_as_a_whole(void **state)
{
	struct bench *b = *state;

	begin(b, &relay_kmtronic8, DEVICE_KMTRONIC8);
	assert_int_equal(set(b, 7, true), 0);
	assert_got(b, "\xff\x07\x01\xff\x09\x00");
	assert_int_equal(get(b, 7), 1);
	assert_int_equal(get(b, 1), 0);
	assert_int_equal(set(b, 7, false), 0);
	assert_int_equal(get(b, 7), 0);
}

static void a_devantech_relay_gets_one_byte(void **state)
{
	struct bench *b = *state;

	begin(b, &relay_devantech, DEVICE_RLY16);
	assert_int_equal(set(b, 1, true), 0);
	assert_got(b, "\x65\x5b");
	assert_int_equal(set(b, 8, true), 0);
	assert_got(b, "\x6c\x5b");
	assert_int_equal(set(b, 8, false), 0);
	assert_got(b, "\x76\x5b");
	assert_int_equal(get(b, 1), 1);
	assert_int_equal(get(b, 8), 0);
}

static void a_device_that_does_not_answer_is_given_up(void **state)
{
	struct bench *b = *state;

	begin(b, &relay_devantech, DEVICE_RLY16);
	b->device.fault = DEVICE_SILENT;
	assert_int_equal(set(b, 1, true), -ETIMEDOUT);
	assert_non_null(strstr(b->why, "devantech relay 1 at "));
	assert_non_null(strstr(b->why, "does not answer"));
	b->device.fault = DEVICE_WORKS;
	assert_int_equal(set(b, 1, false), 0);
}

static void a_wrong_answer_is_told(void **state)
{
	struct bench *b = *state;

	begin(b, &relay_numato, DEVICE_NUMATO);
	b->device.fault = DEVICE_BABBLES;
	assert_int_equal(set(b, 3, true), -EPROTO);
	assert_non_null(strstr(b->why, "something else"));
}

static void a_wrong_answer_of_bytes_is_told(void **state)
{
	struct bench *b = *state;

	begin(b, &relay_kmtronic, DEVICE_KMTRONIC2);
	b->device.fault = DEVICE_BABBLES;
	assert_int_equal(get(b, 1), -EPROTO);
}

static void contacts_that_stick_are_told(void **state)
{
	struct bench *b = *state;

	begin(b, &relay_devantech, DEVICE_RLY16);
	b->device.fault = DEVICE_STICKS;
	assert_int_equal(set(b, 2, true), -EIO);
	assert_non_null(strstr(b->why, "told to close, and says that it is open"));
}

static void a_device_that_is_absent_is_named(void **state)
{
	struct bench *b = *state;

	assert_int_equal(relay_lcus.open(&relay_lcus, &b->loop, b->path, &b->relay), 0);
	assert_int_equal(set(b, 1, true), -ENOENT);
	assert_non_null(strstr(b->why, b->path));
	assert_non_null(strstr(b->why, "is it plugged in?"));
	assert_null(strchr(b->why, '\n'));
}

static void a_file_is_no_serial_port(void **state)
{
	struct bench *b = *state;

	assert_int_equal(relay_lcus.open(&relay_lcus, &b->loop, "/dev/null", &b->relay), 0);
	assert_int_equal(set(b, 1, true), -ENODEV);
	assert_string_equal(b->why, "/dev/null: is no serial port");
}

static void a_device_unplugged_in_mid_command_is_told_and_found_again(void **state)
{
	struct bench *b = *state;

	begin(b, &relay_devantech, DEVICE_RLY16);
	assert_int_equal(set(b, 1, true), 0);
	b->device.fault = DEVICE_LEAVES;
	assert_int_equal(set(b, 1, false), -ENODEV);
	assert_non_null(strstr(b->why, "unplugged"));
	plug(b, DEVICE_RLY16);
	assert_int_equal(set(b, 1, true), 0);
	assert_true(b->device.closed[1]);
}

static void a_device_unplugged_between_commands_is_found_again(void **state)
{
	struct bench *b = *state;

	begin(b, &relay_lcus, DEVICE_LCUS);
	assert_int_equal(set(b, 1, true), 0);
	relay_device_unplug(&b->device);
	for (int i = 0; i < 5; i++)
		uv_run(&b->loop, UV_RUN_NOWAIT);
	plug(b, DEVICE_LCUS);
	assert_int_equal(set(b, 1, true), 0);
	assert_true(b->device.closed[1]);
}

static void one_command_at_a_time(void **state)
{
	struct bench *b = *state;

	begin(b, &relay_lcus, DEVICE_LCUS);
	assert_int_equal(relay_lcus.set(b->relay, 1, true, on_done, b), 0);
	assert_int_equal(relay_lcus.set(b->relay, 1, false, on_done, b), -EBUSY);
	finish(b);
	assert_true(b->device.closed[1]);
}

static void closing_cancels_what_is_under_way(void **state)
{
	struct bench *b = *state;

	begin(b, &relay_lcus, DEVICE_LCUS);
	assert_int_equal(relay_lcus.set(b->relay, 1, true, on_done, b), 0);
	relay_lcus.close(b->relay);
	b->relay = NULL;
	assert_int_equal(b->calls, 1);
	assert_int_equal(b->err, -ECANCELED);
}

static void force_sends_at_once(void **state)
{
	struct bench *b = *state;

	begin(b, &relay_lcus, DEVICE_LCUS);
	assert_int_equal(relay_lcus.force(b->relay, 1, false), -ENODEV);
	assert_int_equal(set(b, 1, true), 0);
	b->device.n = 0;
	assert_int_equal(relay_lcus.force(b->relay, 1, false), 0);
	while (b->device.n < 4)
		uv_run(&b->loop, UV_RUN_ONCE);
	assert_got(b, "\xa0\x01\x00\xa1");
	assert_false(b->device.closed[1]);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(an_lcus_relay_gets_its_four_bytes),
		TEST(the_port_is_opened_at_9600_8n1_raw),
		TEST(a_numato_relay_is_told_and_read_in_words),
		TEST(a_small_kmtronic_is_read_one_by_one),
		TEST(a_large_kmtronic_is_read_as_a_whole),
		TEST(a_devantech_relay_gets_one_byte),
		TEST(a_device_that_does_not_answer_is_given_up),
		TEST(a_wrong_answer_is_told),
		TEST(a_wrong_answer_of_bytes_is_told),
		TEST(contacts_that_stick_are_told),
		TEST(a_device_that_is_absent_is_named),
		TEST(a_file_is_no_serial_port),
		TEST(a_device_unplugged_in_mid_command_is_told_and_found_again),
		TEST(a_device_unplugged_between_commands_is_found_again),
		TEST(one_command_at_a_time),
		TEST(closing_cancels_what_is_under_way),
		TEST(force_sends_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
