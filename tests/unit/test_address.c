/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/explain/address.c console/strbuf.c */
/* The nature of bad addresses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "console/explain/address.h"

static const struct address_space four_level = {.x86_64 = true};
static const struct address_space five_level = {.x86_64 = true, .la57 = true};
static const struct address_space unknown_machine = {0};

/* The words must begin as given and hold `also`. */
static void check_in(const struct address_space *space, uint64_t address, enum address_kind kind,
		     const char *begin, const char *also)
{
	struct strbuf b = {0};

	assert_int_equal(address_describe(address, space, &b), kind);
	if (strncmp(strbuf_str(&b), begin, strlen(begin)) != 0)
		assert_string_equal(strbuf_str(&b), begin);
	assert_non_null(strstr(strbuf_str(&b), also));
	strbuf_free(&b);
}

static void check(uint64_t address, enum address_kind kind, const char *begin, const char *also)
{
	check_in(&four_level, address, kind, begin, also);
}

static void small_addresses_are_members_of_null(void **state)
{
	check(0, ADDRESS_NULL, "NULL", "");
	check(0x10, ADDRESS_NULL, "NULL + 0x10: a member of a struct", "");
	check(0x8000, ADDRESS_NULL, "NULL + 0x8000: an array or a big struct", "");
}

static void error_codes_are_named(void **state)
{
	check((uint64_t)-12, ADDRESS_ERROR, "ERR_PTR(-ENOMEM):", "IS_ERR()");
	check((uint64_t)-517, ADDRESS_ERROR, "ERR_PTR(-EPROBE_DEFER):", "");
	check((uint64_t)-524, ADDRESS_ERROR, "ERR_PTR(-ENOTSUPP):", "");
	check((uint64_t)-4095, ADDRESS_ERROR, "ERR_PTR(-4095):", "");
	check((uint64_t)-0x28, ADDRESS_ERROR, "NULL - 0x28: container_of()", "or ERR_PTR(-ELOOP):");
}

static void slab_poison_is_told_with_its_offset(void **state)
{
	check(0x6b6b6b6b6b6b6b6b, ADDRESS_POISON, "slab poison POISON_FREE (0x6b)", "freed");
	check(0x6b6b6b6b6b6b6b9b, ADDRESS_POISON, "slab poison POISON_FREE (0x6b)",
	      "used as pointer + 0x30");
	check(0x6b6b6b6b6b6b6b5b, ADDRESS_POISON, "slab poison POISON_FREE (0x6b)",
	      "used as pointer - 0x10");
	check(0x6b6b6b6b, ADDRESS_POISON, "slab poison POISON_FREE (0x6b)", "");
	check(0x5a5a5a5a5a5a5a5a, ADDRESS_POISON, "slab poison POISON_INUSE (0x5a)", "never set");
	check(0xa5a5a5a5a5a5a5a5, ADDRESS_POISON, "slab poison POISON_END (0xa5)", "");
	check(0xaaaaaaaaaaaaaaaa, ADDRESS_POISON, "page poison (0xaa)", "");
}

static void poisoned_pointers_are_named(void **state)
{
	check(0xdead000000000100, ADDRESS_POISON, "LIST_POISON1: the next", "deleted already");
	check(0xdead000000000122, ADDRESS_POISON, "LIST_POISON2: the prev", "deleted already");
	check(0xdead000000000108, ADDRESS_POISON, "LIST_POISON1", "used as pointer + 0x8");
	check(0xdead000000000400, ADDRESS_POISON, "TAIL_MAPPING", "");
	/* All machines with CONFIG_ILLEGAL_POINTER_VALUE have them. */
	check_in(&unknown_machine, 0xdead000000000122, ADDRESS_POISON, "LIST_POISON2", "");
}

static void kasan_shadow_is_told_with_what_it_shadows(void **state)
{
	check(0xdffffc0000000003, ADDRESS_SHADOW, "KASAN's shadow of 0x18, NULL + 0x18", "");
	check(0xdffffc0000000000 + (0x6b6b6b6b6b6b6b6b >> 3), ADDRESS_SHADOW,
	      "KASAN's shadow of 0x6b6b6b6b6b6b6b68, slab poison POISON_FREE", "");
}

