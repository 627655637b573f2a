/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/symbolizer/disasm.c */
/* LIBS: capstone */
/* The marked instruction of a "Code:" line. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "console/symbolizer/disasm.h"

static void the_marked_instruction_is_decoded_in_att_syntax(void **state)
{
	struct instruction i;

	assert_int_equal(disasm_code("00 00 e8 ca ff ff ff <c7> 40 10 01 00 00 00 c3 cc cc cc cc",
				     DISASM_X86_64, &i),
			 0);
	assert_string_equal(i.text, "movl $1, 0x10(%rax)");
	assert_true(i.memory);
	assert_string_equal(i.base, "rax");
	assert_string_equal(i.index, "");
	assert_int_equal(i.displacement, 0x10);
}

static void an_index_is_told(void **state)
{
	struct instruction i;

	assert_int_equal(disasm_code("<48> 8b 44 d0 f8", DISASM_X86_64, &i), 0);
	assert_string_equal(i.text, "movq -8(%rax, %rdx, 8), %rax");
	assert_string_equal(i.base, "rax");
	assert_string_equal(i.index, "rdx");
	assert_int_equal(i.scale, 8);
	assert_int_equal(i.displacement, -8);
}

static void an_instruction_without_memory_has_no_operand(void **state)
{
	struct instruction i;

	assert_int_equal(disasm_code("df 99 <f7> f9 c3", DISASM_X86_64, &i), 0);
	assert_string_equal(i.text, "idivl %ecx");
	assert_false(i.memory);
	assert_string_equal(i.operand, "rcx");
	assert_int_equal(disasm_code("<41> ff d0", DISASM_X86_64, &i), 0);
	assert_string_equal(i.text, "callq *%r8");
	assert_string_equal(i.operand, "r8");
	assert_int_equal(disasm_code("<0f> 0b", DISASM_X86_64, &i), 0);
	assert_string_equal(i.text, "ud2");
	assert_int_equal(disasm_code("<65> 48 8b 04 25 28 00 00 00", DISASM_X86_64, &i), 0);
	assert_string_equal(i.text, "movq %gs:0x28, %rax");
	assert_false(i.memory);
}

static void other_machines_are_decoded(void **state)
{
	struct instruction i;

	assert_int_equal(disasm_code("55 <8b> 40 04", DISASM_X86_32, &i), 0);
	assert_string_equal(i.text, "movl 4(%eax), %eax");
	assert_string_equal(i.base, "eax");
	assert_int_equal(disasm_code("d503201f d2800540 (f9000820) d65f03c0", DISASM_ARM64, &i), 0);
	assert_string_equal(i.text, "str x0, [x1, #0x10]");
	assert_string_equal(i.base, "x1");
	assert_int_equal(i.displacement, 0x10);
}

static void garbage_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"Bad RIP value.",
		"Unable to access opcode bytes at RIP 0xffffffffffffffd6.",
		"00 11 22",         /* no mark */
		"00 <11 22",        /* mark not closed */
		"<0f> 0b <0f> 0b",  /* two marks */
		"<0f>0b",           /* words run together */
		"<0f> 0",           /* half a byte */
		"<zz> 00",          /* no digits */
		"(d503201f)",       /* another machine's mark */
		"<\x1b[31m",        /* escape sequence */
		"<06> 06 06 06 06", /* no instruction in 64-bit mode */
		"<48>",             /* cut */
	};
	char long_code[4 + 3 * 200 + 1] = "<90>";
	struct instruction i;

	for (size_t k = 0; k < sizeof(bad) / sizeof(bad[0]); k++)
		assert_int_equal(disasm_code(bad[k], DISASM_X86_64, &i), -EINVAL);
	assert_int_equal(disasm_code("<0f> 0b", DISASM_ARM64, &i), -EINVAL);
	for (unsigned k = 0; k < 200; k++)
		memcpy(long_code + 4 + 3 * k, " 90", 4);
	assert_int_equal(disasm_code(long_code, DISASM_X86_64, &i), -EINVAL);
}

static void the_text_is_bounded(void **state)
{
	struct instruction i;

	/* Prefixes, a long name and an operand of every kind. */
	assert_int_equal(disasm_code("<62> f1 7c 48 28 84 d8 78 56 34 12", DISASM_X86_64, &i), 0);
	assert_true(strlen(i.text) < sizeof(i.text));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_marked_instruction_is_decoded_in_att_syntax),
		cmocka_unit_test(an_index_is_told),
		cmocka_unit_test(an_instruction_without_memory_has_no_operand),
		cmocka_unit_test(other_machines_are_decoded),
		cmocka_unit_test(garbage_is_refused),
		cmocka_unit_test(the_text_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
