/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/pipeline/pipeline*.c console/pipeline/boot_marks.c console/pipeline/lines.c */
/* LINK: console/pipeline/sanitize.c console/pipeline/kmsg*.c console/pipeline/netconsole*.c */
/* LINK: console/pipeline/merge*.c console/explain/damage.c console/pipeline/hold.c */
/* LINK: console/detector/detector*.c console/detector/finding.c console/detector/crash.c */
/* LINK: console/detector/facts.c console/detector/frames.c console/detector/guilt.c */
/* LINK: console/detector/pattern.c console/detector/plumbing*.c console/detector/prefilter*.c */
/* LINK: console/detector/rules*.c console/detector/report_buffer.c console/detector/signature.c */
/* LINK: console/strbuf.c console/detector/title*.c console/detector/torn*.c */
/* LINK: console/detector/trace*.c */
/* An oops that comes by two damaged ways is one whole report. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "console/pipeline/pipeline.h"

/* Linux 6.1 on x86, as `insmod null_deref.ko` gives it. */
static const char *const oops[] = {
	"BUG: kernel NULL pointer dereference, address: 0000000000000000",
	"#PF: supervisor write access in kernel mode",
	"#PF: error_code(0x0002) - not-present page",
	"PGD 0 P4D 0 ",
	"Oops: 0002 [#1] PREEMPT SMP NOPTI",
	"CPU: 1 PID: 271 Comm: insmod Tainted: G           OE      6.1.0-18-amd64 #1  Debian",
	"Hardware name: QEMU Standard PC (i440FX + PIIX, 1996), BIOS 1.16.2-debian-1.16.2-1",
	"RIP: 0010:null_write+0xd/0x1000 [null_deref]",
	"Code: Unable to access opcode bytes at 0xffffffffc0345fe3.",
	"RSP: 0018:ffffb0a8c0223cb0 EFLAGS: 00010246",
	"RAX: 0000000000000000 RBX: 0000000000000000 RCX: 0000000000000000",
	"RDX: 0000000000000000 RSI: 0000000000000000 RDI: 0000000000000000",
	"RBP: ffffffffc0346000 R08: 0000000000000000 R09: 0000000000000000",
	"Call Trace:",
	" <TASK>",
	" null_init+0x15/0x1000 [null_deref]",
	" do_one_initcall+0x59/0x220",
	" do_init_module+0x4a/0x1f0",
	" __do_sys_finit_module+0xac/0x120",
	" do_syscall_64+0x58/0xc0",
	" entry_SYSCALL_64_after_hwframe+0x64/0xce",
	" </TASK>",
	"Modules linked in: null_deref(OE+) netconsole virtio_net",
	"CR2: 0000000000000000",
	"---[ end trace 0000000000000000 ]---",
};
#define N (sizeof(oops) / sizeof(*oops))

#define TITLE "BUG: unable to handle kernel NULL pointer dereference in null_write"

/* µs between two lines; 0: a coarse clock, as QEMU's under load, gives all the same time. */
static size_t step = 1;

struct seen {
	unsigned begun, ended, duplicates;
	struct crash_report *r;
};

static void on_line(void *arg, const struct console_line *line)
{
	struct seen *s = arg;

	s->duplicates += line->duplicate;
}

static void on_begin(void *arg, const struct crash_report *r)
{
	struct seen *s = arg;

	s->begun++;
}

static void on_end(void *arg, struct crash_report *r)
{
	struct seen *s = arg;

	s->ended++;
	crash_report_free(s->r);
	s->r = r;
}

static struct seen seen;

static int set_up(void **state)
{
	static const struct pipeline_ops ops = {
		.line = on_line, .crash_begin = on_begin, .crash_end = on_end};

	memset(&seen, 0, sizeof(seen));
	*state = pipeline_new(&ops, &seen);
	return *state ? 0 : -1;
}

static int tear_down(void **state)
{
	pipeline_free(*state);
	crash_report_free(seen.r);
	return 0;
}

/* Line i of the oops, 1 ms and i µs into second 20. */
static void serial(struct pipeline *p, size_t i, const char *end, struct monotime now)
{
	char text[256];
	int n = snprintf(text, sizeof(text), "[   20.%06zu][  T271] %s%s", 1000 + i * step, oops[i],
			 end);

	assert_int_equal(pipeline_serial(p, text, (size_t)n, now), 0);
}

/* Its first `keep` bytes, without line end. */
static void serial_torn(struct pipeline *p, size_t i, int keep, struct monotime now)
{
	char text[256];
	int n = snprintf(text, sizeof(text), "[   20.%06zu][  T271] %.*s", 1000 + i * step, keep,
			 oops[i]);

	assert_int_equal(pipeline_serial(p, text, (size_t)n, now), 0);
}

static void net(struct pipeline *p, size_t i, struct monotime now)
{
	char text[256];
	int n = snprintf(text, sizeof(text), "1,%zu,%zu,-,caller=T271;%s\n", 700 + i,
			 20001000 + i * step, oops[i]);

	assert_int_equal(pipeline_netconsole(p, text, (size_t)n, now), 0);
}

static void pass_time(struct pipeline *p, struct monotime *now, int64_t us)
{
	struct monotime end = mono_add(*now, us);

	while (mono_due(pipeline_wakeup(p), end)) {
		struct monotime at = pipeline_wakeup(p);

		*now = at.us > now->us ? at : mono_add(*now, 1);
		pipeline_tick(p, *now);
	}
	*now = end;
}