static void a_shadow_of_itself_ends(void **state)
{
	for (uint64_t a = 0xdffffc0000000000; a < 0xffff000000000000; a += 0x00123456789abcd) {
		struct strbuf b = {0};

		address_describe(a, &four_level, &b);
		assert_true(b.len < 200);
		strbuf_free(&b);
	}
}

static void text_is_shown_as_it_lay_in_memory(void **state)
{
	uint64_t address;

	memcpy(&address, "too long", 8);
	check(address, ADDRESS_TEXT, "the characters \"too long\"", "string");
}

static void what_no_page_table_maps_is_not_canonical(void **state)
{
	check(0x0123456789abcdef, ADDRESS_NON_CANONICAL, "not canonical", "garbage");
	check(0x0000800000000000, ADDRESS_NON_CANONICAL, "not canonical", "");
	check_in(&five_level, 0x0000800000000000, ADDRESS_USER, "a user-space address", "");
}

static void user_addresses_are_told(void **state)
{
	check(0x00007fffdeadb000, ADDRESS_USER, "a user-space address", "copy_from_user()");
	check(0x10000, ADDRESS_USER, "a user-space address", "");
}

static void kernel_ranges_are_told(void **state)
{
	check(0xffff880212d12c00, ADDRESS_MEMORY, "the direct map of a kernel before 4.20", "");
	check(0xffff888100000000, ADDRESS_MEMORY, "kernel memory", "");
	check(0xffffc90000123000, ADDRESS_MEMORY, "kernel memory", "");
	check(0xffffffff81000000, ADDRESS_KERNEL, "the kernel's own code", "");
	check(0xffffffffc0269000, ADDRESS_MODULE, "module memory", "");
	check(0xfffffbfff4000000, ADDRESS_SPECIAL, "KASAN's shadow memory", "");
	check(0xffffffffff600000, ADDRESS_SPECIAL, "the vsyscall page", "");
	check_in(&five_level, 0xff11000001000000, ADDRESS_MEMORY, "kernel memory", "");
	check_in(&five_level, 0xff5f52be407cfc68, ADDRESS_MEMORY, "kernel memory", "");
	check_in(&five_level, 0xffffffffc0269000, ADDRESS_MODULE, "module memory", "");
}

static void the_stack_is_known_by_its_pointer(void **state)
{
	struct address_space space = four_level;

	space.stack_pointer = 0xffffc90000123e00;
	check_in(&space, 0xffffc90000123df8, ADDRESS_STACK,
		 "the kernel stack, at the stack pointer - 0x8", "");
	check_in(&space, 0xffffc90000123e40, ADDRESS_STACK,
		 "the kernel stack, at the stack pointer + 0x40", "");
	check_in(&space, 0xffffc90000223e40, ADDRESS_MEMORY, "kernel memory", "");
}

static void of_other_machines_only_what_all_share_is_told(void **state)
{
	struct strbuf b = {0};

	assert_int_equal(address_describe(0xffff000012345678, &unknown_machine, &b),
			 ADDRESS_UNKNOWN);
	assert_string_equal(strbuf_str(&b), "");
	strbuf_free(&b);
	check_in(&unknown_machine, 0x18, ADDRESS_NULL, "NULL + 0x18", "");
	check_in(&unknown_machine, (uint64_t)-2, ADDRESS_ERROR, "ERR_PTR(-ENOENT)", "");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_addresses_are_members_of_null),
		cmocka_unit_test(error_codes_are_named),
		cmocka_unit_test(slab_poison_is_told_with_its_offset),
		cmocka_unit_test(poisoned_pointers_are_named),
		cmocka_unit_test(kasan_shadow_is_told_with_what_it_shadows),
		cmocka_unit_test(a_shadow_of_itself_ends),
		cmocka_unit_test(text_is_shown_as_it_lay_in_memory),
		cmocka_unit_test(what_no_page_table_maps_is_not_canonical),
		cmocka_unit_test(user_addresses_are_told),
		cmocka_unit_test(kernel_ranges_are_told),
		cmocka_unit_test(the_stack_is_known_by_its_pointer),
		cmocka_unit_test(of_other_machines_only_what_all_share_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
