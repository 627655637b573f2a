/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virtual board: QEMU as a motherboard. Its NIC's option ROM netboots; there is no disk, no
 * kernel given from outside, and no network but the tap.
 */
#include <string.h>

#include "harness/netboot/board_services.h"

bool qemu_kvm_works(const struct board_config *b, const char *cpuinfo, bool dev_kvm)
{
	const char *flags = strstr(cpuinfo, "\nflags");
	const char *end = flags ? strchr(flags + 1, '\n') : NULL;

	if (!strcmp(b->accel, "tcg") || !dev_kvm)
		return false;
	for (const char *p = flags; p && end && p < end; p = strchr(p + 1, ' ')) {
		if (!strncmp(p, " vmx ", 5) || !strncmp(p, " svm ", 5) ||
		    !strncmp(p, " vmx\n", 5) || !strncmp(p, " svm\n", 5))
			return true;
	}
	return false;
}

/* What it writes into its variables is for one power-on: the file is the package's. */
static void firmware_args(const struct board_config *b, struct service_args *a)
{
	if (strcmp(b->firmware, "uefi") != 0)
		return;
	service_option(a, "-drive", "if=pflash,unit=0,format=raw,readonly=on,file=%s", OVMF_CODE);
	service_option(a, "-drive", "if=pflash,unit=1,format=raw,snapshot=on,file=%s", OVMF_VARS);
}

void qemu_args(const struct board_config *b, bool kvm, int tap_fd, struct service_args *a)
{
	service_arg(a, "qemu-system-x86_64");
	service_option(a, "-name", "kdev-%s", b->name);
	service_arg(a, "-no-user-config");
	service_arg(a, "-nodefaults");
	/* Firmware output goes to the serial line, as on boards with console redirection. */
	service_option(a, "-machine", "pc,graphics=off");
	service_option(a, "-accel", kvm ? "kvm" : "tcg,thread=multi,tb-size=64");
	service_option(a, "-cpu", kvm ? "host" : "max,la57=off");
	service_option(a, "-smp", "%u", b->cpus);
	/* What a crash kernel reserves must not be missing to what is tested. */
	service_option(a, "-m", "%u",
		       b->memory_mib + (board_has_crash_kernel(b) ? CRASH_KERNEL_MIB : 0));
	firmware_args(b, a);
	if (tap_fd < 0)
		service_option(a, "-netdev", "tap,id=net0,ifname=tap0,script=no,downscript=no");
	else
		service_option(a, "-netdev", "tap,id=net0,fd=%d", tap_fd);
	service_option(a, "-device", "%s,netdev=net0,mac=%s,bootindex=1", board_nic(b), b->mac);
	service_option(a, "-boot", "menu=off,strict=on");
	/* Whatever comes while no attendant listens is in the log: nothing is lost. */
	service_option(a, "-chardev",
		       "socket,id=serial0,path=serial.sock,server=on,wait=off,"
		       "logfile=serial.log,logappend=on");
	service_option(a, "-serial", "chardev:serial0");
	service_option(a, "-qmp", "unix:qmp.sock,server=on,wait=off");
	service_option(a, "-display", "none");
	service_option(a, "-vga", "std");
	/* A board that powers itself down is off; QEMU and its sockets stay. */
	service_arg(a, "-no-shutdown");
}
