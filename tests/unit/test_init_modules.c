/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/client/init_modules.c harness/client/init_log.c */
/* The list that tells kdev-init which modules to load, and when. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "harness/client/init.h"

static void entries_come_in_their_order(void **state)
{
	const char *text = "# made by set-up\n\nnet /kdev/e1000.ko\nfs /kdev/nfs.ko\n";
	struct init_module m;

	assert_int_equal(init_module_next(&text, &m), 1);
	assert_string_equal(m.group, "net");
	assert_string_equal(m.path, "/kdev/e1000.ko");
	assert_int_equal(init_module_next(&text, &m), 1);
	assert_string_equal(m.group, "fs");
	assert_string_equal(m.path, "/kdev/nfs.ko");
	assert_int_equal(init_module_next(&text, &m), 0);
	assert_int_equal(init_module_next(&text, &m), 0);
}

static void the_last_line_needs_no_newline(void **state)
{
	const char *text = "log /kdev/netconsole.ko";
	struct init_module m;

	assert_int_equal(init_module_next(&text, &m), 1);
	assert_string_equal(m.path, "/kdev/netconsole.ko");
	assert_int_equal(init_module_next(&text, &m), 0);
}

static void a_line_that_is_no_entry_is_an_error(void **state)
{
	static const char *const bad[] = {"net", "net ", "net e1000.ko", " /kdev/x.ko",
					  "muchtoolong /kdev/x.ko"};
	struct init_module m;
	char line[512];
	const char *text;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		text = bad[i];
		if (init_module_next(&text, &m) != -EINVAL)
			fail_msg("accepted: %s", bad[i]);
	}
	snprintf(line, sizeof(line), "net /%0300d", 0);
	text = line;
	assert_int_equal(init_module_next(&text, &m), -EINVAL);
}

static void a_module_that_is_not_there_fails_the_load(void **state)
{
	assert_int_equal(init_modules_load("net /nonexistent/x.ko\n", "net", ""), -ENOENT);
	/* Other groups are not touched. */
	assert_int_equal(init_modules_load("net /nonexistent/x.ko\n", "fs", ""), 0);
	assert_int_equal(init_modules_load("rubbish\n", "fs", ""), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_come_in_their_order),
		cmocka_unit_test(the_last_line_needs_no_newline),
		cmocka_unit_test(a_line_that_is_no_entry_is_an_error),
		cmocka_unit_test(a_module_that_is_not_there_fails_the_load),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
