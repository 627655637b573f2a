/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/netboot/boot_story.c */
/* How far a board's firmware got. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "harness/netboot/boot_story.h"

#define MAC  "04:42:1a:90:5c:77"
#define XID  "dnsmasq-dhcp[24876]: 2557648900 "
#define TFTP "dnsmasq-tftp[24876]: "

static void expect(const char *dnsmasq, const char *http, const char *story)
{
	struct boot_logs logs = {dnsmasq, strlen(dnsmasq), http, strlen(http)};
	char buf[BOOT_STORY_MAX];

	boot_story(&logs, MAC, buf);
	assert_string_equal(buf, story);
}

static void a_board_that_does_not_boot_from_the_network_is_never_heard(void **state)
{
	expect("", "",
	       "DHCP heard nothing of " MAC ": does it boot from the network, is the cable in?");
	expect("dnsmasq-dhcp[1]: RTR-ADVERT(br0) fd77::\n", "",
	       "DHCP heard nothing of " MAC ": does it boot from the network, is the cable in?");
}

static void a_wrong_mac_is_told_with_the_one_that_asked(void **state)
{
	expect(XID "DHCPDISCOVER(br0) 52:54:00:aa:bb:cc ignored\n", "",
	       "DHCP heard nothing of " MAC ", but of 52:54:00:aa:bb:cc: is that its mac?");
}

static void one_that_takes_no_address_is_told(void **state)
{
	expect(XID "DHCPDISCOVER(br0) " MAC " \n" XID "DHCPOFFER(br0) 10.77.0.2 " MAC " \n", "",
	       "its firmware asked DHCP, but took no address: is there another server?");
}

static void one_that_takes_no_file_is_told(void **state)
{
	expect(XID "DHCPREQUEST(br0) 10.77.0.2 " MAC " \n" XID "DHCPACK(br0) 10.77.0.2 " MAC " \n",
	       "", "its firmware took an address from DHCP, but no file by TFTP");
	expect(XID "DHCPACK(br0) 10.77.0.2 " MAC " \n" TFTP
		   "file /s/tftp/grub.efi not found for 10.77.0.2\n",
	       "",
	       "its firmware took an address from DHCP, but no file by TFTP: there is no grub.efi");
}

static void beside_another_server_that_one_is_asked_for(void **state)
{
	expect(XID "PXE(br0) " MAC " proxy\n", "",
	       "its firmware was told what to boot, but took no file by TFTP: does the segment's "
	       "DHCP server give it an address?");
	expect(XID "PXE(br0) 52:54:00:aa:bb:cc proxy-ignored\n", "",
	       "DHCP heard nothing of " MAC ", but of 52:54:00:aa:bb:cc: is that its mac?");
	expect(XID "PXE(br0) 192.168.7.50 " MAC " lpxelinux.0\n" TFTP
		   "sent /s/tftp/lpxelinux.0 to 192.168.7.50\n",
	       "", "its firmware took 1 file, the last was lpxelinux.0");
}

static void the_last_file_is_named_whoever_served_it(void **state)
{
	expect(XID "DHCPACK(br0) 10.77.0.2 " MAC " \n" TFTP
		   "sent /s/tftp/lpxelinux.0 to 10.77.0.2\n",
	       "", "its firmware took 1 file, the last was lpxelinux.0");
	expect(TFTP "sent /s/tftp/lpxelinux.0 to 10.77.0.2\n",
	       "GET vmlinuz: 200\nGET initrd: 404\n",
	       "its firmware took 2 files, the last was vmlinuz, there was no initrd");
}

static void any_bytes_are_read(void **state)
{
	static const char odd[] = "-tftp[: sent \x1b[31m/\x01\xff";
	struct boot_logs logs = {odd, sizeof(odd) - 1, "GET :", 5};
	char buf[BOOT_STORY_MAX];

	boot_story(&logs, MAC, buf);
	for (const char *p = buf; *p; p++)
		assert_true(*p >= ' ' && *p <= '~');
	logs = (struct boot_logs){"DHCPDISCOVER(br0) 1", 19, "", 0};
	boot_story(&logs, MAC, buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_board_that_does_not_boot_from_the_network_is_never_heard),
		cmocka_unit_test(a_wrong_mac_is_told_with_the_one_that_asked),
		cmocka_unit_test(one_that_takes_no_address_is_told),
		cmocka_unit_test(one_that_takes_no_file_is_told),
		cmocka_unit_test(beside_another_server_that_one_is_asked_for),
		cmocka_unit_test(the_last_file_is_named_whoever_served_it),
		cmocka_unit_test(any_bytes_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
