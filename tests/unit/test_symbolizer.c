/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/symbolizer/symbolizer.c console/symbolizer/debug_file.c */
/* LINK: console/symbolizer/elf_symbols.c console/symbolizer/dwarf_lines.c */
/* LINK: console/explain/source_path.c console/pipeline/printable.c console/pipeline/sanitize.c */
/* LINK: console/strbuf.c console/detector/crash.c console/detector/guilty_frame.c */
/* LINK: console/detector/trace*.c console/detector/pattern.c console/symbolizer/elf_sections.c */
/* LINK: tests/unit/debug_objects.c */
/* LIBS: libdw libelf */
/* Source lines of traces, from objects that the compiler makes just now. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "console/symbolizer/symbolizer.h"
#include "tests/unit/debug_objects.h"

/* MARK(f): how far into f this is, for the tests to read in section .marks. */
static const char gadget_c[] =
	"#define MARK(f) asm volatile(\"9: .pushsection .marks,\\\"a\\\",@progbits\\n\"\\\n"
	"	\".quad 9b - \" #f \"\\n.popsection\")\n"
	"struct gadget { long pad[8]; volatile int value; };\n"
	"void used(struct gadget *g);\n"
	"static inline __attribute__((always_inline)) void store(struct gadget *g)\n"
	"{\n"
	"	MARK(poke); g->value = 42; /* the store */\n"
	"}\n"
	"static inline __attribute__((always_inline)) void middle(struct gadget *g)\n"
	"{\n"
	"	used(g);\n"
	"	store(g); /* store's call */\n"
	"}\n"
	"__attribute__((noinline)) void poke(struct gadget *g)\n"
	"{\n"
	"	middle(g); /* middle's call */\n"
	"	used(g);\n"
	"}\n"
	"__attribute__((noinline)) int outer(struct gadget *g)\n"
	"{\n"
	"	poke(g); /* poke's call */\n"
	"	MARK(outer);\n"
	"	return 1;\n"
	"}\n"
	"static __attribute__((noinline, used)) int helper(int n)\n"
	"{\n"
	"	return n; /* the short one */\n"
	"}\n"
	"#include \"list.h\"\n"
	"__attribute__((noinline)) void unlink_gadget(struct gadget *g)\n"
	"{\n"
	"	list_del(g); /* list_del's call */\n"
	"}\n"
	"void split(void) asm(\"split.constprop.0\");\n"
	"void split(void)\n"
	"{\n"
	"	used(0);\n"
	"	used(0); /* in split */\n"
	"}\n";

static const char list_h[] = "static inline __attribute__((always_inline)) void list_del(void *p)\n"
			     "{\n"
			     "	MARK(unlink_gadget); *(volatile int *)p = 0; /* in the header */\n"
			     "}\n";

static const char other_c[] = "void used(void *g);\n"
			      "static __attribute__((noinline, used)) int helper(int n)\n"
			      "{\n"
			      "	used(0);\n"
			      "	used(0);\n"
			      "	return n + 7; /* the long one */\n"
			      "}\n"
			      "void used(void *g) { asm volatile(\"\"); }\n";

enum mark {
	MARK_STORE,
	MARK_OUTER,
	MARK_LIST,
};

struct fixture {
	char *dir;
	char module[64], kernel[64];
	char build_id[41];
};

/* Two objects linked as modules are, and once more as a kernel. */
static int compile(const char *dir)
{
	static const char *const commands[][12] = {
		{"gcc", "-g", "-O2", "-fno-pic", "-c", "gadget.c", NULL},
		{"gcc", "-g", "-O2", "-fno-pic", "-c", "other.c", NULL},
		{"ld", "-r", "--build-id=0x00112233445566778899aabbccddeeff00112233", "-o",
		 "gadget.ko", "gadget.o", "other.o", NULL},
		{"ld", "-e", "0", "-Ttext=0xffffffff81000000", "-o", "vmlinux", "gadget.o",
		 "other.o", NULL},
		{"objcopy", "-g", "gadget.ko", "stripped.ko", NULL},
		{"objcopy", "-R", ".debug_aranges", "gadget.ko", "unranged.ko", NULL},
		{"objcopy", "--compress-debug-sections=zlib", "gadget.ko", "compressed.ko", NULL},
		{"objcopy", "--update-section", ".debug_str=gadget.c", "gadget.ko", "endless.ko",
		 NULL},
	};

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (run_in(dir, commands[i]) != 0)
			return -1;
	return 0;
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->dir = make_directory();
	write_file(f->dir, "gadget.c", gadget_c, sizeof(gadget_c) - 1);
	write_file(f->dir, "list.h", list_h, sizeof(list_h) - 1);
	write_file(f->dir, "other.c", other_c, sizeof(other_c) - 1);
	snprintf(f->module, sizeof(f->module), "%s/gadget.ko", f->dir);
	snprintf(f->kernel, sizeof(f->kernel), "%s/vmlinux", f->dir);
	strcpy(f->build_id, "00112233445566778899AABBCCDDEEFF00112233");
	*state = f;
	return compile(f->dir);
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	remove_directory(f->dir);
	free(f);
	return 0;
}

