/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/netboot/nfsd_text.c harness/netboot/nfs_choice.c harness/netboot/service_args.c */
/* Which NFS server a board has, and what the kernel's is told. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "harness/netboot/nfs_choice.h"

/* Read from /proc/fs/nfsd/versions of Debian 12 and Debian 10. */
#define DEBIAN_12 "+3 +4 +4.1 +4.2\n"
#define DEBIAN_10 "-2 +3 +4 +4.1 +4.2\n"

static const struct nfs_facts all = {
	.root = true, .programs = true, .nfsd = true, .versions = DEBIAN_12};

static void versions_are_what_the_kernel_was_built_with(void **state)
{
	assert_true(nfsd_text_has(DEBIAN_12, "3"));
	assert_true(nfsd_text_has(DEBIAN_12, "4.2"));
	assert_false(nfsd_text_has(DEBIAN_12, "2"));
	assert_true(nfsd_text_has(DEBIAN_10, "2")); /* off, but there */
	assert_true(nfsd_text_has("-3", "3"));
	assert_false(nfsd_text_has("+4 +4.3\n", "3"));
	assert_false(nfsd_text_has("3\n", "3"));
	assert_false(nfsd_text_has("+33\n", "3"));
	assert_false(nfsd_text_has("", "3"));
	assert_false(nfsd_text_has("\n", ""));
}

static void one_version_is_left_on(void **state)
{
	char out[NFSD_VERSIONS_MAX];

	assert_int_equal(nfsd_text_only(DEBIAN_12, "3", out, sizeof(out)), 0);
	assert_string_equal(out, "-4 +3\n");
	assert_int_equal(nfsd_text_only(DEBIAN_10, "3", out, sizeof(out)), 0);
	assert_string_equal(out, "-2 -4 +3\n");
	assert_int_equal(nfsd_text_only("-3\n", "3", out, sizeof(out)), 0);
	assert_string_equal(out, "+3\n");
}

static void a_version_that_is_not_there_is_not_asked_for(void **state)
{
	char out[NFSD_VERSIONS_MAX];

	assert_int_equal(nfsd_text_only("+4 +4.1\n", "3", out, sizeof(out)), -EINVAL);
	assert_int_equal(nfsd_text_only("", "3", out, sizeof(out)), -EINVAL);
	for (size_t size = 1; size < sizeof("-4 +3\n"); size++)
		assert_int_equal(nfsd_text_only(DEBIAN_12, "3", out, size), -ENOSPC);
	assert_int_equal(nfsd_text_only(DEBIAN_12, "3", out, sizeof("-4 +3\n")), 0);
}

static void the_export_is_read_only_and_to_one_address(void **state)
{
	struct service_args a = {0};

	nfsd_export_args("/var/cache/kdev/rootfs", "10.9.8.7", &a);
	assert_int_equal(a.err, 0);
	assert_string_equal(a.argv[0], "exportfs");
	assert_string_equal(a.argv[1], "-i");
	assert_string_equal(a.argv[2], "-o");
	assert_int_equal(strncmp(a.argv[3], "ro,no_root_squash,", 18), 0);
	assert_non_null(strstr(a.argv[3], ",fsid="));
	assert_string_equal(a.argv[4], "10.9.8.7/32:/var/cache/kdev/rootfs");
	assert_int_equal(a.n, 5);
	service_args_free(&a);
}

static struct nfs_choice choice(enum board_type type, enum board_nfs nfs,
				const struct nfs_facts *facts, int want)
{
	struct board_config b = {.type = type, .nfs = nfs};
	struct nfs_choice c;

	assert_int_equal(nfs_choose(&b, facts, &c), want);
	assert_true(c.why[0] != '\0');
	return c;
}

static void a_bare_board_has_the_kernels_server_where_there_is_one(void **state)
{
	struct nfs_facts lacks;

	assert_true(choice(BOARD_BARE, BOARD_NFS_AUTO, &all, 0).kernel);
	for (int i = 0; i < 4; i++) {
		lacks = all;
		if (i == 0)
			lacks.root = false;
		else if (i == 1)
			lacks.programs = false;
		else if (i == 2)
			lacks.nfsd = false;
		else
			snprintf(lacks.versions, sizeof(lacks.versions), "+4 +4.1\n");
		assert_false(choice(BOARD_BARE, BOARD_NFS_AUTO, &lacks, 0).kernel);
	}
}

static void a_virtual_board_has_it_only_when_it_is_told_so(void **state)
{
	struct board_config b = {.type = BOARD_VIRTUAL};

	assert_false(nfs_choice_is_open(&b));
	assert_false(choice(BOARD_VIRTUAL, BOARD_NFS_AUTO, &all, 0).kernel);
	assert_true(choice(BOARD_VIRTUAL, BOARD_NFS_KERNEL, &all, 0).kernel);
}

static void who_wants_ganesha_gets_it(void **state)
{
	assert_false(choice(BOARD_BARE, BOARD_NFS_GANESHA, &all, 0).kernel);
}

static void what_is_missing_for_the_kernels_server_is_named_with_what_to_do(void **state)
{
	struct nfs_facts lacks = all;
	struct nfs_choice c;

	lacks.programs = false;
	c = choice(BOARD_BARE, BOARD_NFS_KERNEL, &lacks, -ENOTSUP);
	assert_string_equal(c.why, "nfs = kernel: exportfs and rpc.mountd are not installed");
	assert_string_equal(c.fix, "apt-get install nfs-kernel-server");
	lacks.nfsd = false; /* then no package helps */
	c = choice(BOARD_BARE, BOARD_NFS_KERNEL, &lacks, -ENOTSUP);
	assert_string_equal(c.why, "nfs = kernel: this kernel has no nfsd");
	assert_string_equal(c.fix, "set nfs = auto");
	lacks.root = false;
	c = choice(BOARD_BARE, BOARD_NFS_KERNEL, &lacks, -ENOTSUP);
	assert_string_equal(c.why, "nfs = kernel: kdev-privileged starts nfs-ganesha alone");
	assert_string_equal(c.fix, "run kdev as root");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions_are_what_the_kernel_was_built_with),
		cmocka_unit_test(one_version_is_left_on),
		cmocka_unit_test(a_version_that_is_not_there_is_not_asked_for),
		cmocka_unit_test(the_export_is_read_only_and_to_one_address),
		cmocka_unit_test(a_bare_board_has_the_kernels_server_where_there_is_one),
		cmocka_unit_test(a_virtual_board_has_it_only_when_it_is_told_so),
		cmocka_unit_test(who_wants_ganesha_gets_it),
		cmocka_unit_test(what_is_missing_for_the_kernels_server_is_named_with_what_to_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
