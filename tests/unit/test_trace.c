/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/detector/trace*.c console/detector/pattern.c */
/* The lines of call traces, of every architecture and age that we read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "console/detector/trace.h"

static void expect_frame(const char *line, const char *symbol, const char *module)
{
	struct trace_line t;

	assert_true(trace_parse(span_of(line), &t));
	assert_int_equal(t.kind, TRACE_FRAME);
	assert_true(span_is(t.symbol, symbol));
	assert_true(span_is(t.module, module));
}

static void expect_ip(const char *line, const char *symbol)
{
	struct trace_line t;

	assert_true(trace_parse(span_of(line), &t));
	assert_int_equal(t.kind, TRACE_IP);
	assert_true(span_is(t.symbol, symbol));
}

static void expect_kind(const char *line, enum trace_kind kind)
{
	struct trace_line t;

	assert_true(trace_parse(span_of(line), &t));
	assert_int_equal(t.kind, kind);
}

static void expect_nothing(const char *line)
{
	struct trace_line t;

	assert_false(trace_parse(span_of(line), &t));
}

static void frames_of_x86_are_read(void **state)
{
	expect_frame(" vfs_write+0xc1/0x1d0", "vfs_write", "");
	expect_frame(" [<ffffffff810d9c93>] pte_list_remove+0x3b3/0x3d0", "pte_list_remove", "");
	expect_frame(" <IRQ>  [<ffffffff816ecb37>] _sched_show_task+0x31a/0x325",
		     "_sched_show_task", "");
	expect_frame(" null_init+0xd/0x1000 [null_deref]", "null_init", "null_deref");
	expect_frame(" dump_stack lib/dump_stack.c:15 [inline]", "dump_stack", "");
}

static void nothing_behind_the_end_of_a_line_is_read(void **state)
{
	static const char line[] = {'[', '<', 'i', 'n', 'l', 'i', 'n', 'e'};
	char *alone = malloc(sizeof(line) + 1);
	struct trace_line t;

	/* What follows would complete it; the address sanitizer sees other reads. */
	assert_non_null(alone);
	memcpy(alone, line, sizeof(line));
	alone[sizeof(line)] = '>';
	assert_false(trace_parse((struct span){alone, sizeof(line)}, &t));
	alone = realloc(alone, sizeof(line));
	assert_non_null(alone);
	assert_false(trace_parse((struct span){alone, sizeof(line)}, &t));
	free(alone);
}

static void the_build_id_of_a_module_is_read(void **state)
{
	struct trace_line t;

	assert_true(trace_parse(span_of(" f+0x1/0x2 [m 0123456789abcdef0123456789abcdef01234567]"),
				&t));
	assert_true(span_is(t.module, "m"));
	assert_true(span_is(t.build_id, "0123456789abcdef0123456789abcdef01234567"));
	assert_int_equal(t.offset, 1);
	assert_int_equal(t.size, 2);
}

static void a_question_mark_makes_a_frame_unreliable(void **state)
{
	struct trace_line t;

	assert_true(trace_parse(span_of(" ? lock_release+0xa40/0xa40"), &t));
	assert_true(t.unreliable);
	assert_true(trace_parse(span_of("[c0000000] [c0000010] foo+0x10/0x20 (unreliable)"), &t));
	assert_true(t.unreliable);
	assert_true(span_is(t.symbol, "foo"));
}

static void frames_of_arm_are_read(void **state)
{
	expect_frame("[<c01751ac>] (blk_rq_map_sg+0x70/0x2c0) from [<c025a42c>] "
		     "(mmc_queue_map_sg+0x2c/0xa4)",
		     "blk_rq_map_sg", "");
	expect_frame("[<802b3ffc>] (trace_pc) from [<802e1324>] (hardirqs_off+0x6c/0x120)",
		     "trace_pc", "");
	expect_frame(" dup_fd from copy_process+0x5a0/0x1000", "dup_fd", "");
	expect_frame(" poke [gadget] from platform_probe+0x5c/0xb8", "poke", "gadget");
	expect_nothing(" message [gadget] from platform_probe");
}

