/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The modem lines of a spare serial port as relays: DTR and RTS each drive an optocoupler or a
 * transistor across a button, raised for closed; CTS, DSR, DCD and RI can hear the board's power
 * LED. Never the port of the console: whoever opens that one moves the lines.
 *
 * The kernel raises both lines when a port is opened (drivers/tty/tty_port.c,
 * tty_port_raise_dtr_rts) and we lower them at once: some ms, too short for a button, but once
 * only: the port stays open. HUPCL is set, so the kernel lowers the lines when the last process
 * that has the port is gone, however it went: of all relays these need no guard.
 */
#include <errno.h>
#include <stdlib.h>

#include "console/sources/serial_port.h"
#include "watchdog/power/relay_at_once.h"

enum { DTR, RTS, CTS, DSR, DCD, RI };

static const char *const names[] = {"dtr", "rts", "cts", "dsr", "dcd", "ri", NULL};
static const unsigned inputs[] = {
	[CTS] = SP_SIG_CTS, [DSR] = SP_SIG_DSR, [DCD] = SP_SIG_DCD, [RI] = SP_SIG_RI};

struct line_relay {
	struct relay_at_once r;
	struct serial_port port;
	bool raised[2];
};

static int ensure_open(struct line_relay *l, char *why, size_t size)
{
	if (l->port.port)
		return 0;
	l->raised[DTR] = l->raised[RTS] = false;
	return serial_port_open(&l->port, l->r.where, 9600, SERIAL_LINES_LOW, why, size);
}

static int tell(struct line_relay *l, unsigned channel, int err, int closed, const char *why)
{
	/* EIO is how a port says that its device is unplugged. */
	if (err == -EIO || err == -ENODEV || err == -ENXIO)
		serial_port_close(&l->port);
	return relay_at_once_tell(&l->r, channel, err, closed, why);
}

static int line_force(struct relay *r, unsigned channel, bool closed)
{
	struct line_relay *l = (struct line_relay *)r;

	if (channel > RTS || !l->port.port)
		return -ENODEV;
	return serial_port_set_line(&l->port, channel == DTR ? SERIAL_DTR : SERIAL_RTS, closed);
}

static int line_set(struct relay *r, unsigned channel, bool closed, relay_done_fn done, void *arg)
{
	struct line_relay *l = (struct line_relay *)r;
	char why[256];
	int err;

	if (channel > RTS)
		return -EINVAL;
	err = relay_at_once_take(&l->r, done, arg);
	if (err)
		return err;
	err = ensure_open(l, why, sizeof(why));
	if (err)
		return tell(l, channel, err, -1, why);
	err = line_force(r, channel, closed);
	if (!err)
		l->raised[channel] = closed;
	return tell(l, channel, err, closed, NULL);
}

static int line_get(struct relay *r, unsigned channel, relay_done_fn done, void *arg)
{
	struct line_relay *l = (struct line_relay *)r;
	int err = relay_at_once_take(&l->r, done, arg);
	unsigned bits = 0;
	char why[256];

	if (err)
		return err;
	err = ensure_open(l, why, sizeof(why));
	if (err)
		return tell(l, channel, err, -1, why);
	if (channel <= RTS)
		return tell(l, channel, 0, l->raised[channel], NULL);
	err = serial_port_inputs(&l->port, &bits);
	return tell(l, channel, err, (bits & inputs[channel]) != 0, NULL);
}

static void line_close(struct relay *r)
{
	struct line_relay *l = (struct line_relay *)r;

	if (!l)
		return;
	serial_port_close(&l->port);
	relay_at_once_end(&l->r);
}

static int line_open(const struct relay_driver *d, uv_loop_t *loop, const char *where,
		     struct relay **out)
{
	struct line_relay *l = calloc(1, sizeof(*l));
	int err;

	if (!l)
		return -ENOMEM;
	err = relay_at_once_begin(&l->r, d, loop, where);
	if (err) {
		free(l);
		return err;
	}
	*out = &l->r.base;
	return 0;
}

const struct relay_driver relay_line = {
	.name = "line",
	.first = DTR,
	.last = RI,
	.outputs = RTS + 1,
	.names = names,
	.open = line_open,
	.set = line_set,
	.get = line_get,
	.force = line_force,
	.close = line_close,
};
