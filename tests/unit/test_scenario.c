/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/loop/scenario.c harness/loop/scenario_case.c harness/loop/scenario_keys.c */
/* LINK: harness/config/ini_file.c harness/loop/scenario_value.c harness/loop/scenario_round.c */
/* LINK: harness/config/duration.c harness/commands/nearest.c harness/paths_file.c */
/* LINK: harness/paths.c console/strbuf.c */
/* LIBS: inih */
/* Scenario files: what is read, what is refused and in which words, what each iteration runs. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/loop/scenario.h"
#include "harness/loop/scenario_keys.h"
#include "harness/paths.h"

#define ROWS(rows) (sizeof(rows) / sizeof((rows)[0]))

static void parse(struct scenario *s, const char *text)
{
	char err[512] = "";
	int rc = scenario_parse(s, "f", text, strlen(text), err, sizeof(err));

	if (rc)
		print_error("%s\n", err);
	assert_int_equal(rc, 0);
}

static void a_scenario_without_cases_is_one_itself(void **state)
{
	struct scenario s;

	parse(&s, "[scenario]\ndescription = a walk\ncount = 1000\nmodule = good.ko count=3 "
		  "greeting=\"hi you\" ; the good one\n");
	assert_string_equal(s.description, "a walk");
	assert_int_equal(s.count, 1000);
	assert_int_equal(s.n_cases, 1);
	assert_string_equal(s.cases[0].modules[0].file, "good.ko");
	assert_int_equal(s.cases[0].modules[0].params.n, 2);
	assert_string_equal(s.cases[0].modules[0].params.s[1], "greeting=hi you");
	assert_string_equal(s.cases[0].expect.verdict, "pass");
	assert_int_equal(s.cases[0].settle_us, -1);
	scenario_free(&s);
}

static void cases_have_the_scenarios_defaults_and_their_own(void **state)
{
	struct scenario s;

	parse(&s, "[scenario]\nsettle = 1s\nallow_warn = yes\nboard_before = dmesg -C; true\n"
		  "[case one]\nmodule = a.ko\nmodule = b.ko x=1\nexpect = crash\n"
		  "expect_class = oops\nexpect_function = f\nallow_warn = no\n"
		  "board_before = second\n"
		  "[case two]\nmodule = c.ko\nrepeat = 3\nexpect_no_log = BUG:\nreboot = each\n");
	assert_int_equal(s.n_cases, 2);
	assert_string_equal(s.cases[0].name, "one");
	assert_int_equal(s.cases[0].n_modules, 2);
	assert_string_equal(s.cases[0].expect.klass, "oops");
	assert_false(s.cases[0].allow_warn);
	assert_int_equal(s.cases[0].commands[SCENARIO_BOARD_BEFORE].n, 2);
	assert_string_equal(s.cases[0].commands[SCENARIO_BOARD_BEFORE].s[0], "dmesg -C; true");
	assert_true(s.cases[1].allow_warn);
	assert_int_equal(s.cases[1].settle_us, 1000000);
	assert_int_equal(s.cases[1].commands[SCENARIO_BOARD_BEFORE].n, 1);
	assert_int_equal(s.cases[1].reboot, REBOOT_EACH);
	assert_string_equal(s.cases[1].expect.verdict, "pass");
	assert_int_equal(s.cases[1].line, 13);
	scenario_free(&s);
}

static void a_semicolon_in_a_command_is_the_shells(void **state)
{
	struct scenario s;

	parse(&s, "[scenario]\nmodule = a.ko\nboard_during = echo a ; echo b # c\n");
	assert_string_equal(s.cases[0].commands[SCENARIO_BOARD_DURING].s[0], "echo a ; echo b # c");
	scenario_free(&s);
}

static void what_is_wrong_is_told_with_its_line_and_what_was_expected(void **state)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{"", "f:0: nothing in it, expected [scenario]"},
		{"module = a.ko\n", "f:1: module: no section yet"},
		{"[scenario]\nmodul = a.ko\n", "f:2: modul: unknown key, did you mean `module`?"},
		{"[scenario]\nxyzzy = 1\n", "f:2: xyzzy: unknown key"},
		{"[board a]\n", "f:1: [board a]: unknown section, expected [scenario] or [case"},
		{"[case a]\nmodule=a.ko\n[scenario]\n", "f:3: [scenario]: expected once, before"},
		{"[case a b]\n", "unknown section"},
		{"[case a/b]\n", "f:1: [case a/b]: bad name"},
		{"[case a]\nmodule=a.ko\n[case a]\n",
		 "f:3: [case a]: given twice, first in line 1"},
		{"[case a]\n\n[case b]\nmodule=a.ko", "f:1: [a]: no module, expected module ="},
		{"[case a]\ncount = 3\n", "f:2: count: is of the whole scenario"},
		{"[scenario]\nmodule = a.o\n", "f:2: module: `a.o`: expected FILE.ko [PARAM=VALUE"},
		{"[scenario]\nmodule = a.ko x\n", "expected FILE.ko"},
		{"[scenario]\nmodule = a.ko x=\"1\n", "expected FILE.ko"},
		{"[scenario]\nexpect = oops\n", "expected one of pass, fail, crash, hang, reset"},
		{"[scenario]\nallow_warn = 1\n", "f:2: allow_warn: `1`: expected yes or no"},
		{"[scenario]\nrepeat = 0\n", "expected a number from 1 to 1000000"},
		{"[scenario]\nrepeat = 1\nrepeat = 2\n",
		 "f:3: repeat: given twice, first in line 2"},
		{"[scenario]\ncount = -1\n", "expected a number from 1 on"},
		{"[scenario]\nsettle = 5\n", "expected a time with its unit"},
		{"[scenario]\nexpect_status = 256\n", "expected a number from 0 to 255"},
		{"[scenario]\nsweep = x 1, 2\n", "f:2: sweep: `x 1, 2`: expected [MODULE.]PARAM:"},
		{"[scenario]\nsweep = x: 1,,2\n", "expected [MODULE.]PARAM:"},
		{"[scenario]\nsweep = x: 1\nsweep = x: 2\n", "each parameter once"},
		{"[scenario]\nboard_during =\n", "expected text"},
		{"[scenario]\nmodule=a.ko\nexpect_class=oops\n",
		 "f:1: [scenario]: expect_class needs"},
		{"[scenario]\nmodule=a.ko\ncycles=9\ntest=t\n", "expected no test"},
		{"[scenario]\nmodule=a.ko\nmodule=b.ko\ncycles=9\n", "one module, there are 2"},
		{"[scenario]\nmodule=a.ko\ncount=9\nuntil_fail=yes\n", "expected one of them"},
		{"[scenario]\nwhat\n", "f:2: what: expected KEY = VALUE"},
		{"[case a]\nmodule=a.ko\nrepeat=1000000\n[case b]\nmodule=a.ko\n",
		 "a round has more than 1000000 iterations"},
	};

	for (size_t i = 0; i < ROWS(rows); i++) {
		struct scenario s;
		char err[512] = "";

		assert_int_equal(scenario_parse(&s, "f", rows[i].text, strlen(rows[i].text), err,
						sizeof(err)),
				 -EINVAL);
		if (!strstr(err, rows[i].says))
			fail_msg("row %zu: \"%s\" does not say \"%s\"", i, err, rows[i].says);
		assert_null(s.cases);
	}
}

static void a_round_runs_each_case_as_often_as_it_repeats(void **state)
{
	struct scenario s;
	static const char *const order[] = {"a", "b", "b", "a", "b"};

	parse(&s, "[case a]\nmodule=a.ko\n[case b]\nmodule=b.ko\nrepeat=2\n");
	assert_int_equal(scenario_round(&s), 3);
	for (size_t i = 0; i < ROWS(order); i++)
		assert_string_equal(scenario_at(&s, i).c->name, order[i]);
	assert_int_equal(scenario_at(&s, 1).more, 1);
	assert_int_equal(scenario_at(&s, 2).more, 0);
	scenario_free(&s);
}

static void one_thing_alone_goes_on_for_ever(void **state)
{
	struct scenario s;

	assert_int_equal(scenario_of_module(&s, "a.ko", (char *[]){"x=1"}, 1), 0);
	assert_true(scenario_at(&s, 7).more > UINT64_C(1) << 60);
	assert_string_equal(scenario_at(&s, 7).c->modules[0].params.s[0], "x=1");
	scenario_free(&s);
}

static char *line_of(const struct scenario_case *c, size_t m, size_t point,
		     const struct scenario_values *v)
{
	struct scenario_list l;
	char *line = calloc(1, 256);

	assert_non_null(line);
	assert_int_equal(scenario_params(c, m, point, v, &l), 0);
	for (size_t i = 0; i < l.n; i++)
		snprintf(line + strlen(line), 256 - strlen(line), "%s%s", i ? " " : "", l.s[i]);
	scenario_list_free(&l);
	return line;
}

static void sweeps_take_every_combination(void **state)
{
	static const char *const points[] = {"z=9 x=1 y=a", "z=9 x=1 y=b", "z=9 x=2 y=a",
					     "z=9 x=2 y=b"};
	struct scenario s;

	parse(&s, "[scenario]\nmodule = dir/dep.ko\nmodule = top.ko x=0 z=9\nrepeat = 2\n"
		  "sweep = x: 1, 2\nsweep = top.y: a, b\nsweep = dep.w : 7\n");
	assert_int_equal(scenario_round(&s), 8);
	for (size_t i = 0; i < ROWS(points); i++) {
		struct scenario_item item = scenario_at(&s, 2 * i + 1);
		char *line = line_of(item.c, 1, item.point, NULL);

		assert_string_equal(line, points[i]);
		free(line);
		line = line_of(item.c, 0, item.point, NULL);
		assert_string_equal(line, "w=7");
		free(line);
	}
	scenario_free(&s);
}

static void placeholders_are_filled_in(void **state)
{
	struct scenario_values v = {.iteration = 12, .seed = 3};
	struct scenario s;
	char *line;

	parse(&s, "[scenario]\nmodule = a.ko n={iteration} s={seed}.{seed} other={x}{\n");
	line = line_of(&s.cases[0], 0, 0, &v);
	assert_string_equal(line, "n=12 s=3.3 other={x}{");
	free(line);
	line = line_of(&s.cases[0], 0, 0, NULL);
	assert_string_equal(line, "n={iteration} s={seed}.{seed} other={x}{");
	free(line);
	scenario_free(&s);
}

static void the_manual_has_every_key(void **state)
{
	size_t len;
	char *man = path_read("docs/kdev-scenario.5", 1 << 20, &len);

	assert_non_null(man);
	for (size_t i = 0; i < scenario_n_keys; i++) {
		const char *name = scenario_keys[i].name, *at = man;
		size_t n = strlen(name);

		/* ".It Cm name No = …", perhaps with others before it. */
		while ((at = strstr(at, "\n.It Cm "))) {
			const char *end = strchr(++at, '=');
			const char *hit = memmem(at, end ? (size_t)(end - at) : 0, name, n);

			if (hit && hit[-1] == ' ' && hit[n] == ' ')
				break;
		}
		if (!at)
			fail_msg("docs/kdev-scenario.5 does not have %s", name);
	}
	free(man);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_scenario_without_cases_is_one_itself),
		cmocka_unit_test(cases_have_the_scenarios_defaults_and_their_own),
		cmocka_unit_test(a_semicolon_in_a_command_is_the_shells),
		cmocka_unit_test(what_is_wrong_is_told_with_its_line_and_what_was_expected),
		cmocka_unit_test(a_round_runs_each_case_as_often_as_it_repeats),
		cmocka_unit_test(one_thing_alone_goes_on_for_ever),
		cmocka_unit_test(sweeps_take_every_combination),
		cmocka_unit_test(placeholders_are_filled_in),
		cmocka_unit_test(the_manual_has_every_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
