/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HOST:PORT. */
#include "console/sources/host_port.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int check_port(const char *text)
{
	char *end;
	long port;

	/* strtol() alone would take blanks and signs. */
	if (*text < '0' || *text > '9')
		return -EINVAL;
	port = strtol(text, &end, 10);
	return *end || port < 1 || port > 65535 ? -EINVAL : 0;
}

/* Cut `host` where it ends. */
static int cut(char *host, char *colon, int bracket)
{
	if (bracket) {
		if (colon == host || *--colon != ']')
			return -EINVAL;
	}
	*colon = 0;
	return *host && (bracket || !strchr(host, ':')) ? 0 : -EINVAL;
}

int host_port_split(const char *where, char **host, const char **port)
{
	int bracket = *where == '[', err = -EINVAL;
	char *text = strdup(where + bracket), *colon;

	if (!text)
		return -ENOMEM;
	colon = strrchr(text, ':');
	if (colon && !check_port(colon + 1))
		err = cut(text, colon, bracket);
	if (err) {
		free(text);
		return err;
	}
	*host = text;
	*port = colon + 1;
	return 0;
}
