/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/module/module_elf.c tests/unit/module_fixture.c */
/* Object files that are no modules, damaged ones and hostile ones are told from good ones. */
#include <elf.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/module/module_elf.h"
#include "tests/unit/module_fixture.h"

static const struct fixture_symbol symbols[] = {{"_printk", 0x92997ed8, false},
						{"module_layout", 0x12345678, false}};

static const struct fixture good = {
	FIXTURE_MODINFO("name=x\0license=GPL\0vermagic=6.1.0 SMP"),
	.symbols = symbols,
	.n_symbols = 2,
	.build_id = "\x01\x02\x03\xff"
		    "0123456789abcdef",
};

static char why[128];

static int check(const unsigned char *bytes, size_t n)
{
	why[0] = 0;
	return module_elf_check(bytes, n, why, sizeof(why));
}

/* The fixture with `len` bytes at `at` replaced is refused, and the reason has `word` in it. */
static void assert_refused_with(size_t at, const void *patch, size_t len, const char *word)
{
	size_t n;
	unsigned char *bytes = fixture_make(&good, &n);

	memcpy(bytes + at, patch, len);
	assert_int_equal(check(bytes, n), -ENOEXEC);
	if (!strstr(why, word))
		fail_msg("\"%s\" does not say \"%s\"", why, word);
	free(bytes);
}

/* The same for a field of the header of a section. */
static void assert_section_refused(const char *section, size_t field, uint64_t value, size_t len,
				   const char *word)
{
	size_t n, at;
	unsigned char *bytes = fixture_make(&good, &n);

	at = fixture_header(bytes, section);
	free(bytes);
	assert_int_not_equal(at, 0);
	assert_refused_with(at + field, &value, len, word);
}

static void a_whole_module_is_taken(void **state)
{
	size_t n;
	unsigned char *bytes = fixture_make(&good, &n);

	assert_int_equal(check(bytes, n), 0);
	free(bytes);
}

static void the_build_id_is_read(void **state)
{
	char id[MODULE_BUILD_ID_SIZE];
	struct fixture without = good;
	size_t n;
	unsigned char *bytes = fixture_make(&good, &n);

	module_elf_build_id(bytes, n, id);
	assert_string_equal(id, "010203ff30313233343536373839616263646566");
	free(bytes);

	without.build_id = NULL;
	bytes = fixture_make(&without, &n);
	module_elf_build_id(bytes, n, id);
	assert_string_equal(id, "");
	free(bytes);
}

static void a_build_id_longer_than_its_note_is_none(void **state)
{
	char id[MODULE_BUILD_ID_SIZE];
	Elf64_Shdr sh;
	size_t n;
	unsigned char *bytes = fixture_make(&good, &n);
	uint32_t huge = 0xfffffff0;

	memcpy(&sh, bytes + fixture_header(bytes, ".note.gnu.build-id"), sizeof(sh));
	memcpy(bytes + sh.sh_offset + offsetof(Elf64_Nhdr, n_descsz), &huge, sizeof(huge));
	assert_int_equal(check(bytes, n), 0);
	module_elf_build_id(bytes, n, id);
	assert_string_equal(id, "");
	free(bytes);
}

static void the_mark_of_a_signature_is_cut_off(void **state)
{
	static const char signed_file[] = "bytes~Module signature appended~\n";

	assert_int_equal(module_elf_size(signed_file, sizeof(signed_file) - 1), 5);
	assert_int_equal(module_elf_size(signed_file, sizeof(signed_file) - 2),
			 sizeof(signed_file) - 2);
	assert_int_equal(module_elf_size("~", 1), 1);
}

static void what_is_no_object_file_is_refused_with_its_reason(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *word;
	} files[] = {
		{"", 0, "empty"},
		{"int main(void)", 14, "no ELF"},
		{"\x7f", 1, "no ELF"},
		{"\x7f"
		 "ELF",
		 4, "cut short"},
		{"\x1f\x8b\x08 gz", 6, "gzip -d"},
		{"\xfd"
		 "7zXZ",
		 5, "xz -d"},
		{"\x28\xb5\x2f\xfd", 4, "zstd -d"},
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		unsigned char *exact = malloc(files[i].n ? files[i].n : 1);

		assert_non_null(exact);
		memcpy(exact, files[i].bytes, files[i].n);
		assert_int_equal(check(exact, files[i].n), -ENOEXEC);
		assert_non_null(strstr(why, files[i].word));
		free(exact);
	}
}

static void other_kinds_of_elf_files_are_refused(void **state)
{
	static const Elf64_Half arm = EM_AARCH64, program = ET_EXEC, library = ET_DYN,
				core = ET_CORE;

	assert_refused_with(offsetof(Elf64_Ehdr, e_machine), &arm, sizeof(arm), "processor");
	assert_refused_with(EI_CLASS, "\1", 1, "processor");
	assert_refused_with(EI_DATA, "\2", 1, "processor");
	assert_refused_with(offsetof(Elf64_Ehdr, e_type), &program, sizeof(program), "program");
	assert_refused_with(offsetof(Elf64_Ehdr, e_type), &library, sizeof(library), "library");
	assert_refused_with(offsetof(Elf64_Ehdr, e_type), &core, sizeof(core), "relocatable");
}

