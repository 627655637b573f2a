/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/sources/key_prompt.c */
/* iPXE's prompt in what a firmware says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "console/sources/key_prompt.h"

#define PROMPT "Press Ctrl-B for the iPXE command line..."

static bool feed(struct key_prompt *k, const char *text)
{
	return key_prompt_feed(k, text, strlen(text));
}

static void the_prompt_is_found_in_pieces_of_any_size(void **state)
{
	const char text[] = "Features: DNS HTTP\r\n\r\n" PROMPT;

	for (size_t size = 1; size < sizeof(text); size++) {
		struct key_prompt k = {0};
		unsigned found = 0;

		for (size_t at = 0; at < strlen(text); at += size) {
			size_t left = strlen(text) - at;

			found += key_prompt_feed(&k, text + at, left < size ? left : size);
		}
		assert_int_equal(found, 1);
	}
}

static void another_prompt_is_not_it(void **state)
{
	struct key_prompt k = {0};

	assert_false(feed(&k, "Press Ctrl-B to configure iPXE (PCI 00:03.0)..."));
	assert_false(feed(&k, "Press F12 for boot menu. "));
	/* The first letter again where the second was expected. */
	assert_true(feed(&k, "P" PROMPT));
}

static void each_boot_has_its_own(void **state)
{
	struct key_prompt k = {0};

	assert_true(feed(&k, PROMPT));
	assert_false(feed(&k, "\r\nConfiguring (net0 52:54:00:6b:64:01)... ok\r\n"));
	assert_true(feed(&k, PROMPT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_prompt_is_found_in_pieces_of_any_size),
		cmocka_unit_test(another_prompt_is_not_it),
		cmocka_unit_test(each_boot_has_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
