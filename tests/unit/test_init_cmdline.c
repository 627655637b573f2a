/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/client/init_cmdline.c */
/* What kdev-init makes of the kernel's command line. */
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "harness/client/init.h"

#define NFS "kdev.nfs=10.77.0.1:/var/cache/kdev/rootfs"
#define IP  "ip=10.77.0.2:10.77.0.1:10.77.0.254:255.255.255.0"

static struct init_cmdline c;
static char err[256];

static int parse(const char *text)
{
	err[0] = '\0';
	return init_cmdline_parse(text, &c, err, sizeof(err));
}

static const char *dotted(struct in_addr a)
{
	static char buf[INET_ADDRSTRLEN];

	return inet_ntop(AF_INET, &a, buf, sizeof(buf));
}

static void what_pxelinux_adds_is_understood(void **state)
{
	static const uint8_t mac[6] = {0x52, 0x54, 0x00, 0x6b, 0xFE, 0x01};

	assert_int_equal(parse("BOOT_IMAGE=vmlinuz console=ttyS0,115200 " NFS " " IP
			       " BOOTIF=01-52-54-00-6b-Fe-01\n"),
			 0);
	assert_string_equal(dotted(c.address), "10.77.0.2");
	assert_string_equal(dotted(c.server), "10.77.0.1");
	assert_string_equal(dotted(c.gateway), "10.77.0.254");
	assert_string_equal(dotted(c.mask), "255.255.255.0");
	assert_true(c.have_mac);
	assert_memory_equal(c.mac, mac, sizeof(mac));
	assert_string_equal(c.nfs_server, "10.77.0.1");
	assert_string_equal(c.nfs_path, "/var/cache/kdev/rootfs");
	assert_string_equal(c.nfs_options, "");
	assert_false(c.rescue);
}

static void options_after_the_path_are_kept_as_they_are(void **state)
{
	assert_int_equal(parse(NFS ",port=2049,mountport=20048 " IP), 0);
	assert_string_equal(c.nfs_path, "/var/cache/kdev/rootfs");
	assert_string_equal(c.nfs_options, "port=2049,mountport=20048");
}

static void rescue_is_a_word_of_its_own(void **state)
{
	assert_int_equal(parse("kdev.rescue " NFS " " IP), 0);
	assert_true(c.rescue);
	assert_int_equal(parse("kdev.rescued " NFS " " IP), 0);
	assert_false(c.rescue);
	assert_int_equal(parse("x=kdev.rescue " NFS " " IP), 0);
	assert_false(c.rescue);
}

static void a_board_without_bootif_or_gateway_is_fine(void **state)
{
	assert_int_equal(parse(NFS " ip=10.0.0.2:10.0.0.1::255.0.0.0"), 0);
	assert_false(c.have_mac);
	assert_int_equal(c.gateway.s_addr, 0);
	/* The kernel's own form of ip= has more fields, which are not ours. */
	assert_int_equal(parse(NFS " " IP ":board:eth0:off"), 0);
	assert_string_equal(dotted(c.mask), "255.255.255.0");
}

static void what_is_missing_is_named(void **state)
{
	assert_int_equal(parse(IP), -EINVAL);
	assert_non_null(strstr(err, "kdev.nfs="));
	assert_int_equal(parse(NFS), -EINVAL);
	assert_non_null(strstr(err, "ip="));
	assert_int_equal(parse(""), -EINVAL);
}

static void what_is_malformed_is_refused_and_quoted(void **state)
{
	static const char *const bad[] = {
		NFS " ip=dhcp",
		NFS " ip=10.0.0.2:10.0.0.1:10.0.0.1",
		NFS " ip=10.0.0.2:10.0.0.1:10.0.0.1:",
		NFS " ip=10.0.0.2:x:10.0.0.1:255.0.0.0",
		NFS " ip=",
		NFS " " IP " BOOTIF=52-54-00-6b-64-01",
		NFS " " IP " BOOTIF=01-52-54-00-6b-64-0g",
		NFS " " IP " BOOTIF=01-52-54-00-6b-6401-",
		NFS " " IP " BOOTIF=01-52-54-00-6b-64-01-02",
		"kdev.nfs=10.77.0.1 " IP,
		"kdev.nfs=10.77.0.1: " IP,
		"kdev.nfs=10.77.0.1:relative " IP,
		"kdev.nfs=server:/root " IP,
		"kdev.nfs=10.77.0.1:/root, " IP,
		"kdev.nfs= " IP,
		"kdev.name= " NFS " " IP,
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (parse(bad[i]) != -EINVAL)
			fail_msg("accepted: %s", bad[i]);
		assert_non_null(strstr(err, "expected"));
		assert_non_null(strstr(err, "bad '"));
	}
}

static void values_longer_than_their_fields_are_refused(void **state)
{
	char text[1024];

	snprintf(text, sizeof(text), "kdev.nfs=10.0.0.1:/%0300d %s", 0, IP);
	assert_int_equal(parse(text), -EINVAL);
	snprintf(text, sizeof(text), "%s,%0300d %s", NFS, 0, IP);
	assert_int_equal(parse(text), -EINVAL);
	snprintf(text, sizeof(text), "%s kdev.name=%0100d %s", NFS, 0, IP);
	assert_int_equal(parse(text), -EINVAL);
	snprintf(text, sizeof(text), "%s ip=%0100d", NFS, 0);
	assert_int_equal(parse(text), -EINVAL);
}

static void a_later_word_wins(void **state)
{
	assert_int_equal(parse("kdev.name=a " NFS " " IP " kdev.name=b"), 0);
	assert_string_equal(c.name, "b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_pxelinux_adds_is_understood),
		cmocka_unit_test(options_after_the_path_are_kept_as_they_are),
		cmocka_unit_test(rescue_is_a_word_of_its_own),
		cmocka_unit_test(a_board_without_bootif_or_gateway_is_fine),
		cmocka_unit_test(what_is_missing_is_named),
		cmocka_unit_test(what_is_malformed_is_refused_and_quoted),
		cmocka_unit_test(values_longer_than_their_fields_are_refused),
		cmocka_unit_test(a_later_word_wins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
