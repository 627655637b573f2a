/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/explain/fault.c console/symbolizer/disasm.c console/explain/address.c */
/* LINK: console/strbuf.c */
/* LIBS: capstone */
/* Instruction, registers and address of an oops put together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "console/explain/fault.h"

static struct fault fault_in(const char *text, const char *code)
{
	struct crash_report r = {
		.text = (char *)text,
		.text_len = strlen(text),
		.code = (char *)code,
	};
	struct fault f;

	fault_of(&r, &f);
	return f;
}

static void the_register_behind_the_address_is_found(void **state)
{
	struct fault f = fault_in("#PF: supervisor write access in kernel mode\n"
				  "RIP: 0010:poke+0xa/0x16 [gadget]\n"
				  "Code: <c7> 40 10 01 00 00 00\n"
				  "RSP: 0018:ffffc90000123e00 EFLAGS: 00000246\n"
				  "RAX: 0000000000000000 RBX: ffffffffc0269000\n",
				  "<c7> 40 10 01 00 00 00");

	assert_true(f.decoded);
	assert_string_equal(f.instruction.text, "movl $1, 0x10(%rax)");
	assert_int_equal(f.access, FAULT_WRITE);
	assert_true(f.has_pointer);
	assert_string_equal(f.pointer_name, "RAX");
	assert_int_equal(f.pointer, 0);
	assert_true(f.has_address); /* the registers tell what nobody printed */
	assert_int_equal(f.address, 0x10);
	assert_true(f.space.x86_64);
	assert_false(f.space.la57);
	assert_true(f.space.stack_pointer == 0xffffc90000123e00);
}

static void an_index_counts_and_a_printed_address_wins(void **state)
{
	static const char text[] = "RIP: 0010:f+0x1/0x2\nCode: x\nRSP: 0018:ffffc90000123e00\n"
				   "RDX: 0000000000000002 R08: dead000000000100\n";
	struct crash_report printed = {.text = (char *)text,
				       .text_len = sizeof(text) - 1,
				       .code = "<49> 8b 44 d0 08",
				       .has_address = true,
				       .address = 0x1234};
	struct fault f = fault_in(text, "<49> 8b 44 d0 08"); /* movq 8(%r8, %rdx, 8), %rax */

	assert_string_equal(f.pointer_name, "R08");
	assert_true(f.address == 0xdead000000000100 + 2 * 8 + 8);
	fault_of(&printed, &f);
	assert_int_equal(f.address, 0x1234);
}

static void the_first_register_dump_is_the_faults(void **state)
{
	struct fault f = fault_in("RIP: 0010:f+0x1/0x2\nCode: <c7>\nRAX: 00000000000000aa\n"
				  "RIP: 0033:0x43ab59\nCode: 28\nRAX: 00000000000000bb\n",
				  "<c7> 40 10 01 00 00 00");

	assert_int_equal(f.pointer, 0xaa);
}

static void user_spaces_code_and_registers_do_not_count(void **state)
{
	struct fault f = fault_in("WARNING: something\nRIP: 0033:0x43ab59\n"
				  "Code: 28 00 <48> 3d 01 f0 ff ff\n"
				  "RSP: 002b:00007fff009a62e8 EFLAGS: 00000246\n",
				  "28 00 <48> 3d 01 f0 ff ff");

	assert_false(f.decoded);
	assert_int_equal(f.space.stack_pointer, 0);
}

static void five_level_page_tables_are_seen_by_the_stack(void **state)
{
	struct fault f =
		fault_in("RIP: 0010:f+0x1/0x2\nRSP: 0018:ff529098c04f3af8 EFLAGS: 1\n", NULL);

	assert_true(f.space.la57);
}

static void a_register_operand_is_shown_with_its_value(void **state)
{
	struct fault f = fault_in("RIP: 0010:f+0x1/0x2\nCode: <f7> f9\nRCX: 0000000000000000\n",
				  "99 <f7> f9 c3");

	assert_true(f.has_pointer);
	assert_string_equal(f.pointer_name, "RCX");
	assert_false(f.has_address); /* no memory was meant */
}

static void arm64_is_understood(void **state)
{
	struct fault f =
		fault_in("pstate: 60000005 (nZCv daif -PAN -UAO)\npc : f+0x10/0x20\n"
			 "x3 : 0000000000000001 x2 : 0000000000000002 x1 : 6b6b6b6b6b6b6b6b\n",
			 "d503201f d2800540 (f9000820) d65f03c0");

	assert_true(f.decoded);
	assert_string_equal(f.pointer_name, "x1");
	assert_true(f.address == 0x6b6b6b6b6b6b6b6b + 0x10);
	assert_false(f.space.x86_64);
}

static void an_empty_report_says_nothing(void **state)
{
	struct crash_report r = {0};
	struct fault f;

	fault_of(&r, &f);
	assert_false(f.decoded || f.has_address || f.has_pointer || f.space.x86_64);
	assert_int_equal(f.access, FAULT_ACCESS_UNKNOWN);
}

static void broken_register_values_are_left_out(void **state)
{
	struct fault f =
		fault_in("RIP: 0010:f+0x1/0x2\nRAX: 00000\nRAX: zz\nRAX:", "<c7> 00 01 00 00 00");

	assert_true(f.decoded);
	assert_false(f.has_pointer);
	assert_false(f.has_address);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_register_behind_the_address_is_found),
		cmocka_unit_test(an_index_counts_and_a_printed_address_wins),
		cmocka_unit_test(the_first_register_dump_is_the_faults),
		cmocka_unit_test(user_spaces_code_and_registers_do_not_count),
		cmocka_unit_test(five_level_page_tables_are_seen_by_the_stack),
		cmocka_unit_test(a_register_operand_is_shown_with_its_value),
		cmocka_unit_test(arm64_is_understood),
		cmocka_unit_test(an_empty_report_says_nothing),
		cmocka_unit_test(broken_register_values_are_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
