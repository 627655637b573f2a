/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/rootfs/root_source.c harness/rootfs/root_choice.c harness/rootfs/root_find.c */
/* LINK: harness/rootfs/fstab.c harness/netboot/setup_tools.c harness/process.c harness/log.c */
/* LINK: harness/paths.c harness/paths_file.c harness/paths_remove.c console/strbuf.c */
/* How a root is named, and where it is kept; what its fstab may still mount. */
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

#include "harness/paths.h"
#include "harness/rootfs/fstab.h"
#include "harness/rootfs/root_choice.h"
#include "harness/rootfs/root_source.h"

static char dir[] = "/tmp/kdev-source-XXXXXX";
static char err[512];

static int make_dirs(void **state)
{
	return !mkdtemp(dir) || setenv("XDG_STATE_HOME", dir, 1) || setenv("XDG_CACHE_HOME", dir, 1)
		       ? -1
		       : 0;
}

static int remove_dirs(void **state)
{
	return path_remove_tree(dir);
}

static int find(const char *source, const char *packages, struct root *r)
{
	struct board_config b = {.name = "b"};
	struct setup s = {.board = &b, .err = err, .err_len = sizeof(err)};

	snprintf(b.root, sizeof(b.root), "%s", source);
	snprintf(b.root_packages, sizeof(b.root_packages), "%s", packages);
	err[0] = '\0';
	return root_find(&s, r);
}

static void debian_alone_is_the_small_one_of_all_boards(void **state)
{
	struct root r;

	assert_int_equal(find("", "", &r), 0);
	assert_int_equal(r.kind, ROOT_PLAIN);
	assert_non_null(strstr(r.dir, "/kdev/rootfs"));
	root_free(&r);
}

static void a_debian_has_suite_architecture_and_packages(void **state)
{
	struct root r, other;

	assert_int_equal(find("debian:trixie:i386", "gdb, strace  systemd-sysv", &r), 0);
	assert_int_equal(r.kind, ROOT_DEBIAN);
	assert_string_equal(r.suite, "trixie");
	assert_string_equal(r.arch, "i386");
	assert_string_equal(r.packages, "gdb,strace,systemd-sysv");
	assert_int_equal(find("debian:trixie:i386", "gdb", &other), 0);
	assert_string_not_equal(r.dir, other.dir);
	root_free(&other);
	root_free(&r);
	assert_int_equal(find("debian", "gdb", &r), 0);
	assert_int_equal(r.kind, ROOT_DEBIAN);
	root_free(&r);
}

static void what_could_be_an_option_is_no_package_and_no_suite(void **state)
{
	static const char *const packages[] = {"--hook=x", "a;b", "../x", "A", "$(x)", "a\nb"};
	static const char *const sources[] = {"debian:",          "debian:../x", "debian:a b",
					      "debian:sid:arm64", "debian:sid:", "debian::amd64"};
	struct root r;

	for (size_t i = 0; i < sizeof(packages) / sizeof(packages[0]); i++)
		assert_int_equal(find("debian", packages[i], &r), -EINVAL);
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		assert_int_equal(find(sources[i], "", &r), -EINVAL);
		assert_true(strlen(err) > 0);
	}
}

static void a_path_may_have_a_partition_behind_it(void **state)
{
	struct root r;

	assert_int_equal(find("/no/such disk.img:3", "", &r), 0);
	assert_int_equal(r.kind, ROOT_IMPORT);
	assert_string_equal(r.path, "/no/such disk.img");
	assert_int_equal(r.partition, 3);
	/* It goes onto a kernel's command line. */
	assert_null(strpbrk(r.dir + strlen(dir), " ,:\""));
	root_free(&r);
	assert_int_equal(find("/no/a:b", "", &r), 0);
	assert_string_equal(r.path, "/no/a:b");
	assert_int_equal(r.partition, -1);
	root_free(&r);
	assert_int_equal(find("disk.img", "", &r), -EINVAL);
	assert_int_equal(find("/disk.img", "gdb", &r), -EINVAL);
}

static void a_file_with_a_colon_in_its_name_is_itself(void **state)
{
	char *path = path_format("%s/disk:1", dir);
	struct root r;

	assert_int_equal(path_write_atomic(path, "x", 1, 0644), 0);
	assert_int_equal(find(path, "", &r), 0);
	assert_string_equal(r.path, path);
	assert_int_equal(r.partition, -1);
	root_free(&r);
	free(path);
}

static void what_was_chosen_stays_and_a_configuration_comes_before_it(void **state)
{
	struct board_config b = {.name = "a", .root = "debian:sid", .root_packages = "gdb"};
	struct board_config again = {.name = "a"}, other = {.name = "o"};
	struct board_config configured = {.name = "a", .root = "/x"};

	assert_int_equal(root_choice_write(&b), 0);
	root_choice_read(&again);
	assert_string_equal(again.root, "debian:sid");
	assert_string_equal(again.root_packages, "gdb");
	root_choice_read(&other);
	assert_string_equal(other.root, "debian");
	root_choice_read(&configured);
	assert_string_equal(configured.root, "/x");
	assert_string_equal(configured.root_packages, "");
}

static void expect_fstab(const char *text, const char *want, const char *gone)
{
	struct strbuf out = {0}, again = {0}, dropped = {0};

	fstab_adapt(text, &out, &dropped);
	assert_string_equal(strbuf_str(&out), want);
	assert_string_equal(strbuf_str(&dropped), gone);
	strbuf_free(&dropped);
	fstab_adapt(strbuf_str(&out), &again, &dropped);
	assert_string_equal(strbuf_str(&again), want);
	assert_int_equal(dropped.len, 0);
	strbuf_free(&again);
	strbuf_free(&dropped);
	strbuf_free(&out);
}

static void fstab_keeps_what_needs_no_disk(void **state)
{
	expect_fstab("# a comment\n\nUUID=1 / ext4 defaults 0 1\n  proc\t/proc  proc defaults\n"
		     "tmpfs /tmp tmpfs size=1g 0 0\n/dev/sda2 none swap sw 0 0\n"
		     "host:/home /home nfs defaults\n",
		     "# a comment\n\n# kdev: UUID=1 / ext4 defaults 0 1\n  proc\t/proc  proc "
		     "defaults\n"
		     "tmpfs /tmp tmpfs size=1g 0 0\n# kdev: /dev/sda2 none swap sw 0 0\n"
		     "# kdev: host:/home /home nfs defaults\n",
		     "UUID=1 on /\n/dev/sda2 on none\nhost:/home on /home\n");
}

static void a_torn_fstab_is_no_danger(void **state)
{
	expect_fstab("", "", "");
	expect_fstab("/dev/sda1", "# kdev: /dev/sda1\n", "/dev/sda1 on \n");
	expect_fstab("x /y tmpfs", "x /y tmpfs\n", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(debian_alone_is_the_small_one_of_all_boards),
		cmocka_unit_test(a_debian_has_suite_architecture_and_packages),
		cmocka_unit_test(what_could_be_an_option_is_no_package_and_no_suite),
		cmocka_unit_test(a_path_may_have_a_partition_behind_it),
		cmocka_unit_test(a_file_with_a_colon_in_its_name_is_itself),
		cmocka_unit_test(what_was_chosen_stays_and_a_configuration_comes_before_it),
		cmocka_unit_test(fstab_keeps_what_needs_no_disk),
		cmocka_unit_test(a_torn_fstab_is_no_danger),
	};

	return cmocka_run_group_tests(tests, make_dirs, remove_dirs);
}
