/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/module/module_file.c harness/module/module_info.c harness/module/module_elf.c */
/* LINK: harness/log.c harness/paths.c harness/paths_remove.c tests/unit/module_fixture.c */
/* LIBS: libkmod */
/* Reading module files: what is in them, what is said of those that are none, and damage. */
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/module/module_file.h"
#include "harness/paths.h"
#include "tests/unit/module_fixture.h"

static const struct fixture_symbol symbols[] = {{"usb_register", 0, true},
						{"_printk", 0x92997ed8, false}};

static const struct fixture sample = {
	FIXTURE_MODINFO("license=GPL\0depends=usbcore,mii\0name=my_mod\0"
			"vermagic=6.1.0-56-amd64 SMP preempt mod_unload modversions \0"
			"srcversion=533BB7E5866E52F63B9ACCB\0"
			"parm=count:how many\0parmtype=count:int\0parmtype=name:charp"),
	.symbols = symbols,
	.n_symbols = 2,
	.build_id = "\xab\xcd"
		    "0123456789abcdefgh",
};

struct context {
	char dir[32];
	struct module_file m;
	char err[256];
};

static int set_up(void **state)
{
	struct context *c = calloc(1, sizeof(*c));

	assert_non_null(c);
	(void)snprintf(c->dir, sizeof(c->dir), "/tmp/kdev-test-XXXXXX");
	assert_non_null(mkdtemp(c->dir));
	*state = c;
	return 0;
}

static int tear_down(void **state)
{
	struct context *c = *state;

	module_file_free(&c->m);
	assert_int_equal(path_remove_tree(c->dir), 0);
	free(c);
	return 0;
}

static int read_bytes(struct context *c, const char *name, const void *bytes, size_t n)
{
	char *path = fixture_write(c->dir, name, bytes, n);
	int err;

	module_file_free(&c->m);
	c->err[0] = 0;
	err = module_file_read(path, &c->m, c->err, sizeof(c->err));
	free(path);
	return err;
}

static int read_fixture(struct context *c, const char *name, const struct fixture *f)
{
	size_t n;
	unsigned char *bytes = fixture_make(f, &n);
	int err = read_bytes(c, name, bytes, n);

	free(bytes);
	return err;
}

static void assert_says(const struct context *c, const char *word)
{
	if (!strstr(c->err, word))
		fail_msg("\"%s\" does not say \"%s\"", c->err, word);
}

static void everything_that_a_module_says_of_itself_is_read(void **state)
{
	struct context *c = *state;

	assert_int_equal(read_fixture(c, "my-mod.ko", &sample), 0);
	assert_string_equal(c->m.name, "my_mod");
	assert_string_equal(c->m.vermagic, "6.1.0-56-amd64 SMP preempt mod_unload modversions ");
	assert_string_equal(c->m.srcversion, "533BB7E5866E52F63B9ACCB");
	assert_string_equal(c->m.license, "GPL");
	assert_string_equal(c->m.build_id, "abcd303132333435363738396162636465666768");
	assert_int_equal(c->m.n_depends, 2);
	assert_string_equal(c->m.depends[0], "usbcore");
	assert_string_equal(c->m.depends[1], "mii");
	assert_int_equal(c->m.n_params, 2);
	assert_string_equal(c->m.params[0].name, "count");
	assert_string_equal(c->m.params[0].type, "int");
	assert_string_equal(c->m.params[1].name, "name");
	assert_string_equal(c->m.params[1].type, "charp");
}

static void wanted_symbols_come_sorted_with_their_versions(void **state)
{
	struct context *c = *state;

	assert_int_equal(read_fixture(c, "x.ko", &sample), 0);
	assert_int_equal(c->m.n_symbols, 2);
	assert_string_equal(c->m.symbols[0].name, "_printk");
	assert_int_equal(c->m.symbols[0].crc, 0x92997ed8);
	assert_false(c->m.symbols[0].weak);
	assert_string_equal(c->m.symbols[1].name, "usb_register");
	assert_int_equal(c->m.symbols[1].crc, 0);
	assert_true(c->m.symbols[1].weak);
}

static void what_a_module_does_not_say_is_empty(void **state)
{
	static const struct fixture terse = {FIXTURE_MODINFO("name=terse")};
	struct context *c = *state;

	assert_int_equal(read_fixture(c, "terse.ko", &terse), 0);
	assert_string_equal(c->m.vermagic, "");
	assert_string_equal(c->m.srcversion, "");
	assert_string_equal(c->m.license, "");
	assert_string_equal(c->m.build_id, "");
	assert_int_equal(c->m.n_depends + c->m.n_params + c->m.n_symbols, 0);
}

static void an_old_module_has_its_files_name(void **state)
{
	static const struct fixture old = {FIXTURE_MODINFO("license=GPL")};
	struct context *c = *state;

	assert_int_equal(read_fixture(c, "my-old.mod.ko", &old), 0);
	assert_string_equal(c->m.name, "my_old");
}

static void a_name_that_is_none_is_refused(void **state)
{
	static const struct fixture path = {FIXTURE_MODINFO("name=../../etc/passwd")};
	static const struct fixture empty = {FIXTURE_MODINFO("name=")};
	static const struct fixture hostile = {FIXTURE_MODINFO("name=x; reboot\033[2J")};
	static const struct fixture longer = {
		FIXTURE_MODINFO("name=0123456789012345678901234567890123456789012345678901234x")};
	struct context *c = *state;

	assert_int_equal(read_fixture(c, "x.ko", &path), -ENOEXEC);
	assert_says(c, "'../../etc/passwd' is no name");
	assert_int_equal(read_fixture(c, "x.ko", &empty), -ENOEXEC);
	assert_int_equal(read_fixture(c, "x.ko", &longer), -ENOEXEC);
	assert_int_equal(read_fixture(c, "x.ko", &hostile), -ENOEXEC);
	assert_null(strchr(c->err, '\033'));
}

