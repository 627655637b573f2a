/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LCUS-1 to LCUS-8: relays behind a CH340 (1a86:7523), 9600 8N1. The vendor's protocol, four bytes:
 * A0, the channel from 1, 01 to close or 00 to open, and the low byte of their sum. It answers
 * nothing, and there is no way to read it that all of them have.
 */
#include "watchdog/power/relay_serial.h"

static size_t set(uint8_t *out, unsigned channel, bool closed)
{
	out[0] = 0xa0;
	out[1] = (uint8_t)channel;
	out[2] = closed;
	out[3] = (uint8_t)(out[0] + out[1] + out[2]);
	return 4;
}

static const struct serial_relay_protocol protocol = {.baud = 9600, .set = set};

const struct relay_driver relay_lcus = {
	.name = "lcus",
	.first = 1,
	.last = 8,
	.protocol = &protocol,
	.open = serial_relay_open,
	.set = serial_relay_set,
	.force = serial_relay_force,
	.close = serial_relay_close,
};
