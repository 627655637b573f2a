/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/rootfs/root_adapt*.c harness/rootfs/root_jail.c harness/rootfs/ssh_bundle.c */
/* LINK: harness/rootfs/fstab.c harness/netboot/setup_tools.c harness/process.c harness/log.c */
/* LINK: harness/paths.c harness/paths_file.c harness/paths_remove.c console/strbuf.c */
/* LINK: tests/unit/root_bench.c */
/* LIBS: libarchive */
/* What is changed in a root that was made for something else. */
#include <elf.h>
#include <errno.h>
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

#include "harness/paths.h"
#include "harness/rootfs/root_adapt.h"
#include "harness/rootfs/root_jail.h"
#include "root_bench.h"

static const struct ssh_bundle bundle = {
	.files = {{.path = SSH_BUNDLE_SERVER, .bytes = "server", .len = 6, .mode = 0755}},
	.n = 1,
	.client_key = "ssh-ed25519 KEY kdev"};

static void put(struct bench *b, const char *leaf, const char *text)
{
	char *path = path_format("%s/%s", b->tree, leaf);

	*strrchr(path, '/') = '\0';
	assert_int_equal(path_mkdirs(path, 0755), 0);
	path[strlen(path)] = '/';
	assert_int_equal(path_write_atomic(path, text, strlen(text), 0755), 0);
	free(path);
}

static void put_sh(struct bench *b, unsigned machine)
{
	Elf64_Ehdr h = {.e_ident = ELFMAG, .e_machine = (Elf64_Half)machine};

	assert_int_equal(path_mkdirs(bench_path(b, "tree/bin"), 0755), 0);
	bench_write(b, "tree/bin/sh", &h, sizeof(h));
}

static char *tree(struct bench *b, const char *leaf)
{
	char path[200];

	snprintf(path, sizeof(path), "tree/%s", leaf);
	return bench_read(b, path);
}

static void link_in(struct bench *b, const char *target, const char *leaf)
{
	char path[200];

	snprintf(path, sizeof(path), "tree/%s", leaf);
	assert_int_equal(symlink(target, bench_path(b, path)), 0);
}

static bool there(struct bench *b, const char *leaf)
{
	struct stat st;
	char path[200];

	snprintf(path, sizeof(path), "tree/%s", leaf);
	return lstat(bench_path(b, path), &st) == 0;
}

static int open_bench(void **state)
{
	struct bench *b = bench_open();

	*state = b;
	put_sh(b, EM_X86_64);
	put(b, "etc/passwd", "daemon:x:1:1::/:/bin/false\nroot:*:0:0::/root:/bin/ash\n");
	return 0;
}

static int close_bench(void **state)
{
	bench_close(*state);
	return 0;
}

static int adapt(struct bench *b)
{
	struct adaptation a = {.source = "/the/source", .bundle = &bundle};

	if (geteuid() != 0)
		skip();
	return root_jail(&b->s, b->tree, root_adapt, &a);
}

static void expect_in(struct bench *b, const char *leaf, const char *what)
{
	char *text = tree(b, leaf);

	assert_non_null(text);
	assert_non_null(strstr(text, what));
	free(text);
}

static void the_directories_of_a_board_and_its_ssh_server_are_made(void **state)
{
	struct bench *b = *state;
	struct stat st;

	assert_int_equal(adapt(b), 0);
	assert_true(there(b, "dev") && there(b, "proc") && there(b, "run") && there(b, "kdev"));
	expect_in(b, "root/.ssh/authorized_keys", "ssh-ed25519 KEY kdev\n");
	expect_in(b, "usr/lib/kdev/dropbear", "server");
	expect_in(b, "etc/shells", "/bin/ash\n");
	expect_in(b, "etc/kdev.changes", "# /the/source\n");
	assert_int_equal(stat(bench_path(b, "tree/root/.ssh/authorized_keys"), &st), 0);
	assert_int_equal(st.st_mode & 022, 0);
	/* No init: kdev-init stays. */
	assert_false(there(b, "usr/lib/kdev/own-init"));
}

