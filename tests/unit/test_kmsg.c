/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/pipeline/kmsg*.c console/pipeline/netconsole_header.c */
/* Prefixes come off whatever printed or kept the line; torn lines are split again. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "console/pipeline/kmsg.h"

/* All records of a line as "us|level|caller|text", '~' behind a torn one, "//" between. */
static const char *parse(const char *line)
{
	static char out[1024];
	size_t n = strlen(line), at = 0;
	char *exact = malloc(n ? n : 1);
	struct log_record rec;
	struct kmsg k;

	assert_non_null(exact);
	memcpy(exact, line, n); /* NOLINT(bugprone-not-null-terminated-result): no NUL on purpose */
	out[0] = 0;
	kmsg_begin(&k, exact, n);
	while (kmsg_next(&k, &rec))
		at += (size_t)snprintf(out + at, sizeof(out) - at, "%s%" PRId64 "|%d|%s|%.*s%s",
				       at ? "//" : "", rec.kernel_us, rec.level, rec.caller,
				       (int)rec.len, rec.text, rec.torn ? "~" : "");
	free(exact);
	return out;
}

static void the_console_format_of_printk(void **state)
{
	assert_string_equal(parse("[   12.345678] BUG: x"), "12345678|-1||BUG: x");
	assert_string_equal(parse("[    0.000000] Linux version 6.1"), "0|-1||Linux version 6.1");
	assert_string_equal(parse("[123456.000001]  indented"), "123456000001|-1|| indented");
	assert_string_equal(parse("[   12.345678]"), "12345678|-1||");
	assert_string_equal(parse("no prefix"), "-1|-1||no prefix");
	assert_string_equal(parse(""), "-1|-1||");
}

static void the_caller_of_printk_caller(void **state)
{
	assert_string_equal(parse("[   72.159680][ T6792] BUG: x"), "72159680|-1|T6792|BUG: x");
	assert_string_equal(parse("[   72.159680][    C0]  y"), "72159680|-1|C0| y");
	assert_string_equal(parse("[   72.159680] [    T1] z"), "72159680|-1|T1|z");
	assert_string_equal(parse("[   72.159680][T123456789] z"), "72159680|-1|T123456789|z");
	assert_string_equal(parse("[   72.159680] [drm] z"), "72159680|-1||[drm] z");
	assert_string_equal(parse("[   72.159680] [ T22 x"), "72159680|-1||[ T22 x");
}

static void the_task_of_vendors_android_kernels(void **state)
{
	assert_string_equal(parse("<4>[   12.345678]  (1)[412:insmod]BUG: x"),
			    "12345678|4|T412|BUG: x");
	assert_string_equal(parse("[   12.345678]  [1:         insmod:  412] BUG: x"),
			    "12345678|-1|T412|BUG: x");
	assert_string_equal(parse("[   12.345678]  [1:  kworker/1:2:  412] y"),
			    "12345678|-1|T412|y");
	assert_string_equal(parse("[   12.345678] (1) [x"), "12345678|-1||(1) [x");
	assert_string_equal(parse("[   12.345678] (1)"), "12345678|-1||(1)");
	assert_string_equal(parse("[   12.345678] (1)[x:1] y"), "12345678|-1||(1)[x:1] y");
	assert_string_equal(parse("[   12.345678] [1:x:y] z"), "12345678|-1||[1:x:y] z");
	assert_string_equal(parse("[   12.345678] [1:99999999999999999] z"),
			    "12345678|-1||[1:99999999999999999] z");
}

static bool of_program(const char *line)
{
	struct log_record rec = {0};
	struct kmsg k;

	kmsg_begin(&k, line, strlen(line));
	return kmsg_next(&k, &rec) && rec.no_trigger;
}