/* One report, with every line once and in order. */
static void assert_whole(struct pipeline *p)
{
	const char *at;

	assert_int_equal(seen.begun, 1);
	assert_int_equal(seen.ended, 1);
	assert_string_equal(seen.r->title, TITLE);
	assert_false(seen.r->corrupted);
	assert_string_equal(seen.r->function, "null_write");
	assert_string_equal(seen.r->module, "null_deref");
	at = seen.r->text;
	for (size_t i = 0; i < N; i++) {
		const char *found = strstr(at, oops[i]);

		if (!found) {
			fail_msg("line %zu is not in its place: %s\n%s", i, oops[i], seen.r->text);
			return;
		}
		at = found + strlen(oops[i]);
		assert_null(strstr(at, oops[i]));
	}
}

static void by_serial_alone(void **state)
{
	struct monotime now = {0};

	for (size_t i = 0; i < N; i++)
		serial(*state, i, "\r\n", now);
	assert_true(pipeline_in_report(*state));
	pass_time(*state, &now, MONO_SEC(5));
	assert_whole(*state);
}

static void by_netconsole_alone(void **state)
{
	struct monotime now = {0};

	for (size_t i = 0; i < N; i++)
		net(*state, i, now);
	pass_time(*state, &now, MONO_SEC(5));
	assert_whole(*state);
}

static void by_both_in_either_order(void **state)
{
	struct monotime now = {0};

	for (size_t i = 0; i < N; i++) {
		if (i & 1)
			net(*state, i, now);
		serial(*state, i, "\r\n", now);
		if (!(i & 1))
			net(*state, i, now);
	}
	pass_time(*state, &now, MONO_SEC(5));
	assert_int_equal(seen.duplicates, N);
	assert_whole(*state);
}

/* Each line is whole on one of the two at least. */
static void torn_on_serial_and_lost_on_netconsole(void **state)
{
	for (unsigned seed = 1; seed <= 200; seed++) {
		struct monotime now = {0};
		unsigned r = seed * 2654435761u;

		tear_down(state);
		set_up(state);
		/* What went before: netconsole is known to work. */
		pipeline_netconsole(*state, "6,699,20000999,-;x\n", 19, now);
		pipeline_serial(*state, "[   20.000999] x\r\n", 18, now);
		for (size_t i = 0; i < N; i++) {
			r = r * 1664525 + 1013904223;
			pass_time(*state, &now, 200);
			switch (r >> 29) {
			case 0: /* lost by netconsole */ serial(*state, i, "\r\n", now); break;
			case 1: /* lost by serial */ net(*state, i, now); break;
			case 2: /* torn: the next record stands on the same line */
				serial_torn(*state, i, 8, now);
				now = mono_add(now, 200);
				net(*state, i, now);
				break;
			case 3:
				net(*state, i, now);
				serial_torn(*state, i, 12, now);
				break;
			case 4:
			case 5:
				net(*state, i, now);
				serial(*state, i, "\r\n", now);
				break;
			default:
				serial(*state, i, "\r\n", now);
				net(*state, i, now);
				break;
			}
		}
		pass_time(*state, &now, MONO_SEC(10));
		assert_whole(*state);
	}
}

static void all_lines_of_the_same_time(void **state)
{
	step = 0;
	by_both_in_either_order(state);
	for (unsigned seed = 1; seed <= 200; seed++) {
		struct monotime now = {0};
		unsigned r = seed * 2654435761u;

		tear_down(state);
		set_up(state);
		for (size_t i = 0; i < N; i++) {
			r = r * 1664525 + 1013904223;
			pass_time(*state, &now, 200);
			if (r >> 30 == 0)
				net(*state, i, now);
			if (r >> 29 == 1 || r >> 29 == 7)
				serial_torn(*state, i, 9, now);
			else
				serial(*state, i, "\r\n", now);
			if (r >> 30)
				net(*state, i, now);
		}
		pass_time(*state, &now, MONO_SEC(10));
		assert_whole(*state);
	}
	step = 1;
}

/* The network dies with the panic, and the UART is seconds behind. */
static void netconsole_dies_and_serial_is_slow(void **state)
{
	struct monotime now = {0};

	for (size_t i = 0; i < 10; i++)
		net(*state, i, now);
	for (size_t i = 0; i < N; i++) {
		pass_time(*state, &now, MONO_MS(250));
		serial(*state, i, "\r\n", now);
	}
	pass_time(*state, &now, MONO_SEC(5));
	assert_whole(*state);
}

static void serial_dies_and_netconsole_goes_on(void **state)
{
	struct monotime now = {0};

	for (size_t i = 0; i < N; i++) {
		if (i < 4)
			serial(*state, i, "\r\n", now);
		else if (i == 4)
			serial_torn(*state, i, 5, now);
		net(*state, i, now);
	}
	pass_time(*state, &now, MONO_SEC(5));
	assert_whole(*state);
}

static void a_silent_reset_ends_the_report_and_the_next_is_not_secondary(void **state)
{
	struct monotime now = {0};

	for (size_t i = 0; i < N; i++)
		serial(*state, i, "\r\n", now);
	pipeline_serial(*state, "SeaBIOS (version 1.16)\r\n", 24, now);
	assert_int_equal(seen.ended, 1);
	assert_false(seen.r->secondary);
	for (size_t i = 0; i < N; i++)
		serial(*state, i, "\r\n", now);
	pipeline_flush(*state, now);
	assert_int_equal(seen.ended, 2);
	assert_false(seen.r->secondary);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(by_serial_alone),
		TEST(by_netconsole_alone),
		TEST(by_both_in_either_order),
		TEST(torn_on_serial_and_lost_on_netconsole),
		TEST(all_lines_of_the_same_time),
		TEST(netconsole_dies_and_serial_is_slow),
		TEST(serial_dies_and_netconsole_goes_on),
		TEST(a_silent_reset_ends_the_report_and_the_next_is_not_secondary),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
