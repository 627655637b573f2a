/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/netboot/service_log.c harness/log.c console/pipeline/sanitize.c console/strbuf.c */
/* LINK: harness/paths.c harness/paths_file.c harness/paths_remove.c */
/* Which line of a service's log is told to people. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "harness/netboot/service_log.h"

#define GANESHA "23/11/2026 12:10:16 : epoch 6b042d28 : vm : nfs-ganesha-25644[main] "

static void picks(const char *text, const char *wanted)
{
	char copy[2048], buf[256];

	snprintf(copy, sizeof(copy), "%s", text);
	service_log_pick(copy, buf, sizeof(buf));
	assert_string_equal(buf, wanted);
}

static void the_error_is_told_and_not_the_farewell(void **state)
{
	picks(GANESHA
	      "main :MAIN :EVENT :Starting: Ganesha Version 4.3\n" GANESHA
	      "config_errs_to_log :CONFIG :CRIT :Config File: open error (No such file)\n" GANESHA
	      "main :NFS STARTUP :FATAL :Fatal errors.  Server exiting...\n",
	      "Config File: open error (No such file)");
}

static void without_an_error_the_last_line_is_told(void **state)
{
	picks("one\ntwo\n\n", "two");
	picks("one", "one");
	picks("", "");
	picks("\n\n", "");
}

static void an_old_error_is_no_reason(void **state)
{
	picks("open failed\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n", "11");
	picks("open failed\n1\n2\n3\n", "open failed");
}

static void of_several_errors_the_last_is_told(void **state)
{
	picks("failed to load a plug-in\nbind: Address already in use\n",
	      "bind: Address already in use");
}

static void a_long_line_is_cut_and_terminated(void **state)
{
	char text[64] = "error 89012345", buf[8];

	service_log_pick(text, buf, sizeof(buf));
	assert_string_equal(buf, "error 8");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_error_is_told_and_not_the_farewell),
		cmocka_unit_test(without_an_error_the_last_line_is_told),
		cmocka_unit_test(an_old_error_is_no_reason),
		cmocka_unit_test(of_several_errors_the_last_is_told),
		cmocka_unit_test(a_long_line_is_cut_and_terminated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