static void a_plain_object_file_is_refused(void **state)
{
	struct fixture plain = {.symbols = symbols, .n_symbols = 1};
	size_t n;
	unsigned char *bytes = fixture_make(&plain, &n);

	assert_int_equal(check(bytes, n), -ENOEXEC);
	assert_non_null(strstr(why, "plain object file"));
	free(bytes);
}

static void no_beginning_of_a_module_is_taken_for_one(void **state)
{
	size_t n;
	unsigned char *bytes = fixture_make(&good, &n);

	for (size_t part = 0; part < n; part++) {
		unsigned char *exact = malloc(part ? part : 1);

		assert_non_null(exact);
		memcpy(exact, bytes, part);
		assert_int_equal(check(exact, part), -ENOEXEC);
		assert_string_not_equal(why, "");
		free(exact);
	}
	free(bytes);
}

static void damaged_headers_are_refused(void **state)
{
	static const Elf64_Half zero = 0, many = 0xfffe;
	static const Elf64_Off far = UINT64_MAX - 8;

	assert_refused_with(offsetof(Elf64_Ehdr, e_shnum), &zero, sizeof(zero), "damaged");
	assert_refused_with(offsetof(Elf64_Ehdr, e_shnum), &many, sizeof(many), "cut short");
	assert_refused_with(offsetof(Elf64_Ehdr, e_shentsize), &zero, sizeof(zero), "damaged");
	assert_refused_with(offsetof(Elf64_Ehdr, e_shstrndx), &zero, sizeof(zero), "damaged");
	assert_refused_with(offsetof(Elf64_Ehdr, e_shstrndx), &many, sizeof(many), "damaged");
	assert_refused_with(offsetof(Elf64_Ehdr, e_shoff), &far, sizeof(far), "cut short");
}

static void sections_that_lie_about_their_place_are_refused(void **state)
{
	static const char *const names[] = {".modinfo", "__versions", ".symtab", ".strtab",
					    ".gnu.linkonce.this_module"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_section_refused(names[i], offsetof(Elf64_Shdr, sh_size), UINT64_MAX, 8,
				       "cut short");
		assert_section_refused(names[i], offsetof(Elf64_Shdr, sh_offset), UINT64_MAX - 1, 8,
				       "cut short");
		assert_section_refused(names[i], offsetof(Elf64_Shdr, sh_type), SHT_NOBITS, 4,
				       "damaged");
	}
	assert_section_refused(".shstrtab", offsetof(Elf64_Shdr, sh_type), SHT_NOBITS, 4,
			       "damaged");
}

static void strings_without_an_end_are_refused(void **state)
{
	static const char *const names[] = {".modinfo", ".strtab", ".shstrtab"};
	Elf64_Shdr sh;
	size_t n;
	unsigned char *bytes = fixture_make(&good, &n);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		memcpy(&sh, bytes + fixture_header(bytes, names[i]), sizeof(sh));
		assert_refused_with(sh.sh_offset + sh.sh_size - 1, "x", 1, "damaged");
		assert_section_refused(names[i], offsetof(Elf64_Shdr, sh_size), 0, 8, "damaged");
	}
	free(bytes);
}

static void damaged_symbols_and_versions_are_refused(void **state)
{
	static const Elf64_Word beyond = 0x7fffffff;
	char no_end[56];
	Elf64_Shdr sh;
	size_t n;
	unsigned char *bytes = fixture_make(&good, &n);

	memcpy(&sh, bytes + fixture_header(bytes, ".symtab"), sizeof(sh));
	assert_refused_with(sh.sh_offset + sizeof(Elf64_Sym), &beyond, sizeof(beyond), "symbol");
	assert_section_refused(".symtab", offsetof(Elf64_Shdr, sh_size), sh.sh_size - 1, 8,
			       "symbol");
	memset(no_end, 'x', sizeof(no_end));
	memcpy(&sh, bytes + fixture_header(bytes, "__versions"), sizeof(sh));
	assert_refused_with(sh.sh_offset + 8, no_end, sizeof(no_end), "versions");
	assert_section_refused("__versions", offsetof(Elf64_Shdr, sh_size), 63, 8, "versions");
	free(bytes);
}

static void a_stripped_module_is_refused(void **state)
{
	size_t n;
	unsigned char *bytes = fixture_make(&good, &n);
	Elf64_Word other;

	memcpy(&other, bytes + fixture_header(bytes, ".modinfo"), sizeof(other));
	free(bytes);
	assert_section_refused(".symtab", offsetof(Elf64_Shdr, sh_name), other, 4, "stripped");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_module_is_taken),
		cmocka_unit_test(the_build_id_is_read),
		cmocka_unit_test(a_build_id_longer_than_its_note_is_none),
		cmocka_unit_test(the_mark_of_a_signature_is_cut_off),
		cmocka_unit_test(what_is_no_object_file_is_refused_with_its_reason),
		cmocka_unit_test(other_kinds_of_elf_files_are_refused),
		cmocka_unit_test(a_plain_object_file_is_refused),
		cmocka_unit_test(no_beginning_of_a_module_is_taken_for_one),
		cmocka_unit_test(damaged_headers_are_refused),
		cmocka_unit_test(sections_that_lie_about_their_place_are_refused),
		cmocka_unit_test(strings_without_an_end_are_refused),
		cmocka_unit_test(damaged_symbols_and_versions_are_refused),
		cmocka_unit_test(a_stripped_module_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
