/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/pipeline/pipeline*.c console/pipeline/boot_marks.c console/pipeline/lines.c */
/* LINK: console/pipeline/sanitize.c console/pipeline/kmsg*.c console/pipeline/netconsole*.c */
/* LINK: console/pipeline/merge*.c console/explain/damage.c console/pipeline/hold.c */
/* Serial bytes and netconsole datagrams in; lines, marks and one stream of records out. The
 * detector here is a fake that notes what it is given. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "console/detector/detector.h"
#include "console/pipeline/pipeline.h"

#define AT(ms) ((struct monotime){MONO_MS(ms)})

struct note {
	char text[8192];
	size_t len;
};

__attribute__((format(printf, 2, 3))) static void note(struct note *n, const char *fmt, ...)
{
	va_list ap;

	if (n->len && n->len + 1 < sizeof(n->text))
		n->text[n->len++] = '|';
	va_start(ap, fmt);
	n->len += (size_t)vsnprintf(n->text + n->len, sizeof(n->text) - n->len, fmt, ap);
	va_end(ap);
	assert_true(n->len < sizeof(n->text));
}

static void clear(struct note *n)
{
	n->len = 0;
	n->text[0] = 0;
}

/* ---- the fake detector ---- */

struct detector {
	struct note got; /* "text", '~' behind a torn one, "(gap)", "(boot)", "(flush)", "(tick)" */
	struct log_record last;
	struct monotime wakeup;
	size_t records;
	bool firmware;
};

static struct detector fake;

struct detector *detector_new(const struct detector_ops *ops, void *arg)
{
	memset(&fake, 0, sizeof(fake));
	fake.wakeup = MONO_NEVER;
	return &fake;
}

void detector_free(struct detector *d)
{
}

int detector_record(struct detector *d, const struct log_record *rec)
{
	if (++d->records < 200)
		note(&d->got, "%.*s%s", (int)rec->len, rec->text, rec->torn ? "~" : "");
	d->last = *rec;
	return 0;
}

void detector_gap(struct detector *d)
{
	note(&d->got, "(gap)");
}

struct monotime detector_wakeup(const struct detector *d)
{
	return d->wakeup;
}

void detector_tick(struct detector *d, struct monotime now)
{
	note(&d->got, "(tick)");
}

void detector_flush(struct detector *d)
{
	note(&d->got, "(flush)");
}

void detector_new_boot(struct detector *d)
{
	note(&d->got, "(boot)");
}

void detector_firmware(struct detector *d, bool runs)
{
	d->firmware = runs;
}

bool detector_in_report(const struct detector *d)
{
	return false;
}

/* ---- what the pipeline says ---- */

struct seen {
	struct note lines; /* "text", '=' before a duplicate */
	struct note marks;
	struct note lost;
	struct console_line last;
};

static void on_line(void *arg, const struct console_line *line)
{
	struct seen *s = arg;

	s->last = *line;
	if (s->lines.len < 4000)
		note(&s->lines, "%s%.*s", line->duplicate ? "=" : "", (int)line->len, line->text);
	for (size_t i = 0; i < line->len; i++) {
		unsigned char c = (unsigned char)line->text[i];

		assert_true((c >= ' ' && c != 0x7f) || c == '\t');
	}
}

static void on_crash_end(void *arg, struct crash_report *r)
{
	fail();
}

static void on_mark(void *arg, enum boot_mark mark, const char *text, size_t len)
{
	static const char *const names[] = {"firmware", "kernel", "restart", "stalled", "ok"};
	struct seen *s = arg;

	assert_non_null(text);
	note(&s->marks, "%s", names[mark]);
}

static void on_lost(void *arg, enum console_source source, uint64_t records, const char *why)
{
	struct seen *s = arg;

	assert_true(strlen(why) > 0);
	note(&s->lost, "%s %" PRIu64, source == SOURCE_SERIAL ? "serial" : "net", records);
}

static struct seen seen;

static int set_up(void **state)
{
	static const struct pipeline_ops ops = {
		.line = on_line, .crash_end = on_crash_end, .mark = on_mark, .lost = on_lost};

	memset(&seen, 0, sizeof(seen));
	*state = pipeline_new(&ops, &seen);
	return *state ? 0 : -1;
}

