/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/attendant/own_build.c */
/* Which build of kdev is this? What readelf says of this test program. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/attendant/own_build.h"

static void it_is_the_build_id_that_the_linker_gave(void **state)
{
	char build[OWN_BUILD_MAX], line[256], command[64], *at;
	bool found = false;
	FILE *out;

	snprintf(command, sizeof(command), "readelf -n /proc/%d/exe", (int)getpid());
	out = popen(command, "r");
	assert_non_null(out);
	own_build(build);
	while (fgets(line, sizeof(line), out)) {
		at = strstr(line, "Build ID: ");
		if (!at)
			continue;
		found = true;
		at[strcspn(at, "\n")] = '\0';
		assert_string_equal(build, at + strlen("Build ID: "));
	}
	pclose(out);
	if (!found)
		assert_string_equal(build, KDEV_VERSION);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_the_build_id_that_the_linker_gave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
