/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dcttech's USB relays, and those of others with V-USB's shared numbers 16c0:05df and the product
 * name "USBRelayN". As usbrelay's and crelay's documentation have it: a feature report of 8 bytes
 * without an ID, FF n closes relay n, FD n opens it. Read, the report has the device's own name in
 * bytes 0 to 4 and the relays' states in byte 7, the lowest bit for relay 1. (hidapi puts the
 * report's ID before what we write; what we read begins with the first byte of the report.)
 */
#include <string.h>

#include "watchdog/power/relay_hid.h"

#define REPORT 8
#define NAME   5
#define STATES 7

static int set(hid_device *dev, unsigned channel, bool closed)
{
	const unsigned char report[1 + REPORT] = {0, closed ? 0xff : 0xfd, (unsigned char)channel};

	return hid_send_feature_report(dev, report, sizeof(report)) < 0 ? -1 : 0;
}

static int read_report(hid_device *dev, unsigned char *report)
{
	/* For an ID of 0 the kernel would put it before the bytes; the device ignores it. */
	memset(report, 0, 1 + REPORT);
	report[0] = 1;
	return hid_get_feature_report(dev, report, 1 + REPORT) < REPORT ? -1 : 0;
}

static int get(hid_device *dev, unsigned channel)
{
	unsigned char report[1 + REPORT];

	if (read_report(dev, report))
		return -1;
	return report[STATES] >> (channel - 1) & 1;
}

static int name(hid_device *dev, char *name, size_t size)
{
	unsigned char report[1 + REPORT];

	if (size <= NAME || read_report(dev, report))
		return -1;
	memcpy(name, report, NAME);
	name[NAME] = 0;
	return 0;
}

static const struct hid_relay_protocol protocol = {
	.vendor = 0x16c0,
	.product = 0x05df,
	.set = set,
	.get = get,
	.name = name,
};

const struct relay_driver relay_dcttech = {
	.name = "dcttech",
	.first = 1,
	.last = 8,
	.protocol = &protocol,
	.open = hid_relay_open,
	.set = hid_relay_set,
	.get = hid_relay_get,
	.force = hid_relay_force,
	.close = hid_relay_close,
};