/* A report of one frame, guilty of the crash. */
static struct crash_report *report_of(const char *function, const char *module, uint64_t offset,
				      uint64_t size, bool exact)
{
	struct crash_report *r = calloc(1, sizeof(*r));

	assert_non_null(r);
	r->frames = calloc(1, sizeof(*r->frames));
	assert_non_null(r->frames);
	r->n_frames = 1;
	r->frames[0].function = strdup(function);
	r->frames[0].module = module ? strdup(module) : NULL;
	r->frames[0].offset = offset;
	r->frames[0].size = size;
	r->frames[0].exact = exact;
	r->function = strdup(function);
	r->module = module ? strdup(module) : NULL;
	return r;
}

static struct symbolizer *open_file(const char *path)
{
	struct symbolizer *s = symbolizer_new();
	struct strbuf why = {0};

	assert_non_null(s);
	assert_int_equal(symbolizer_add(s, path, &why), 0);
	assert_string_equal(strbuf_str(&why), "");
	strbuf_free(&why);
	return s;
}

/* Symbolize with one file; the notes must hold `note` ("" for none at all). */
static void symbolize(const char *path, struct crash_report *r, const char *expect_note)
{
	struct symbolizer *s = open_file(path);
	struct strbuf notes = {0};

	assert_int_equal(symbolizer_report(s, r, &notes), 0);
	if (*expect_note)
		assert_non_null(strstr(strbuf_str(&notes), expect_note));
	else
		assert_string_equal(strbuf_str(&notes), "");
	strbuf_free(&notes);
	symbolizer_free(s);
}

static void check_frame(const struct crash_report *r, size_t i, const char *function, bool inlined,
			const char *file, unsigned line)
{
	assert_true(i < r->n_frames);
	assert_string_equal(r->frames[i].function, function);
	assert_int_equal(r->frames[i].inlined, inlined);
	assert_non_null(r->frames[i].file);
	assert_string_equal(strrchr(r->frames[i].file, '/') ? strrchr(r->frames[i].file, '/') + 1
							    : r->frames[i].file,
			    file);
	assert_int_equal(r->frames[i].line, line);
}

static void a_fault_is_found_through_inlined_functions(void **state)
{
	struct fixture *f = *state;
	struct crash_report *r = report_of("poke", "gadget", mark_at(f->module, MARK_STORE),
					   symbol_size(f->module, "poke", 0), true);
	char path[96];

	symbolize(f->module, r, "");
	assert_int_equal(r->n_frames, 3);
	check_frame(r, 0, "store", true, "gadget.c", line_with(gadget_c, "the store */"));
	check_frame(r, 1, "middle", true, "gadget.c", line_with(gadget_c, "store's call"));
	check_frame(r, 2, "poke", false, "gadget.c", line_with(gadget_c, "middle's call"));
	assert_string_equal(r->frames[0].module, "gadget");

	snprintf(path, sizeof(path), "%s/gadget.c", f->dir);
	assert_string_equal(r->file, path);
	assert_int_equal(r->line, line_with(gadget_c, "the store */"));
	crash_report_free(r);
}

static void a_header_is_not_the_place_of_a_crash(void **state)
{
	struct fixture *f = *state;
	struct crash_report *r = report_of("unlink_gadget", "gadget", mark_at(f->module, MARK_LIST),
					   symbol_size(f->module, "unlink_gadget", 0), true);

	symbolize(f->module, r, "");
	check_frame(r, 0, "list_del", true, "list.h", line_with(list_h, "in the header"));
	check_frame(r, 1, "unlink_gadget", false, "gadget.c",
		    line_with(gadget_c, "list_del's call"));
	assert_int_equal(r->line, line_with(gadget_c, "list_del's call"));
	crash_report_free(r);
}

static void a_return_address_means_the_call_before_it(void **state)
{
	struct fixture *f = *state;
	struct crash_report *r = report_of("outer", "gadget", mark_at(f->module, MARK_OUTER),
					   symbol_size(f->module, "outer", 0), false);

	symbolize(f->module, r, "");
	check_frame(r, 0, "outer", false, "gadget.c", line_with(gadget_c, "poke's call"));
	crash_report_free(r);
}

