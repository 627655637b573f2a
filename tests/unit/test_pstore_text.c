/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/attendant/pstore_text.c console/strbuf.c */
/* Which records may be removed after they were read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/attendant/pstore_text.h"

static void expect(const char *text, const char *want)
{
	char *got = pstore_remove_command(text, strlen(text));

	if (want)
		assert_string_equal(got, want);
	else
		assert_null(got);
	free(got);
}

static void every_record_that_was_read_is_removed(void **state)
{
	expect("==> dmesg-ramoops-0\nPanic#1 Part1\n<6>[ 1.0] x\n\n==> dmesg-erst-7.enc.z\nab\n\n",
	       "cd /sys/fs/pstore && rm -f -- dmesg-ramoops-0 dmesg-erst-7.enc.z");
	expect("==> console-ramoops-0", "cd /sys/fs/pstore && rm -f -- console-ramoops-0");
}

static void without_records_nothing_is_removed(void **state)
{
	expect("", NULL);
	expect("\n\n", NULL);
	expect("Panic#1\n ==> dmesg-ramoops-0\n", NULL);
}

static void no_name_leaves_its_directory_or_its_word(void **state)
{
	expect("==> ../../etc/passwd\n==> -rf\n==> a b\n==> x;reboot\n==> $(id)\n==> \n==> .\n",
	       NULL);
	expect("==> a\"\n==> ok-1\n", "cd /sys/fs/pstore && rm -f -- ok-1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_record_that_was_read_is_removed),
		cmocka_unit_test(without_records_nothing_is_removed),
		cmocka_unit_test(no_name_leaves_its_directory_or_its_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