static void what_a_program_says_triggers_nothing(void **state)
{
	assert_true(of_program("Nov 23 06:02:11 node7 dockerd[731]: BUG: x"));
	assert_true(of_program("Nov 23 06:02:11 node7 sudo: BUG: x"));
	assert_true(of_program("2023-11-23T06:02:11+0100 node7 sh[9]: Oops: 1"));
	assert_true(of_program("Thu 2023-11-23 06:02:13 CET node7 dockerd[731]: BUG: x"));
	assert_true(of_program("[   13.000001] node7 dockerd[731]: BUG: x"));
	assert_true(of_program("[   13.000001] systemd[1]: BUG: x"));
	assert_true(of_program("{\"MESSAGE\":\"BUG: x\",\"_TRANSPORT\":\"journal\"}"));
	assert_true(of_program("[   57.840023195,5] BUG: x"));
	assert_true(of_program("[12345.840023195,0] BUG: x"));
	assert_false(of_program("[   57.840023195] BUG: x"));
	assert_false(of_program("[   57.84002319,5] BUG: x"));
	assert_false(of_program("{\"MESSAGE\":\"BUG: x\",\"_TRANSPORT\":\"kernel\"}"));
	assert_false(of_program("Nov 23 06:02:11 node7 kernel: BUG: x"));
	assert_false(of_program("Nov 23 06:02:11 NMI watchdog: BUG: soft lockup"));
	assert_false(of_program("Nov 23 06:02:11 BUG: x"));
	assert_false(of_program("[   13.000001] watchdog: BUG: soft lockup"));
	assert_false(of_program("[   13.000001] NMI watchdog: BUG: soft lockup"));
	assert_false(of_program("[   13.000001] frob 1-1:1.0: WARNING: x"));
	assert_false(of_program("[   13.000001] Internal error: Oops - BUG: 0 [#1] SMP ARM"));
	assert_false(of_program("[   13.000001] frob[]: x"));
}

/* What a serial line's logger sends on is the kernel's again. */
static void a_kernels_record_behind_a_programs_tag_triggers(void **state)
{
	static const char line[] = "Nov 23 06:02:11 node7 console[9]: [   13.000001] BUG: x";
	struct log_record rec = {0};
	struct kmsg k;

	kmsg_begin(&k, line, sizeof(line) - 1);
	assert_true(kmsg_next(&k, &rec));
	assert_true(rec.no_trigger);
	assert_true(kmsg_next(&k, &rec));
	assert_false(rec.no_trigger);
}

static void a_level_in_angle_brackets(void **state)
{
	assert_string_equal(parse("<6>[   12.345678] x"), "12345678|6||x");
	assert_string_equal(parse("<30>x"), "-1|6||x");
	assert_string_equal(parse("<12345>x"), "-1|-1||<12345>x");
	assert_string_equal(parse(" <TASK>"), "-1|-1|| <TASK>");
	assert_string_equal(parse("<TASK>"), "-1|-1||<TASK>");
}

static void forms_of_dmesg(void **state)
{
	assert_string_equal(parse("kern  :warn  : [   12.345678] x"), "12345678|4||x");
	assert_string_equal(parse("authpriv:info  : [    1.000000] x"), "1000000|6||x");
	assert_string_equal(parse("kern  :hello : x"), "-1|-1||kern  :hello : x");
	assert_string_equal(parse("[Thu Nov 23 06:02:11 2023] x"), "-1|-1||x");
	assert_string_equal(parse("[Nov23 06:02] x"), "-1|-1||x");
	assert_string_equal(parse("[  +0.000003] x"), "-1|-1||x");
	assert_string_equal(parse("[   12.345678 <    0.000012>] x"), "12345678|-1||x");
	assert_string_equal(parse("2023-11-23T06:02:11,123456+01:00 x"), "-1|-1||x");
	assert_string_equal(parse("6,416,1758426,-,caller=T7;x"), "1758426|6|T7|x");
}

