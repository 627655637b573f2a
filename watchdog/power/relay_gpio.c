/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GPIO lines as relays: each drives a transistor or an optocoupler across a button, active for
 * closed; another can hear the board's power LED. A channel is the line's offset in its chip.
 * Where: the chip's path, and ",low" behind it if the lines are active when low.
 *
 * A line is requested when it is first used and kept. What it does when the last process that
 * has it is gone is the chip driver's affair (most keep the value), so these need the guard.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "watchdog/power/gpio_line.h"
#include "watchdog/power/relay_at_once.h"

#define LINES 64
#define LOW   ",low"

struct gpio_relay {
	struct relay_at_once r;
	char *chip;
	bool active_low;
	struct gpio_line *lines[LINES];
	bool output[LINES];
};

static int ensure_open(struct gpio_relay *g, unsigned channel, bool output)
{
	int err;

	/* One that was first read, and is now to be set. */
	if (g->lines[channel] && output && !g->output[channel]) {
		gpio_line_close(g->lines[channel]);
		g->lines[channel] = NULL;
	}
	if (g->lines[channel])
		return 0;
	err = gpio_line_open(g->chip, channel, output, g->active_low, &g->lines[channel]);
	g->output[channel] = output;
	return err;
}

static const char *explain(int err)
{
	switch (err) {
	case -ENOENT: return "no such GPIO chip";
	case -EBUSY: return "another program or a driver has the line";
	case -EINVAL: return "the chip has no such line";
	default: return strerror(-err);
	}
}

static int gpio_set(struct relay *r, unsigned channel, bool closed, relay_done_fn done, void *arg)
{
	struct gpio_relay *g = (struct gpio_relay *)r;
	int err = relay_at_once_take(&g->r, done, arg), is = -1;

	if (err)
		return err;
	err = ensure_open(g, channel, true);
	if (!err)
		err = gpio_line_set(g->lines[channel], closed);
	if (!err)
		is = gpio_line_get(g->lines[channel]);
	if (!err && is < 0)
		err = is;
	if (!err && is != (int)closed)
		return relay_at_once_tell(&g->r, channel, -EIO, -1,
					  "the line does not take the value");
	return relay_at_once_tell(&g->r, channel, err, is, err ? explain(err) : NULL);
}

static int gpio_get(struct relay *r, unsigned channel, relay_done_fn done, void *arg)
{
	struct gpio_relay *g = (struct gpio_relay *)r;
	int err = relay_at_once_take(&g->r, done, arg), is = -1;

	if (err)
		return err;
	err = ensure_open(g, channel, false);
	if (!err)
		is = gpio_line_get(g->lines[channel]);
	if (!err && is < 0)
		err = is;
	return relay_at_once_tell(&g->r, channel, err, is, err ? explain(err) : NULL);
}

static int gpio_force(struct relay *r, unsigned channel, bool closed)
{
	struct gpio_relay *g = (struct gpio_relay *)r;

	return g->lines[channel] ? gpio_line_set(g->lines[channel], closed) : -ENODEV;
}

static void gpio_close(struct relay *r)
{
	struct gpio_relay *g = (struct gpio_relay *)r;

	if (!g)
		return;
	for (unsigned i = 0; i < LINES; i++)
		gpio_line_close(g->lines[i]);
	free(g->chip);
	relay_at_once_end(&g->r);
}

static int gpio_open(const struct relay_driver *d, uv_loop_t *loop, const char *where,
		     struct relay **out)
{
	struct gpio_relay *g = calloc(1, sizeof(*g));
	size_t len = strlen(where);
	int err;

	if (!g)
		return -ENOMEM;
	g->active_low = len > strlen(LOW) && !strcmp(where + len - strlen(LOW), LOW);
	g->chip = strndup(where, g->active_low ? len - strlen(LOW) : len);
	err = g->chip ? relay_at_once_begin(&g->r, d, loop, where) : -ENOMEM;
	if (err) {
		free(g->chip);
		free(g);
		return err;
	}
	*out = &g->r.base;
	return 0;
}

const struct relay_driver relay_gpio = {
	.name = "gpio",
	.first = 0,
	.last = LINES - 1,
	.open = gpio_open,
	.set = gpio_set,
	.get = gpio_get,
	.force = gpio_force,
	.close = gpio_close,
};
