/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/pipeline/boot_marks.c */
/* Banners and boot messages, as they are printed, and what only looks like them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "console/pipeline/boot_marks.h"

static void assert_all(const char *const *texts, size_t n, enum boot_mark expect)
{
	enum boot_mark mark;

	for (size_t i = 0; i < n; i++) {
		if (!boot_mark_of(texts[i], strlen(texts[i]), &mark))
			fail_msg("no mark: %s", texts[i]);
		assert_int_equal(mark, expect);
	}
}

#define ASSERT_ALL(texts, mark) assert_all(texts, sizeof(texts) / sizeof(*(texts)), mark)

static void firmware_and_boot_loaders(void **state)
{
	static const char *const texts[] = {
		"SeaBIOS (version 1.16.2-debian-1.16.2-1)",
		"iPXE (http://ipxe.org) 00:03.0 CA00 PCI2.10 PnP PMM+0EFCF160+0EF0F160 CA00",
		"iPXE (PCI 00:03.0) starting execution...ok",
		"iPXE initialising devices...ok",
		"iPXE 1.21.1+git-20220113 -- Open Source Network Boot Firmware",
		"PXELINUX 6.04 PXE 20200816 Copyright (C) 1994-2015 H. Peter Anvin et al",
		"SYSLINUX 6.04 EDD 20191223 Copyright (C) 1994-2015 H. Peter Anvin et al",
		"UEFI firmware (version 2022.11-6 built at 10:00:00 on Jan  1 2023)",
		"BdsDxe: loading Boot0002 \"UEFI PXEv4 (MAC:525400123456)\" from PciRoot(0x0)",
		">>Start PXE over IPv4.",
		"U-Boot 2023.01+dfsg-2 (Jan 01 2023 - 00:00:00 +0000)",
		"U-Boot SPL 2023.01 (Jan 01 2023)",
		"GNU GRUB  version 2.06-13+deb12u1",
		"Welcome to GRUB!",
		"   GRUB loading.",
		"CLIENT MAC ADDR: 52 54 00 12 34 56  GUID: 00000000",
		"Initializing Intel(R) Boot Agent GE v1.5.13",
	};

	ASSERT_ALL(texts, BOOT_FIRMWARE);
}

static void the_kernels_banner(void **state)
{
	static const char *const texts[] = {
		"Linux version 6.1.0-18-amd64 (debian-kernel@lists.debian.org) (gcc-12) #1 SMP",
		"Linux version 4.20.0-rc3+ (u@h) (gcc version 8.0.1 (GCC)) #344 SMP PREEMPT",
	};

	ASSERT_ALL(texts, BOOT_KERNEL);
}

static void restarts_that_were_told(void **state)
{
	static const char *const texts[] = {
		"reboot: Restarting system",
		"reboot: Restarting system with command 'bootloader'",
		"reboot: Power down",
		"reboot: System halted",
		"reboot: machine restart",
		"Restarting system.",
		"Rebooting in 5 seconds..",
		"Rebooting in 120 seconds..",
		"kexec_core: Starting new kernel",
		"sysrq: Resetting",
	};

	ASSERT_ALL(texts, BOOT_RESTART);
}

static void the_nfs_servers_absence_and_return(void **state)
{
	static const char *const stalled[] = {
		"nfs: server 10.77.0.1 not responding, still trying",
		"nfs: server fd77::1 not responding, still trying",
	};
	static const char *const ok[] = {"nfs: server 10.77.0.1 OK"};

	ASSERT_ALL(stalled, BOOT_NFS_STALLED);
	ASSERT_ALL(ok, BOOT_NFS_OK);
}

static void what_keeps_a_boot_from_getting_on(void **state)
{
	static const char *const texts[] = {
		"kdev-init: NFS root 10.77.0.1:/r: Permission denied; trying again (3)",
		"Could not find kernel image: http://10.77.0.1/vmlinuz",
		"No bootable device.",
		"VFS: Unable to mount root fs via NFS, trying floppy.",
	};

	ASSERT_ALL(texts, BOOT_TROUBLE);
}

static void a_boot_loader_that_gave_up(void **state)
{
	static const char *const texts[] = {
		"Boot failed: press a key to retry, or wait for reset...",
	};

	ASSERT_ALL(texts, BOOT_GAVE_UP);
}

static void a_heartbeat_in_the_kernels_log(void **state)
{
	static const char *const texts[] = {"kdev-agent: kdev1 boot=0b1f seq=1"};

	ASSERT_ALL(texts, BOOT_HEARTBEAT);
}

static void other_texts(void **state)
{
	static const char *const texts[] = {
		"",
		"S",
		"DMI: QEMU Standard PC, BIOS SeaBIOS (version 1.16.2)",
		"echo SeaBIOS (version 1.16.2)",
		"SeaBIOS",
		"iPXE is an open source boot firmware",
		"PXELINUX says hello",
		"U-Boot is a boot loader",
		"Linux version unknown (x)",
		"Linux version 6.1 is old",
		"My Linux version 6.1 (x) #1",
		"Rebooting in a moment",
		"Rebooting in 5 minutes",
		"nfs: server 10.77.0.1 not responding, timed out",
		"nfs: server ",
		"nfs: client OK",
		"foo: nfs: server 10.77.0.1 OK",
	};
	enum boot_mark mark;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (boot_mark_of(texts[i], strlen(texts[i]), &mark))
			fail_msg("taken for a mark: %s", texts[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(firmware_and_boot_loaders),
		cmocka_unit_test(the_kernels_banner),
		cmocka_unit_test(restarts_that_were_told),
		cmocka_unit_test(the_nfs_servers_absence_and_return),
		cmocka_unit_test(what_keeps_a_boot_from_getting_on),
		cmocka_unit_test(a_boot_loader_that_gave_up),
		cmocka_unit_test(a_heartbeat_in_the_kernels_log),
		cmocka_unit_test(other_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
