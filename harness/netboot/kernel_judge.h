/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kdev setup --check`: the board's kernel as it is on this host, judged before it is used. */
#ifndef KDEV_HARNESS_NETBOOT_KERNEL_JUDGE_H
#define KDEV_HARNESS_NETBOOT_KERNEL_JUDGE_H

#include "harness/config/config.h"
#include "harness/kernel/kernel_check.h"

struct kernel_judgement {
	char release[128]; /* "" if it was not built yet */
	char config[4096]; /* where its configuration was read: a path; "IKCONFIG of PATH" */
	const char *nic;   /* the symbol of the board's card, or NULL */
	bool initrd;       /* judged as one that gets an initrd with its modules */
	struct kernel_check checks[KERNEL_CHECKS_MAX];
	size_t n;
};

/*
 * Nothing is made, but for temporary files while an image is unpacked. `nic`: the driver of the
 * card, or "VENDOR:DEVICE" in hex as lspci -n prints it, or NULL for the board's. 0, or a negative
 * errno with one line in err.
 */
int kernel_judge(const struct board_config *b, const char *nic, struct kernel_judgement *j,
		 char *err, size_t err_len);

#endif