static void of_two_functions_of_one_name_the_size_decides(void **state)
{
	struct fixture *f = *state;
	uint64_t first = symbol_size(f->module, "helper", 0);
	uint64_t second = symbol_size(f->module, "helper", 1);
	struct crash_report *a = report_of("helper", "gadget", first - 1, first, true);
	struct crash_report *b = report_of("helper", "gadget", second - 1, second, true);

	assert_int_not_equal(first, second);
	symbolize(f->module, a, "");
	symbolize(f->module, b, "");
	check_frame(a, 0, "helper", false, "gadget.c", line_with(gadget_c, "the short one") + 1);
	check_frame(b, 0, "helper", false, "other.c", line_with(other_c, "the long one") + 1);
	crash_report_free(a);
	crash_report_free(b);
}

static void kallsyms_sizes_fit_too(void **state)
{
	struct fixture *f = *state;
	uint64_t own = symbol_size(f->module, "poke", 0);
	uint64_t padded = (own + 15) & ~15ULL; /* to the next function, as the kernel says it */
	struct crash_report *r =
		report_of("poke", "gadget", mark_at(f->module, MARK_STORE), padded, true);

	symbolize(f->module, r, "");
	assert_int_equal(r->n_frames, 3);
	crash_report_free(r);
}

static void another_size_is_another_build(void **state)
{
	struct fixture *f = *state;
	struct crash_report *r = report_of("poke", "gadget", 5, 0x999, true);

	symbolize(f->module, r, "gadget.ko: poke: none of 0x999 bytes here: another build");
	assert_int_equal(r->n_frames, 1);
	assert_null(r->frames[0].file);
	assert_null(r->file);
	crash_report_free(r);
}

static void an_offset_beyond_the_function_is_refused(void **state)
{
	struct fixture *f = *state;
	uint64_t size = symbol_size(f->module, "poke", 0);
	struct crash_report *r = report_of("poke", "gadget", size + 1, size, true);

	symbolize(f->module, r, "another build");
	assert_null(r->frames[0].file);
	crash_report_free(r);
}

static void a_name_without_its_suffix_is_found(void **state)
{
	struct fixture *f = *state;
	uint64_t size = symbol_size(f->module, "split.constprop.0", 0);
	struct crash_report *r = report_of("split", "gadget", size, size, false);

	symbolize(f->module, r, "");
	check_frame(r, 0, "split", false, "gadget.c", line_with(gadget_c, "in split"));
	crash_report_free(r);
}

static void the_same_build_id_is_used_and_another_refused(void **state)
{
	struct fixture *f = *state;
	uint64_t size = symbol_size(f->module, "poke", 0);
	struct crash_report *same = report_of("poke", "gadget", 5, size, true);
	struct crash_report *other = report_of("poke", "gadget", 5, size, true);

	same->frames[0].build_id = strdup(f->build_id);
	other->frames[0].build_id = strdup("ffffffffffffffffffffffffffffffffffffffff");
	symbolize(f->module, same, "");
	symbolize(f->module, other,
		  "build-id 00112233445566778899aabbccddeeff00112233, but gadget");
	assert_non_null(same->file);
	assert_null(other->file);
	crash_report_free(same);
	crash_report_free(other);
}

static void the_kernel_is_asked_for_frames_without_a_module(void **state)
{
	struct fixture *f = *state;
	uint64_t at = mark_at(f->kernel, MARK_STORE), size = symbol_size(f->kernel, "poke", 0);
	struct crash_report *kernel = report_of("poke", NULL, at, size, true);
	struct crash_report *module = report_of("poke", "gadget", at, size, true);

	symbolize(f->kernel, kernel, "");
	symbolize(f->kernel, module, "");
	check_frame(kernel, 0, "store", true, "gadget.c", line_with(gadget_c, "the store */"));
	assert_string_equal(kernel->file, "gadget.c"); /* as kernel developers name it */
	assert_null(module->file);
	crash_report_free(kernel);
	crash_report_free(module);
}

static void a_report_is_symbolized_once(void **state)
{
	struct fixture *f = *state;
	struct crash_report *r = report_of("poke", "gadget", mark_at(f->module, MARK_STORE),
					   symbol_size(f->module, "poke", 0), true);

	symbolize(f->module, r, "");
	symbolize(f->module, r, "");
	assert_int_equal(r->n_frames, 3);
	crash_report_free(r);
}

static void a_file_without_debug_information_is_named(void **state)
{
	struct fixture *f = *state;
	struct crash_report *r =
		report_of("poke", "gadget", 5, symbol_size(f->module, "poke", 0), true);
	char path[96];

	free(r->frames[0].module);
	r->frames[0].module = strdup("stripped"); /* an object is named after its file */
	snprintf(path, sizeof(path), "%s/stripped.ko", f->dir);
	symbolize(path, r, "stripped.ko: no debug information");
	assert_null(r->frames[0].file);
	crash_report_free(r);
}

