/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: watchdog/power/p*.c watchdog/power/qmp*.c watchdog/power/atx.c */
/* LINK: watchdog/power/relay*.c watchdog/power/gpio_line_v*.c console/sources/serial_port.c */
/* LINK: console/sources/argv.c */
/* LINK: tests/fakes/pty_port.c tests/fakes/relay_device.c */
/* LINK: watchdog/power/serial_poll.c */
/* LIBS: libuv jansson libserialport hidapi-hidraw libgpiod */
/*
 * Power by relays, whole: the verbs, the relay holder as a process of its own (this program again),
 * libserialport, and a relay at the far end of a pty.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/fakes/relay_device.h"
#include "watchdog/power/power.h"
#include "watchdog/power/relay_holder.h"

struct bench {
	uv_loop_t loop;
	struct relay_device device;
	struct power *power;
	char path[64];
	int board_on;
	int calls, err, on;
	char why[512];
};

static int board_on(void *arg)
{
	return ((struct bench *)arg)->board_on;
}

static void on_done(void *arg, int err, int on, const char *why)
{
	struct bench *b = arg;

	b->calls++;
	b->err = err;
	b->on = on;
	snprintf(b->why, sizeof(b->why), "%s", why);
}

static struct power_settings settings(struct bench *b)
{
	return (struct power_settings){
		.driver = "devantech",
		.device = b->path,
		.power_button = "1",
		.reset_button = "2",
		.nmi_button = "none",
		.mains = "8",
		.sense = "none",
		.press_us = MONO_MS(50),
		.reset_us = MONO_MS(100),
		.hold_us = MONO_MS(200),
		.off_us = MONO_MS(100),
		.verify_us = MONO_MS(500),
		.board_on = board_on,
		.board_arg = b,
	};
}

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	uv_loop_init(&b->loop);
	b->board_on = -1;
	snprintf(b->path, sizeof(b->path), "/tmp/kdev-test-power.%d", (int)getpid());
	relay_device_plug(&b->device, &b->loop, DEVICE_RLY16, b->path);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	power_close(b->power);
	relay_device_unplug(&b->device);
	uv_run(&b->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&b->loop), 0);
	free(b);
	return 0;
}

static void begin(struct bench *b, const struct power_settings *s)
{
	char err[256] = "";

	if (power_open(&b->loop, s, &b->power, err, sizeof(err)))
		fail_msg("%s", err);
}

static void finish(struct bench *b, int before)
{
	while (b->calls == before) {
		uv_run(&b->loop, UV_RUN_NOWAIT);
		usleep(500);
	}
}

static int act(struct bench *b, enum power_verb verb)
{
	int before = b->calls, err = power_act(b->power, verb, on_done, b);

	if (!err)
		finish(b, before);
	return err ? err : b->err;
}

static int release(struct bench *b)
{
	int before = b->calls, err = power_release(b->power, on_done, b);

	if (!err)
		finish(b, before);
	return err ? err : b->err;
}

/*
 * Device and driver share this thread: one that the machine kept waiting reads both ends of a pulse
 * at once, and finds it short. A driver that is wrong is so each time.
 */
static void reset_takes(struct bench *b, int64_t at_least_us, int64_t at_most_us)
{
	for (int i = 0; i < 5 && relay_device_longest(&b->device, 2) < at_least_us; i++)
		act(b, POWER_RESET);
	assert_int_equal(b->err, 0);
	assert_false(b->device.closed[2]);
	assert_in_range(relay_device_longest(&b->device, 2), at_least_us, at_most_us);
}

static void a_reset_closes_its_relay_for_its_time(void **state)
{
	struct bench *b = *state;
	struct power_settings s = settings(b);

	begin(b, &s);
	assert_int_equal(act(b, POWER_RESET), 0);
	assert_int_equal(b->device.closings, 1);
	reset_takes(b, MONO_MS(50), MONO_MS(900));
}

static void the_first_press_finds_the_contact_at_rest(void **state)
{
	struct bench *b = *state;
	struct power_settings s = settings(b);

	/* A kdev that died left it so. */
	begin(b, &s);
	b->device.closed[2] = true;
	b->device.since[2] = mono_now();
	assert_int_equal(release(b), 0);
	assert_false(b->device.closed[1] || b->device.closed[2]);
}