static void frames_of_arm64_and_riscv_are_read(void **state)
{
	expect_frame(" el0_svc_handler+0xd4/0x198", "el0_svc_handler", "");
	expect_frame(" my_probe+0x10/0x40 [mydrv] (P)", "my_probe", "mydrv");
	expect_frame("[<ffffffe00008c762>] schedule_tail+0x72/0xb2", "schedule_tail", "");
}

static void instruction_pointers_are_read(void **state)
{
	expect_ip("RIP: 0010:skb_pull+0xd5/0xf0", "skb_pull");
	expect_ip("RIP: 0010:[<ffffffff8213c531>]  [<ffffffff8213c531>] "
		  "logfs_init_inode.isra.6+0x111/0x470",
		  "logfs_init_inode.isra.6");
	expect_ip("IP: [<ffffffff810a376f>] __call_rcu.constprop.76+0x1f/0x280",
		  "__call_rcu.constprop.76");
	expect_ip("EIP: foo+0x1/0x2", "foo");
	expect_ip("PC is at blk_rq_map_sg+0x70/0x2c0", "blk_rq_map_sg");
	expect_ip("pc : __lock_acquire+0x7cc/0x30a4", "__lock_acquire");
	expect_ip("epc : schedule_tail+0x72/0xb2", "schedule_tail");
	expect_ip("NIP [c00000000008c762] foo_probe+0x10/0x20", "foo_probe");
	expect_ip("epc   : 80012345 foo_probe+0x10/0x20", "foo_probe");
	expect_ip("pc is at foo_probe+0x10/0x20 [foo]", "foo_probe");
	expect_ip("TPC: <foo_probe+0x10/0x20 [foo]>", "foo_probe");
	expect_ip("    pc: c008000000c20054: foo_probe+0x10/0x20 [foo]", "foo_probe");
}

static void the_link_register_is_told_from_the_instruction_pointer(void **state)
{
	expect_kind("pc : 0x0", TRACE_NULL_IP);
	expect_kind("PC is at 0x0", TRACE_NULL_IP);
	expect_kind("NIP [0000000000000000] 0x0", TRACE_NULL_IP);
	expect_kind("epc : 0x0", TRACE_NULL_IP);
	expect_kind("lr : foo_probe+0x10/0x20 [foo]", TRACE_LINK);
	expect_kind("LR is at foo_probe+0x10/0x20 [foo]", TRACE_LINK);
	expect_kind("LR [c00000000008c762] foo_probe+0x10/0x20 [foo]", TRACE_LINK);
	expect_kind(" ra : foo_probe+0x10/0x20 [foo]", TRACE_LINK);
	expect_kind("ra    : 80612340 foo_probe+0x10/0x20 [foo]", TRACE_LINK);
	expect_nothing("PC is at 0xdeadbeef");
	expect_nothing("lr : 0x0");
	expect_nothing("lr : 0000000000000000");
}

static void frames_of_xmon_are_read(void **state)
{
	expect_frame("[c000000006a5ba80] c000000000a1c2d0 foo_probe+0x80/0x140 [foo]", "foo_probe",
		     "foo");
	expect_nothing("[c000000006a5ba80] c000000000a1c2d0 ");
}

static void a_user_address_is_no_place_in_the_kernel(void **state)
{
	struct trace_line t;

	assert_true(trace_parse(span_of("RIP: 0033:0x4512c9"), &t));
	assert_int_equal(t.kind, TRACE_USER_IP);
}

