/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/module/module_check.c harness/module/module_file.c harness/module/module_info.c */
/* LINK: harness/module/module_elf.c harness/log.c harness/paths.c harness/paths_remove.c */
/* LINK: tests/unit/module_fixture.c */
/* LIBS: libkmod */
/* Modules against the board's kernel: a small one of our own, with depmod's true indexes. */
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/module/module_file.h"
#include "harness/paths.h"
#include "tests/unit/module_fixture.h"

#define RELEASE  "6.1.0-56-amd64"
#define VERMAGIC RELEASE " SMP preempt mod_unload modversions "

extern char **environ;

struct context {
	char dir[32]; /* has lib/modules/RELEASE, build/ and x.ko */
	char *modules, *build;
	struct board_kernel kernel;
	char err[512];
};

static void run_depmod(const char *base)
{
	char *argv[] = {(char *)"depmod", (char *)"-b", (char *)base, (char *)RELEASE, NULL};
	pid_t pid;
	int status;

	assert_int_equal(posix_spawn(&pid, "/sbin/depmod", NULL, NULL, argv, environ), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void write_text(const char *dir, const char *name, const char *text)
{
	free(fixture_write(dir, name, text, strlen(text)));
}

static int set_up(void **state)
{
	static const struct fixture usbcore = {FIXTURE_MODINFO("name=usbcore\0license=GPL")};
	struct context *c = calloc(1, sizeof(*c));
	unsigned char *bytes;
	size_t n;

	assert_non_null(c);
	(void)snprintf(c->dir, sizeof(c->dir), "/tmp/kdev-test-XXXXXX");
	assert_non_null(mkdtemp(c->dir));
	c->modules = path_format("%s/lib/modules/" RELEASE, c->dir);
	c->build = path_format("%s/build", c->dir);
	assert_int_equal(path_mkdirs(c->modules, 0755), 0);
	assert_int_equal(path_mkdirs(c->build, 0755), 0);
	bytes = fixture_make(&usbcore, &n);
	free(fixture_write(c->modules, "usbcore.ko", bytes, n));
	free(bytes);
	write_text(c->modules, "modules.order", "usbcore.ko\n");
	write_text(c->modules, "modules.builtin", "kernel/drivers/net/mii.ko\n");
	write_text(c->modules, "modules.builtin.modinfo", "");
	run_depmod(c->dir);
	write_text(c->build, "Module.symvers",
		   "0x92997ed8\t_printk\tvmlinux\tEXPORT_SYMBOL\t\n"
		   "0x0000beef\tusb_register\tdrivers/usb/core/usbcore\tEXPORT_SYMBOL_GPL\t\n"
		   "nonsense\n");
	c->kernel = (struct board_kernel){RELEASE, VERMAGIC, c->modules, c->build};
	*state = c;
	return 0;
}

static int tear_down(void **state)
{
	struct context *c = *state;

	assert_int_equal(path_remove_tree(c->dir), 0);
	free(c->modules);
	free(c->build);
	free(c);
	return 0;
}

/* Write the module as x.ko, read it back and check it against the kernel. */
static int check(struct context *c, const struct fixture *f)
{
	struct module_file m;
	size_t n;
	unsigned char *bytes = fixture_make(f, &n);
	char *path = fixture_write(c->dir, "x.ko", bytes, n);
	int err;

	assert_int_equal(module_file_read(path, &m, c->err, sizeof(c->err)), 0);
	err = module_file_check(&m, &c->kernel, c->err, sizeof(c->err));
	module_file_free(&m);
	free(path);
	free(bytes);
	return err;
}

static void assert_says(const struct context *c, const char *word)
{
	if (!strstr(c->err, word))
		fail_msg("\"%s\" does not say \"%s\"", c->err, word);
}

static void a_module_for_this_kernel_passes(void **state)
{
	static const struct fixture_symbol symbols[] = {{"_printk", 0x92997ed8, false},
							{"usb_register", 0xbeef, false}};
	static const struct fixture good = {
		FIXTURE_MODINFO("vermagic=" VERMAGIC "\0name=x\0depends=usbcore,mii"),
		.symbols = symbols, .n_symbols = 2};
	struct context *c = *state;

	assert_int_equal(check(c, &good), 0);
	assert_string_equal(c->err, "");
}

static void another_release_is_named_with_how_to_rebuild(void **state)
{
	static const struct fixture other = {
		FIXTURE_MODINFO("name=x\0vermagic=6.5.0 SMP preempt mod_unload modversions ")};
	struct context *c = *state;
	char *rebuild = path_format("rebuild it: make -C %s M=%s modules", c->build, c->dir);

	assert_int_equal(check(c, &other), -ENOEXEC);
	assert_says(c, "/x.ko: built for kernel 6.5.0, the board runs " RELEASE ";");
	assert_says(c, rebuild);
	free(rebuild);
}

static void a_release_that_only_begins_alike_is_another(void **state)
{
	static const struct fixture shorter = {
		FIXTURE_MODINFO("name=x\0vermagic=6.1.0-56 SMP preempt mod_unload modversions ")};
	static const struct fixture longer = {
		FIXTURE_MODINFO("name=x\0vermagic=6.1.0-56-amd64-x SMP preempt mod_unload ")};
	struct context *c = *state;

	assert_int_equal(check(c, &shorter), -ENOEXEC);
	assert_says(c, "built for kernel 6.1.0-56, the board runs");
	assert_int_equal(check(c, &longer), -ENOEXEC);
	assert_says(c, "built for kernel 6.1.0-56-amd64-x, the board runs");
}

static void the_same_release_configured_otherwise_is_refused(void **state)
{
	static const struct fixture other = {
		FIXTURE_MODINFO("name=x\0vermagic=" RELEASE " SMP mod_unload modversions ")};
	struct context *c = *state;

	assert_int_equal(check(c, &other), -ENOEXEC);
	assert_says(c, "configured as '" RELEASE " SMP mod_unload modversions', the board's");
}

static void white_space_at_the_end_of_vermagic_does_not_count(void **state)
{
	static const struct fixture trimmed = {
		FIXTURE_MODINFO("name=x\0vermagic=" RELEASE " SMP preempt mod_unload modversions")};
	struct context *c = *state;

	assert_int_equal(check(c, &trimmed), 0);
}

static void no_vermagic_at_all_is_refused(void **state)
{
	static const struct fixture without = {FIXTURE_MODINFO("name=x")};
	struct context *c = *state;

	assert_int_equal(check(c, &without), -ENOEXEC);
	assert_says(c, "no vermagic");
}

static void a_hostile_vermagic_reaches_no_terminal(void **state)
{
	static const struct fixture hostile = {FIXTURE_MODINFO("name=x\0vermagic=\033[2J\n SMP")};
	struct context *c = *state;

	assert_int_equal(check(c, &hostile), -ENOEXEC);
	assert_null(strchr(c->err, '\033'));
	assert_null(strchr(c->err, '\n'));
}

static void an_unknown_dependency_is_named(void **state)
{
	static const struct fixture needs = {
		FIXTURE_MODINFO("vermagic=" VERMAGIC "\0name=x\0depends=usbcore,fancy_bus")};
	struct context *c = *state;

	assert_int_equal(check(c, &needs), -ENOEXEC);
	assert_says(c, "depends on module 'fancy_bus', which kernel " RELEASE " does not have");
}

static void a_module_tree_without_indexes_is_no_fault_of_the_module(void **state)
{
	static const struct fixture needs = {
		FIXTURE_MODINFO("vermagic=" VERMAGIC "\0name=x\0depends=usbcore")};
	struct context *c = *state;

	c->kernel.modules = c->dir;
	assert_int_equal(check(c, &needs), -ENOENT);
	assert_says(c, "modules.dep.bin cannot be read: kdev setup makes it");
}

static void symbols_that_the_kernel_lacks_are_named(void **state)
{
	static const struct fixture_symbol symbols[] = {{"_printk", 0, false},
							{"my_missing", 0, false},
							{"nice_to_have", 0, true},
							{"_GLOBAL_OFFSET_TABLE_", 0, false},
							{"zz_missing", 0, false}};
	struct fixture wants = {FIXTURE_MODINFO("vermagic=" VERMAGIC "\0name=x"),
				.symbols = symbols, .n_symbols = 4};
	struct context *c = *state;

	assert_int_equal(check(c, &wants), -ENOEXEC);
	assert_says(c, "wants symbol 'my_missing', which kernel " RELEASE " does not export");
	wants.n_symbols = 5;
	assert_int_equal(check(c, &wants), -ENOEXEC);
	assert_says(c, "does not export: 'my_missing' and 1 more");
}

static void a_symbol_of_another_version_is_named(void **state)
{
	static const struct fixture_symbol symbols[] = {{"_printk", 0x1111, false}};
	static const struct fixture stale = {FIXTURE_MODINFO("vermagic=" VERMAGIC "\0name=x"),
					     .symbols = symbols, .n_symbols = 1};
	struct context *c = *state;

	assert_int_equal(check(c, &stale), -ENOEXEC);
	assert_says(c, "another declaration of '_printk'");
	assert_says(c, "(version 0x1111, not 0x92997ed8); rebuild it: make");
}

static void without_the_kernels_headers_symbols_are_left_to_the_kernel(void **state)
{
	static const struct fixture_symbol symbols[] = {{"my_missing", 0, false}};
	static const struct fixture wants = {FIXTURE_MODINFO("vermagic=" VERMAGIC "\0name=x"),
					     .symbols = symbols, .n_symbols = 1};
	struct context *c = *state;

	c->kernel.build = "/nowhere";
	assert_int_equal(check(c, &wants), 0);
}

/* Whatever kernel the samples were built for, they fit the one that they were built for. */
static void the_sample_module_fits_its_own_kernel(void **state)
{
	struct context *c = *state;
	char exe[PATH_MAX] = "", *path, *release;
	const char *build = getenv("BUILD");
	struct module_file m;

	assert_true(readlink("/proc/self/exe", exe, sizeof(exe) - 1) > 0);
	path = path_format("%s/modules/hung_task.ko", build ? build : dirname(dirname(exe)));
	if (access(path, R_OK) != 0) {
		print_message("skipped: %s is not there (make modules)\n", path);
		free(path);
		skip();
		return; /* skip() does not return, which linters can't know */
	}
	assert_int_equal(module_file_read(path, &m, c->err, sizeof(c->err)), 0);
	release = strndup(m.vermagic, strcspn(m.vermagic, " "));
	c->kernel = (struct board_kernel){release, m.vermagic, c->modules, NULL};
	assert_int_equal(module_file_check(&m, &c->kernel, c->err, sizeof(c->err)), 0);
	module_file_free(&m);
	free(release);
	free(path);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_module_for_this_kernel_passes),
		TEST(another_release_is_named_with_how_to_rebuild),
		TEST(a_release_that_only_begins_alike_is_another),
		TEST(the_same_release_configured_otherwise_is_refused),
		TEST(white_space_at_the_end_of_vermagic_does_not_count),
		TEST(no_vermagic_at_all_is_refused),
		TEST(a_hostile_vermagic_reaches_no_terminal),
		TEST(an_unknown_dependency_is_named),
		TEST(a_module_tree_without_indexes_is_no_fault_of_the_module),
		TEST(symbols_that_the_kernel_lacks_are_named),
		TEST(a_symbol_of_another_version_is_named),
		TEST(without_the_kernels_headers_symbols_are_left_to_the_kernel),
		TEST(the_sample_module_fits_its_own_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
