/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A module that tests itself when it is loaded, and prints what came of it as KUnit does, for
 * kernels that have no KUnit. Each result is in the run's record.
 *
 *	kdev run ktap.ko
 *	kdev run ktap.ko broken=1
 *
 * Exit code 0, or 1 with broken=1: "1 of 3 tests failed: ktap/ktap_test_sort".
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/sort.h>
#include <linux/string.h>

static bool broken;
module_param(broken, bool, 0444);
MODULE_PARM_DESC(broken, "let one of the tests fail");

static int compare(const void *a, const void *b)
{
	int diff = *(const int *)a - *(const int *)b;

	return broken ? -diff : diff;
}

static bool ktap_test_sort(void)
{
	int n[] = {3, 1, 2};

	sort(n, ARRAY_SIZE(n), sizeof(n[0]), compare, NULL);
	if (n[0] == 1 && n[1] == 2 && n[2] == 3)
		return true;
	pr_info("    # ktap_test_sort: expected 1 2 3, got %d %d %d\n", n[0], n[1], n[2]);
	return false;
}

static bool ktap_test_string(void)
{
	return strnlen("four", 16) == 4;
}

static void tell(unsigned int i, const char *name, bool ok)
{
	pr_info("    %s %u %s\n", ok ? "ok" : "not ok", i, name);
}

static int __init ktap_init(void)
{
	bool sort_ok, string_ok;

	pr_info("KTAP version 1\n");
	pr_info("1..1\n");
	pr_info("    KTAP version 1\n");
	pr_info("    # Subtest: ktap\n");
	pr_info("    1..3\n");
	sort_ok = ktap_test_sort();
	tell(1, "ktap_test_sort", sort_ok);
	string_ok = ktap_test_string();
	tell(2, "ktap_test_string", string_ok);
	pr_info("    ok 3 ktap_test_device # SKIP no such device\n");
	pr_info("%s 1 ktap\n", sort_ok && string_ok ? "ok" : "not ok");
	return 0;
}

static void __exit ktap_exit(void)
{
}

module_init(ktap_init);
module_exit(ktap_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("kdev sample: tests itself and prints KTAP");