static int tear_down(void **state)
{
	pipeline_free(*state);
	return 0;
}

static void serial_at(struct pipeline *p, const char *text, struct monotime now)
{
	assert_int_equal(pipeline_serial(p, text, strlen(text), now), 0);
}

static void serial(struct pipeline *p, const char *text)
{
	serial_at(p, text, AT(0));
}

static void net_at(struct pipeline *p, const char *datagram, struct monotime now)
{
	assert_int_equal(pipeline_netconsole(p, datagram, strlen(datagram), now), 0);
}

static void net(struct pipeline *p, const char *datagram)
{
	net_at(p, datagram, AT(0));
}

#define assert_got(expect)   assert_string_equal(fake.got.text, expect)
#define assert_lines(expect) assert_string_equal(seen.lines.text, expect)
#define assert_marks(expect) assert_string_equal(seen.marks.text, expect)
#define assert_lost(expect)  assert_string_equal(seen.lost.text, expect)

/* ---- one source ---- */

static void a_serial_line_becomes_a_line_and_a_record(void **state)
{
	serial_at(*state, "[    1.500000][  T42] BUG: x\r\n", AT(7));
	assert_lines("[    1.500000][  T42] BUG: x");
	assert_int_equal(seen.last.source, SOURCE_SERIAL);
	assert_int_equal(seen.last.kernel_us, 1500000);
	assert_int_equal(seen.last.at.us, MONO_MS(7));
	assert_false(seen.last.duplicate);
	assert_got("BUG: x");
	assert_string_equal(fake.last.caller, "T42");
	assert_int_equal(fake.last.kernel_us, 1500000);
	assert_int_equal(fake.last.line, 1);
	assert_int_equal(fake.last.at.us, MONO_MS(7));
}

static void a_netconsole_record_is_shown_as_the_console_would(void **state)
{
	net(*state, "4,10,1500000,-,caller=C1;a\\x0ab\\x1b[1mc\\x09d\n SUBSYSTEM=x\n");
	assert_lines("[    1.500000][    C1] a|[    1.500000][    C1] bc\td");
	assert_got("a|bc\td");
	assert_int_equal(fake.last.level, 4);
	assert_int_equal(fake.last.line, 2);
}

static void basic_netconsole_is_lines_too(void **state)
{
	net(*state, "[    1.000000] one\n[    1.000001] t");
	net(*state, "wo\n");
	assert_got("one|two");
	assert_int_equal(seen.last.source, SOURCE_NETCONSOLE);
}

static void a_torn_line_is_split_into_its_records(void **state)
{
	serial(*state, "[    1.000000] BUG: a[    1.000001] b\n");
	assert_lines("[    1.000000] BUG: a[    1.000001] b");
	assert_got("BUG: a~|b");
}

static void a_partial_line_comes_out_after_a_second(void **state)
{
	serial_at(*state, "[    1.000000] last wor", AT(0));
	assert_int_equal(pipeline_wakeup(*state).us, MONO_SEC(1));
	pipeline_tick(*state, AT(1000));
	assert_lines("[    1.000000] last wor");
	assert_got("last wor~|(tick)");
	serial_at(*state, "ds\n", AT(1001));
	assert_got("last wor~|(tick)|ds~");
}

static void dropped_messages_are_lost_and_a_gap(void **state)
{
	serial(*state, "** 41 printk messages dropped **\n[    1.000000] x\n");
	assert_lost("serial 41");
	assert_got("(gap)|x");
}

static void a_replayed_message_comes_once(void **state)
{
	serial(*state, "[    1.000000] whole\n** replaying previous printk message **\n"
		       "[    1.000000] whole\n[    1.000001] next\n");
	assert_got("whole|next");
	serial(*state, "[    2.000000] in ha\n** replaying previous printk message **\n"
		       "[    2.000000] in half\n");
	assert_got("whole|next|in ha|in half");
}

static void the_same_message_twice_is_two_messages(void **state)
{
	serial(*state, "[    1.000000] x\n[    1.000000] x\nuntimed\nuntimed\n");
	assert_got("x|x|untimed|untimed");
}

