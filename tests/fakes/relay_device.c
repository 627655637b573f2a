/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Relays at the far end of a pty. */
#include "tests/fakes/relay_device.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static void answer(struct relay_device *d, const void *bytes, size_t n)
{
	if (d->fault == DEVICE_SILENT)
		return;
	if (d->fault == DEVICE_BABBLES) {
		bytes = "\x80?!";
		n = 3;
	}
	if (write(d->master, bytes, n) != (ssize_t)n)
		abort();
}

static void switch_to(struct relay_device *d, unsigned channel, bool closed)
{
	if (d->fault == DEVICE_STICKS || channel >= 32 || d->closed[channel] == closed)
		return;
	if (closed) {
		d->since[channel] = mono_now();
		d->closings++;
	} else {
		relay_device_longest(d, channel);
	}
	d->closed[channel] = closed;
}

int64_t relay_device_longest(struct relay_device *d, unsigned channel)
{
	int64_t us = d->closed[channel] ? mono_diff(mono_now(), d->since[channel]) : 0;

	if (us > d->longest_us[channel])
		d->longest_us[channel] = us;
	return d->longest_us[channel];
}

static void lcus(struct relay_device *d)
{
	const uint8_t *c = d->command;

	if (c[0] != 0xa0) {
		d->command_n = 0;
		return;
	}
	if (d->command_n < 4)
		return;
	if (c[3] == (uint8_t)(c[0] + c[1] + c[2]) && c[2] <= 1)
		switch_to(d, c[1], c[2]);
	d->command_n = 0;
}

static void kmtronic(struct relay_device *d)
{
	const uint8_t *c = d->command;
	uint8_t states[8];

	if (c[0] != 0xff) {
		d->command_n = 0;
		return;
	}
	if (d->command_n < 3)
		return;
	if (d->model == DEVICE_KMTRONIC2 && c[2] == 3) {
		answer(d, (uint8_t[]){0xff, c[1], d->closed[c[1]]}, 3);
	} else if (d->model == DEVICE_KMTRONIC8 && c[1] == 9 && c[2] == 0) {
		for (int i = 0; i < 8; i++)
			states[i] = d->closed[i + 1];
		/* Slow enough to come in two parts. */
		answer(d, states, 3);
		usleep(3000);
		answer(d, states + 3, 5);
	} else if (c[2] <= 1) {
		switch_to(d, c[1], c[2]);
	}
	d->command_n = 0;
}

static void rly16(struct relay_device *d)
{
	uint8_t c = d->command[0], states = 0;

	if (c >= 0x65 && c <= 0x6c) {
		switch_to(d, c - 0x64U, true);
	} else if (c >= 0x6f && c <= 0x76) {
		switch_to(d, c - 0x6eU, false);
	} else if (c == 0x5b) {
		for (int i = 0; i < 8; i++)
			states |= (uint8_t)(d->closed[i + 1] << i);
		answer(d, &states, 1);
	}
	d->command_n = 0;
}

static int numato_digit(char c)
{
	if (isdigit((unsigned char)c))
		return c - '0';
	return c >= 'A' && c <= 'V' ? c - 'A' + 10 : -1;
}

static void numato(struct relay_device *d)
{
	char line[96], verb[8] = "", digit = 0;
	int channel, len;

	if (d->command[d->command_n - 1] != '\r') {
		if (d->command_n == sizeof(d->command))
			d->command_n = 0;
		return;
	}
	/* The echo, as the module's firmware ends lines. */
	len = snprintf(line, sizeof(line), "%.*s\n\r", (int)d->command_n - 1,
		       (const char *)d->command);
	answer(d, line, (size_t)len);
	d->command[d->command_n - 1] = 0;
	d->command_n = 0;
	if (sscanf((const char *)d->command, "relay %7s %c", verb, &digit) == 2) {
		channel = numato_digit(digit);
		if (channel >= 0 && !strcmp(verb, "read")) {
			len = snprintf(line, sizeof(line), "%s\n\r",
				       d->closed[channel] ? "on" : "off");
			answer(d, line, (size_t)len);
		} else if (channel >= 0) {
			switch_to(d, (unsigned)channel, !strcmp(verb, "on"));
		}
	}
	answer(d, ">", 1);
}

static void take(struct relay_device *d, uint8_t byte)
{
	if (d->n < sizeof(d->got))
		d->got[d->n++] = byte;
	d->command[d->command_n++] = byte;
	switch (d->model) {
	case DEVICE_LCUS: lcus(d); break;
	case DEVICE_NUMATO: numato(d); break;
	case DEVICE_KMTRONIC2:
	case DEVICE_KMTRONIC8: kmtronic(d); break;
	case DEVICE_RLY16: rly16(d); break;
	}
}

static void on_poll(uv_poll_t *h, int status, int events)
{
	struct relay_device *d = h->data;
	uint8_t buf[256];
	ssize_t n = read(d->master, buf, sizeof(buf));

	if (n > 0 && d->fault == DEVICE_LEAVES) {
		relay_device_unplug(d);
		return;
	}
	for (ssize_t i = 0; i < n; i++)
		take(d, buf[i]);
}

void relay_device_plug(struct relay_device *d, uv_loop_t *loop, enum device_model model,
		       const char *path)
{
	struct termios raw;
	char name[64];

	*d = (struct relay_device){.model = model};
	snprintf(d->path, sizeof(d->path), "%s", path);
	d->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (d->master < 0 || grantpt(d->master) || unlockpt(d->master) ||
	    ptsname_r(d->master, name, sizeof(name)))
		abort();
	d->slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	d->number = (unsigned)strtoul(name + strlen("/dev/pts/"), NULL, 10);
	/* Until it is opened as a port it would echo. */
	tcgetattr(d->slave, &raw);
	cfmakeraw(&raw);
	tcsetattr(d->slave, TCSANOW, &raw);
	unlink(path);
	if (d->slave < 0 || symlink(name, path))
		abort();
	uv_poll_init(loop, &d->poll, d->master);
	d->poll.data = d;
	uv_poll_start(&d->poll, UV_READABLE, on_poll);
	d->polling = true;
}

void relay_device_unplug(struct relay_device *d)
{
	if (!d->polling)
		return;
	d->polling = false;
	uv_poll_stop(&d->poll);
	uv_close((uv_handle_t *)&d->poll, NULL);
	close(d->slave);
	close(d->master);
	unlink(d->path);
	/* A relay without its USB power opens. */
	for (unsigned i = 0; i < 32; i++) {
		relay_device_longest(d, i);
		d->closed[i] = false;
	}
}
