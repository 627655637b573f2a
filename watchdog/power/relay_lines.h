/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which channels of a relay are across which of the board's lines: checked settings. Pure. */
#ifndef KDEV_WATCHDOG_POWER_RELAY_LINES_H
#define KDEV_WATCHDOG_POWER_RELAY_LINES_H

#include "watchdog/power/atx.h"

struct relay_lines {
	bool has[ATX_LINES];
	unsigned channels[ATX_LINES];
	bool has_sense;
	unsigned sense; /* can be read: closed while the board is on */
};

/* The driver is one of relays. 0, or -EINVAL with a line for people that names the key. */
int relay_lines_take(struct relay_lines *out, const struct power_settings *s, char *err,
		     size_t err_len);

#endif
