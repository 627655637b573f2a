/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/kernel/kconfig.c harness/kernel/kernel_check.c harness/kernel/nic_symbol.c */
/* A kernel's configuration, read and judged. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "harness/kernel/kernel_check.h"

static struct kconfig config(const char *text)
{
	struct kconfig k;

	assert_int_equal(kconfig_open(&k, text, strlen(text)), 0);
	return k;
}

/* A configuration with all that is asked for, but for `without`, and `as_module` as a module. */
static const char *complete(const char *without, const char *as_module)
{
	static char text[8192];
	struct kernel_check c[KERNEL_CHECKS_MAX];
	struct kconfig none = {"", 0};
	size_t n = kernel_check(&none, "E1000", false, c), at = 0;

	for (size_t i = 0; i < n; i++) {
		if (without && !strcmp(c[i].symbol, without))
			continue;
		at += (size_t)snprintf(text + at, sizeof(text) - at, "CONFIG_%s=%c\n", c[i].symbol,
				       as_module && !strcmp(c[i].symbol, as_module) ? 'm' : 'y');
	}
	return text;
}

static void a_symbol_is_on_off_a_module_or_a_value(void **state)
{
	struct kconfig k = config("#\n# Linux/x86 6.1.0\n#\nCONFIG_A=y\nCONFIG_B=m\n"
				  "# CONFIG_C is not set\nCONFIG_D=\"a=b\"\nCONFIG_E=n\r\n"
				  "CONFIG_F=0x10\nCONFIG_LAST=y");

	assert_int_equal(kconfig_state(&k, "A"), 'y');
	assert_int_equal(kconfig_state(&k, "B"), 'm');
	assert_int_equal(kconfig_state(&k, "C"), 'n');
	assert_int_equal(kconfig_state(&k, "D"), 'v');
	assert_int_equal(kconfig_state(&k, "E"), 'n');
	assert_int_equal(kconfig_state(&k, "F"), 'v');
	assert_int_equal(kconfig_state(&k, "LAST"), 'y');
	assert_int_equal(kconfig_state(&k, "NOWHERE"), 'n');
	assert_int_equal(kconfig_state(&k, "LAS"), 'n');
}

static void the_last_line_of_a_symbol_wins(void **state)
{
	struct kconfig k = config("CONFIG_A=y\n# CONFIG_A is not set\nCONFIG_B=m\nCONFIG_B=y\n");

	assert_int_equal(kconfig_state(&k, "A"), 'n');
	assert_int_equal(kconfig_state(&k, "B"), 'y');
}

static void what_is_no_configuration_is_refused(void **state)
{
	static const char *const texts[] = {"",
					    "\n\n",
					    "hello\n",
					    "# CONFIG_A is not set\n",
					    "CONFIG_=y\n",
					    "CONFIG_A B=y\n",
					    "CONFIG_A=\n"};
	struct kconfig k;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		assert_int_equal(kconfig_open(&k, texts[i], strlen(texts[i])), -ENOEXEC);
}

static void vermagic_is_composed_as_the_kernel_does(void **state)
{
	struct kconfig plain =
		config("CONFIG_SMP=y\nCONFIG_MODULE_UNLOAD=y\nCONFIG_MODVERSIONS=y\n");
	struct kconfig preempt = config("CONFIG_SMP=y\nCONFIG_PREEMPT_BUILD=y\nCONFIG_PREEMPT=y\n");
	struct kconfig rt = config("CONFIG_PREEMPT_RT=y\n"), seed = config("CONFIG_RANDSTRUCT=y\n");
	char buf[64];

	assert_int_equal(kconfig_vermagic(&plain, "6.1.0-56-amd64", buf, sizeof(buf)), 0);
	assert_string_equal(buf, "6.1.0-56-amd64 SMP mod_unload modversions ");
	assert_int_equal(kconfig_vermagic(&preempt, "6.1.192", buf, sizeof(buf)), 0);
	assert_string_equal(buf, "6.1.192 SMP preempt ");
	assert_int_equal(kconfig_vermagic(&rt, "6.1", buf, sizeof(buf)), 0);
	assert_string_equal(buf, "6.1 preempt_rt ");
	assert_int_equal(kconfig_vermagic(&seed, "6.1", buf, sizeof(buf)), -ENOTSUP);
	assert_int_equal(kconfig_vermagic(&plain, "6.1.0-56-amd64", buf, 20), -ENOSPC);
}

static void what_a_fragment_asked_for_in_vain_is_named(void **state)
{
	struct kconfig wanted = config("CONFIG_A=y\nCONFIG_V=1\n# CONFIG_OFF is not set\n"
				       "CONFIG_M=m\nCONFIG_T=\"x\"\n");
	struct kconfig have = config("CONFIG_A=y\nCONFIG_V=2\nCONFIG_OFF=y\nCONFIG_T=\"x\"\n");
	static const char *const expected[] = {"V", "OFF", "M"};
	char name[32];
	size_t at = 0;

	for (size_t i = 0; i < 3; i++) {
		assert_true(kconfig_missing(&wanted, &at, &have, name, sizeof(name)));
		assert_string_equal(name, expected[i]);
	}
	assert_false(kconfig_missing(&wanted, &at, &have, name, sizeof(name)));
}