static void a_second_time_changes_nothing(void **state)
{
	struct bench *b = *state;
	char *first, *second;

	put(b, "etc/fstab", "/dev/sda1 / ext4 defaults 0 0\n");
	assert_int_equal(adapt(b), 0);
	first = tree(b, "etc/kdev.changes");
	assert_int_equal(adapt(b), 0);
	second = tree(b, "etc/kdev.changes");
	assert_non_null(strstr(first, "/dev/sda1 on /"));
	assert_string_equal(first, second);
	free(second);
	free(first);
}

static void units_of_systemd_are_masked(void **state)
{
	struct bench *b = *state;
	char target[32] = "";

	put(b, "usr/lib/systemd/systemd", "x");
	put(b, "usr/lib/systemd/system/ssh.service", "x");
	put(b, "usr/lib/systemd/system/cron.service", "x");
	put(b, "sbin/.d", "");
	link_in(b, "/usr/lib/systemd/systemd", "sbin/init");
	assert_int_equal(adapt(b), 0);
	assert_true(readlink(bench_path(b, "tree/etc/systemd/system/ssh.service"), target,
			     sizeof(target) - 1) > 0);
	assert_string_equal(target, "/dev/null");
	assert_false(there(b, "etc/systemd/system/cron.service"));
	assert_false(there(b, "etc/systemd/system/NetworkManager.service"));
	expect_in(b, "usr/lib/kdev/own-init", "/sbin/init\n");
	expect_in(b, "etc/machine-id", "");
	expect_in(b, "etc/kdev.changes", "ssh.service: masked");
}

static void links_of_system_v_and_openrc_go(void **state)
{
	struct bench *b = *state;

	put(b, "sbin/init", "x");
	put(b, "etc/rc2.d/S20ssh", "x");
	put(b, "etc/rc2.d/S20cron", "x");
	put(b, "etc/rc2.d/K20ssh", "x");
	put(b, "etc/runlevels/boot/networking", "x");
	put(b, "etc/runlevels/boot/hwclock", "x");
	put(b, "etc/init.d/S40network", "x"); /* busybox's alone */
	assert_int_equal(adapt(b), 0);
	assert_false(there(b, "etc/rc2.d/S20ssh"));
	assert_true(there(b, "etc/rc2.d/S20cron") && there(b, "etc/rc2.d/K20ssh"));
	assert_false(there(b, "etc/runlevels/boot/networking"));
	assert_true(there(b, "etc/runlevels/boot/hwclock"));
	assert_true(there(b, "etc/init.d/S40network"));
}

static void scripts_of_busybox_are_put_aside(void **state)
{
	struct bench *b = *state;

	put(b, "bin/busybox", "x");
	put(b, "sbin/.d", "");
	link_in(b, "../bin/busybox", "sbin/init");
	put(b, "etc/init.d/S40network", "x");
	put(b, "etc/init.d/S50other", "x");
	assert_int_equal(adapt(b), 0);
	assert_false(there(b, "etc/init.d/S40network"));
	assert_true(there(b, "etc/init.d/kdev-off.S40network"));
	assert_true(there(b, "etc/init.d/S50other"));
}

static void modules_are_found_at_both_names(void **state)
{
	struct bench *b = *state;

	put(b, "lib/modules/5.4/modules.dep", "x");
	assert_int_equal(adapt(b), 0);
	assert_true(there(b, "usr/lib/modules/5.4/modules.dep"));
	/* As on the board: below its root. */
	assert_true(there(b, "lib/modules"));
}

static void what_is_for_another_machine_or_no_root_is_refused(void **state)
{
	struct bench *b = *state;

	put_sh(b, EM_AARCH64);
	assert_int_equal(adapt(b), -ENOEXEC);
	assert_non_null(strstr(b->err, "another architecture"));
	bench_write(b, "tree/bin/sh", "#!", 2);
	assert_int_equal(adapt(b), -ENOEXEC);
	assert_int_equal(unlink(bench_path(b, "tree/bin/sh")), 0);
	assert_int_equal(adapt(b), -ENOEXEC);
	assert_non_null(strstr(b->err, "has no /bin/sh"));
}

