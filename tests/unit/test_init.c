/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/netboot/card.c */
/* LINK: harness/init/host_find.c harness/init/init_text.c harness/paths*.c console/strbuf.c */
/* What kdev init finds, and what it makes of it. */
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

#include "harness/init/host_find.h"
#include "harness/init/init_text.h"
#include "harness/paths.h"

static char root[64];

static void put(const char *leaf, const char *text)
{
	char *path = path_format("%s%s", root, leaf), *slash = strrchr(path, '/');
	FILE *f;

	*slash = '\0';
	assert_int_equal(path_mkdirs(path, 0755), 0);
	*slash = '/';
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	free(path);
}

static int make_root(void **state)
{
	snprintf(root, sizeof(root), "/tmp/kdev-test-init.XXXXXX");
	return mkdtemp(root) ? 0 : -1;
}

static int remove_root(void **state)
{
	return path_remove_tree(root);
}

static void add_card(const char *name, bool carrier)
{
	char leaf[128];

	snprintf(leaf, sizeof(leaf), "/sys/class/net/%s/device/x", name);
	put(leaf, "");
	snprintf(leaf, sizeof(leaf), "/sys/class/net/%s/carrier", name);
	put(leaf, carrier ? "1\n" : "0\n");
}

static void
a_free_card_with_a_cable_comes_before_the_one_by_which_this_machine_is_reached(void **state)
{
	struct host h;

	add_card("enp1s0", true);
	add_card("enp2s0", false);
	add_card("enp3s0", true);
	add_card("wlan0", true);
	put("/sys/class/net/wlan0/wireless/x", "");
	put("/sys/class/net/lo/carrier", "1\n");
	put("/proc/net/route",
	    "Iface\tDestination\tGateway\n"
	    "enp1s0\t00000000\t0100A8C0\t0003\nenp3s0\t0000A8C0\t00000000\t0001\n");
	host_find(root, &h);
	assert_int_equal(h.n_cards, 3);
	assert_string_equal(h.cards[0].name, "enp3s0");
	assert_string_equal(h.cards[1].name, "enp2s0");
	assert_string_equal(h.cards[2].name, "enp1s0");
	assert_true(h.cards[0].carrier && !h.cards[1].carrier && h.cards[2].default_route);
}

static void a_relay_is_known_by_its_name_or_suspected_by_its_chip(void **state)
{
	struct host h;

	put("/dev/serial/by-id/usb-1a86_USB_Serial-if00-port0", "");
	put("/dev/serial/by-id/usb-FTDI_TTL232R-if00-port0", "");
	put("/dev/serial/by-id/usb-Numato_Systems_Numato_Lab_4_Channel-if00", "");
	put("/sys/class/hidraw/hidraw3/device/uevent",
	    "HID_ID=0003:000016C0:000005DF\nHID_NAME=www.dcttech.com USBRelay2\n");
	put("/sys/class/hidraw/hidraw4/device/uevent", "HID_ID=0003:0000046D:0000C31C\n");
	host_find(root, &h);
	assert_int_equal(h.n_ports, 4);
	assert_string_equal(h.ports[0].relay, "lcus");
	assert_false(h.ports[0].certain);
	assert_null(h.ports[1].relay);
	assert_string_equal(h.ports[2].relay, "numato");
	assert_true(h.ports[2].certain);
	assert_string_equal(h.ports[3].path, "/dev/hidraw3");
	assert_string_equal(h.ports[3].relay, "dcttech");
}

static void what_is_found_is_filled_in_and_what_is_not_says_what_to_do(void **state)
{
	struct strbuf b = {0};
	struct host h;

	host_find(root, &h);
	assert_int_equal(init_text(&b, "bench", NULL, &h), 0);
	assert_non_null(strstr(strbuf_str(&b), "[board bench]\ntype = bare\n"));
	assert_non_null(strstr(strbuf_str(&b), "; interface = \n;   no network card"));
	assert_non_null(strstr(strbuf_str(&b), "; console = serial:"));
	assert_non_null(strstr(strbuf_str(&b), "; power = lcus\n"));
	strbuf_free(&b);
	h = (struct host){
		.cards = {{"enp3s0", true, false}, {"eno1", true, true}},
		.n_cards = 2,
		.ports = {{"/dev/serial/by-id/usb-1a86_A", "lcus", false},
			  {"/dev/serial/by-id/usb-FTDI_B", NULL, false}},
		.n_ports = 2,
	};
	assert_int_equal(init_text(&b, "lab-1", "04:42:1a:90:5c:77", &h), 0);
	assert_non_null(strstr(strbuf_str(&b), "\ninterface = enp3s0\n"));
	assert_non_null(strstr(strbuf_str(&b), "\n; interface = macvlan:eno1\n"));
	assert_non_null(strstr(strbuf_str(&b), "\nmac = 04:42:1a:90:5c:77\n"));
	assert_non_null(
		strstr(strbuf_str(&b), "\nconsole = serial:/dev/serial/by-id/usb-FTDI_B\n"));
	assert_non_null(strstr(strbuf_str(&b),
			       "\npower = lcus\npower_device = /dev/serial/by-id/usb-1a86_A\n"));
	strbuf_free(&b);
}

static void names_that_would_break_the_file_are_left_out(void **state)
{
	struct host h = {
		.ports = {{"/dev/serial/by-id/usb-1a86_\n[board x]", "lcus", true},
			  {"/dev/serial/by-id/a;b", NULL, false}},
		.n_ports = 2,
	};
	struct strbuf b = {0};

	assert_int_equal(init_text(&b, "bench", NULL, &h), 0);
	assert_null(strstr(strbuf_str(&b), "[board x]"));
	assert_null(strstr(strbuf_str(&b), "a;b"));
	strbuf_free(&b);
}

#define IN_ROOT(f) cmocka_unit_test_setup_teardown(f, make_root, remove_root)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_ROOT(a_free_card_with_a_cable_comes_before_the_one_by_which_this_machine_is_reached),
		IN_ROOT(a_relay_is_known_by_its_name_or_suspected_by_its_chip),
		IN_ROOT(what_is_found_is_filled_in_and_what_is_not_says_what_to_do),
		IN_ROOT(names_that_would_break_the_file_are_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
