/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/explain/call_chain.c console/detector/guilty_frame.c console/detector/plumbing.c */
/* LINK: console/detector/plumbing_lists.c console/detector/trace*.c console/detector/pattern.c */
/* Which frames of a call chain are shown, and which line is the telling one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "console/detector/guilty_frame.h"
#include "console/explain/call_chain.h"

#define FRAMES(list) .frames = (list), .n_frames = sizeof(list) / sizeof((list)[0])

static struct crash_frame frame(const char *function, const char *module, const char *file,
				unsigned line)
{
	return (struct crash_frame){.function = (char *)function,
				    .module = (char *)module,
				    .file = (char *)file,
				    .line = line};
}

static void the_guilty_frame_is_that_of_the_guilty_module(void **state)
{
	struct crash_frame list[] = {frame("poke", NULL, NULL, 0),
				     frame("poke", "gadget", NULL, 0)};
	struct crash_report r = {FRAMES(list), .function = "poke", .module = "gadget"};

	assert_int_equal(guilty_frame(&r), 1);
	r.module = NULL;
	assert_int_equal(guilty_frame(&r), 0);
	r.function = "absent";
	assert_int_equal(guilty_frame(&r), 2);
	r.function = NULL;
	assert_int_equal(guilty_frame(&r), 2);
}

static void a_headers_line_tells_nothing(void **state)
{
	struct crash_frame list[] = {frame("list_del", "gadget", "include/linux/list.h", 7),
				     frame("poke", "gadget", "/m/gadget.c", 3)};
	struct crash_report r = {FRAMES(list), .function = "poke", .module = "gadget"};

	list[0].inlined = true;
	assert_int_equal(guilty_frame_inlined(&r, 1), 0);
	assert_int_equal(guilty_frame_telling(&r, 1), 1);
	list[0].file = "/m/gadget.c";
	assert_int_equal(guilty_frame_telling(&r, 1), 0);
}

static void a_hang_is_where_the_module_spins(void **state)
{
	struct crash_frame list[] = {frame("delay", NULL, "lib/delay.c", 1),
				     frame("spin", "gadget", "/m/gadget.c", 30),
				     frame("gadget_init", "gadget", "/m/gadget.c", 50)};
	struct crash_report r = {FRAMES(list), .function = "gadget_init", .module = "gadget"};

	assert_int_equal(guilty_frame_telling(&r, 2), 1);
	list[1].module = NULL; /* the kernel's own function: only the guilty one's line counts */
	assert_int_equal(guilty_frame_telling(&r, 2), 2);
}

static void recursion_takes_one_row(void **state)
{
	struct crash_frame list[60];
	struct crash_report r = {FRAMES(list), .function = "start"};
	struct call_chain chain;

	for (size_t i = 0; i < 58; i++)
		list[i] = frame("recurse", NULL, "a.c", i ? 7 : 5);
	list[58] = frame("start", NULL, "a.c", 9);
	list[59] = frame("main", NULL, "a.c", 11);
	call_chain_choose(&r, &chain);
	assert_int_equal(chain.n, 4);
	assert_int_equal(chain.rows[0].times, 1);
	assert_int_equal(chain.rows[1].times, 57);
	assert_true(chain.rows[2].guilty);
	assert_int_equal(chain.above + chain.below, 0);
}

static void little_is_shown_above_the_guilty_frame(void **state)
{
	static const char *const names[] = {"a", "b", "c", "d", "e", "f", "guilty", "h",
					    "i", "j", "k", "l", "m", "n", "o",      "p"};
	struct crash_frame list[16];
	struct crash_report r = {FRAMES(list), .function = "guilty"};
	struct call_chain chain;

	for (size_t i = 0; i < 16; i++)
		list[i] = frame(names[i], NULL, NULL, 0);
	call_chain_choose(&r, &chain);
	assert_int_equal(chain.above, 2);
	assert_int_equal(chain.n, CALL_CHAIN_ROWS);
	assert_string_equal(chain.rows[4].frame->function, "guilty");
	assert_true(chain.rows[4].guilty);
	assert_int_equal(chain.below, 4);
}

static void plumbing_is_marked_unless_guilty(void **state)
{
	struct crash_frame list[] = {frame("kfree", NULL, NULL, 0), frame("poke", NULL, NULL, 0)};
	struct crash_report r = {FRAMES(list), .function = "poke"};
	struct call_chain chain;

	call_chain_choose(&r, &chain);
	assert_true(chain.rows[0].plumbing);
	assert_false(chain.rows[1].plumbing);
	r.function = "kfree";
	call_chain_choose(&r, &chain);
	assert_false(chain.rows[0].plumbing);
}

static void a_report_without_frames_has_no_rows(void **state)
{
	struct crash_report r = {.function = "poke"};
	struct call_chain chain;

	call_chain_choose(&r, &chain);
	assert_int_equal(chain.n + chain.above + chain.below, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_guilty_frame_is_that_of_the_guilty_module),
		cmocka_unit_test(a_headers_line_tells_nothing),
		cmocka_unit_test(a_hang_is_where_the_module_spins),
		cmocka_unit_test(recursion_takes_one_row),
		cmocka_unit_test(little_is_shown_above_the_guilty_frame),
		cmocka_unit_test(plumbing_is_marked_unless_guilty),
		cmocka_unit_test(a_report_without_frames_has_no_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