static void check_variant(const struct fixture *f, const char *module)
{
	struct crash_report *r = report_of("poke", module, mark_at(f->module, MARK_STORE),
					   symbol_size(f->module, "poke", 0), true);
	char path[96];

	snprintf(path, sizeof(path), "%s/%s.ko", f->dir, module);
	symbolize(path, r, "");
	assert_int_equal(r->n_frames, 3);
	check_frame(r, 0, "store", true, "gadget.c", line_with(gadget_c, "the store */"));
	crash_report_free(r);
}

/* clang writes no .debug_aranges. */
static void units_are_found_without_their_table(void **state)
{
	check_variant(*state, "unranged");
}

static void compressed_debug_information_is_read(void **state)
{
	check_variant(*state, "compressed");
}

static void check_refused(const char *path, int expect, const char *word)
{
	struct symbolizer *s = symbolizer_new();
	struct strbuf why = {0};

	assert_int_equal(symbolizer_add(s, path, &why), expect);
	assert_non_null(strstr(strbuf_str(&why), word));
	strbuf_free(&why);
	symbolizer_free(s);
}

static void what_is_no_module_is_refused_with_a_reason(void **state)
{
	struct fixture *f = *state;
	char path[96];

	check_refused("/nowhere/x.ko", -ENOENT, "/nowhere/x.ko: No such file");
	check_refused(f->dir, -ENOEXEC, "not a regular file");
	snprintf(path, sizeof(path), "%s/gadget.c", f->dir);
	check_refused(path, -ENOEXEC, "not an ELF file");
	snprintf(path, sizeof(path), "%s/endless.ko", f->dir);
	check_refused(path, -ENOEXEC, "a table of strings has no end");
	snprintf(path, sizeof(path), "%s/fifo", f->dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	check_refused(path, -ENOEXEC, "not a regular file");
}

/* Whatever the file holds: an error or lines, no crash. */
static void try_bytes(const struct fixture *f, const char *bytes, size_t n, uint64_t size)
{
	struct crash_report *r = report_of("poke", "gadget", size - 1, size, true);
	struct symbolizer *s = symbolizer_new();
	struct strbuf text = {0};
	char path[96];
	int err;

	write_file(f->dir, "gadget.broken", bytes, n);
	snprintf(path, sizeof(path), "%s/gadget.broken", f->dir);
	err = symbolizer_add(s, path, &text);
	assert_true(!err || text.len);
	assert_int_equal(symbolizer_report(s, r, &text), 0);
	strbuf_free(&text);
	symbolizer_free(s);
	crash_report_free(r);
}

static void a_file_cut_anywhere_does_no_harm(void **state)
{
	struct fixture *f = *state;
	uint64_t size = symbol_size(f->module, "poke", 0);
	size_t n;
	char *bytes = read_file(f->dir, "gadget.ko", &n);

	for (size_t cut = 0; cut < n; cut += 1 + n / 200)
		try_bytes(f, bytes, cut, size);
	free(bytes);
}

static void a_file_damaged_anywhere_does_no_harm(void **state)
{
	struct fixture *f = *state;
	uint64_t size = symbol_size(f->module, "poke", 0);
	uint32_t seed = 12345;
	size_t n;
	char *bytes = read_file(f->dir, "gadget.ko", &n);

	for (unsigned i = 0; i < 300; i++) {
		char *copy = malloc(n);

		assert_non_null(copy);
		memcpy(copy, bytes, n);
		for (unsigned k = 0; k < 1 + i % 16; k++) {
			seed = seed * 1664525 + 1013904223;
			copy[seed % n] = (char)(seed >> 24);
		}
		try_bytes(f, copy, n, size);
		free(copy);
	}
	free(bytes);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fault_is_found_through_inlined_functions),
		cmocka_unit_test(a_header_is_not_the_place_of_a_crash),
		cmocka_unit_test(a_return_address_means_the_call_before_it),
		cmocka_unit_test(of_two_functions_of_one_name_the_size_decides),
		cmocka_unit_test(kallsyms_sizes_fit_too),
		cmocka_unit_test(another_size_is_another_build),
		cmocka_unit_test(an_offset_beyond_the_function_is_refused),
		cmocka_unit_test(a_name_without_its_suffix_is_found),
		cmocka_unit_test(the_same_build_id_is_used_and_another_refused),
		cmocka_unit_test(the_kernel_is_asked_for_frames_without_a_module),
		cmocka_unit_test(a_report_is_symbolized_once),
		cmocka_unit_test(a_file_without_debug_information_is_named),
		cmocka_unit_test(units_are_found_without_their_table),
		cmocka_unit_test(compressed_debug_information_is_read),
		cmocka_unit_test(what_is_no_module_is_refused_with_a_reason),
		cmocka_unit_test(a_file_cut_anywhere_does_no_harm),
		cmocka_unit_test(a_file_damaged_anywhere_does_no_harm),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
