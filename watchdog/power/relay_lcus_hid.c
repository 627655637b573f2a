/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LCUS relays that are HID devices (5131:2007): the vendor's serial protocol (relay_lcus.c) in
 * output reports without an ID. They can't be read.
 */
#include "watchdog/power/relay_hid.h"

static int set(hid_device *dev, unsigned channel, bool closed)
{
	unsigned char report[] = {0, 0xa0, (unsigned char)channel, closed, 0};

	report[4] = (unsigned char)(report[1] + report[2] + report[3]);
	return hid_write(dev, report, sizeof(report)) < 0 ? -1 : 0;
}

static const struct hid_relay_protocol protocol = {
	.vendor = 0x5131,
	.product = 0x2007,
	.set = set,
};

const struct relay_driver relay_lcus_hid = {
	.name = "lcus-hid",
	.first = 1,
	.last = 8,
	.protocol = &protocol,
	.open = hid_relay_open,
	.set = hid_relay_set,
	.force = hid_relay_force,
	.close = hid_relay_close,
};
