/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which drivers the initrd has for a board's network card. What they depend on, and PHY drivers
 * that they ask for, come by modules.dep and modules.softdep.
 */
#ifndef KDEV_HARNESS_NETBOOT_NIC_DRIVERS_H
#define KDEV_HARNESS_NETBOOT_NIC_DRIVERS_H

#include <stdbool.h>

struct nic_drivers {
	const char *nic;
	const char *const *modules; /* NULL at the end */
	bool those_there_are;       /* a kernel that lacks one of them will do */
};

/* nic: a name of QEMU's for a device, a driver's name, or "auto": the cards that motherboards
 * have. In `out`, whose strings are constants or nic itself; never fails: a driver that does not
 * exist is found out by who looks for it. `room` is for one name. */
void nic_drivers_of(const char *nic, const char *room[2], struct nic_drivers *out);

#endif