static void hostile_lines_are_bounded(void **state)
{
	char *text = malloc(1 << 20);

	assert_non_null(text);
	for (size_t i = 0; i < 1 << 20; i++)
		text[i] = "[    1.000000] "[i % 15];
	assert_int_equal(pipeline_serial(*state, text, 1 << 20, AT(0)), 0);
	memset(text, 0x1b, 1 << 20);
	assert_int_equal(pipeline_serial(*state, text, 1 << 20, AT(0)), 0);
	assert_int_equal(pipeline_netconsole(*state, text, 1 << 16, AT(0)), 0);
	pipeline_flush(*state, AT(1));
	assert_true(fake.records > 60000);
	free(text);
}

/* ---- both sources ---- */

static void the_second_copy_is_a_duplicate(void **state)
{
	serial(*state, "[    1.000000][    T1] a\r\n");
	net(*state, "6,1,1000000,-,caller=T1;a\n");
	net(*state, "6,2,1000001,-,caller=T1;b\n");
	serial(*state, "[    1.000001][    T1] b\r\n");
	assert_got("a|b");
	assert_lines("[    1.000000][    T1] a|=[    1.000000][    T1] a|"
		     "[    1.000001][    T1] b|=[    1.000001][    T1] b");
	assert_int_equal(fake.last.line, 2);
}

static void repeated_text_is_matched_one_to_one(void **state)
{
	serial(*state, "[    1.000000] x\n[    1.000000] x\n[    1.000000] x\n");
	net(*state, "6,1,1000000,-;x\\x0ax");
	net(*state, "6,2,1000000,-;x");
	assert_got("x|x|x");
	net(*state, "6,3,1000000,-;x");
	assert_got("x|x|x|x");
}

static void netconsole_completes_what_serial_lost(void **state)
{
	serial(*state, "[    1.000000] a\n");
	net(*state, "6,1,1000000,-;a");
	net(*state, "6,2,1000001,-;b");
	net(*state, "6,3,1000002,-;c");
	serial(*state, "[    1.000002] c\n");
	assert_got("a|b|c");
}

static void serial_completes_what_netconsole_lost(void **state)
{
	net(*state, "6,1,1000000,-;a");
	serial(*state, "[    1.000000] a\n[    1.000001] b\n[    1.000002] c\n");
	net(*state, "6,3,1000002,-;c");
	pipeline_tick(*state, AT(10));
	assert_got("a|b|c|(tick)");
	assert_lost("net 1");
}

/* printk counts messages that no console shows: their numbers are missing in netconsole. */
static void hidden_messages_are_not_lost_where_serial_can_tell(void **state)
{
	net(*state, "6,1,1000000,-;a");
	serial(*state, "[    1.000000] a\n[    1.000002] c\n");
	net(*state, "6,9,1000002,-;c");
	pipeline_tick(*state, AT(10));
	assert_got("a|c|(tick)");
	assert_lost("");
}

static void a_netconsole_gap_is_a_gap_when_there_is_no_serial(void **state)
{
	net(*state, "6,1,1000000,-;a");
	net(*state, "6,4,1000002,-;d");
	pipeline_tick(*state, AT(10));
	assert_got("a|(gap)|d|(tick)");
	assert_lost("net 2");
}

static void damaged_serial_lines_after_netconsole_are_duplicates(void **state)
{
	net(*state, "6,1,1000000,-;BUG: unable to handle page fault for address: ffff8880");
	net(*state, "6,2,1000001,-;#PF: supervisor read access in kernel mode");
	serial(*state, "[    1.000000] BUG: unble to handle pag\xff\xff"
		       "ault for address: ffff8880\n"
		       "[    1.000001] #PF: supervisor rea[    1.000002] next\n");
	assert_got("BUG: unable to handle page fault for address: ffff8880|"
		   "#PF: supervisor read access in kernel mode|next");
}

static void a_torn_serial_line_waits_for_the_whole_copy(void **state)
{
	net(*state, "6,1,1000000,-;a");
	serial(*state, "[    1.000000] a\n[    1.000001] BUG: unable to[    1.000002] c\n");
	assert_got("a");
	assert_int_equal(pipeline_wakeup(*state).us, MONO_MS(20));
	net_at(*state, "6,2,1000001,-;BUG: unable to handle", AT(1));
	assert_got("a|BUG: unable to handle|c");
	net_at(*state, "6,3,1000002,-;c", AT(2));
	assert_got("a|BUG: unable to handle|c");
	assert_true(mono_is_never(pipeline_wakeup(*state)));
}

