/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/client/agent_params.c harness/client/agent_error.c harness/client/agent_listen.c */
/* LINK: harness/client/agent_notes.c harness/client/agent_stuck.c harness/client/agent_names.c */
/* The pure parts of kdev-agent. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/client/agent.h"

static void parameters_are_joined_with_spaces(void **state)
{
	char *const words[] = {"count=3", "flag", "name=abc"};
	char buf[64];

	assert_int_equal(agent_join_params(words, 3, buf, sizeof(buf)), 0);
	assert_string_equal(buf, "count=3 flag name=abc");
	assert_int_equal(agent_join_params(words, 0, buf, sizeof(buf)), 0);
	assert_string_equal(buf, "");
}

static void a_value_with_a_space_is_quoted_as_the_kernel_wants_it(void **state)
{
	char *const words[] = {"text=two words", "n=1"};
	char buf[64];

	assert_int_equal(agent_join_params(words, 2, buf, sizeof(buf)), 0);
	assert_string_equal(buf, "text=\"two words\" n=1");
}

static void what_the_kernel_could_not_parse_is_refused(void **state)
{
	char *const bad[] = {"text=a \"b\"", "a b=c", "no value"};
	char buf[64];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(agent_join_params(&bad[i], 1, buf, sizeof(buf)), -EINVAL);
	/* A quote alone is the user's own quoting. */
	assert_int_equal(agent_join_params((char *const[]){"s=\"x\""}, 1, buf, sizeof(buf)), 0);
	assert_string_equal(buf, "s=\"x\"");
}

static void parameters_that_do_not_fit_are_refused_not_cut(void **state)
{
	char *const words[] = {"abc=1", "def=2"};
	char buf[11];

	assert_int_equal(agent_join_params(words, 2, buf, sizeof(buf)), -ENOSPC);
	assert_int_equal(agent_join_params(words, 1, buf, 5), -ENOSPC);
	assert_int_equal(agent_join_params(words, 1, buf, 6), 0);
	assert_string_equal(buf, "abc=1");
}

static void errors_of_the_loader_and_of_init_are_told_apart(void **state)
{
	assert_non_null(strstr(agent_load_meaning(ENOEXEC), "invalid module format"));
	assert_non_null(strstr(agent_load_meaning(ENOENT), "unknown symbol"));
	assert_non_null(strstr(agent_load_meaning(EEXIST), "loaded already"));
	assert_non_null(strstr(agent_load_meaning(ENODEV), "init function failed"));
	assert_non_null(strstr(agent_unload_meaning(EAGAIN), "in use"));
	assert_string_equal(agent_unload_meaning(EIO), "");
}

#define HEADING "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt\n"
#define REST    " 00000000:00000000 00:00000000 00000000     0        0 2145 1 ffff 100 0 0 10 0\n"

static void a_listener_is_seen_and_a_connection_is_not_one(void **state)
{
	assert_true(agent_listens(HEADING "   0: 00000000:0016 00000000:0000 0A" REST, 22));
	assert_false(agent_listens(HEADING "   0: 0100007F:0016 0100007F:9C40 01" REST, 22));
	assert_false(agent_listens(HEADING "   0: 00000000:0017 00000000:0000 0A" REST, 22));
	assert_true(agent_listens(HEADING "   0: 0100007F:0016 0100007F:9C40 01" REST
					  "  11: 00000000:0016 00000000:0000 0A" REST,
				  22));
}

static void an_ipv6_listener_counts(void **state)
{
	assert_true(agent_listens(HEADING "   0: 00000000000000000000000000000000:0016 "
					  "00000000000000000000000000000000:0000 0A" REST,
				  22));
}

static void an_empty_or_torn_table_has_no_listener(void **state)
{
	assert_false(agent_listens("", 22));
	assert_false(agent_listens(HEADING, 22));
	assert_false(agent_listens(HEADING "   0: 00000000:0016 0000", 22));
	assert_false(agent_listens("   0: 00000000:0016 00000000:0000 0A", 22));
}

/* As in /sys/kernel/notes of an x86 kernel: Xen's first, then "GNU". */
static const unsigned char notes[] = {
	4, 0, 0, 0, 4, 0, 0, 0, 6, 0, 0,   0,   'X', 'e', 'n',  0,    'l',  'i',  'n',  'u', 4, 0,
	0, 0, 5, 0, 0, 0, 3, 0, 0, 0, 'G', 'N', 'U', 0,   0xe3, 0x01, 0xff, 0x00, 0x7a, 0,   0, 0,
};

static void the_build_id_is_found_behind_other_notes(void **state)
{
	char id[2 * BUILD_ID_MAX + 1];

	assert_true(agent_build_id(notes, sizeof(notes), id));
	assert_string_equal(id, "e301ff007a");
}

static void torn_notes_have_no_build_id(void **state)
{
	char id[2 * BUILD_ID_MAX + 1];

	for (size_t len = 0; len < sizeof(notes); len++) {
		/* A copy of just this size: reading past it is caught. */
		unsigned char *torn = malloc(len ? len : 1);

		assert_non_null(torn);
		memcpy(torn, notes, len);
		assert_false(agent_build_id(torn, len, id));
		free(torn);
	}
}

/* What agent_stuck.c needs of the program around it. */
uint64_t agent_now_ms(void)
{
	return 0;
}

int agent_fail(const char *fmt, ...)
{
	return 1;
}