static void a_signed_module_is_read_like_any_other(void **state)
{
	static const char mark[] = "~Module signature appended~\n";
	struct context *c = *state;
	size_t n;
	unsigned char *bytes = fixture_make(&sample, &n);
	unsigned char *longer = realloc(bytes, n + sizeof(mark) - 1);

	assert_non_null(longer);
	memcpy(longer + n, mark, sizeof(mark) - 1);
	assert_int_equal(read_bytes(c, "signed.ko", longer, n + sizeof(mark) - 1), 0);
	assert_string_equal(c->m.name, "my_mod");
	free(longer);
}

static void a_missing_file_is_named(void **state)
{
	struct context *c = *state;

	assert_int_equal(module_file_read("/nowhere/x.ko", &c->m, c->err, sizeof(c->err)), -ENOENT);
	assert_string_equal(c->err, "/nowhere/x.ko: there is no such file");
	assert_null(c->m.path);
}

static void a_directory_and_a_fifo_are_no_modules(void **state)
{
	struct context *c = *state;
	char *fifo = path_format("%s/fifo", c->dir);

	assert_int_equal(module_file_read(c->dir, &c->m, c->err, sizeof(c->err)), -EISDIR);
	assert_says(c, "is a directory");
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_equal(module_file_read(fifo, &c->m, c->err, sizeof(c->err)), -EINVAL);
	assert_says(c, "no regular file");
	free(fifo);
}

static void files_that_are_no_modules_say_why(void **state)
{
	struct context *c = *state;
	size_t n;
	unsigned char *bytes = fixture_make(&sample, &n);

	assert_int_equal(read_bytes(c, "empty.ko", "", 0), -ENOEXEC);
	assert_says(c, "empty.ko: no kernel module: the file is empty");
	assert_int_equal(read_bytes(c, "good.c", "int x;", 6), -ENOEXEC);
	assert_says(c, "good.c: no kernel module: no ELF object file");
	assert_int_equal(read_bytes(c, "half.ko", bytes, n / 2), -ENOEXEC);
	assert_says(c, "half.ko: no kernel module: the file is cut short");
	free(bytes);
	assert_int_equal(module_file_read("/proc/self/exe", &c->m, c->err, sizeof(c->err)),
			 -ENOEXEC);
	assert_says(c, "it is a program");
}

static void a_small_error_buffer_is_enough(void **state)
{
	struct context *c = *state;
	char tiny[4];

	assert_int_equal(module_file_read("/nowhere", &c->m, tiny, sizeof(tiny)), -ENOENT);
	assert_string_equal(tiny, "/no");
	assert_int_equal(module_file_read("/nowhere", &c->m, NULL, 0), -ENOENT);
}

/* Each byte of a module in turn: whatever it does to the file, reading ends with an answer. */
static void no_damaged_byte_is_fatal(void **state)
{
	static const unsigned char values[] = {0x00, 0x01, 0x7f, 0xff};
	struct context *c = *state;
	size_t n, taken = 0, refused = 0;
	unsigned char *bytes = fixture_make(&sample, &n);

	for (size_t at = 0; at < n; at++) {
		unsigned char was = bytes[at];

		for (size_t i = 0; i < sizeof(values); i++) {
			bytes[at] = values[i];
			if (read_bytes(c, "damaged.ko", bytes, n))
				refused++;
			else
				taken++;
		}
		bytes[at] = was;
	}
	free(bytes);
	assert_int_equal(taken + refused, n * sizeof(values));
	assert_true(taken > 0 && refused > 0);
}

static void the_sample_module_is_read(void **state)
{
	struct context *c = *state;
	char exe[PATH_MAX] = "", *path;
	const char *build = getenv("BUILD");

	assert_true(readlink("/proc/self/exe", exe, sizeof(exe) - 1) > 0);
	path = path_format("%s/modules/good.ko", build ? build : dirname(dirname(exe)));
	if (access(path, R_OK) != 0) {
		print_message("skipped: %s is not there (make modules)\n", path);
		free(path);
		skip();
		return; /* skip() does not return, which linters can't know */
	}
	assert_int_equal(module_file_read(path, &c->m, c->err, sizeof(c->err)), 0);
	free(path);
	assert_string_equal(c->m.name, "good");
	assert_string_equal(c->m.license, "GPL");
	assert_int_equal(strlen(c->m.build_id), 40);
	assert_int_equal(c->m.n_params, 2);
	assert_string_equal(c->m.params[0].name, "count");
	assert_string_equal(c->m.params[0].type, "int");
	assert_string_equal(c->m.params[1].name, "greeting");
	assert_string_equal(c->m.params[1].type, "charp");
	assert_non_null(strstr(c->m.vermagic, "mod_unload"));
}

static void an_empty_struct_can_be_freed(void **state)
{
	struct module_file m = {0};

	module_file_free(&m);
	module_file_free(NULL);
	assert_null(m.path);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(everything_that_a_module_says_of_itself_is_read),
		TEST(wanted_symbols_come_sorted_with_their_versions),
		TEST(what_a_module_does_not_say_is_empty),
		TEST(an_old_module_has_its_files_name),
		TEST(a_name_that_is_none_is_refused),
		TEST(a_signed_module_is_read_like_any_other),
		TEST(a_missing_file_is_named),
		TEST(a_directory_and_a_fifo_are_no_modules),
		TEST(files_that_are_no_modules_say_why),
		TEST(a_small_error_buffer_is_enough),
		TEST(no_damaged_byte_is_fatal),
		TEST(the_sample_module_is_read),
		cmocka_unit_test(an_empty_struct_can_be_freed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
