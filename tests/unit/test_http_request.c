/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/netboot/http_request.c */
/* What a boot loader may ask of the boot server. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "harness/netboot/http_request.h"

static struct http_request r;

static int parse(const char *text)
{
	return http_request_parse(text, strlen(text), &r);
}

static void what_lpxelinux_sends_is_understood(void **state)
{
	assert_int_equal(parse("GET /vmlinuz HTTP/1.0\r\nHost: 10.77.0.1\r\n"
			       "User-Agent: Syslinux/6.04\r\nConnection: close\r\n\r\n"),
			 1);
	assert_false(r.head);
	assert_string_equal(r.name, "vmlinuz");
	assert_int_equal(parse("HEAD /initrd-1.2_x HTTP/1.1\r\n\r\n"), 1);
	assert_true(r.head);
	assert_string_equal(r.name, "initrd-1.2_x");
}

static void a_request_may_come_in_pieces(void **state)
{
	static const char whole[] = "GET /a HTTP/1.0\r\nX: y\r\n\r\n";

	for (size_t n = 0; n < sizeof(whole) - 1; n++)
		assert_int_equal(http_request_parse(whole, n, &r), 0);
	assert_int_equal(http_request_parse(whole, sizeof(whole) - 1, &r), 1);
}

static void no_way_leads_out_of_the_directory(void **state)
{
	static const char *const paths[] = {"/",      "/.",       "/..",     "/../etc/passwd",
					    "/.x",    "/a/b",     "//a",     "/a%2fb",
					    "/a\\b",  "/a\x01",   "vmlinuz", "http://x/vmlinuz",
					    "/a?b=c", "/\xff\xfe"};
	char text[256];

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		snprintf(text, sizeof(text), "GET %s HTTP/1.0\r\n\r\n", paths[i]);
		assert_int_equal(parse(text), 1);
		assert_string_equal(r.name, "");
	}
}

static void a_name_longer_than_its_field_names_nothing(void **state)
{
	char text[512];

	snprintf(text, sizeof(text), "GET /%0127d HTTP/1.0\r\n\r\n", 0);
	assert_int_equal(parse(text), 1);
	assert_int_equal(strlen(r.name), 127);
	snprintf(text, sizeof(text), "GET /%0128d HTTP/1.0\r\n\r\n", 0);
	assert_int_equal(parse(text), 1);
	assert_string_equal(r.name, "");
}

static void what_is_no_request_is_refused(void **state)
{
	static const char *const bad[] = {
		"\r\n\r\n",
		"GET\r\n\r\n",
		"GET /vmlinuz\r\n\r\n",
		"GET /vmlinuz FTP/1.0\r\n\r\n",
		"GET /vmlinuz HT\r\n\r\n",
		"POST /vmlinuz HTTP/1.0\r\n\r\n",
		"GETS /vmlinuz HTTP/1.0\r\n\r\n",
	};
	char flood[HTTP_REQUEST_MAX];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(parse(bad[i]), -EINVAL);
	memset(flood, 'x', sizeof(flood));
	assert_int_equal(http_request_parse(flood, sizeof(flood), &r), -EINVAL);
	/* A NUL in the middle ends nothing. */
	assert_int_equal(http_request_parse("GET /a\0b HTTP/1.0\r\n\r\n", 21, &r), 1);
	assert_string_equal(r.name, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_lpxelinux_sends_is_understood),
		cmocka_unit_test(a_request_may_come_in_pieces),
		cmocka_unit_test(no_way_leads_out_of_the_directory),
		cmocka_unit_test(a_name_longer_than_its_field_names_nothing),
		cmocka_unit_test(what_is_no_request_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
