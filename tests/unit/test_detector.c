/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/detector/detector*.c console/detector/finding.c console/detector/crash.c */
/* LINK: console/detector/facts.c console/detector/frames.c console/detector/guilt.c */
/* LINK: console/detector/pattern.c console/detector/plumbing*.c console/detector/prefilter*.c */
/* LINK: console/detector/report_buffer.c console/detector/rules*.c console/demangle*.c */
/* LINK: console/detector/signature.c console/strbuf.c console/detector/title*.c */
/* LINK: console/detector/torn.c console/detector/trace*.c */
/* When reports begin and end, and which lines are theirs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/detector_feed.h"

static const char oops[] = "BUG: kernel NULL pointer dereference, address: 0000000000000000\n"
			   "#PF: supervisor write access in kernel mode\n"
			   "Oops: 0002 [#1] PREEMPT SMP\n"
			   "CPU: 1 PID: 300 Comm: insmod Tainted: G           OE      6.1.0 #1\n"
			   "RIP: 0010:null_init+0xd/0x1000 [null_deref]\n"
			   "Code: 00 00 00 <c7> 04 25 00 00 00 00\n"
			   "Call Trace:\n"
			   " <TASK>\n"
			   " do_one_initcall+0x59/0x220\n"
			   " do_init_module+0x4a/0x1f0\n"
			   " </TASK>\n";

static void a_report_begins_with_its_first_line(void **state)
{
	struct feed *f = *state;

	feed_text(f, "eth0: link up\n");
	assert_false(detector_in_report(f->d));
	feed_text(f, "BUG: kernel NULL pointer dereference, address: 0000000000000000\n");
	assert_true(detector_in_report(f->d));
	assert_int_equal(f->begun, 1);
	assert_int_equal(f->n, 0);
}

static void an_oops_names_function_module_and_task(void **state)
{
	struct feed *f = *state;

	feed_text(f, oops);
	detector_flush(f->d);
	assert_int_equal(f->n, 1);
	assert_string_equal(f->got[0]->title,
			    "BUG: unable to handle kernel NULL pointer dereference in null_init");
	assert_string_equal(f->got[0]->function, "null_init");
	assert_string_equal(f->got[0]->module, "null_deref");
	assert_string_equal(f->got[0]->comm, "insmod");
	assert_string_equal(f->got[0]->taint, "G           OE");
	assert_string_equal(f->got[0]->code, "00 00 00 <c7> 04 25 00 00 00 00");
	assert_int_equal(f->got[0]->cpu, 1);
	assert_int_equal(f->got[0]->pid, 300);
	assert_int_equal(f->got[0]->die_counter, 1);
	assert_true(f->got[0]->has_address);
	assert_int_equal(f->got[0]->klass, CRASH_OOPS);
	assert_false(f->got[0]->corrupted);
	assert_int_equal(f->got[0]->n_frames, 3);
	assert_true(f->got[0]->frames[0].exact);
	assert_int_equal(f->got[0]->frames[0].offset, 0xd);
}

static void a_report_ends_when_it_goes_quiet(void **state)
{
	struct feed *f = *state;

	feed_text(f, oops);
	feed_pass_time(f, MONO_SEC(2));
	assert_int_equal(f->n, 0);
	feed_pass_time(f, MONO_SEC(1));
	feed_pass_time(f, MONO_SEC(1));
	assert_int_equal(f->n, 1);
	assert_true(mono_is_never(detector_wakeup(f->d)));
}

static void the_end_marker_ends_it_soon(void **state)
{
	struct feed *f = *state;

	feed_text(f, oops);
	feed_text(f, "---[ end trace 0000000000000000 ]---\n");
	feed_pass_time(f, MONO_MS(600));
	feed_pass_time(f, MONO_MS(600));
	assert_int_equal(f->n, 1);
}

static void lines_that_never_stop_do_not_keep_it_open(void **state)
{
	struct feed *f = *state;

	feed_text(f, oops);
	for (int i = 0; i < 12; i++) {
		feed_text(f, "nfs: server 10.0.0.1 not responding, still trying\n");
		feed_pass_time(f, MONO_SEC(1));
	}
	assert_int_equal(f->n, 1);
}

static void a_panic_after_an_oops_is_part_of_it(void **state)
{
	struct feed *f = *state;

	feed_text(f, oops);
	feed_text(f, "---[ end trace 0000000000000000 ]---\n"
		     "Kernel panic - not syncing: Fatal exception\n"
		     "Rebooting in 5 seconds..\n");
	detector_flush(f->d);
	assert_int_equal(f->n, 1);
	assert_true(f->got[0]->panicked);
}

static void a_panic_alone_is_a_report(void **state)
{
	struct feed *f = *state;

	feed_text(f, "Kernel panic - not syncing: Attempted to kill init! exitcode=0x0000000b\n"
		     "CPU: 0 PID: 1 Comm: init Not tainted 6.1.0 #1\n"
		     "Call Trace:\n"
		     " dump_stack+0x1/0x2\n"
		     " panic+0x1/0x2\n"
		     "---[ end Kernel panic - not syncing: Attempted to kill init! ]---\n");
	detector_flush(f->d);
	assert_int_equal(f->n, 1);
	assert_int_equal(f->got[0]->klass, CRASH_PANIC);
	assert_true(f->got[0]->panicked);
	assert_string_equal(f->got[0]->title, "kernel panic: Attempted to kill init!");
}

static void what_follows_a_crash_is_secondary_until_the_next_boot(void **state)
{
	struct feed *f = *state;

	feed_text(f, oops);
	feed_text(f, "---[ end trace 0000000000000000 ]---\n");
	feed_text(f, oops);
	detector_new_boot(f->d);
	feed_text(f, oops);
	detector_flush(f->d);
	assert_int_equal(f->n, 3);
	assert_false(f->got[0]->secondary);
	assert_true(f->got[1]->secondary);
	assert_false(f->got[2]->secondary);
}

static void two_cpus_that_crash_together_give_two_reports(void **state)
{
	struct feed *f = *state;

	feed_line_from(f, "T1", "BUG: unable to handle page fault for address: ffffffffdeadbeef");
	feed_line_from(f, "T2", "divide error: 0000 [#2] PREEMPT SMP");
	feed_line_from(f, "T1", "RIP: 0010:one_fn+0x1/0x2 [one]");
	feed_line_from(f, "T2", "RIP: 0010:two_fn+0x1/0x2 [two]");
	feed_line_from(f, "T1", "Call Trace:");
	feed_line_from(f, "T2", "Call Trace:");
	feed_line_from(f, "T1", " one_caller+0x1/0x2");
	feed_line_from(f, "T2", " two_caller+0x1/0x2");
	detector_flush(f->d);
	assert_int_equal(f->n, 2);
	assert_string_equal(f->got[0]->function, "one_fn");
	assert_string_equal(f->got[1]->function, "two_fn");
	assert_string_equal(f->got[1]->title, "divide error in two_fn");
}

static void a_list_corruption_with_its_bug_is_one_report(void **state)
{
	struct feed *f = *state;

	feed_text(f, "list_add corruption. prev->next should be next (ffff1), but was ffff2. "
		     "(prev=ffff3).\n"
		     "------------[ cut here ]------------\n"
		     "kernel BUG at lib/list_debug.c:26!\n"
		     "invalid opcode: 0000 [#1] PREEMPT SMP\n"
		     "CPU: 0 PID: 99 Comm: insmod Tainted: G           OE      6.1.0 #1\n"
		     "RIP: 0010:__list_add_valid.cold+0x26/0x3f\n"
		     "Call Trace:\n"
		     " <TASK>\n"
		     " corrupt_init+0x40/0x1000 [list_corruption]\n"
		     " do_one_initcall+0x59/0x220\n"
		     "---[ end trace 0000000000000000 ]---\n");
	detector_flush(f->d);
	assert_int_equal(f->begun, 1);
	assert_int_equal(f->n, 1);
	assert_string_equal(f->got[0]->title, "BUG: corrupted list in corrupt_init");
	assert_string_equal(f->got[0]->module, "list_corruption");
	assert_int_equal(f->got[0]->klass, CRASH_MEMORY);
}

static void a_warning_with_its_message_is_one_report(void **state)
{
	struct feed *f = *state;

	feed_text(
		f,
		"------------[ cut here ]------------\n"
		"list_del corruption, ffff1->next is LIST_POISON1 (dead000000000100)\n"
		"WARNING: CPU: 0 PID: 99 at lib/list_debug.c:55 __list_del_entry_valid+0x9e/0xd0\n"
		"RIP: 0010:__list_del_entry_valid+0x9e/0xd0\n"
		"Call Trace:\n"
		" twice_init+0x40/0x1000 [twice]\n"
		"---[ end trace 0000000000000000 ]---\n");
	detector_flush(f->d);
	assert_int_equal(f->n, 1);
	assert_string_equal(f->got[0]->title, "BUG: corrupted list in twice_init");
}

static void records_that_are_missing_make_a_report_corrupted(void **state)
{
	struct feed *f = *state;

	feed_text(f, oops);
	detector_gap(f->d);
	detector_flush(f->d);
	assert_true(f->got[0]->corrupted);
	assert_non_null(f->got[0]->corrupted_reason);
}

static void a_report_without_end_takes_bounded_memory(void **state)
{
	struct feed *f = *state;

	feed_text(f, oops);
	for (int i = 0; i < 20000; i++)
		feed_line_from(f, "", " some_function_with_a_long_name+0x1/0x2 [some_module]");
	detector_flush(f->d);
	assert_int_equal(f->n, 1);
	assert_in_range(f->got[0]->text_len, 1000, 600000);
}

static void the_same_bug_has_the_same_signature(void **state)
{
	struct feed *f = *state;

	feed_text(f, oops);
	detector_new_boot(f->d);
	feed_text(f, "BUG: kernel NULL pointer dereference, address: 0000000000000008\n"
		     "RIP: 0010:null_init+0x1d/0x1000 [null_deref]\n"
		     "Call Trace:\n"
		     " do_one_initcall+0x60/0x220\n");
	detector_flush(f->d);
	assert_string_equal(f->got[0]->signature, f->got[1]->signature);
}

/* An oops in null_init, called from `caller`, interrupted in `above`. */
static void feed_null_init(struct feed *f, const char *above, const char *caller)
{
	char text[512];

	detector_new_boot(f->d);
	snprintf(text, sizeof(text),
		 "BUG: kernel NULL pointer dereference, address: 0000000000000008\n"
		 "RIP: 0010:%s+0x2/0x50\n"
		 "Call Trace:\n"
		 " null_init+0x1d/0x1000 [null_deref]\n"
		 " %s+0x60/0x220\n",
		 above, caller);
	feed_text(f, text);
	detector_flush(f->d);
}

