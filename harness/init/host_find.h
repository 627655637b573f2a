/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What this host has that a bare board could be wired to: network cards, serial ports, relays. Read
 * from sysfs, /proc/net/route and /dev/serial/by-id; nothing is opened, asked or changed.
 */
#ifndef KDEV_HARNESS_INIT_HOST_FIND_H
#define KDEV_HARNESS_INIT_HOST_FIND_H

#include <stdbool.h>
#include <stddef.h>

struct host_card {
	char name[16];      /* "enp3s0" */
	bool carrier;       /* a cable with something at its other end */
	bool default_route; /* this machine is reached by it */
};

struct host_port {
	char path[272];    /* "/dev/serial/by-id/usb-…", or "/dev/hidraw0" */
	const char *relay; /* the driver of the relay that it is or may be; NULL: none known */
	bool certain;      /* the device names itself; else its chip is in other things too */
};

#define HOST_MAX 32 /* more of a kind are left out */

struct host {
	struct host_card
		cards[HOST_MAX]; /* the likeliest for a board first: no default route, a cable */
	size_t n_cards;
	struct host_port ports[HOST_MAX]; /* serial ports and HID relays, by name */
	size_t n_ports;
};

/* root: "" for this host; a test's directory otherwise. What can't be read has nothing. */
void host_find(const char *root, struct host *out);

#endif