static void a_torn_line_does_not_wait_long(void **state)
{
	net(*state, "6,1,1000000,-;a");
	serial(*state, "[    1.000001] BUG: unable to[    1.000002] c\n");
	assert_got("a");
	pipeline_tick(*state, AT(20));
	assert_got("a|BUG: unable to~|c|(tick)");
}

static void a_torn_line_does_not_wait_when_netconsole_is_past_it(void **state)
{
	net(*state, "6,1,1000000,-;a");
	serial(*state, "[    1.000001] BUG: unable to[    1.000002] c\n");
	net_at(*state, "6,3,1000002,-;c", AT(1));
	pipeline_tick(*state, AT(6));
	assert_got("a|BUG: unable to~|c|(tick)");
}

static void a_torn_line_does_not_wait_without_netconsole(void **state)
{
	serial(*state, "[    1.000001] BUG: unable to[    1.000002] c\n");
	assert_got("BUG: unable to~|c");
}

/* netconsole sends the whole log when its module is loaded, after thousands of lines. */
static void the_log_that_netconsole_sends_at_its_start_is_known(void **state)
{
	char text[128];

	serial(*state, "SeaBIOS (version 1.16)\n");
	serial(*state, "[    0.000000] Linux version 6.1.0 (x) (y) #1\n");
	for (int i = 1; i < 5000; i++) {
		snprintf(text, sizeof(text), "[%5d.%06d] message number %d\r\n", i / 500, i % 500,
			 i);
		serial(*state, text);
	}
	assert_marks("firmware|kernel");
	assert_int_equal(fake.records, 5001);
	net(*state, "5,0,0,-;Linux version 6.1.0 (x) (y) #1\n");
	for (int i = 1; i < 5000; i++) {
		snprintf(text, sizeof(text), "6,%d,%d,-;message number %d\n", i,
			 i / 500 * 1000000 + i % 500, i);
		net(*state, text);
	}
	assert_int_equal(fake.records, 5001);
	assert_marks("firmware|kernel");
	assert_lost("");
}

static void without_timestamps_the_text_and_the_time_match(void **state)
{
	serial_at(*state, "BUG: x\n", AT(0));
	net_at(*state, "6,1,1000000,-;BUG: x", AT(1));
	assert_got("BUG: x");
	net_at(*state, "6,2,9000000,-;BUG: x", AT(8000));
	serial_at(*state, "BUG: x\n", AT(8001));
	assert_got("BUG: x|BUG: x");
	serial_at(*state, "BUG: x\n", AT(18000));
	assert_got("BUG: x|BUG: x|BUG: x");
}

/* In a panic netconsole can die while a slow serial line is far behind. */
static void a_slow_serial_line_goes_on_where_netconsole_died(void **state)
{
	net_at(*state, "6,1,1000000,-;a", AT(0));
	net_at(*state, "6,2,1000001,-;b", AT(0));
	net_at(*state, "6,3,1000002,-;c", AT(0));
	fake.wakeup = AT(3000);
	serial_at(*state, "[    1.000000] a\n", AT(2900));
	pipeline_tick(*state, AT(3000));
	assert_got("a|b|c");
	assert_int_equal(pipeline_wakeup(*state).us, MONO_MS(3100));
	serial_at(*state, "[    1.000001] b\n[    1.000002] c\n[    1.000003] d\n", AT(3050));
	assert_got("a|b|c|d");
	pipeline_tick(*state, AT(3100));
	assert_got("a|b|c|d|(tick)");
}

static void catching_up_does_not_delay_for_ever(void **state)
{
	int ms = 0;
	char text[64];

	for (int i = 0; i < 1000; i++) {
		snprintf(text, sizeof(text), "6,%d,%d,-;m%d", i, 1000000 + i, i);
		net_at(*state, text, AT(0));
	}
	for (int i = 0; i < 200; i++, ms += 100) {
		snprintf(text, sizeof(text), "[    1.%06d] m%d\n", i, i);
		serial_at(*state, text, AT(ms));
		pipeline_tick(*state, AT(ms));
		if (strstr(fake.got.text, "(tick)"))
			break;
	}
	assert_in_range(ms, 9000, 11000);
}

/* ---- boots ---- */

