/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The speed behind a console's place. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "console/sources/source.h"

#define DEFAULT_BAUD 115200
#define BAUD_MAX     4000000

static int parse_baud(const char *text, unsigned *baud)
{
	unsigned long v;
	char *end;

	/* strtoul() alone would take blanks and signs. */
	if (*text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	v = strtoul(text, &end, 10);
	if (*end || errno || v < 50 || v > BAUD_MAX)
		return -EINVAL;
	*baud = (unsigned)v;
	return 0;
}

int source_speed_split(const char *where, char **path, unsigned *baud)
{
	const char *comma = strrchr(where, ',');
	size_t len = comma ? (size_t)(comma - where) : strlen(where);

	*baud = DEFAULT_BAUD;
	if (!len || (comma && parse_baud(comma + 1, baud)))
		return -EINVAL;
	*path = strndup(where, len);
	return *path ? 0 : -ENOMEM;
}
