/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/config/console_config.c console/sources/source.c console/sources/source_speed.c */
/* LINK: console/sources/source_unix.c console/sources/source_serial.c */
/* LINK: console/sources/source_tcp.c console/sources/source_rfc2217.c console/sources/telnet.c */
/* LINK: console/sources/source_command.c console/sources/argv.c console/sources/host_port.c */
/* LINK: console/sources/stream_write.c console/sources/serial_port.c */
/* LIBS: libuv libserialport */
/* A board's console, as it is configured. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "harness/config/console_config.h"

#define QEMU_SOCKET "/tmp/kdev-test-no-such-socket"

static void on_bytes(void *arg, const void *bytes, size_t n)
{
}

static void on_state(void *arg, bool up, const char *why)
{
}

/* NULL if it was opened, else the line. */
static const char *try_to_open(const char *spec, const struct source_driver **driver)
{
	static const struct source_ops ops = {.bytes = on_bytes, .state = on_state};
	static char err[256];
	struct board_config b = {0};
	struct console c = {0};
	uv_loop_t loop;
	int rc;

	snprintf(b.console, sizeof(b.console), "%s", spec);
	snprintf(err, sizeof(err), "nothing was said");
	uv_loop_init(&loop);
	rc = console_open(&loop, &b, QEMU_SOCKET, &ops, NULL, &c, err, sizeof(err));
	if (!rc)
		c.driver->close(c.source);
	uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&loop), 0);
	*driver = c.driver;
	return rc ? err : NULL;
}

static void each_kind_has_its_driver(void **state)
{
	static const struct {
		const char *spec;
		const struct source_driver *driver;
	} rows[] = {
		{"qemu", &source_unix},
		{"unix:/tmp/kdev-test-no-such-socket", &source_unix},
		{"serial:/dev/serial/by-id/usb-none-if00,115200", &source_serial},
		{"serial:/dev/ttyS63", &source_serial},
		{"tcp:127.0.0.1:9", &source_tcp},
		{"tcp:[::1]:9", &source_tcp},
		{"rfc2217:127.0.0.1:9,9600", &source_rfc2217},
		{"command:cat -u", &source_command},
	};
	const struct source_driver *d;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_null(try_to_open(rows[i].spec, &d));
		assert_ptr_equal(d, rows[i].driver);
	}
}

static void what_is_wrong_is_said_with_what_was_expected(void **state)
{
	static const struct {
		const char *spec, *part;
	} rows[] = {
		{"", "console: ``: expected qemu, or serial:"},
		{"serial", "expected qemu, or serial:"},
		{"serial:", "expected qemu, or serial:"},
		{"ttyS0:/dev/ttyS0", "`ttyS0:/dev/ttyS0`: expected qemu"},
		{"seria:/dev/ttyS0", "expected qemu"},
		{"serial:/dev/ttyS0,fast", "expected serial:PATH[,BAUD]"},
		{"tcp:host", "expected tcp:HOST:PORT"},
		{"tcp:host:7000,9600", "expected tcp:HOST:PORT"},
		{"rfc2217:host:x", "expected rfc2217:HOST:PORT[,BAUD]"},
		{"command: ", "expected command:PROGRAM"},
		{"command:sh -c 'x", "with its quotes closed"},
		{"unix:/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		 "longer than a socket's path"},
	};
	const struct source_driver *d;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *err = try_to_open(rows[i].spec, &d);

		assert_non_null(err);
		if (!strstr(err, rows[i].part))
			fail_msg("\"%s\" does not say \"%s\"", err, rows[i].part);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_has_its_driver),
		cmocka_unit_test(what_is_wrong_is_said_with_what_was_expected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