static void banners_of_firmware_and_boot_loaders_are_marks(void **state)
{
	serial(*state, "\x1b"
		       "c\x1b[?7l\x1b[2J\x1b[0mSeaBIOS (version 1.16.2-debian-1.16.2-1)\r\n\n\n"
		       "iPXE (http://ipxe.org) 00:03.0 CA00 PCI2.10 PnP PMM+0EFCF160 CA00\r\n"
		       "\x1b[0;1miPXE 1.0.0+git-20190125\x1b[0m -- Open Source Network\r\n"
		       "\r\nPXELINUX 6.04 PXE 20200816 Copyright (C)\r\r\n");
	assert_marks("firmware|firmware|firmware|firmware");
	clear(&seen.marks);
	serial(*state, "Press Ctrl-B\r            \r\n\x1b[24;01HGNU GRUB  version 2.06\r\n"
		       "U-Boot 2023.01 (Jan 1)\nBdsDxe: loading Boot0001 \"UEFI PXEv4\"\n");
	assert_marks("firmware|firmware|firmware");
}

static void a_boot_without_reset_separates_the_reports(void **state)
{
	serial(*state, "[   50.000000] old\n");
	assert_false(fake.firmware);
	serial(*state, "SeaBIOS (version 1)\niPXE (PCI 00:03.0) starting\n");
	assert_true(fake.firmware);
	serial(*state, "[    0.000000] Linux version 6.1.0 (x) #1\n[    0.000000] new\n");
	assert_false(fake.firmware);
	assert_marks("firmware|firmware|kernel");
	assert_got("old|(boot)|SeaBIOS (version 1)|iPXE (PCI 00:03.0) starting|"
		   "Linux version 6.1.0 (x) #1|new");
}

static void a_boot_after_a_reset_on_purpose_is_told_once(void **state)
{
	serial(*state, "[   50.000000] old\n");
	pipeline_new_boot(*state, AT(10));
	assert_got("old|(flush)|(boot)");
	serial_at(*state, "SeaBIOS (version 1)\n[    0.000000] Linux version 6.1 (x) #1\n", AT(20));
	assert_got("old|(flush)|(boot)|SeaBIOS (version 1)|Linux version 6.1 (x) #1");
	assert_marks("firmware|kernel");
}

/* Real boards' firmware often prints nothing on the serial line. */
static void a_silent_reset_is_known_by_the_kernels_clock(void **state)
{
	char text[64];

	serial(*state, "[    0.000000] Linux version 6.1 (x) #1\n[    0.000000] cmdline\n"
		       "[    0.500000] one\n[   50.000000] old\n");
	assert_marks("kernel");
	serial(*state, "[    0.000000] Linux version 6.1 (x) #1\n[    0.000000] cmdline\n");
	for (int i = 1; i <= 8; i++) {
		snprintf(text, sizeof(text), "[    0.%06d] early %d\n", i * 1000, i);
		serial(*state, text);
	}
	assert_marks("kernel|kernel");
	assert_non_null(strstr(fake.got.text, "old|"));
	assert_non_null(strstr(fake.got.text, "(boot)|early 8"));
	/* From here it is a boot like any other. */
	serial(*state, "[    1.000000] BUG: new\n");
	assert_non_null(strstr(fake.got.text, "early 8|BUG: new"));
}

/* Not even when a serial line damages the timestamps themselves. */
static void damaged_timestamps_are_no_boot(void **state)
{
	char text[64];

	serial(*state, "[    0.000000] Linux version 6.1 (x) #1\n");
	for (int i = 0; i < 100; i++) {
		snprintf(text, sizeof(text), "[%s.%06d] message %d\n",
			 i == 10   ? "90010"
			 : i == 40 ? "    0"
			 : i == 70 ? "  110"
				   : "   10",
			 i, i);
		serial(*state, text);
	}
	assert_marks("kernel");
	assert_int_equal(fake.records, 101);
}