/* Its links lead to places of this host, which must stay as they are. */
static void a_root_that_points_outside_changes_nothing_there(void **state)
{
	struct bench *b = *state;

	assert_int_equal(mkdir(bench_path(b, "outside"), 0755), 0);
	link_in(b, bench_path(b, "outside"), "root");
	link_in(b, bench_path(b, "outside"), "run");
	bench_write(b, "outside/victim", "1", 1);
	link_in(b, bench_path(b, "outside/victim"), "etc/fstab");
	adapt(b);
	assert_int_equal(access(bench_path(b, "outside/.ssh"), F_OK), -1);
	assert_true(path_remove_tree(bench_path(b, "tree/usr")) == 0);
	link_in(b, bench_path(b, "outside"), "usr");
	assert_int_equal(adapt(b), -ENOTDIR);
	assert_non_null(strstr(b->err, "/usr is a link"));
	assert_int_equal(access(bench_path(b, "outside/lib"), F_OK), -1);
}

static void a_program_gets_another_dynamic_linker(void **state)
{
	struct {
		Elf64_Ehdr h;
		Elf64_Phdr ph[2];
		char interp[28];
	} elf = {.h = {.e_ident = ELFMAG,
		       .e_phoff = sizeof(Elf64_Ehdr),
		       .e_phentsize = sizeof(Elf64_Phdr),
		       .e_phnum = 2},
		 .ph = {{.p_type = PT_LOAD},
			{.p_type = PT_INTERP,
			 .p_offset = sizeof(Elf64_Ehdr) + 2 * sizeof(Elf64_Phdr),
			 .p_filesz = 28}},
		 .interp = "/lib64/ld-linux-x86-64.so.2"};
	size_t len = sizeof(elf);

	elf.h.e_ident[EI_CLASS] = ELFCLASS64;
	assert_int_equal(elf_set_interpreter(&elf, len, "/usr/lib/kdev/ld.so"), 0);
	assert_string_equal(elf.interp, "/usr/lib/kdev/ld.so");
	assert_int_equal(elf_set_interpreter(&elf, len, "/a/path/that/is/much/too/long"), -ENOSPC);
	assert_int_equal(elf_set_interpreter(&elf, sizeof(elf.h) + 8, "/x"), -ENOEXEC);
	elf.ph[1].p_offset = UINT64_MAX - 4;
	assert_int_equal(elf_set_interpreter(&elf, len, "/x"), -ENOEXEC);
	elf.ph[1].p_offset = 0;
	elf.ph[1].p_filesz = UINT64_MAX;
	assert_int_equal(elf_set_interpreter(&elf, len, "/x"), -ENOEXEC);
	assert_int_equal(elf_set_interpreter("short", 5, "/x"), -ENOEXEC);
}

static void the_libraries_of_a_program_are_read_from_its_list(void **state)
{
	const char *text =
		"\tlinux-vdso.so.1 (0x00007f)\n\tlibz.so.1 => /lib/libz.so.1 (0x00007f)\n"
		"\tlibgone.so => not found\n\tlibc.so.6 => /lib/libc.so.6 (0x0)";
	char path[20];

	assert_true(ldd_next(&text, path, sizeof(path)));
	assert_string_equal(path, "/lib/libz.so.1");
	assert_true(ldd_next(&text, path, sizeof(path)));
	assert_string_equal(path, "/lib/libc.so.6");
	assert_false(ldd_next(&text, path, sizeof(path)));
	text = "x => /a/path/that/is/too/long/for/it (0)\n";
	assert_false(ldd_next(&text, path, sizeof(path)));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, open_bench, close_bench)
	const struct CMUnitTest tests[] = {
		TEST(the_directories_of_a_board_and_its_ssh_server_are_made),
		TEST(a_second_time_changes_nothing),
		TEST(units_of_systemd_are_masked),
		TEST(links_of_system_v_and_openrc_go),
		TEST(scripts_of_busybox_are_put_aside),
		TEST(modules_are_found_at_both_names),
		TEST(what_is_for_another_machine_or_no_root_is_refused),
		TEST(a_root_that_points_outside_changes_nothing_there),
		cmocka_unit_test(a_program_gets_another_dynamic_linker),
		cmocka_unit_test(the_libraries_of_a_program_are_read_from_its_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
