/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/doctor/doctor_text.c harness/doctor/doctor_device.c */
/* LINK: harness/doctor/doctor_finding.c harness/output/json_write.c harness/output/text_json.c */
/* LINK: console/strbuf.c harness/log.c */
/* LIBS: jansson libuv */
/* What doctor prints, and what it says of devices. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "harness/doctor/doctor.h"

static void prints(const struct doctor_finding *f, bool all, const char *expected)
{
	struct strbuf b = {0};

	doctor_line(&b, "power", "relays open", f, all);
	assert_string_equal(strbuf_str(&b), expected);
	strbuf_free(&b);
}

static void a_check_is_one_line_with_one_fix(void **state)
{
	struct doctor_finding f = {0};

	doctor_ok(&f, "the board is %s", "on");
	prints(&f, false, "ok   power, relays open: the board is on\n");
	doctor_warn(&f, "use its name below /dev/serial/by-id", "%d may change", 3);
	prints(&f, false,
	       "warn power, relays open: 3 may change; fix: use its name below "
	       "/dev/serial/by-id\n");
	doctor_fail(&f, "plug it in", "it is not there");
	prints(&f, false, "FAIL power, relays open: it is not there; fix: plug it in\n");
}

static void what_was_skipped_is_told_only_if_all_is_wanted(void **state)
{
	struct doctor_finding f = {0};

	prints(&f, true, "");
	doctor_skip(&f, "the board is not up");
	prints(&f, false, "");
	prints(&f, true, "-    power, relays open: the board is not up\n");
}

static void what_a_device_said_does_not_reach_the_terminal_raw(void **state)
{
	struct doctor_finding f = {0};
	struct strbuf b = {0};

	doctor_fail(&f, "mend \033[2J it", "it said \033]0;x\007\n and more");
	doctor_line(&b, "power", "driver", &f, false);
	assert_null(strchr(strbuf_str(&b), '\033'));
	assert_null(strchr(strbuf_str(&b), '\007'));
	assert_ptr_equal(strchr(strbuf_str(&b), '\n'), strbuf_str(&b) + b.len - 1);
	strbuf_free(&b);
}

static void machines_get_an_object_a_check(void **state)
{
	struct doctor_finding f = {0};
	struct strbuf b = {0};
	json_t *o;

	doctor_warn(&f, "say \"please\"", "a \\ and \x01");
	doctor_json(&b, "console", "port", &f);
	o = json_loads(strbuf_str(&b), 0, NULL);
	assert_non_null(o);
	assert_string_equal(json_string_value(json_object_get(o, "section")), "console");
	assert_string_equal(json_string_value(json_object_get(o, "check")), "port");
	assert_string_equal(json_string_value(json_object_get(o, "result")), "warn");
	assert_string_equal(json_string_value(json_object_get(o, "fix")), "say \"please\"");
	json_decref(o);
	strbuf_cut(&b, 0);
	doctor_ok(&f, "fine");
	doctor_json(&b, "console", "port", &f);
	o = json_loads(strbuf_str(&b), 0, NULL);
	assert_true(json_is_null(json_object_get(o, "fix")));
	json_decref(o);
	strbuf_free(&b);
}

static void the_last_line_counts(void **state)
{
	static const struct {
		unsigned counts[DOCTOR_GRADES];
		const char *text;
	} rows[] = {
		{{3, 12, 0, 0}, "12 ok, nothing to do\n"},
		{{0, 11, 1, 0}, "11 ok, 1 warning\n"},
		{{0, 0, 2, 3}, "0 ok, 2 warnings, 3 failures\n"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct strbuf b = {0};

		doctor_sum(&b, rows[i].counts);
		assert_string_equal(strbuf_str(&b), rows[i].text);
		strbuf_free(&b);
	}
}

static void a_device_must_be_there_and_be_one(void **state)
{
	struct doctor_finding f = {0};

	doctor_device(&f, "/dev/null,9600", strlen("/dev/null"));
	assert_int_equal(f.grade, DOCTOR_OK);
	assert_string_equal(f.found, "/dev/null is there, and ours to use");
	doctor_device(&f, "/dev/no-such-port", strlen("/dev/no-such-port"));
	assert_int_equal(f.grade, DOCTOR_FAIL);
	assert_string_equal(f.found, "/dev/no-such-port: No such file or directory");
	doctor_device(&f, "/etc/passwd", strlen("/etc/passwd"));
	assert_int_equal(f.grade, DOCTOR_FAIL);
	assert_string_equal(f.found, "/etc/passwd is no device");
}

/* The name that the kernel gave it depends on the order of plugging in. */
static void a_name_that_may_change_is_warned_of(void **state)
{
	assert_true(doctor_device_may_change("/dev/ttyUSB0"));
	assert_true(doctor_device_may_change("/dev/ttyACM12"));
	assert_true(doctor_device_may_change("/dev/hidraw3"));
	assert_false(doctor_device_may_change("/dev/ttyS0"));
	assert_false(doctor_device_may_change("/dev/serial/by-id/usb-1a86_USB_Serial-if00-port0"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_check_is_one_line_with_one_fix),
		cmocka_unit_test(what_was_skipped_is_told_only_if_all_is_wanted),
		cmocka_unit_test(what_a_device_said_does_not_reach_the_terminal_raw),
		cmocka_unit_test(machines_get_an_object_a_check),
		cmocka_unit_test(the_last_line_counts),
		cmocka_unit_test(a_device_must_be_there_and_be_one),
		cmocka_unit_test(a_name_that_may_change_is_warned_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
