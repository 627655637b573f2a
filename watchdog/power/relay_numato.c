/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numato Lab USB relay modules (a ttyACM, any speed), by their user guide: "relay on X", "relay off
 * X" and "relay read X", each ended by a carriage return. X is the relay's number from 0,
 * one digit: 0 to 9, A to V. The module echoes the line, writes its answer ("on" or "off", of a
 * read only) and then its prompt, ">".
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "watchdog/power/relay_serial.h"

static size_t command(uint8_t *out, const char *verb, unsigned channel)
{
	int n = snprintf((char *)out, RELAY_COMMAND_MAX, "relay %s %c\r", verb,
			 "0123456789ABCDEFGHIJKLMNOPQRSTUV"[channel]);

	return (size_t)n;
}

static size_t set(uint8_t *out, unsigned channel, bool closed)
{
	return command(out, closed ? "on" : "off", channel);
}

static size_t get(uint8_t *out, unsigned channel)
{
	return command(out, "read", channel);
}

static int printable_until_prompt(const uint8_t *reply, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (reply[i] >= 0x7f || (reply[i] < ' ' && !strchr("\r\n", reply[i])))
			return -EPROTO;
	}
	return reply[n - 1] == '>' ? 0 : -EAGAIN;
}

static int set_reply(unsigned channel, const uint8_t *reply, size_t n)
{
	int err = printable_until_prompt(reply, n);

	return err ? err : RELAY_UNSAID;
}

/* The last line before the prompt; the echo is the first. */
static int get_reply(unsigned channel, const uint8_t *reply, size_t n)
{
	size_t end = n - 1, begin;
	int err = printable_until_prompt(reply, n);

	if (err)
		return err;
	while (end && (reply[end - 1] == '\r' || reply[end - 1] == '\n'))
		end--;
	for (begin = end; begin && reply[begin - 1] >= ' ';)
		begin--;
	/* A prompt that an earlier command left over, with its echo. */
	if (begin == end || !memcmp(reply + begin, "relay", end - begin < 5 ? end - begin : 5))
		return -EAGAIN;
	if (end - begin == 2 && !memcmp(reply + begin, "on", 2))
		return 1;
	if (end - begin == 3 && !memcmp(reply + begin, "off", 3))
		return 0;
	return -EPROTO;
}

static const struct serial_relay_protocol protocol = {
	.baud = 19200,
	.set = set,
	.get = get,
	.set_reply = set_reply,
	.get_reply = get_reply,
};

const struct relay_driver relay_numato = {
	.name = "numato",
	.first = 0,
	.last = 31,
	.protocol = &protocol,
	.open = serial_relay_open,
	.set = serial_relay_set,
	.get = serial_relay_get,
	.force = serial_relay_force,
	.close = serial_relay_close,
};