static void release_leaves_the_mains_as_they_are(void **state)
{
	struct bench *b = *state;
	struct power_settings s = settings(b);

	begin(b, &s);
	b->device.closed[8] = true;
	assert_int_equal(release(b), 0);
	assert_true(b->device.closed[8]);
}

static void a_verb_waits_for_the_release(void **state)
{
	struct bench *b = *state;
	struct power_settings s = settings(b);

	begin(b, &s);
	b->device.closed[1] = true;
	assert_int_equal(power_release(b->power, on_done, b), 0);
	assert_int_equal(power_act(b->power, POWER_RESET, on_done, b), 0);
	assert_int_equal(power_act(b->power, POWER_RESET, on_done, b), -EBUSY);
	finish(b, 0);
	assert_false(b->device.closed[1]);
	assert_int_equal(b->device.closings, 0);
	finish(b, 1);
	assert_int_equal(b->err, 0);
	assert_int_equal(b->device.closings, 1);
}

static void a_verb_fails_with_the_release(void **state)
{
	struct bench *b = *state;
	struct power_settings s = settings(b);

	relay_device_unplug(&b->device);
	begin(b, &s);
	assert_int_equal(power_release(b->power, on_done, b), 0);
	assert_int_equal(power_act(b->power, POWER_RESET, on_done, b), 0);
	finish(b, 0);
	assert_int_equal(b->calls, 2);
	assert_int_equal(b->err, -ENOENT);
}

static void closing_cancels_a_verb_that_waits(void **state)
{
	struct bench *b = *state;
	struct power_settings s = settings(b);

	begin(b, &s);
	assert_int_equal(power_release(b->power, on_done, b), 0);
	assert_int_equal(power_act(b->power, POWER_RESET, on_done, b), 0);
	power_close(b->power);
	b->power = NULL;
	assert_int_equal(b->calls, 2);
	assert_int_equal(b->err, -ECANCELED);
}

static void off_and_on_by_the_mains(void **state)
{
	struct bench *b = *state;
	struct power_settings s = settings(b);

	s.power_button = "none";
	begin(b, &s);
	b->board_on = 0;
	assert_int_equal(act(b, POWER_OFF), 0);
	assert_true(b->device.closed[8]); /* normally closed: closing cuts */
	b->board_on = -1;
	assert_int_equal(act(b, POWER_ON), 0);
	assert_false(b->device.closed[8]);
}

static void mains_that_are_cut_by_opening(void **state)
{
	struct bench *b = *state;
	struct power_settings s = settings(b);

	s.power_button = "none";
	s.mains_opens = true;
	begin(b, &s);
	b->device.closed[8] = true;
	b->board_on = 0;
	assert_int_equal(act(b, POWER_OFF), 0);
	assert_false(b->device.closed[8]);
	b->board_on = -1;
	assert_int_equal(act(b, POWER_ON), 0);
	assert_true(b->device.closed[8]);
	assert_int_equal(act(b, POWER_CYCLE), 0);
	assert_true(b->device.closed[8]);
	assert_int_equal(b->device.closings, 2);
}

static void a_channel_can_hear_whether_the_board_is_on(void **state)
{
	struct bench *b = *state;
	struct power_settings s = settings(b);

	s.sense = "5";
	begin(b, &s);
	assert_int_equal(act(b, POWER_STATUS), 0);
	assert_int_equal(b->on, 0);
	b->device.closed[5] = true;
	assert_int_equal(act(b, POWER_STATUS), 0);
	assert_int_equal(b->on, 1);
}

static void one_verb_at_a_time(void **state)
{
	struct bench *b = *state;
	struct power_settings s = settings(b);

	begin(b, &s);
	assert_int_equal(power_act(b->power, POWER_RESET, on_done, b), 0);
	assert_int_equal(power_act(b->power, POWER_PRESS, on_done, b), -EBUSY);
	finish(b, 0);
	assert_int_equal(b->err, 0);
	assert_int_equal(act(b, POWER_NMI), -EOPNOTSUPP);
}

static void closing_in_a_press_lets_go_at_its_end(void **state)
{
	struct bench *b = *state;
	struct power_settings s = settings(b);

	begin(b, &s);
	assert_int_equal(power_act(b->power, POWER_HOLD, on_done, b), 0);
	while (!b->device.closed[1]) {
		uv_run(&b->loop, UV_RUN_NOWAIT);
		usleep(500);
	}
	power_close(b->power);
	b->power = NULL;
	assert_int_equal(b->err, -ECANCELED);
	while (b->device.closed[1])
		uv_run(&b->loop, UV_RUN_NOWAIT);
	assert_in_range(b->device.longest_us[1], MONO_MS(100), MONO_MS(1200));
}

