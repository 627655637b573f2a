/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Devantech (Robot Electronics) USB-RLY02, -RLY08 and -RLY16. Their data sheets: a USB serial
 * port whose speed has no meaning, commands of one byte: 64h + n closes relay n, 6Eh + n opens
 * it, without an answer; 5Bh is answered by one byte, a bit a relay, the lowest for relay 1.
 */
#include <errno.h>

#include "watchdog/power/relay_serial.h"

static size_t set(uint8_t *out, unsigned channel, bool closed)
{
	out[0] = (uint8_t)((closed ? 0x64 : 0x6e) + channel);
	return 1;
}

static size_t get(uint8_t *out, unsigned channel)
{
	out[0] = 0x5b;
	return 1;
}

static int get_reply(unsigned channel, const uint8_t *reply, size_t n)
{
	return n == 1 ? reply[0] >> (channel - 1) & 1 : -EPROTO;
}

static const struct serial_relay_protocol protocol = {
	.baud = 19200, .set = set, .get = get, .get_reply = get_reply};

const struct relay_driver relay_devantech = {
	.name = "devantech",
	.first = 1,
	.last = 8,
	.protocol = &protocol,
	.open = serial_relay_open,
	.set = serial_relay_set,
	.get = serial_relay_get,
	.force = serial_relay_force,
	.close = serial_relay_close,
};
