/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: watchdog/heartbeat.c */
/* The heartbeat's datagram: what is written is read; what is not one is refused. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "watchdog/heartbeat.h"

#define BOOT "0123456789abcdef0123456789abcdef"
#define GOOD "kdev1 boot=" BOOT " seq=17 uptime_ms=18250 ready=1 nfs_ms=12"

/* In memory of exactly its size, so that the sanitizer sees a byte read too many. */
static int parse(const char *text, struct heartbeat *hb)
{
	size_t n = strlen(text);
	char *exact = malloc(n ? n : 1);
	int err;

	assert_non_null(exact);
	memcpy(exact, text, n); /* NOLINT(bugprone-not-null-terminated-result): no NUL on purpose */
	err = heartbeat_parse(exact, n, hb);
	free(exact);
	return err;
}

static int parse_only(const char *text)
{
	struct heartbeat hb;

	return parse(text, &hb);
}

static void what_is_written_is_read(void **state)
{
	struct heartbeat in = {.boot_id = BOOT,
			       .seq = UINT64_MAX,
			       .uptime_ms = UINT64_MAX,
			       .ready = true,
			       .nfs_ms = UINT64_MAX},
			 out;
	char text[HEARTBEAT_MAX];
	int n = heartbeat_format(&in, text, sizeof(text));

	assert_int_equal(n, strlen(text));
	assert_int_equal(heartbeat_parse(text, (size_t)n, &out), 0);
	assert_string_equal(out.boot_id, BOOT);
	assert_int_equal(out.seq, UINT64_MAX);
	assert_int_equal(out.uptime_ms, UINT64_MAX);
	assert_true(out.ready);
	assert_int_equal(out.nfs_ms, UINT64_MAX);
}

static void the_text_is_as_documented(void **state)
{
	struct heartbeat hb = {
		.boot_id = BOOT, .seq = 17, .uptime_ms = 18250, .ready = true, .nfs_ms = 12};
	char text[HEARTBEAT_MAX];

	assert_int_equal(heartbeat_format(&hb, text, sizeof(text)), strlen(GOOD));
	assert_string_equal(text, GOOD);
	hb.crash = true;
	assert_int_equal(heartbeat_format(&hb, text, sizeof(text)), strlen(GOOD " crash=1"));
	assert_string_equal(text, GOOD " crash=1");
	assert_int_equal(parse(GOOD " crash=1", &hb), 0);
	assert_true(hb.crash);
	assert_int_equal(parse(GOOD " crash=2", &hb), -EINVAL);
	assert_int_equal(parse(GOOD " crash=1 crash=1", &hb), -EINVAL);
	assert_int_equal(parse(GOOD " crash=1 stale=1", &hb), 0);
	assert_true(hb.crash && hb.stale);
	assert_true(heartbeat_format(&hb, text, sizeof(text)) > 0);
	assert_string_equal(text, GOOD " crash=1 stale=1");
	assert_int_equal(parse(GOOD " stale=yes", &hb), -EINVAL);
	assert_int_equal(parse(GOOD "\n", &hb), 0);
	assert_false(hb.crash);
	assert_int_equal(hb.seq, 17);
}

static void unknown_keys_and_any_order_are_accepted(void **state)
{
	struct heartbeat hb;

	assert_int_equal(
		parse("kdev1  load=0.5 nfs_ms=1 ready=0 x= uptime_ms=2 seq=3 boot=" BOOT " ", &hb),
		0);
	assert_int_equal(hb.nfs_ms, 1);
	assert_int_equal(hb.uptime_ms, 2);
	assert_int_equal(hb.seq, 3);
	assert_false(hb.ready);
}

