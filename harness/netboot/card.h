/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a network card of this host is, and what the host uses it for: read from sysfs and
 * /proc/net; nothing is asked or changed. */
#ifndef KDEV_HARNESS_NETBOOT_CARD_H
#define KDEV_HARNESS_NETBOOT_CARD_H

#include <stdbool.h>

struct card {
	bool exists;
	bool device;        /* hardware is behind it */
	bool ethernet;      /* also a bridge or a bond */
	bool wireless;      /* carries the frames of one address alone: no bridge, no macvlan */
	bool up;            /* switched on */
	bool carrier;       /* a cable with something at its other end */
	bool default_route; /* this host is reached by it, by IPv4 or IPv6 */
	char master[16];    /* the bridge or bond that it is part of; "": none */
};

/* root: "" for this host; a test's directory otherwise. What can't be read has nothing. */
void card_read(const char *root, const char *name, struct card *out);

#endif
