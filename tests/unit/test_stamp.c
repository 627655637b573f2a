/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/netboot/stamp.c harness/paths.c harness/paths_file.c harness/paths_remove.c */
/* When is what set-up made stale? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/netboot/stamp.h"
#include "harness/paths.h"

static char dir[] = "/tmp/kdev-test-stamp-XXXXXX";
static char file[64], program[64];

static int make_dir(void **state)
{
	if (!mkdtemp(dir))
		return -1;
	snprintf(file, sizeof(file), "%s/stamp", dir);
	snprintf(program, sizeof(program), "%s/program", dir);
	return 0;
}

static int remove_dir(void **state)
{
	return path_remove_tree(dir);
}

static void save(const struct stamp *s)
{
	assert_int_equal(path_write_atomic(file, s->text, s->len, 0644), 0);
}

static void the_same_inputs_are_fresh_and_others_are_not(void **state)
{
	struct stamp a = {0}, b = {0};

	stamp_add(&a, "kernel", "6.1.0-56-amd64");
	save(&a);
	assert_true(stamp_is_at(&a, file));
	stamp_add(&b, "kernel", "6.1.0-57-amd64");
	assert_false(stamp_is_at(&b, file));
	/* More inputs, or fewer, are others too. */
	stamp_add(&a, "nic", "e1000");
	assert_false(stamp_is_at(&a, file));
}

static void without_a_file_nothing_is_fresh(void **state)
{
	struct stamp a = {0};

	stamp_add(&a, "k", "v");
	unlink(file);
	assert_false(stamp_is_at(&a, file));
}

static void a_program_is_known_by_its_content(void **state)
{
	struct stamp before = {0}, copied = {0}, changed = {0}, gone = {0};

	assert_int_equal(path_write_atomic(program, "abc", 3, 0755), 0);
	stamp_add_file(&before, "program", program);
	assert_int_equal(path_write_atomic(program, "abc", 3, 0644), 0);
	stamp_add_file(&copied, "program", program);
	assert_string_equal(before.text, copied.text);
	assert_int_equal(path_write_atomic(program, "abd", 3, 0755), 0);
	stamp_add_file(&changed, "program", program);
	assert_string_not_equal(before.text, changed.text);
	unlink(program);
	stamp_add_file(&gone, "program", program);
	assert_string_equal(gone.text, "program missing\n");
}

static void a_value_stays_on_its_line(void **state)
{
	struct stamp s = {0};

	stamp_add(&s, "suite", "a\nkernel b\x1b[0m");
	assert_string_equal(s.text, "suite a?kernel b?[0m\n");
}

static void one_that_overflows_equals_nothing(void **state)
{
	static char big[STAMP_MAX];
	struct stamp s = {0};

	memset(big, 'x', sizeof(big) - 1);
	stamp_add(&s, "k", "v");
	stamp_add(&s, "k", big);
	assert_true(s.overflow);
	assert_string_equal(s.text, "k v\n");
	save(&s);
	assert_false(stamp_is_at(&s, file));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_inputs_are_fresh_and_others_are_not),
		cmocka_unit_test(without_a_file_nothing_is_fresh),
		cmocka_unit_test(a_program_is_known_by_its_content),
		cmocka_unit_test(a_value_stays_on_its_line),
		cmocka_unit_test(one_that_overflows_equals_nothing),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
