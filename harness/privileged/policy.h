/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the administrator of this machine allows to the users of the group:
 * /etc/kdev/privileged.conf, which root alone may write. Without it: virtual boards, with roots
 *that `kdev setup` as root made.
 *
 *	roots = DIRECTORY       where kdev's root file systems are: DIRECTORY/rootfs and
 *	                        DIRECTORY/roots/NAME; may be said again; default: /var/cache/kdev
 *	interface = CARD        a card, or macvlan:CARD, that bare boards may use; may be said again
 *	any_filesystem = yes    see root_check.h
 */
#ifndef KDEV_HARNESS_PRIVILEGED_POLICY_H
#define KDEV_HARNESS_PRIVILEGED_POLICY_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/config/config.h"

#define POLICY_FILE  "/etc/kdev/privileged.conf"
#define POLICY_ROOTS "/var/cache/kdev"

enum { POLICY_MAX = 8 };

struct policy {
	char roots[POLICY_MAX][256];
	size_t n_roots;
	char interface[POLICY_MAX][sizeof(((struct board_config *)0)->interface)];
	size_t n_interfaces;
	bool any_filesystem;
};

/* A file that is not there is good. 0 or a negative errno with a line in err. */
int policy_read(const char *path, struct policy *p, char *err, size_t err_len);

/* May a bare board use it? As the file says it, letter by letter. */
bool policy_allows_interface(const struct policy *p, const char *interface);

#endif