static void a_log_that_is_printed_again_is_no_boot(void **state)
{
	static const char log[] = "[    0.000000] Linux version 6.1 (x) #1\n"
				  "[    0.000000] cmdline\n[    0.500000] WARNING: one\n"
				  "[    1.000000] two\n";

	serial(*state, log);
	serial(*state, "[   50.000000] three\n");
	clear(&fake.got);
	/* With dmesg, which also shows what the console did not. */
	serial(*state, "board# dmesg\n");
	serial(*state, log);
	for (int i = 0; i < 20; i++)
		serial(*state, "[    2.000000] hidden\n");
	serial(*state, "[   50.000000] three\n[   60.000000] four\n");
	assert_marks("kernel");
	assert_null(strstr(fake.got.text, "WARNING"));
	assert_null(strstr(fake.got.text, "(boot)"));
	assert_non_null(strstr(fake.got.text, "four"));
}

static void an_announced_restart_makes_the_next_banner_sure(void **state)
{
	serial(*state, "[   50.000000] reboot: Restarting system\n"
		       "[    0.000000] Linux version 6.1 (x) #1\n");
	assert_marks("restart|kernel");
	assert_got("reboot: Restarting system|(boot)|Linux version 6.1 (x) #1");
}

static void texts_about_boots_are_no_marks(void **state)
{
	serial(*state, "[    0.000000] Linux version 6.1 (x) #1\n[    3.000000] running\n");
	clear(&seen.marks);
	serial(*state, "[    3.000001] SeaBIOS (version 1.16)\n"
		       "[    3.000002] DMI: QEMU, BIOS SeaBIOS (version 1.16)\n"
		       "board# echo SeaBIOS (version 1.16)\n"
		       "[    3.000003] x\rSeaBIOS (version 1.16)\n"
		       "[    3.000003] x\x1b[2JPXELINUX 6.04\n"
		       "Nov 23 06:02:11 host kernel: SeaBIOS (version 1.16)\n"
		       "PXELINUX says hello\n"
		       "Linux version 6.1 (x) #1\n"
		       "[   12.000000] Linux version 6.1 (x) #1\n"
		       "reboot: Restarting system\n"
		       "nfs: server 10.0.0.1 not responding, still trying\n"
		       "[   12.000001] I said reboot: Restarting system\n");
	net(*state, "5,1,13000000,-;SeaBIOS (version 1.16)");
	net(*state, "5,2,13000001,-;Linux version 6.1 (x) #1");
	assert_marks("");
}

/* A longer line than any is cut in pieces; a piece is no message. */
static void a_banner_inside_a_long_line_is_no_mark(void **state)
{
	char text[4096 + 64];

	memset(text, 'x', 4096);
	snprintf(text + 4096, 64, "SeaBIOS (version 1.16)\n");
	serial(*state, text);
	assert_marks("");
}

static void a_reset_in_the_middle_of_a_line_is_seen(void **state)
{
	serial_at(*state, "[   50.000000] half a li", AT(0));
	pipeline_tick(*state, AT(1000));
	serial_at(*state, "SeaBIOS (version 1)\r\n", AT(3000));
	assert_marks("firmware");
}

static void nfs_and_restart_messages_are_marks_once(void **state)
{
	serial(*state, "[    5.000000] nfs: server 10.77.0.1 not responding, still trying\n");
	net(*state, "5,1,5000000,-;nfs: server 10.77.0.1 not responding, still trying");
	net(*state, "5,2,6000000,-;nfs: server 10.77.0.1 OK");
	serial(*state, "[    6.000000] nfs: server 10.77.0.1 OK\n");
	serial(*state, "[    7.000000] nfs: server 10.77.0.1 not responding, timed out\n");
	serial(*state, "[    8.000000] reboot: Power down\n");
	assert_marks("stalled|ok|restart");
}

static void a_kernel_without_timestamps_has_marks_too(void **state)
{
	serial(*state, "Linux version 6.1 (x) #1\nnfs: server a OK\nreboot: machine restart\n");
	assert_marks("kernel|ok|restart");
}

static void late_records_of_the_old_boot_are_not_the_new_ones(void **state)
{
	net(*state, "6,1,50000000,-;a");
	serial(*state, "[   50.000000] a\n");
	pipeline_new_boot(*state, AT(100));
	clear(&fake.got);
	clear(&seen.lines);
	net_at(*state, "6,2,50000001,-;BUG: late", AT(101));
	assert_got("");
	assert_lines("[   50.000001] BUG: late");
	serial_at(*state, "[    0.000000] Linux version 6.1 (x) #1\n", AT(900));
	net_at(*state, "6,1,3000000,-;BUG: new", AT(1000));
	assert_got("Linux version 6.1 (x) #1|BUG: new");
}

