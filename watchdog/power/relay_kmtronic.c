/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * KMTronic USB and RS232 relays, 9600 8N1, by the vendor's list of commands: FF, the channel from
 * 1, 01 to close or 00 to open, without an answer. With one or two channels FF n 03 asks for one,
 * and FF n 00 or FF n 01 is the answer. With four or eight FF 09 00 asks for all: the answer is a
 * byte a channel, 00 or 01.
 */
#include <errno.h>

#include "watchdog/power/relay_serial.h"

static size_t command(uint8_t *out, unsigned channel, uint8_t what)
{
	out[0] = 0xff;
	out[1] = (uint8_t)channel;
	out[2] = what;
	return 3;
}

static size_t set(uint8_t *out, unsigned channel, bool closed)
{
	return command(out, channel, closed);
}

static size_t get_one(uint8_t *out, unsigned channel)
{
	return command(out, channel, 3);
}

static int reply_of_one(unsigned channel, const uint8_t *reply, size_t n)
{
	if (reply[0] != 0xff || (n > 1 && reply[1] != channel) || (n > 2 && reply[2] > 1) || n > 3)
		return -EPROTO;
	return n < 3 ? -EAGAIN : reply[2];
}

static size_t get_all(uint8_t *out, unsigned channel)
{
	return command(out, 9, 0);
}

static int reply_of_all(unsigned channel, const uint8_t *reply, size_t n, size_t channels)
{
	for (size_t i = 0; i < n; i++) {
		if (reply[i] > 1)
			return -EPROTO;
	}
	if (n > channels)
		return -EPROTO;
	return n < channels ? -EAGAIN : reply[channel - 1];
}

static int reply_of_4(unsigned channel, const uint8_t *reply, size_t n)
{
	return reply_of_all(channel, reply, n, 4);
}

static int reply_of_8(unsigned channel, const uint8_t *reply, size_t n)
{
	return reply_of_all(channel, reply, n, 8);
}

static const struct serial_relay_protocol of_2 = {
	.baud = 9600, .set = set, .get = get_one, .get_reply = reply_of_one};
static const struct serial_relay_protocol of_4 = {
	.baud = 9600, .set = set, .get = get_all, .get_reply = reply_of_4};
static const struct serial_relay_protocol of_8 = {
	.baud = 9600, .set = set, .get = get_all, .get_reply = reply_of_8};

const struct relay_driver relay_kmtronic = {
	.name = "kmtronic",
	.first = 1,
	.last = 2,
	.protocol = &of_2,
	.open = serial_relay_open,
	.set = serial_relay_set,
	.get = serial_relay_get,
	.force = serial_relay_force,
	.close = serial_relay_close,
};

const struct relay_driver relay_kmtronic4 = {
	.name = "kmtronic4",
	.first = 1,
	.last = 4,
	.protocol = &of_4,
	.open = serial_relay_open,
	.set = serial_relay_set,
	.get = serial_relay_get,
	.force = serial_relay_force,
	.close = serial_relay_close,
};

const struct relay_driver relay_kmtronic8 = {
	.name = "kmtronic8",
	.first = 1,
	.last = 8,
	.protocol = &of_8,
	.open = serial_relay_open,
	.set = serial_relay_set,
	.get = serial_relay_get,
	.force = serial_relay_force,
	.close = serial_relay_close,
};
