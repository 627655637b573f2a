/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/output/cut_title.c console/pipeline/printable.c console/pipeline/sanitize.c */
/* LINK: console/strbuf.c */
/* What is left of a long title is what tells it from others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "harness/output/cut_title.h"

#define LONG "BUG: unable to handle kernel NULL pointer dereference in poke"

static void expect(const char *title, const char *module, size_t columns, const char *text)
{
	struct strbuf b = {0};

	assert_int_equal(cut_title(&b, title, module, columns), 0);
	assert_string_equal(strbuf_str(&b), text);
	strbuf_free(&b);
}

static void function_and_module_stay(void **state)
{
	expect(LONG, "gadget", 40, "BUG: unable to handle \xe2\x80\xa6 in poke [gadget]");
	expect(LONG, NULL, 30, "BUG: unable to handle\xe2\x80\xa6 in poke");
	expect("WARNING in x in y", "m", 14, "WARN\xe2\x80\xa6 in y [m]");
}

static void what_fits_is_not_cut(void **state)
{
	expect(LONG, "gadget", 0, LONG " [gadget]");
	expect("WARNING in poke", "gadget", 24, "WARNING in poke [gadget]");
	expect("panic", NULL, 5, "panic");
	expect("", NULL, 10, "");
}

static void a_tail_that_takes_all_the_room_is_cut_too(void **state)
{
	expect("WARNING in a_function_with_a_long_name", "gadget", 24,
	       "WARNING in a_f\xe2\x80\xa6 [gadget]");
	expect("panic", "a_module_with_a_long_name", 16, "panic [a_module\xe2\x80\xa6");
}

static void foreign_text_is_harmless(void **state)
{
	expect("a\x1b[2Jb in \x07 c", "\n", 0, "a b in  c []");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(function_and_module_stay),
		cmocka_unit_test(what_fits_is_not_cut),
		cmocka_unit_test(a_tail_that_takes_all_the_room_is_cut_too),
		cmocka_unit_test(foreign_text_is_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