static void forms_of_syslog(void **state)
{
	assert_string_equal(parse("Nov 23 06:02:11 host kernel: [   12.345678] x"),
			    "12345678|-1||x");
	assert_string_equal(parse("Nov  3 06:02:11 host kernel: x"), "-1|-1||x");
	assert_string_equal(parse("2023-11-23T06:02:11.123456+00:00 host kernel: [    1.000000] x"),
			    "1000000|-1||x");
	assert_string_equal(parse("Nov 23 06:02:11 host kern.err kernel: [    1.000000] x"),
			    "1000000|-1||x");
	assert_string_equal(parse("kernel:[    1.000000] x"), "1000000|-1||x");
	assert_string_equal(parse("kernel: x"), "-1|-1||x");
}

static void forms_of_journalctl(void **state)
{
	assert_string_equal(parse("Nov 23 06:02:11.123456 host kernel: x"), "-1|-1||x");
	assert_string_equal(parse("2023-11-23T06:02:11+0100 host kernel: x"), "-1|-1||x");
	assert_string_equal(parse("Thu 2023-11-23 06:02:11 CET host kernel: x"), "-1|-1||x");
	assert_string_equal(parse("1700719331.123456 host kernel: x"), "-1|-1||x");
	assert_string_equal(parse("[   12.345678] my-host.lan kernel: x"), "12345678|-1||x");
	assert_string_equal(parse("{\"MESSAGE\":\"x \\\"y\\\"\",\"_TRANSPORT\":\"kernel\"}"),
			    "-1|-1||x \\\"y\\\"");
	assert_string_equal(parse("{\"_TRANSPORT\":\"kernel\",\"MESSAGE\":\"x\\"), "-1|-1||x\\");
}

static void forms_of_test_labs(void **state)
{
	assert_string_equal(parse("2023-11-23T06:02:11.123456  <6>[   12.345678] x"),
			    "12345678|6||x");
	assert_string_equal(parse("2023-11-23 06:02:11 [   12.345678] x"), "12345678|-1||x");
	assert_string_equal(parse("- {\"dt\": \"2023-11-23T06:02:11.123456\", \"lvl\": \"target\", "
				  "\"msg\": \"[   12.345678] x\"}"),
			    "12345678|-1||x");
}

/* What another program logged is not the kernel's, whatever it says. */
static void other_programs_lines_keep_their_prefix(void **state)
{
	const char *line = "Nov 23 06:02:11 host sshd[12]: BUG: kernel: x";

	assert_string_equal(parse(line) + strlen("-1|-1||"), line);
	line = "2023-11-23T06:02:11.123456 host app: kernel BUG at x";
	assert_string_equal(parse(line) + strlen("-1|-1||"), line);
	assert_string_equal(parse("[   12.345678] usb: the kernel: x"),
			    "12345678|-1||usb: the kernel: x");
}

static void a_second_record_in_a_line_is_split_off(void **state)
{
	assert_string_equal(
		parse("[  703.527910]  0000000000120018[  703.530883] net_ratelimit: 7720"),
		"703527910|-1|| 0000000000120018~//703530883|-1||net_ratelimit: 7720");
	assert_string_equal(
		parse("[    1.000000][   T1] BUG: a[    1.000001][   C2] b[    1.000002] c"),
		"1000000|-1|T1|BUG: a~//1000001|-1|C2|b~//1000002|-1||c");
	assert_string_equal(parse("rn.err kernel: [[   69.311910][ T2742] ALSA"),
			    "-1|-1||rn.err kernel: [~//69311910|-1|T2742|ALSA");
}

static void numbers_in_brackets_are_no_timestamps(void **state)
{
	assert_string_equal(parse("[    1.000000] took [1.250000] s"),
			    "1000000|-1||took [1.250000] s");
	assert_string_equal(parse("[    1.000000] [  12.3456] [12345.6789012] [   -1.000000]"),
			    "1000000|-1||[  12.3456] [12345.6789012] [   -1.000000]");
	assert_string_equal(parse("[99999999999999999999999999.000000] x"),
			    "-1|-1||[99999999999999999999999999.000000] x");
}

