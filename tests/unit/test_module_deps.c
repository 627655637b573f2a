/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/netboot/module_deps.c */
/* The order of the initrd's modules. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "harness/netboot/module_deps.h"

/* Not in load order, and with the full closure on each line, as depmod writes them. */
static const struct module_index ix = {
	.dep = "kernel/fs/nfs/nfsv3.ko: kernel/fs/nfs/nfs.ko kernel/fs/lockd/lockd.ko "
	       "kernel/net/sunrpc/sunrpc.ko\n"
	       "kernel/fs/nfs/nfs.ko: kernel/fs/lockd/lockd.ko kernel/net/sunrpc/sunrpc.ko\n"
	       "kernel/fs/lockd/lockd.ko: kernel/net/sunrpc/sunrpc.ko\n"
	       "kernel/net/sunrpc/sunrpc.ko:\n"
	       "kernel/drivers/net/virtio_net.ko.xz: kernel/virtio/virtio-ring.ko.xz\n"
	       "kernel/virtio/virtio-ring.ko.xz:\n"
	       "kernel/drivers/net/r8169.ko: kernel/net/phy/libphy.ko\n"
	       "kernel/net/phy/libphy.ko:\n"
	       "kernel/net/phy/realtek.ko: kernel/net/phy/libphy.ko\n"
	       "kernel/a/loop_a.ko: kernel/a/loop_b.ko\n"
	       "kernel/a/loop_b.ko: kernel/a/loop_a.ko\n",
	.softdep = "# softdeps\n"
		   "softdep r8169 pre: realtek nothing_such post: loop_a\n"
		   "softdep nfs post: r8169\n",
	.builtin = "kernel/net/packet/af_packet.ko\n",
};

static void expect_order(struct module_list *list, const char *const *want, size_t n)
{
	assert_int_equal(list->n, n);
	for (size_t i = 0; i < n; i++)
		assert_string_equal(list->paths[i], want[i]);
	module_list_free(list);
}

static void each_comes_after_what_it_needs(void **state)
{
	static const char *const want[] = {
		"kernel/net/sunrpc/sunrpc.ko",
		"kernel/fs/lockd/lockd.ko",
		"kernel/fs/nfs/nfs.ko",
		"kernel/fs/nfs/nfsv3.ko",
	};
	struct module_list list = {0};

	assert_int_equal(module_list_add(&list, &ix, "nfsv3"), 0);
	expect_order(&list, want, 4);
}

static void what_is_there_is_not_added_again(void **state)
{
	static const char *const want[] = {
		"kernel/net/sunrpc/sunrpc.ko",
		"kernel/fs/lockd/lockd.ko",
		"kernel/fs/nfs/nfs.ko",
	};
	struct module_list list = {0};

	assert_int_equal(module_list_add(&list, &ix, "lockd"), 0);
	assert_int_equal(module_list_add(&list, &ix, "nfs"), 0);
	assert_int_equal(module_list_add(&list, &ix, "sunrpc"), 0);
	expect_order(&list, want, 3);
}

static void dash_underscore_and_compression_do_not_matter(void **state)
{
	static const char *const want[] = {
		"kernel/virtio/virtio-ring.ko.xz",
		"kernel/drivers/net/virtio_net.ko.xz",
	};
	struct module_list list = {0};

	assert_int_equal(module_list_add(&list, &ix, "virtio-net"), 0);
	expect_order(&list, want, 2);
}

static void soft_dependencies_come_before_if_they_exist(void **state)
{
	static const char *const want[] = {
		"kernel/net/phy/libphy.ko",
		"kernel/net/phy/realtek.ko",
		"kernel/drivers/net/r8169.ko",
	};
	struct module_list list = {0};

	assert_int_equal(module_list_add(&list, &ix, "r8169"), 0);
	expect_order(&list, want, 3);
}

static void a_builtin_needs_no_file(void **state)
{
	struct module_list list = {0};

	assert_int_equal(module_list_add(&list, &ix, "af_packet"), 0);
	assert_int_equal(list.n, 0);
}

static void a_module_that_the_kernel_lacks_is_an_error(void **state)
{
	struct module_list list = {0};

	assert_int_equal(module_list_add(&list, &ix, "nfsv"), -ENOENT);
	assert_int_equal(module_list_add(&list, &ix, ""), -ENOENT);
	assert_int_equal(list.n, 0);
	module_list_free(&list);
}

static void a_circle_in_a_damaged_index_ends(void **state)
{
	struct module_list list = {0};

	assert_int_equal(module_list_add(&list, &ix, "loop_a"), -EINVAL);
	module_list_free(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_comes_after_what_it_needs),
		cmocka_unit_test(what_is_there_is_not_added_again),
		cmocka_unit_test(dash_underscore_and_compression_do_not_matter),
		cmocka_unit_test(soft_dependencies_come_before_if_they_exist),
		cmocka_unit_test(a_builtin_needs_no_file),
		cmocka_unit_test(a_module_that_the_kernel_lacks_is_an_error),
		cmocka_unit_test(a_circle_in_a_damaged_index_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