static void a_task_is_read_from_its_stat_whatever_its_name(void **state)
{
	struct agent_stat s;

	assert_true(agent_stat_parse("123 (a) b (c) S 1 123 123 0 -1 4194560 96 0 0 0 0 0 0 0 20 0 "
				     "1 0 4711 1232896 50 18446744073709551615",
				     &s));
	assert_string_equal(s.comm, "a) b (c");
	assert_int_equal(s.state, 'S');
	assert_int_equal(s.ppid, 1);
	assert_int_equal(s.start, 4711);
	assert_false(agent_stat_parse("", &s));
	assert_false(agent_stat_parse("123 (agent", &s));
	assert_false(agent_stat_parse("123 (agent) S 1 2", &s));
}

static void a_stack_becomes_the_frames_of_a_call_trace(void **state)
{
	const char stack[] = "[<0>] msleep_interruptible+0x2c/0x40\n"
			     "[<0>] slow_init_init+0x28/0x1000 [slow_init]\n"
			     "nonsense\n"
			     "[<0>] do_one_initcall+0x59/0x210";
	char buf[256];

	agent_stack_frames(stack, buf, sizeof(buf));
	assert_string_equal(buf, " msleep_interruptible+0x2c/0x40\n"
				 " slow_init_init+0x28/0x1000 [slow_init]\n"
				 " do_one_initcall+0x59/0x210\n");
	/* What does not fit is left out, by whole lines. */
	buf[0] = '\0';
	agent_stack_frames(stack, buf, 40);
	assert_string_equal(buf, " msleep_interruptible+0x2c/0x40\n");
	buf[0] = '\0';
	assert_int_equal(agent_stack_frames("[<0>] ", buf, sizeof(buf)), 0);
}

static void each_iteration_has_its_number_in_the_parameters(void **state)
{
	char buf[32];

	assert_int_equal(agent_fill_iteration("a={iteration} b={iteration}{x}", 42, buf, 32), 0);
	assert_string_equal(buf, "a=42 b=42{x}");
	assert_int_equal(agent_fill_iteration("", 42, buf, 32), 0);
	assert_string_equal(buf, "");
	assert_int_equal(agent_fill_iteration("abc", 1, buf, 3), -ENOSPC);
	assert_int_equal(agent_fill_iteration("ab{iteration}", 1, buf, 3), -ENOSPC);
}

static void put(const struct agent_names *names, const char *line, const char *expected)
{
	char buf[128];

	assert_int_equal(agent_names_put(names, line, buf, sizeof(buf)), strlen(expected));
	assert_string_equal(buf, expected);
}

static void a_function_of_an_unloaded_module_has_the_name_that_it_had(void **state)
{
	static const char *const lines[] = {
		"ffffffff81000000 T _text\n",
		"ffffffffc0123040 t leak_exit\t[leak]\n",
		"ffffffffc0123000 t leak_fill\t[leak]\n",
		"ffffffffc0124000 d leak_state\t[leak]\n",
		"ffffffffc0129000 t other_init\t[other]\n",
	};
	struct agent_names names = {0};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_int_equal(agent_names_add(&names, lines[i]), 0);
	agent_names_sort(&names);
	assert_int_equal(names.n, 3);
	put(&names, "    [<000000005b8e4771>] 0xffffffffc012302a",
	    "    [<000000005b8e4771>] leak_fill+0x2a/0x40 [leak]");
	/* The last one of a module ends somewhere; what is far behind it is none of its own. */
	put(&names, "    [<000000005b8e4771>] 0xffffffffc0123044",
	    "    [<000000005b8e4771>] leak_exit+0x4/0x1000 [leak]");
	put(&names, "    [<000000005b8e4771>] 0xffffffffc0125044",
	    "    [<000000005b8e4771>] 0xffffffffc0125044");
	put(&names, "    [<000000005b8e4771>] 0xffffffff81000010",
	    "    [<000000005b8e4771>] 0xffffffff81000010");
	put(&names, "    [<000000005b8e4771>] kmalloc_trace+0x2a/0xa0",
	    "    [<000000005b8e4771>] kmalloc_trace+0x2a/0xa0");
	put(&names, "  backtrace:", "  backtrace:");
	agent_names_free(&names);
}

static void a_line_that_does_not_fit_is_cut(void **state)
{
	struct agent_names names = {0};
	char buf[8];

	assert_int_equal(agent_names_put(&names, "  backtrace:", buf, sizeof(buf)), 7);
	assert_string_equal(buf, "  backt");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_function_of_an_unloaded_module_has_the_name_that_it_had),
		cmocka_unit_test(a_line_that_does_not_fit_is_cut),
		cmocka_unit_test(parameters_are_joined_with_spaces),
		cmocka_unit_test(a_value_with_a_space_is_quoted_as_the_kernel_wants_it),
		cmocka_unit_test(what_the_kernel_could_not_parse_is_refused),
		cmocka_unit_test(parameters_that_do_not_fit_are_refused_not_cut),
		cmocka_unit_test(errors_of_the_loader_and_of_init_are_told_apart),
		cmocka_unit_test(a_listener_is_seen_and_a_connection_is_not_one),
		cmocka_unit_test(an_ipv6_listener_counts),
		cmocka_unit_test(an_empty_or_torn_table_has_no_listener),
		cmocka_unit_test(the_build_id_is_found_behind_other_notes),
		cmocka_unit_test(torn_notes_have_no_build_id),
		cmocka_unit_test(a_task_is_read_from_its_stat_whatever_its_name),
		cmocka_unit_test(a_stack_becomes_the_frames_of_a_call_trace),
		cmocka_unit_test(each_iteration_has_its_number_in_the_parameters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
