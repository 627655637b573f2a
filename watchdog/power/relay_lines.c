/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The channels of a relay, from the settings. */
#include "watchdog/power/relay_lines.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "watchdog/power/relay.h"

static int take_channel(const struct relay_driver *d, const char *key, const char *text,
			bool output, unsigned *channel, bool *has, char *err, size_t err_len)
{
	int n;

	*has = text && *text && strcmp(text, "none") != 0;
	if (!*has)
		return 0;
	n = relay_channel_parse(d, text);
	if (output && d->outputs && n >= (int)d->outputs)
		n = -EINVAL;
	if (n < 0) {
		if (d->names)
			snprintf(err, err_len, "%s: `%s`: expected %s or %s for the driver %s", key,
				 text, d->names[0], d->names[1], d->name);
		else
			snprintf(err, err_len, "%s: `%s`: expected %u to %u for the driver %s", key,
				 text, d->first, d->last, d->name);
		return n;
	}
	*channel = (unsigned)n;
	return 0;
}

int relay_lines_take(struct relay_lines *out, const struct power_settings *s, char *err,
		     size_t err_len)
{
	const struct relay_driver *d = relay_driver_find(s->driver);
	const struct {
		const char *key, *text;
	} lines[ATX_LINES] = {
		[ATX_POWER] = {"power_button", s->power_button},
		[ATX_RESET] = {"reset_button", s->reset_button},
		[ATX_NMI] = {"nmi_button", s->nmi_button},
		[ATX_MAINS] = {"mains", s->mains},
	};
	int rc;

	for (int i = 0; i < ATX_LINES; i++) {
		rc = take_channel(d, lines[i].key, lines[i].text, true, &out->channels[i],
				  &out->has[i], err, err_len);
		if (rc)
			return rc;
		for (int j = 0; j < i; j++) {
			if (out->has[i] && out->has[j] && out->channels[i] == out->channels[j]) {
				snprintf(err, err_len,
					 "%s and %s are both %s, expected two of them",
					 lines[j].key, lines[i].key, lines[i].text);
				return -EINVAL;
			}
		}
	}
	rc = take_channel(d, "power_sense", s->sense, false, &out->sense, &out->has_sense, err,
			  err_len);
	if (!rc && out->has_sense && !d->get) {
		snprintf(err, err_len, "power_sense: the driver %s can't be read", d->name);
		rc = -EINVAL;
	}
	if (!rc && !*s->device) {
		snprintf(err, err_len, "power_device: expected where the %s relay is", d->name);
		rc = -EINVAL;
	}
	return rc;
}
