/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Can a kernel of this configuration be netbooted, and will it tell what a developer wants to know?
 * Asked before a board is left hanging. Pure.
 */
#ifndef KDEV_HARNESS_KERNEL_KERNEL_CHECK_H
#define KDEV_HARNESS_KERNEL_KERNEL_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/kernel/kconfig.h"

enum kernel_need {
	KERNEL_NEEDED, /* without it the board does not get to work */
	KERNEL_ADVISED,
};

struct kernel_check {
	const char *symbol; /* without CONFIG_ */
	enum kernel_need need;
	bool module_will_do; /* else it must be built in */
	const char *why;     /* what it is for */
	char state;          /* as kconfig_state() has it */
	bool ok;
};

#define KERNEL_CHECKS_MAX 64

/*
 * Judge a kernel that is to mount its root itself, or, with `initrd`, to be helped by one. `nic` is
 * what nic_symbol() gave, or NULL if the card is not known. Returns how many of `out` were filled,
 * which is always the same for the same initrd and nic.
 */
size_t kernel_check(const struct kconfig *k, const char *nic, bool initrd,
		    struct kernel_check out[KERNEL_CHECKS_MAX]);

/* Are all of them that are needed in order? */
bool kernel_check_passed(const struct kernel_check *c, size_t n);

/* "CONFIG_A, CONFIG_B=y" of those that are needed and missing. Cut short with "..." when long. */
void kernel_check_missing(const struct kernel_check *c, size_t n, char *buf, size_t size);

/* The symbol of a network card's driver, from the driver's name, or from QEMU's of the card. NULL:
 * not known. */
const char *nic_symbol(const char *driver);

/*
 * The driver of a PCI device by a kernel's index, which need not be the kernel that is judged:
 * modules.alias, and the ids of vendor and device. The first one with a name that nic_symbol()
 * knows; it points into the text, len bytes long. NULL: none.
 */
const char *nic_driver_of_pci(const char *alias, unsigned vendor, unsigned device, size_t *len);

#endif