static void what_is_no_heartbeat_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"\n",
		"kdev1",
		"kdev2 boot=" BOOT " seq=1 uptime_ms=1 ready=1 nfs_ms=1",
		"kdev1boot=" BOOT " seq=1 uptime_ms=1 ready=1 nfs_ms=1",
		"kdev1 boot=" BOOT "0 seq=1 uptime_ms=1 ready=1 nfs_ms=1",
		"kdev1 boot=0123456789ABCDEF0123456789abcdef seq=1 uptime_ms=1 ready=1 nfs_ms=1",
		"kdev1 boot=" BOOT " seq=-1 uptime_ms=1 ready=1 nfs_ms=1",
		"kdev1 boot=" BOOT " seq= uptime_ms=1 ready=1 nfs_ms=1",
		"kdev1 boot=" BOOT " seq=18446744073709551616 uptime_ms=1 ready=1 nfs_ms=1",
		"kdev1 boot=" BOOT " seq=99999999999999999999 uptime_ms=1 ready=1 nfs_ms=1",
		"kdev1 boot=" BOOT " seq=1 uptime_ms=1 ready=2 nfs_ms=1",
		"kdev1 boot=" BOOT " seq=1 uptime_ms=1 ready=yes nfs_ms=1",
		"kdev1 boot=" BOOT " seq=1 seq=2 uptime_ms=1 ready=1 nfs_ms=1",
		"kdev1 boot=" BOOT " seq=1 uptime_ms=1 ready=1 nfs_ms=1 word",
		"kdev1 boot=" BOOT " seq=1 uptime_ms=1 ready=1 nfs_ms=1 =1",
		"kdev1 boot=" BOOT " seq=1 uptime_ms=1 ready=1 nfs_ms=1\n\n",
		"kdev1 boot=" BOOT " seq=1 uptime_ms=1 ready=1 nfs_ms=1 x=\033[2J",
		"kdev1 boot=" BOOT " seq=1 uptime_ms=1 ready=1 nfs_ms=1 x=\xff",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(parse_only(bad[i]), -EINVAL);
}

static void each_field_is_required(void **state)
{
	static const char *const fields[] = {"boot=", "seq=", "uptime_ms=", "ready=", "nfs_ms="};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		char text[] = GOOD;

		*strstr(text, fields[i]) = 'X'; /* now an unknown key */
		assert_int_equal(parse_only(text), -EINVAL);
	}
	assert_int_equal(parse_only(GOOD), 0);
}

static void every_cut_of_a_good_one_is_refused_or_whole(void **state)
{
	char text[] = GOOD;

	/* Cutting digits of the last number leaves a good one; all else is missing a field. */
	for (size_t n = strlen(GOOD) - 2; n > 0; n--) {
		text[n] = 0;
		assert_int_equal(parse_only(text), -EINVAL);
	}
}

static void a_datagram_beyond_the_limit_is_refused(void **state)
{
	struct heartbeat hb = {.seq = 99};
	char text[HEARTBEAT_MAX + 2];

	snprintf(text, sizeof(text), "%-*s", HEARTBEAT_MAX + 1, GOOD);
	assert_int_equal(heartbeat_parse(text, HEARTBEAT_MAX + 1, &hb), -EINVAL);
	assert_int_equal(hb.seq, 99); /* untouched */
	assert_int_equal(heartbeat_parse(text, HEARTBEAT_MAX, &hb), 0);
	assert_int_equal(hb.seq, 17);
}

static void formatting_checks_boot_id_and_room(void **state)
{
	struct heartbeat hb = {.boot_id = BOOT};
	char text[HEARTBEAT_MAX];
	int n = heartbeat_format(&hb, text, sizeof(text));

	assert_true(n > 0);
	assert_int_equal(heartbeat_format(&hb, text, (size_t)n), -ENOSPC);
	assert_int_equal(heartbeat_format(&hb, text, (size_t)n + 1), n);
	hb.boot_id[0] = '-';
	assert_int_equal(heartbeat_format(&hb, text, sizeof(text)), -EINVAL);
	hb.boot_id[0] = 0;
	assert_int_equal(heartbeat_format(&hb, text, sizeof(text)), -EINVAL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(the_text_is_as_documented),
		cmocka_unit_test(unknown_keys_and_any_order_are_accepted),
		cmocka_unit_test(what_is_no_heartbeat_is_refused),
		cmocka_unit_test(each_field_is_required),
		cmocka_unit_test(every_cut_of_a_good_one_is_refused_or_whole),
		cmocka_unit_test(a_datagram_beyond_the_limit_is_refused),
		cmocka_unit_test(formatting_checks_boot_id_and_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