static void another_way_to_the_same_bug_is_a_variant(void **state)
{
	struct feed *f = *state;

	feed_null_init(f, "memcpy", "do_one_initcall");
	feed_null_init(f, "memset", "do_one_initcall");
	feed_null_init(f, "memcpy", "null_retry");
	assert_int_equal(f->n, 3);
	assert_int_equal(strlen(f->got[0]->variant), 16);
	assert_string_equal(f->got[0]->variant, f->got[1]->variant);
	assert_string_not_equal(f->got[0]->variant, f->got[2]->variant);
	assert_string_equal(f->got[0]->signature, f->got[2]->signature);
}

#define test(name) cmocka_unit_test_setup_teardown(name, feed_setup, feed_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(a_report_begins_with_its_first_line),
		test(an_oops_names_function_module_and_task),
		test(a_report_ends_when_it_goes_quiet),
		test(the_end_marker_ends_it_soon),
		test(lines_that_never_stop_do_not_keep_it_open),
		test(a_panic_after_an_oops_is_part_of_it),
		test(a_panic_alone_is_a_report),
		test(what_follows_a_crash_is_secondary_until_the_next_boot),
		test(two_cpus_that_crash_together_give_two_reports),
		test(a_list_corruption_with_its_bug_is_one_report),
		test(a_warning_with_its_message_is_one_report),
		test(records_that_are_missing_make_a_report_corrupted),
		test(a_report_without_end_takes_bounded_memory),
		test(the_same_bug_has_the_same_signature),
		test(another_way_to_the_same_bug_is_a_variant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