static void a_kernel_with_all_that_is_asked_for_passes(void **state)
{
	struct kernel_check c[KERNEL_CHECKS_MAX];
	struct kconfig k = config(complete(NULL, NULL));
	size_t n = kernel_check(&k, "E1000", false, c);
	char missing[64];

	assert_true(kernel_check_passed(c, n));
	kernel_check_missing(c, n, missing, sizeof(missing));
	assert_string_equal(missing, "");
	for (size_t i = 0; i < n; i++)
		assert_true(c[i].ok && *c[i].why);
}

static void a_missing_need_fails_and_is_named_as_it_is_to_be_set(void **state)
{
	struct kernel_check c[KERNEL_CHECKS_MAX];
	struct kconfig k = config(complete("ROOT_NFS", "E1000"));
	size_t n = kernel_check(&k, "E1000", false, c);
	char missing[64], brief[12];

	assert_false(kernel_check_passed(c, n));
	kernel_check_missing(c, n, missing, sizeof(missing));
	assert_string_equal(missing, "CONFIG_ROOT_NFS=y CONFIG_E1000=y");
	kernel_check_missing(c, n, brief, sizeof(brief));
	assert_string_equal(brief, "CONFIG_R...");
}

static void what_is_only_advised_does_not_fail(void **state)
{
	struct kernel_check c[KERNEL_CHECKS_MAX];
	struct kconfig k = config(complete("KEXEC", "NETCONSOLE"));
	size_t n = kernel_check(&k, "E1000", false, c), wrong = 0;

	assert_true(kernel_check_passed(c, n));
	for (size_t i = 0; i < n; i++)
		wrong += !c[i].ok;
	assert_int_equal(wrong, 1);
}

static void with_an_initrd_modules_will_do_and_the_kernel_needs_no_address(void **state)
{
	/* As Debian has it. */
	struct kconfig k = config(complete("IP_PNP", "E1000"));
	struct kernel_check c[KERNEL_CHECKS_MAX];
	char missing[128];
	size_t n = kernel_check(&k, "E1000", true, c);

	kernel_check_missing(c, n, missing, sizeof(missing));
	assert_string_equal(missing, "CONFIG_BLK_DEV_INITRD=y");
	assert_false(kernel_check_passed(c, kernel_check(&k, "E1000", false, c)));
}

static void a_card_is_known_by_driver_and_by_qemus_name(void **state)
{
	assert_string_equal(nic_symbol("e1000"), "E1000");
	assert_string_equal(nic_symbol("virtio-net-pci"), "VIRTIO_NET");
	assert_string_equal(nic_symbol("tg3"), "TIGON3");
	assert_string_equal(nic_symbol("via_rhine"), "VIA_RHINE");
	assert_null(nic_symbol("e1000ee"));
	assert_null(nic_symbol(""));
}

static void a_card_is_known_by_its_pci_id_through_the_kernels_index(void **state)
{
	static const char alias[] = "# Aliases extracted from modules themselves.\n"
				    "alias pci:v00008086d000010D3sv*sd*bc*sc*i* e1000e\n"
				    "alias pci:v00008086d00001533sv*sd*bc*sc*i* some_firmware\n"
				    "alias pci:v00008086d00001533sv*sd*bc*sc*i* igb\n";
	size_t len = 0;
	const char *name = nic_driver_of_pci(alias, 0x8086, 0x10d3, &len);

	assert_non_null(name);
	assert_int_equal(len, 6);
	assert_memory_equal(name, "e1000e", 6);
	name = nic_driver_of_pci(alias, 0x8086, 0x1533, &len);
	assert_non_null(name);
	assert_memory_equal(name, "igb", len);
	assert_null(nic_driver_of_pci(alias, 0x8086, 0x10d, &len));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_symbol_is_on_off_a_module_or_a_value),
		cmocka_unit_test(the_last_line_of_a_symbol_wins),
		cmocka_unit_test(what_is_no_configuration_is_refused),
		cmocka_unit_test(vermagic_is_composed_as_the_kernel_does),
		cmocka_unit_test(what_a_fragment_asked_for_in_vain_is_named),
		cmocka_unit_test(a_kernel_with_all_that_is_asked_for_passes),
		cmocka_unit_test(a_missing_need_fails_and_is_named_as_it_is_to_be_set),
		cmocka_unit_test(what_is_only_advised_does_not_fail),
		cmocka_unit_test(with_an_initrd_modules_will_do_and_the_kernel_needs_no_address),
		cmocka_unit_test(a_card_is_known_by_driver_and_by_qemus_name),
		cmocka_unit_test(a_card_is_known_by_its_pci_id_through_the_kernels_index),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
