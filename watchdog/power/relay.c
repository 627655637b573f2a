/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of relay drivers, and the names of their channels. */
#include "watchdog/power/relay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct relay_driver *const drivers[] = {
	&relay_lcus,      &relay_numato, &relay_kmtronic, &relay_kmtronic4, &relay_kmtronic8,
	&relay_devantech, &relay_line,   &relay_dcttech,  &relay_lcus_hid,  &relay_gpio,
};

const struct relay_driver *relay_driver_find(const char *name)
{
	for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++) {
		if (!strcmp(drivers[i]->name, name))
			return drivers[i];
	}
	return NULL;
}

int relay_channel_parse(const struct relay_driver *d, const char *text)
{
	unsigned long n;
	char *end;

	for (size_t i = 0; d->names && d->names[i]; i++) {
		if (!strcmp(d->names[i], text))
			return (int)i;
	}
	/* strtoul() alone would take blanks and signs. */
	if (d->names || *text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	n = strtoul(text, &end, 10);
	if (*end || errno || n < d->first || n > d->last)
		return -EINVAL;
	return (int)n;
}
