/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/config/power_config.c harness/config/config*.c harness/config/duration.c */
/* LINK: harness/commands/nearest.c harness/config/ini_file.c harness/log.c harness/paths*.c */
/* LIBS: inih */
/* From a board's configuration to what the power drivers are told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "console/monotime.h"
#include "harness/config/config_keys.h"
#include "harness/config/power_config.h"

static void set(struct board_config *b, const char *key, const char *value)
{
	const struct config_key *k = config_key_find(key, NULL);

	assert_non_null(k);
	assert_int_equal(config_key_set(k, b, value, false), 0);
}

static void a_virtual_board_is_driven_by_its_socket(void **state)
{
	struct board_config b;
	struct power_settings s;

	board_config_defaults(&b, "virtual");
	s = power_settings_of(&b, "/run/qmp.sock");
	assert_string_equal(s.driver, "qmp");
	assert_string_equal(s.device, "/run/qmp.sock");
	assert_string_equal(s.power_button, "none");
}

static void every_key_of_a_relay_arrives(void **state)
{
	struct board_config b;
	struct power_settings s;

	board_config_defaults(&b, "bench");
	set(&b, "power", "devantech");
	set(&b, "power_device", "/dev/serial/by-id/usb-x,y");
	set(&b, "power_button", "1");
	set(&b, "reset_button", "2");
	set(&b, "nmi_button", "3");
	set(&b, "mains", "4");
	set(&b, "mains_cut", "opens");
	set(&b, "power_sense", "5");
	set(&b, "press_time", "300ms");
	set(&b, "reset_time", "2s");
	set(&b, "hold_time", "6s");
	set(&b, "off_time", "10s");
	set(&b, "power_timeout", "20s");
	s = power_settings_of(&b, "/run/qmp.sock");
	assert_string_equal(s.driver, "devantech");
	assert_string_equal(s.device, "/dev/serial/by-id/usb-x,y");
	assert_string_equal(s.power_button, "1");
	assert_string_equal(s.reset_button, "2");
	assert_string_equal(s.nmi_button, "3");
	assert_string_equal(s.mains, "4");
	assert_true(s.mains_opens);
	assert_string_equal(s.sense, "5");
	assert_int_equal(s.press_us, MONO_MS(300));
	assert_int_equal(s.reset_us, MONO_SEC(2));
	assert_int_equal(s.hold_us, MONO_SEC(6));
	assert_int_equal(s.off_us, MONO_SEC(10));
	assert_int_equal(s.verify_us, MONO_SEC(20));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_virtual_board_is_driven_by_its_socket),
		cmocka_unit_test(every_key_of_a_relay_arrives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
