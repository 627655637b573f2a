/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HOST[:PORT]/PDU/OUTLET to its parts. */
#include "watchdog/power/pdu_outlet.h"

#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define PORT "16421"

/* What goes into a URL as it is. */
static bool take_name(char *to, size_t size, const char *from, size_t len)
{
	if (!len || len >= size)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!isalnum((unsigned char)from[i]) && !strchr("._-", from[i]))
			return false;
	}
	memcpy(to, from, len);
	to[len] = 0;
	return true;
}

bool pdu_outlet_parse(struct pdu_outlet *p, const char *where)
{
	const char *pdu = strchr(where, '/'), *outlet = pdu ? strchr(pdu + 1, '/') : NULL;
	const char *port;

	if (!outlet)
		return false;
	port = memchr(where, ':', (size_t)(pdu - where));
	snprintf(p->port, sizeof(p->port), "%s", PORT);
	if (port && !take_name(p->port, sizeof(p->port), port + 1, (size_t)(pdu - port - 1)))
		return false;
	return take_name(p->host, sizeof(p->host), where, (size_t)((port ? port : pdu) - where)) &&
	       take_name(p->pdu, sizeof(p->pdu), pdu + 1, (size_t)(outlet - pdu - 1)) &&
	       take_name(p->outlet, sizeof(p->outlet), outlet + 1, strlen(outlet + 1));
}
