/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of console sources. */
#include "console/sources/source.h"

#include <string.h>

static const struct source_driver *const drivers[] = {
	&source_unix, &source_serial, &source_tcp, &source_rfc2217, &source_command,
};

const struct source_driver *source_driver_find(const char *spec, const char **where)
{
	size_t len = strcspn(spec, ":");

	if (!spec[len] || !spec[len + 1])
		return NULL;
	for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++) {
		const char *name = drivers[i]->name;

		if (strlen(name) == len && !memcmp(name, spec, len)) {
			*where = spec + len + 1;
			return drivers[i];
		}
	}
	return NULL;
}
