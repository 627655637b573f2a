/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of the power verbs. */
#include "watchdog/power/power.h"

#include <errno.h>
#include <string.h>

static const char *const names[] = {
	[POWER_STATUS] = "status", [POWER_ON] = "on",     [POWER_OFF] = "off",
	[POWER_PRESS] = "press",   [POWER_HOLD] = "hold", [POWER_RESET] = "reset",
	[POWER_CYCLE] = "cycle",   [POWER_NMI] = "nmi",   [POWER_BREAK] = "break",
};

const char *power_verb_name(enum power_verb v)
{
	return names[v];
}

int power_verb_parse(const char *name)
{
	for (size_t v = 0; v < sizeof(names) / sizeof(names[0]); v++) {
		if (!strcmp(names[v], name))
			return (int)v;
	}
	return -EINVAL;
}
