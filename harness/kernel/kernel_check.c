/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a test board's kernel needs, and how one is judged by it: see kernel_check.h. */
#include "harness/kernel/kernel_check.h"

#include <stdio.h>
#include <string.h>

#define NEED   KERNEL_NEEDED
#define ADVISE KERNEL_ADVISED

enum where {
	BUILT_IN,  /* always: it is at work before modules can be loaded */
	BY_INITRD, /* a module will do where an initrd brings it */
	ANY,       /* a module will do */
	NO_INITRD, /* asked of a kernel that mounts its root itself, and then built in */
	INITRD,    /* asked of one that has an initrd, and then built in */
};

static const struct need {
	const char *symbol;
	enum kernel_need need;
	enum where where;
	const char *why;
} needs[] = {
	{"BLK_DEV_INITRD", NEED, INITRD, "the initrd is unpacked"},
	{"INET", NEED, BUILT_IN, "IPv4"},
	{"IP_PNP", NEED, NO_INITRD, "the kernel sets its own address before it mounts the root"},
	{"IP_PNP_DHCP", ADVISE, NO_INITRD, "or asks DHCP for it (ip=dhcp)"},
	{"NFS_FS", NEED, BY_INITRD, "the root is on NFS"},
	{"NFS_V3", NEED, BY_INITRD, "of version 3"},
	{"ROOT_NFS", NEED, NO_INITRD, "the kernel mounts it itself (root=/dev/nfs)"},
	{"OVERLAY_FS", NEED, BY_INITRD, "the root is read-only, and what is written lies over it"},
	{"TMPFS", NEED, BUILT_IN, "in memory"},
	{"DEVTMPFS", NEED, BUILT_IN, "/dev has what there is"},
	{"DEVTMPFS_MOUNT", ADVISE, NO_INITRD, "and init has a console from the start"},
	{"PROC_FS", NEED, BUILT_IN, "/proc"},
	{"SYSFS", NEED, BUILT_IN, "/sys"},
	{"BINFMT_ELF", NEED, BUILT_IN, "programs run"},
	{"BINFMT_SCRIPT", NEED, BUILT_IN, "and scripts"},
	{"FUTEX", NEED, BUILT_IN, "with threads"},
	{"MULTIUSER", NEED, BUILT_IN, "the ssh server changes its user"},
	{"UNIX", NEED, BY_INITRD, "programs talk to each other"},
	{"UNIX98_PTYS", NEED, BUILT_IN, "a terminal over ssh"},
	{"PRINTK", NEED, BUILT_IN, "there are messages"},
	{"MODULES", NEED, BUILT_IN, "modules can be loaded"},
	{"MODULE_UNLOAD", NEED, BUILT_IN, "and unloaded"},
	{"SERIAL_8250_CONSOLE", NEED, BUILT_IN, "messages go to the serial line (console=ttyS0)"},
	{"NETCONSOLE", ADVISE, ANY, "messages go over the network, too"},
	{"NETCONSOLE_DYNAMIC", ADVISE, BUILT_IN, "to a place that is known only at run time"},
	{"KALLSYMS", ADVISE, BUILT_IN, "stack traces have names"},
	{"DEBUG_BUGVERBOSE", ADVISE, BUILT_IN, "BUG() and WARN() have a file and a line"},
	{"DEBUG_INFO", ADVISE, BUILT_IN, "frames get source lines"},
	{"DEBUG_FS", ADVISE, BUILT_IN, "kmemleak, LKDTM and many a driver are asked there"},
	{"SOFTLOCKUP_DETECTOR", ADVISE, BUILT_IN, "a CPU that does not schedule is told"},
	{"HARDLOCKUP_DETECTOR", ADVISE, BUILT_IN, "and one with its interrupts off"},
	{"DETECT_HUNG_TASK", ADVISE, BUILT_IN, "a task that waits for ever is told"},
	{"MAGIC_SYSRQ", ADVISE, BUILT_IN, "a hung board is asked what it does"},
	{"MAGIC_SYSRQ_SERIAL", ADVISE, BUILT_IN, "by a BREAK on the serial line"},
	{"KEXEC", ADVISE, BUILT_IN, "a panic starts another kernel (crash_kernel)"},
	{"RELOCATABLE", ADVISE, BUILT_IN, "which may lie in reserved memory"},
	{"CRASH_DUMP", ADVISE, BUILT_IN, "and save the memory of this one"},
	{"PSTORE", ADVISE, ANY, "the last words survive a reset where the firmware keeps them"},
	{"IKCONFIG", ADVISE, BUILT_IN, "the image tells its configuration"},
};

_Static_assert(sizeof(needs) / sizeof(needs[0]) < KERNEL_CHECKS_MAX, "room for the NIC as well");

static bool is_asked(const struct need *n, bool initrd)
{
	return n->where != (initrd ? NO_INITRD : INITRD);
}

static struct kernel_check judge(const struct kconfig *k, const struct need *n, bool initrd)
{
	struct kernel_check c = {
		.symbol = n->symbol,
		.need = n->need,
		.module_will_do = n->where == ANY || (n->where == BY_INITRD && initrd),
		.why = n->why,
		.state = kconfig_state(k, n->symbol),
	};

	c.ok = c.state == 'y' || (c.state == 'm' && c.module_will_do);
	return c;
}

size_t kernel_check(const struct kconfig *k, const char *nic, bool initrd,
		    struct kernel_check out[KERNEL_CHECKS_MAX])
{
	const struct need card = {nic, NEED, BY_INITRD, "the driver of the board's network card"};
	size_t n = 0;

	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++) {
		if (is_asked(&needs[i], initrd))
			out[n++] = judge(k, &needs[i], initrd);
	}
	if (nic)
		out[n++] = judge(k, &card, initrd);
	return n;
}

bool kernel_check_passed(const struct kernel_check *c, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!c[i].ok && c[i].need == NEED)
			return false;
	}
	return true;
}

void kernel_check_missing(const struct kernel_check *c, size_t n, char *buf, size_t size)
{
	size_t at = 0;

	*buf = '\0';
	for (size_t i = 0; i < n; i++) {
		int w;

		if (c[i].ok || c[i].need != NEED)
			continue;
		w = snprintf(buf + at, size - at, "%sCONFIG_%s=y", at ? " " : "", c[i].symbol);
		if (w < 0 || (size_t)w >= size - at) {
			if (size > 4)
				memcpy(buf + size - 4, "...", 4);
			return;
		}
		at += (size_t)w;
	}
}
