/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/pipeline/kmsg_stamp.c console/pipeline/kmsg_vendor.c */
/* The usual columns of printk's prefix are read at once: whatever stands in them is judged as it is
 * where they differ. */
#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "console/pipeline/kmsg_prefix.h"

static size_t read_stamp(const char *line, struct kmsg_prefix *out)
{
	*out = (struct kmsg_prefix){.us = -1};
	return kmsg_stamp(line, strlen(line), out);
}

static void each_column_of_a_timestamp_counts(void **state)
{
	static const char *const lines[] = {"[    0.000000] x", "[   12.345678] x",
					    "[ 9999.999999] x", "[98765.432109] x"};
	static const char others[] = " 0359/:;?.,]-Aa@`~";
	struct kmsg_prefix prefix;
	regex_t form;

	assert_int_equal(regcomp(&form, "^\\[ *[0-9]+\\.[0-9]{6}]", REG_EXTENDED | REG_NOSUB), 0);
	for (size_t i = 0; i < 4 * 12 * (sizeof(others) - 1); i++) {
		size_t column = 1 + i / 4 % 12;
		char line[32];
		bool fits;

		snprintf(line, sizeof(line), "%s", lines[i % 4]);
		line[column] = others[i / 48];
		fits = regexec(&form, line, 0, NULL, 0) == 0;
		assert_int_equal(read_stamp(line, &prefix), fits ? 15 : 0);
		if (fits)
			assert_int_equal(prefix.us, strtoll(line + 1, NULL, 10) * 1000000 +
							    strtoll(line + 7, NULL, 10));
	}
	regfree(&form);
}

static void expect_caller(const char *line, size_t length, const char *caller)
{
	struct kmsg_prefix prefix;

	assert_int_equal(read_stamp(line, &prefix), length);
	assert_string_equal(prefix.caller, caller);
}

static void each_column_of_a_caller_counts(void **state)
{
	expect_caller("[   12.345678][    T1] z", 23, "T1");
	expect_caller("[   12.345678][   C12] z", 23, "C12");
	expect_caller("[   12.345678][T12345] z", 23, "T12345");
	expect_caller("[   12.345678][T123456] z", 24, "T123456");
	expect_caller("[   12.345678][     T] z", 14, "");
	expect_caller("[   12.345678][      ] z", 14, "");
	expect_caller("[   12.345678][T12 45] z", 14, "");
	expect_caller("[   12.345678][ T12/5] z", 14, "");
	expect_caller("[   12.345678][ T12:5] z", 14, "");
	expect_caller("[   12.345678][ X1234] z", 14, "");
}

static void a_vendors_task_or_a_host_may_follow(void **state)
{
	expect_caller("[   12.345678]  (1)[412:insmod]z", 31, "T412");
	expect_caller("[   12.345678]  c1 412 (insmod)z", 31, "T412");
	expect_caller("[   12.345678] host kernel: z", 28, "");
	expect_caller("[   12.345678] copy it", 15, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_column_of_a_timestamp_counts),
		cmocka_unit_test(each_column_of_a_caller_counts),
		cmocka_unit_test(a_vendors_task_or_a_host_may_follow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
