/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/detector/title_words.c console/detector/plumbing*.c console/detector/pattern.c */
/* LINK: console/strbuf.c console/detector/rules*.c console/detector/prefilter*.c */
/* How titles are worded, and which lines are triggers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "console/detector/plumbing.h"
#include "console/detector/plumbing_index.h"
#include "console/detector/rules.h"
#include "console/detector/title_words.h"

static void expect_general(const char *line, const char *title)
{
	struct strbuf b = {0};

	title_generalize(&b, span_of(line));
	assert_string_equal(strbuf_str(&b), title);
	strbuf_free(&b);
}

static void numbers_and_addresses_are_made_general(void **state)
{
	expect_general("age=10 cpu=1 pid=-3", "age=NUM cpu=NUM pid=-NUM");
	expect_general("at addr ffff88004ec29b58", "at addr ADDR");
	expect_general("caller 0xffffffffe000fbb8)", "caller ADDR)");
	expect_general("unknown-block(8,1)", "unknown-block(NUM,NUM)");
}

static void names_keep_their_digits_and_lose_their_offsets(void **state)
{
	expect_general("in ip6_fragment+0x1052/0x2d80", "in ip6_fragment");
	expect_general("unmount of ext4 loop4", "unmount of ext4 loop4");
}

static void control_characters_do_not_reach_a_title(void **state)
{
	expect_general("a\033[31mb", "a[31mb");
}

static void a_template_takes_captures_function_and_rest(void **state)
{
	struct captures cap = {0};
	struct strbuf b = {0};

	assert_true(pattern_match("%w of size %d", span_of("Read of size 8"), &cap));
	title_expand(&b, "%1 in %F: %R", &cap, "foo", span_of("left 5"));
	assert_string_equal(strbuf_str(&b), "Read in foo: left NUM");
	strbuf_free(&b);
}

static void a_sanitizers_type_follows_from_its_title(void **state)
{
	assert_string_equal(title_type("KASAN: slab-use-after-free Write in foo"),
			    "KASAN-USE-AFTER-FREE-WRITE");
	assert_string_equal(title_type("KASAN: slab-out-of-bounds Read in foo"), "KASAN-READ");
	assert_string_equal(title_type("KFENCE: invalid read in foo"), "KFENCE-READ");
	assert_string_equal(title_type("something else"), "");
}

static void a_system_call_has_one_name_on_all_architectures(void **state)
{
	char names[PLUMBING_NAMES][128];

	assert_int_equal(plumbing_names(span_of("__arm64_sys_read"), names), 2);
	assert_string_equal(names[0], "sys_read");
	assert_string_equal(names[1], "__arm64_sys_read");
	assert_int_equal(plumbing_names(span_of("foo"), names), 1);
	assert_string_equal(names[0], "foo");
}

static void allocators_are_plumbing_and_drivers_are_not(void **state)
{
	assert_true(plumbing_always(span_of("kmalloc_trace")));
	assert_true(plumbing_always(span_of("_raw_spin_lock_irqsave")));
	assert_false(plumbing_always(span_of("frob_probe")));
	assert_true(plumbing_dispatches(span_of("do_syscall_64")));
}

static void the_index_finds_what_is_on_the_lists(void **state)
{
	struct plumbing_index *x = plumbing_index_new();

	assert_non_null(x);
	assert_int_equal(plumbing_kinds(x, span_of("frob_probe")), 0);
	assert_int_equal(plumbing_kinds(x, span_of("")), 0);
	assert_int_equal(plumbing_kinds(x, span_of("kmalloc_trace")), PLUMBING_ALWAYS);
	assert_int_equal(plumbing_kinds(x, span_of("schedule")),
			 PLUMBING_ALWAYS | PLUMBING_WAITS | PLUMBING_SCHEDULES);
	assert_int_equal(plumbing_kinds(x, span_of("do_syscall_64")), PLUMBING_DISPATCHES);
	assert_int_equal(plumbing_kinds(x, span_of("smp_call_function_many")),
			 PLUMBING_WAITS_FOR_CPUS);
	/* names and patterns that are shorter than what is hashed, or begin with any text */
	assert_int_equal(plumbing_kinds(x, span_of("up")), PLUMBING_ALWAYS);
	assert_int_equal(plumbing_kinds(x, span_of("upp")), 0);
	assert_int_equal(plumbing_kinds(x, span_of("xa_load")), PLUMBING_ALWAYS);
	assert_int_equal(plumbing_kinds(x, span_of("my_copy_to_user")), PLUMBING_ALWAYS);
	plumbing_index_free(x);
}

static bool triggers(const char *line)
{
	struct rule_index *x = rules_index_new();
	struct rule_hit hit;
	bool found;

	assert_non_null(x);
	found = rules_find(x, span_of(line), &hit);
	rules_index_free(x);
	return found;
}

static void crashes_trigger_and_words_alone_do_not(void **state)
{
	assert_true(triggers("BUG: unable to handle page fault for address: ffffffffdeadbeef"));
	assert_true(triggers("watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [insmod:85]"));
	assert_true(triggers("[ BUG: Invalid wait context ]"));
	assert_false(triggers("DEBUG: all is well"));
	assert_false(triggers("my_panic: nothing"));
	assert_false(triggers("Kernel command line: quiet BUG: WARNING: CPU: 0 PID: 1 at x"));
	assert_false(triggers("BUG UNIX (Not tainted): kasan: bad access detected"));
	assert_false(triggers("cat[9] general protection fault ip:7feb sp:2000 error:0 in libc"));
}

static void every_rule_has_what_its_kind_needs(void **state)
{
	for (const struct rule *const *t = rule_tables; *t; t++) {
		for (const struct rule *r = *t; r->trigger; r++) {
			assert_non_null(r->title);
			assert_true(strlen(r->trigger) >= 4);
			if (strstr(r->title, "%F"))
				assert_int_not_equal(r->guilt, GUILT_NONE);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_and_addresses_are_made_general),
		cmocka_unit_test(names_keep_their_digits_and_lose_their_offsets),
		cmocka_unit_test(control_characters_do_not_reach_a_title),
		cmocka_unit_test(a_template_takes_captures_function_and_rest),
		cmocka_unit_test(a_sanitizers_type_follows_from_its_title),
		cmocka_unit_test(a_system_call_has_one_name_on_all_architectures),
		cmocka_unit_test(allocators_are_plumbing_and_drivers_are_not),
		cmocka_unit_test(the_index_finds_what_is_on_the_lists),
		cmocka_unit_test(crashes_trigger_and_words_alone_do_not),
		cmocka_unit_test(every_rule_has_what_its_kind_needs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