static void prose_is_no_frame(void **state)
{
	expect_nothing("   (ftrace buffer empty)");
	expect_nothing("Message from syslogd");
	expect_nothing("RAX: ffffffffffffffda RBX: 0000000000000016");
	expect_nothing("[0c0c9ca0] *pgd=00000000");
	expect_nothing("usb 5-1: BOGUS urb xfer, pipe 3 != type 1");
	expect_nothing("");
}

static void headers_say_what_their_frames_tell(void **state)
{
	struct trace_line t;

	assert_true(trace_parse(span_of("Call Trace:"), &t));
	assert_int_equal(t.kind, TRACE_START);
	assert_int_equal(t.section, SECTION_CALL);
	assert_true(trace_parse(span_of("Allocated by task 11514:"), &t));
	assert_int_equal(t.section, SECTION_ALLOC);
	assert_true(trace_parse(span_of("-> #1 (&lo->lo_ctl_mutex#2){+.+.}:"), &t));
	assert_int_equal(t.section, SECTION_CHAIN);
}

static void suffixes_of_the_compiler_are_cut(void **state)
{
	assert_true(span_is(trace_function(span_of("foo.isra.6.part.2")), "foo"));
	assert_true(span_is(trace_function(span_of("foo.cold")), "foo"));
	assert_true(span_is(trace_function(span_of("foo.llvm.123")), "foo"));
	assert_true(span_is(trace_function(span_of("foo")), "foo"));
}

static void the_task_line_is_read(void **state)
{
	struct trace_task t = {.cpu = -1, .pid = -1};

	assert_true(trace_parse_task(span_of("CPU: 3 PID: 577 Comm: my prog Tainted: G    B   W  "
					     "OE      6.1.0-18-amd64 #1"),
				     &t));
	assert_int_equal(t.cpu, 3);
	assert_int_equal(t.pid, 577);
	assert_true(span_is(t.comm, "my prog"));
	assert_true(span_is(t.taint, "G    B   W  OE"));
	assert_true(
		trace_parse_task(span_of("CPU: 0 UID: 0 PID: 9 Comm: a Not tainted 6.12.0"), &t));
	assert_int_equal(t.pid, 9);
	assert_true(span_is(t.taint, ""));
	assert_false(trace_parse_task(span_of("CPU: Intel(R) Xeon"), &t));
}

static void a_symbol_has_any_length(void **state)
{
	for (size_t n = 1; n < 70; n++) {
		char line[128], name[80] = "";

		for (size_t i = 0; i < n; i++)
			name[i] = "aZ_0.$z9"[(i + n) % 8 == 3 && i == 0 ? 0 : (i + n) % 8];
		if (strchr("0.9", name[0]))
			name[0] = 'f';
		for (unsigned tail = 0; tail < 3; tail++) {
			snprintf(line, sizeof(line), " %s+%s", name,
				 (const char *[]){"0x1", "0x10/0x20", "0x10/0x20 [mod]"}[tail]);
			expect_frame(line, name, tail == 2 ? "mod" : "");
			line[n] = '~';
			expect_nothing(line);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_of_x86_are_read),
		cmocka_unit_test(nothing_behind_the_end_of_a_line_is_read),
		cmocka_unit_test(the_build_id_of_a_module_is_read),
		cmocka_unit_test(a_question_mark_makes_a_frame_unreliable),
		cmocka_unit_test(frames_of_arm_are_read),
		cmocka_unit_test(frames_of_arm64_and_riscv_are_read),
		cmocka_unit_test(instruction_pointers_are_read),
		cmocka_unit_test(the_link_register_is_told_from_the_instruction_pointer),
		cmocka_unit_test(frames_of_xmon_are_read),
		cmocka_unit_test(a_user_address_is_no_place_in_the_kernel),
		cmocka_unit_test(prose_is_no_frame),
		cmocka_unit_test(headers_say_what_their_frames_tell),
		cmocka_unit_test(suffixes_of_the_compiler_are_cut),
		cmocka_unit_test(the_task_line_is_read),
		cmocka_unit_test(a_symbol_has_any_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