static void a_stuck_login_prompt_is_dropped(void **state)
{
	assert_string_equal(parse("syzkaller login: [   59.806466][ T6792] BUG: x"),
			    "59806466|-1|T6792|BUG: x");
	assert_string_equal(parse("board login: "), "-1|-1||board login: ");
}

static void a_line_that_ends_in_its_prefix_is_torn(void **state)
{
	assert_string_equal(parse("[ 5042.653340][ T22"), "5042653340|-1||~");
	assert_string_equal(parse("[ 5042.653340][ "), "5042653340|-1||~");
}

static void printks_remarks_stand_alone(void **state)
{
	struct log_record rec;
	struct kmsg k;
	uint64_t n;

	assert_string_equal(parse("** 2977 printk messages dropped ** [   46.292061] x"),
			    "-1|-1||** 2977 printk messages dropped **//46292061|-1||x");
	assert_string_equal(parse("CCCC** 1196 printk messages dropped **"),
			    "-1|-1||CCCC~//-1|-1||** 1196 printk messages dropped **");
	kmsg_begin(&k, "** 41 printk messages dropped **", 32);
	assert_true(kmsg_next(&k, &rec));
	assert_int_equal(kmsg_remark(rec.text, rec.len, &n), KMSG_DROPPED);
	assert_int_equal(n, 41);
	assert_false(kmsg_next(&k, &rec));
	assert_int_equal(kmsg_remark("** replaying previous printk message **", 39, &n),
			 KMSG_REPLAY);
	assert_int_equal(n, 0);
	assert_int_equal(kmsg_remark("** 41 printk messages dropped ** x", 34, &n), KMSG_NONE);
	assert_int_equal(kmsg_remark("** x printk messages dropped **", 31, &n), KMSG_NONE);
}

/* No prefix of any line makes the parser read on or lose its way. */
static void every_cut_of_a_line_is_survived(void **state)
{
	static const char *const lines[] = {
		"<6>Nov 23 06:02:11 host kernel: kern  :warn  : [   12.345678][    T1] x",
		"- {\"dt\": \"2023-11-23T06:02:11.123456\", \"lvl\": \"target\", \"msg\": \"x\"}",
		"** 2977 printk messages dropped ** [   46.292061] a[   46.292062] b",
		"[   12.345678 <    0.000012>] x",
		"Thu 2023-11-23 06:02:11.5 CET host kernel: x",
		"5.10.1,6,416,1758426,-,caller=T7;x",
	};

	for (size_t l = 0; l < sizeof(lines) / sizeof(*lines); l++) {
		char cut[128];
		size_t n = strlen(lines[l]);

		assert_true(n < sizeof(cut));
		for (size_t i = 0; i <= n; i++) {
			memcpy(cut, lines[l], i);
			cut[i] = 0;
			assert_true(strlen(parse(cut)) > 0);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_console_format_of_printk),
		cmocka_unit_test(the_caller_of_printk_caller),
		cmocka_unit_test(the_task_of_vendors_android_kernels),
		cmocka_unit_test(what_a_program_says_triggers_nothing),
		cmocka_unit_test(a_kernels_record_behind_a_programs_tag_triggers),
		cmocka_unit_test(a_level_in_angle_brackets),
		cmocka_unit_test(forms_of_dmesg),
		cmocka_unit_test(forms_of_syslog),
		cmocka_unit_test(forms_of_journalctl),
		cmocka_unit_test(forms_of_test_labs),
		cmocka_unit_test(other_programs_lines_keep_their_prefix),
		cmocka_unit_test(a_second_record_in_a_line_is_split_off),
		cmocka_unit_test(numbers_in_brackets_are_no_timestamps),
		cmocka_unit_test(a_stuck_login_prompt_is_dropped),
		cmocka_unit_test(a_line_that_ends_in_its_prefix_is_torn),
		cmocka_unit_test(printks_remarks_stand_alone),
		cmocka_unit_test(every_cut_of_a_line_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