static void a_board_that_did_not_reset_is_heard_again(void **state)
{
	serial(*state, "[   50.000000] a\n");
	pipeline_new_boot(*state, AT(0));
	clear(&fake.got);
	serial_at(*state, "[   51.000000] b\n", AT(1000));
	assert_got("");
	serial_at(*state, "[   56.000000] c\n", AT(6000));
	assert_got("c");
}

static void netconsole_alone_shows_a_reboot_by_its_numbers(void **state)
{
	net(*state, "6,900,50000000,-;a");
	net(*state, "6,400,3000000,-;b");
	assert_got("a|(boot)|b");
}

static void a_reloaded_netconsole_is_no_reboot(void **state)
{
	serial(*state, "[    1.000000] a\n[    2.500000] b\n");
	for (int i = 0; i < 2; i++) {
		net(*state, "6,1,1000000,-;a");
		net(*state, "6,2,2500000,-;b");
	}
	assert_got("a|b");
	assert_marks("");
}

static void flush_gives_out_all_that_waits(void **state)
{
	net(*state, "6,1,1000000,-;a");
	serial(*state, "[    1.000001] b[    1.000002] c\n[    1.000003] par");
	net(*state, "6,7,1000007,-;d");
	pipeline_flush(*state, AT(1));
	assert_non_null(strstr(fake.got.text, "b~|c"));
	assert_non_null(strstr(fake.got.text, "par~"));
	assert_non_null(strstr(fake.got.text, "|d"));
	assert_true(mono_is_never(pipeline_wakeup(*state)));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_serial_line_becomes_a_line_and_a_record),
		TEST(a_netconsole_record_is_shown_as_the_console_would),
		TEST(basic_netconsole_is_lines_too),
		TEST(a_torn_line_is_split_into_its_records),
		TEST(a_partial_line_comes_out_after_a_second),
		TEST(dropped_messages_are_lost_and_a_gap),
		TEST(a_replayed_message_comes_once),
		TEST(the_same_message_twice_is_two_messages),
		TEST(hostile_lines_are_bounded),
		TEST(the_second_copy_is_a_duplicate),
		TEST(repeated_text_is_matched_one_to_one),
		TEST(netconsole_completes_what_serial_lost),
		TEST(serial_completes_what_netconsole_lost),
		TEST(hidden_messages_are_not_lost_where_serial_can_tell),
		TEST(a_netconsole_gap_is_a_gap_when_there_is_no_serial),
		TEST(damaged_serial_lines_after_netconsole_are_duplicates),
		TEST(a_torn_serial_line_waits_for_the_whole_copy),
		TEST(a_torn_line_does_not_wait_long),
		TEST(a_torn_line_does_not_wait_when_netconsole_is_past_it),
		TEST(a_torn_line_does_not_wait_without_netconsole),
		TEST(the_log_that_netconsole_sends_at_its_start_is_known),
		TEST(without_timestamps_the_text_and_the_time_match),
		TEST(a_slow_serial_line_goes_on_where_netconsole_died),
		TEST(catching_up_does_not_delay_for_ever),
		TEST(banners_of_firmware_and_boot_loaders_are_marks),
		TEST(a_boot_without_reset_separates_the_reports),
		TEST(a_boot_after_a_reset_on_purpose_is_told_once),
		TEST(a_silent_reset_is_known_by_the_kernels_clock),
		TEST(damaged_timestamps_are_no_boot),
		TEST(a_log_that_is_printed_again_is_no_boot),
		TEST(an_announced_restart_makes_the_next_banner_sure),
		TEST(texts_about_boots_are_no_marks),
		TEST(a_banner_inside_a_long_line_is_no_mark),
		TEST(a_reset_in_the_middle_of_a_line_is_seen),
		TEST(nfs_and_restart_messages_are_marks_once),
		TEST(a_kernel_without_timestamps_has_marks_too),
		TEST(late_records_of_the_old_boot_are_not_the_new_ones),
		TEST(a_board_that_did_not_reset_is_heard_again),
		TEST(netconsole_alone_shows_a_reboot_by_its_numbers),
		TEST(a_reloaded_netconsole_is_no_reboot),
		TEST(flush_gives_out_all_that_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
