/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/explain/damage.c */
/* Copies that a serial line damaged are known, other texts are not taken for them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "console/explain/damage.h"

static const char whole[] = "BUG: unable to handle page fault for address: ffff88801234";

static unsigned like(const char *damaged, const char *of, bool torn)
{
	return likeness(damaged, strlen(damaged), of, strlen(of), torn);
}

static void the_same_text_is_all_alike(void **state)
{
	assert_int_equal(like(whole, whole, false), 100);
	assert_int_equal(like(whole, whole, true), 100);
}

static void a_torn_beginning_is_a_copy(void **state)
{
	assert_int_equal(like("BUG: unable to ha", whole, true), 100);
	assert_true(like("BUG: unable to ha", whole, false) < LIKENESS_COPY);
	assert_int_equal(like("", whole, true), LIKENESS_COPY);
	assert_int_equal(like("", whole, false), 0);
}

static void lost_changed_and_foreign_bytes_are_looked_through(void **state)
{
	assert_true(like("BUG: unabto handle page fault for address: ffff88801234", whole, false) >=
		    LIKENESS_COPY);
	assert_true(like("BUG: unable to ha??le page fault for address: ff?f88801234", whole,
			 false) >= LIKENESS_COPY);
	assert_true(like("BUG: unable tologin: handle page fault for address: ffff88801234", whole,
			 false) >= LIKENESS_COPY);
	assert_true(like("nable to handle page fault for address: ffff88801234", whole, false) >=
		    LIKENESS_COPY);
}

static void other_texts_are_no_copies(void **state)
{
	assert_true(like(" <TASK>", whole, false) < LIKENESS_COPY);
	assert_true(like(whole, " <TASK>", false) < LIKENESS_COPY);
	assert_true(like(" do_init_module+0x4a/0x1f0", " do_one_initcall+0x59/0x220", false) <
		    LIKENESS_COPY);
	assert_true(like("#PF: supervisor write access", whole, true) < LIKENESS_COPY);
}

static void the_nearer_text_is_liker(void **state)
{
	const char *rax = "RAX: 0000000000000000 RBX: 0000000000000000";
	const char *rdx = "RDX: 0000000000000000 RSI: 0000000000000000";

	assert_true(like("RDX: 00000", rdx, true) > like("RDX: 00000", rax, true));
	assert_true(like("RDX: 0000000000000000 RS?: 0000000000000000", rdx, false) >
		    like("RDX: 0000000000000000 RS?: 0000000000000000", rax, false));
}

/* Two lines of the same one byte, of no byte in common, and of bytes that nearly fit everywhere. */
static void hostile_texts_take_bounded_time(void **state)
{
	enum { N = 512 };
	char a[N], b[N];

	memset(a, 'a', N);
	memset(b, 'b', N);
	assert_int_equal(likeness(a, N, b, N, false), 0);
	for (int i = 0; i < N; i++)
		b[i] = i % 5 == 4 ? 'b' : 'a';
	for (int i = 0; i < 1000; i++)
		assert_true(likeness(a, N, b, N, i & 1) <= 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_text_is_all_alike),
		cmocka_unit_test(a_torn_beginning_is_a_copy),
		cmocka_unit_test(lost_changed_and_foreign_bytes_are_looked_through),
		cmocka_unit_test(other_texts_are_no_copies),
		cmocka_unit_test(the_nearer_text_is_liker),
		cmocka_unit_test(hostile_texts_take_bounded_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