static void a_relay_unplugged_in_mid_press_is_told(void **state)
{
	struct bench *b = *state;
	struct power_settings s = settings(b);

	begin(b, &s);
	assert_int_equal(power_act(b->power, POWER_HOLD, on_done, b), 0);
	while (!b->device.closed[1]) {
		uv_run(&b->loop, UV_RUN_NOWAIT);
		usleep(500);
	}
	relay_device_unplug(&b->device);
	finish(b, 0);
	assert_true(b->err < 0);
	assert_non_null(strstr(b->why, "power button: "));
	assert_non_null(strstr(b->why, b->path));
}

static void an_absent_relay_is_one_clear_line(void **state)
{
	struct bench *b = *state;
	struct power_settings s = settings(b);
	char expected[256];

	relay_device_unplug(&b->device);
	begin(b, &s);
	assert_int_equal(release(b), -ENOENT);
	snprintf(expected, sizeof(expected), "%s: no such device: is it plugged in?", b->path);
	assert_string_equal(b->why, expected);
}

static void other_times_are_in_force_from_the_next_press_on(void **state)
{
	const struct power_times t = {.press_us = MONO_MS(50), .reset_us = MONO_SEC(1)};
	struct bench *b = *state;
	struct power_settings s = settings(b);

	begin(b, &s);
	reset_takes(b, MONO_MS(50), MONO_MS(900));
	assert_int_equal(power_set_times(b->power, &t), 0);
	reset_takes(b, MONO_MS(900), MONO_SEC(9));
}

static void settings_are_checked(void **state)
{
	struct bench *b = *state;
	char err[256];

#define REFUSED(field, value, text)                                                                \
	do {                                                                                       \
		struct power_settings s = settings(b);                                             \
		s.field = value;                                                                   \
		assert_int_equal(power_open(&b->loop, &s, &b->power, err, sizeof(err)), -EINVAL);  \
		assert_string_equal(err, text);                                                    \
	} while (0)

	REFUSED(driver, "lcsu", "power: `lcsu`: no such driver");
	REFUSED(power_button, "9", "power_button: `9`: expected 1 to 8 for the driver devantech");
	REFUSED(power_button, "0", "power_button: `0`: expected 1 to 8 for the driver devantech");
	REFUSED(reset_button, "+2", "reset_button: `+2`: expected 1 to 8 for the driver devantech");
	REFUSED(reset_button, "1",
		"power_button and reset_button are both 1, expected two of them");
	REFUSED(device, "", "power_device: expected where the devantech relay is");
	{
		struct power_settings s = settings(b);

		s.driver = "line";
		s.power_button = "cts";
		assert_int_equal(power_open(&b->loop, &s, &b->power, err, sizeof(err)), -EINVAL);
		assert_string_equal(err, "power_button: `cts`: expected dtr or rts for the driver "
					 "line");
		s.driver = "lcus";
		s.power_button = "1";
		s.sense = "3";
		assert_int_equal(power_open(&b->loop, &s, &b->power, err, sizeof(err)), -EINVAL);
		assert_string_equal(err, "power_sense: the driver lcus can't be read");
	}
	b->power = NULL;
}

int main(int argc, char **argv)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_reset_closes_its_relay_for_its_time),
		TEST(the_first_press_finds_the_contact_at_rest),
		TEST(release_leaves_the_mains_as_they_are),
		TEST(a_verb_waits_for_the_release),
		TEST(a_verb_fails_with_the_release),
		TEST(closing_cancels_a_verb_that_waits),
		TEST(off_and_on_by_the_mains),
		TEST(mains_that_are_cut_by_opening),
		TEST(a_channel_can_hear_whether_the_board_is_on),
		TEST(one_verb_at_a_time),
		TEST(closing_in_a_press_lets_go_at_its_end),
		TEST(a_relay_unplugged_in_mid_press_is_told),
		TEST(an_absent_relay_is_one_clear_line),
		TEST(other_times_are_in_force_from_the_next_press_on),
		TEST(settings_are_checked),
	};

	if (argc == 4 && !strcmp(argv[1], "relay-holder"))
		return relay_holder_run(argv[2], argv[3]) ? 1 : 0;
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
