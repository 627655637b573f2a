/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/netboot/card.c harness/paths*.c */
/* What a network card of the host is used for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/netboot/card.h"
#include "harness/paths.h"

static char root[64];

static void put(const char *leaf, const char *text)
{
	char *path = path_format("%s/%s", root, leaf);
	char *dir = path_format("%s/%s", root, leaf);

	*strrchr(dir, '/') = '\0';
	assert_int_equal(path_mkdirs(dir, 0755), 0);
	assert_int_equal(path_write_atomic(path, text, strlen(text), 0644), 0);
	free(dir);
	free(path);
}

/* A cable is in all of them. */
static void add_card(const char *name, const char *type)
{
	char leaf[128];

	snprintf(leaf, sizeof(leaf), "sys/class/net/%s/type", name);
	put(leaf, type);
	snprintf(leaf, sizeof(leaf), "sys/class/net/%s/flags", name);
	put(leaf, "0x1003\n");
	snprintf(leaf, sizeof(leaf), "sys/class/net/%s/carrier", name);
	put(leaf, "1\n");
}

static int make_root(void **state)
{
	snprintf(root, sizeof(root), "/tmp/kdev-test-card.XXXXXX");
	if (!mkdtemp(root))
		return -1;
	add_card("eth0", "1\n");
	add_card("eth1", "1\n");
	add_card("wlan0", "1\n");
	put("sys/class/net/wlan0/phy80211/name", "phy0\n");
	return 0;
}

static int remove_root(void **state)
{
	return path_remove_tree(root);
}

static struct card look(const char *name)
{
	struct card c;

	card_read(root, name, &c);
	return c;
}

static void what_a_card_is_can_be_read(void **state)
{
	struct card c = look("eth0");

	assert_true(c.exists && c.ethernet && c.up && c.carrier);
	assert_false(c.wireless || c.default_route || c.device || c.master[0]);
	assert_true(look("wlan0").wireless);
	c = look("eth9");
	assert_false(c.exists || c.ethernet || c.up || c.carrier);
	put("sys/class/net/eth1/flags", "0x1002\n");
	assert_false(look("eth1").up);
}

static void the_host_may_be_reached_by_either_protocol(void **state)
{
	put("proc/net/route", "Iface\tDestination\tGateway\n"
			      "eth1\t0000A8C0\t00000000\t0001\neth0\t00000000\t0100A8C0\t0003\n");
	assert_true(look("eth0").default_route);
	assert_false(look("eth1").default_route);
	put("proc/net/route", "Iface\tDestination\tGateway\n");
	put("proc/net/ipv6_route",
	    "fe800000000000000000000000000000 40 00000000000000000000000000000000 00 "
	    "00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0\n"
	    "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
	    "fe800000000000000000000000000001 00000400 00000001 00000000 00450003     eth1\n");
	assert_false(look("eth0").default_route);
	assert_true(look("eth1").default_route);
	assert_false(look("th1").default_route);
}

static void a_part_of_a_bridge_names_it(void **state)
{
	char *path = path_format("%s/sys/class/net/eth1/master", root);

	assert_int_equal(symlink("../../virtual/net/br-lan", path), 0);
	assert_string_equal(look("eth1").master, "br-lan");
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_card_is_can_be_read),
		cmocka_unit_test(the_host_may_be_reached_by_either_protocol),
		cmocka_unit_test(a_part_of_a_bridge_names_it),
	};

	return cmocka_run_group_tests(tests, make_root, remove_root);
}
