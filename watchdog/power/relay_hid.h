/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The engine of relays that are USB HID devices, by hidapi's hidraw backend: its open device is
 * one descriptor and no thread, so the guard can use it after a fork.
 *
 * Where the device is: a path (/dev/hidraw3, better a udev link), the name that the device itself
 * gives (five letters at dcttech's, else the USB serial number), or "any": the first of its kind.
 */
#ifndef KDEV_WATCHDOG_POWER_RELAY_HID_H
#define KDEV_WATCHDOG_POWER_RELAY_HID_H

#include <hidapi.h>
#include <stdint.h>

#include "watchdog/power/relay.h"

struct hid_relay_protocol {
	unsigned short vendor, product;
	/* 0, or -1 with hid_error() saying why. */
	int (*set)(hid_device *dev, unsigned channel, bool closed);
	int (*get)(hid_device *dev, unsigned channel); /* 1, 0 or -1; NULL: it can't be read */
	/* The name it gives itself; NULL: the USB serial number is its name. 0 or -1 */
	int (*name)(hid_device *dev, char *name, size_t size);
};

int hid_relay_open(const struct relay_driver *d, uv_loop_t *loop, const char *where,
		   struct relay **out);
int hid_relay_set(struct relay *r, unsigned channel, bool closed, relay_done_fn done, void *arg);
int hid_relay_get(struct relay *r, unsigned channel, relay_done_fn done, void *arg);
int hid_relay_force(struct relay *r, unsigned channel, bool closed);
void hid_relay_close(struct relay *r);

#endif
