/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The choice of a power driver. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "watchdog/power/power.h"
#include "watchdog/power/relay.h"

static const struct power_driver *find(const char *name)
{
	static const struct power_driver *const drivers[] = {
		&power_driver_qmp, &power_driver_command, &power_driver_pdudaemon};

	for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++) {
		if (!strcmp(drivers[i]->name, name))
			return drivers[i];
	}
	return relay_driver_find(name) ? &power_driver_relay : NULL;
}

int power_open(uv_loop_t *loop, const struct power_settings *s, struct power **out, char *err,
	       size_t err_len)
{
	const struct power_driver *d = find(s->driver);

	if (!d) {
		snprintf(err, err_len, "power: `%s`: no such driver", s->driver);
		return -EINVAL;
	}
	return d->open(loop, s, out, err, err_len);
}

int power_act(struct power *p, enum power_verb verb, power_done_fn done, void *arg)
{
	return p->driver->act(p, verb, done, arg);
}

int power_release(struct power *p, power_done_fn done, void *arg)
{
	return p->driver->release ? p->driver->release(p, done, arg) : -EOPNOTSUPP;
}

int power_set_times(struct power *p, const struct power_times *t)
{
	return p->driver->set_times ? p->driver->set_times(p, t) : -EOPNOTSUPP;
}

void power_close(struct power *p)
{
	if (p)
		p->driver->close(p);
}
