/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/module/module_build.c harness/module/module_file.c harness/module/module_elf.c */
/* LINK: harness/module/module_info.c harness/process.c harness/log.c harness/paths*.c */
/* LINK: console/strbuf.c console/pipeline/printable.c console/pipeline/sanitize.c */
/* LIBS: libkmod libelf */
/* Building a directory's modules, by a tree that does for "modules" what a kernel's would. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/module/module_build.h"
#include "harness/paths.h"

static char top[64], tree[80], dir[80], err[1024];

static void write_file(const char *where, const char *leaf, const char *text)
{
	char *path = path_format("%s/%s", where, leaf);

	assert_int_equal(path_write_atomic(path, text, strlen(text), 0644), 0);
	free(path);
}

static int setup(void **state)
{
	strcpy(top, "/tmp/kdev-test-build.XXXXXX");
	if (!mkdtemp(top))
		return -1;
	setenv("XDG_STATE_HOME", top, 1);
	snprintf(tree, sizeof(tree), "%s/tree", top);
	snprintf(dir, sizeof(dir), "%s/mod", top);
	if (path_mkdirs(tree, 0755) || path_mkdirs(dir, 0755))
		return -1;
	write_file(tree, "Makefile",
		   "modules:\n\t@echo '  CC [M]  x.o'\n\t@$(MAKE) -f $(M)/Kbuild -C $(M) made\n");
	err[0] = 0;
	return 0;
}

static int teardown(void **state)
{
	return path_remove_tree(top);
}

static int build(struct module_build *b, struct strbuf *said)
{
	struct process_signals signals;
	int rc;

	assert_int_equal(process_signals_open(&signals), 0);
	rc = module_build(b, dir, tree, &signals, said, err, sizeof(err));
	process_signals_close(&signals);
	return rc;
}

static void what_is_made_is_found(void **state)
{
	struct strbuf said = {0};
	struct module_build b;

	/* As Linux 6.4 and later, and as earlier ones name it. */
	write_file(dir, "Kbuild",
		   "made:\n\t@touch x.ko y.ko\n\t@echo x.o >modules.order\n"
		   "\t@echo $(CURDIR)/y.ko >>modules.order\n");
	assert_int_equal(build(&b, &said), 0);
	assert_int_equal(b.n_made, 2);
	assert_string_equal(strbuf_str(&said), "");
	assert_non_null(strstr(module_build_pick(&b, "x", err, sizeof(err)), "/mod/x.ko"));
	assert_non_null(strstr(module_build_pick(&b, "y.ko", err, sizeof(err)), "/mod/y.ko"));
	assert_null(module_build_pick(&b, NULL, err, sizeof(err)));
	assert_non_null(strstr(err, "makes 2 modules, x.ko, y.ko: say which by --module"));
	assert_null(module_build_pick(&b, "z", err, sizeof(err)));
	assert_non_null(strstr(err, "makes no z, but x.ko, y.ko"));
	module_build_free(&b);
	strbuf_free(&said);
}

static void one_module_needs_no_name(void **state)
{
	struct strbuf said = {0};
	struct module_build b;

	write_file(dir, "Kbuild", "made:\n\t@touch x.ko; echo x.o >modules.order\n");
	assert_int_equal(build(&b, &said), 0);
	assert_non_null(module_build_pick(&b, NULL, err, sizeof(err)));
	module_build_free(&b);
}

static void what_the_compiler_says_is_shown_and_is_harmless(void **state)
{
	struct strbuf said = {0};
	struct module_build b;

	write_file(dir, "Kbuild",
		   "made:\n\t@printf 'made\\nx.c:3: error: \\033[2Jno\\nmore\\n'; exit 1\n");
	assert_int_equal(build(&b, &said), -ECHILD);
	assert_non_null(strstr(strbuf_str(&said), "x.c:3: error: "));
	assert_null(strchr(strbuf_str(&said), '\033'));
	assert_null(strstr(strbuf_str(&said), "make"));
	assert_null(strstr(strbuf_str(&said), "CC [M]"));
	assert_non_null(
		strstr(err, "/mod does not build against the board's kernel: x.c:3: error: "));
	assert_null(strstr(err, "more"));
	module_build_free(&b);
	strbuf_free(&said);
}

static void a_build_that_makes_nothing_is_told(void **state)
{
	struct strbuf said = {0};
	struct module_build b;

	write_file(dir, "Kbuild", "made:\n\t@:\n");
	assert_int_equal(build(&b, &said), -ECHILD);
	assert_non_null(strstr(err, "the build makes no module"));
	module_build_free(&b);
	strbuf_free(&said);
}

static void a_directory_that_kbuild_can_not_take_is_refused(void **state)
{
	struct module_build b;
	char *blank;

	assert_int_equal(module_build_start(&b, dir, tree, err, sizeof(err)), -ENOENT);
	assert_non_null(strstr(err, "no Kbuild or Makefile is there"));
	module_build_free(&b);
	assert_int_equal(module_build_start(&b, "/nonexistent", tree, err, sizeof(err)), -ENOENT);
	module_build_free(&b);
	write_file(dir, "Kbuild", "made:\n");
	blank = path_format("%s x", dir);
	assert_int_equal(path_mkdirs(blank, 0755), 0);
	assert_int_equal(module_build_start(&b, blank, tree, err, sizeof(err)), -EINVAL);
	assert_non_null(strstr(err, "blanks"));
	module_build_free(&b);
	free(blank);
}

static void its_log_does_not_stay(void **state)
{
	struct strbuf said = {0};
	struct module_build b;
	char *log;

	write_file(dir, "Kbuild", "made:\n\t@touch x.ko; echo x.o >modules.order\n");
	assert_int_equal(build(&b, &said), 0);
	log = strdup(b.log);
	assert_int_equal(access(log, F_OK), 0);
	module_build_free(&b);
	assert_int_equal(access(log, F_OK), -1);
	free(log);
}

#define test(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(what_is_made_is_found),
		test(one_module_needs_no_name),
		test(what_the_compiler_says_is_shown_and_is_harmless),
		test(a_build_that_makes_nothing_is_told),
		test(a_directory_that_kbuild_can_not_take_is_refused),
		test(its_log_does_not_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
