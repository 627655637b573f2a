/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hidapi's functions, with HID relays behind them that exist only here. They speak the devices'
 * protocols as the kernel's hidraw would carry them. Link this instead of hidapi.
 */
#ifndef KDEV_TESTS_FAKES_HID_DEVICES_H
#define KDEV_TESTS_FAKES_HID_DEVICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fake_hid {
	const char *path;
	unsigned short vendor, product;
	const wchar_t *serial;
	const char *id; /* dcttech's own name */
	bool absent, sticks, fails;
	unsigned opens, closes;
	uint8_t states;  /* a bit a relay */
	uint8_t got[64]; /* the last report that was written, the ID first */
	unsigned got_n;
	bool feature; /* it was a feature report */
};

/* At most 4, NULL at the end; borrowed. */
void fake_hid_devices(struct fake_hid *const *devices);

#endif
