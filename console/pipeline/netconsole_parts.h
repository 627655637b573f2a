/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fragments of long netconsole messages, put together by sequence number and offset. */
#ifndef KDEV_CONSOLE_NETCONSOLE_PARTS_H
#define KDEV_CONSOLE_NETCONSOLE_PARTS_H

#include "console/pipeline/netconsole.h"
#include "console/pipeline/netconsole_header.h"

/* One message in the making. */
struct netconsole_part {
	struct netconsole_header h; /* of the fragment that came first */
	struct monotime deadline;   /* of the whole: not moved by later fragments */
	unsigned char *have;        /* a bit for each byte; NULL: this place is free */
	char *text;                 /* h.total bytes, in the same allocation */
	size_t covered;             /* bits that are set */
};

struct netconsole_parts {
	struct netconsole_part part[NETCONSOLE_PARTS];
};

/*
 * Add a fragment. *out is set to the message when this made it complete, NULL otherwise; it
 * is then to be given to parts_drop(). 0, -ENOMEM, or -EINVAL for one that does not fit.
 * The caller makes room (parts_oldest()) when there is none: -ENOSPC.
 */
int parts_add(struct netconsole_parts *p, const struct netconsole_header *h, const char *text,
	      size_t n, struct monotime now, struct netconsole_part **out);

/* The one that has waited longest, NULL if there is none. */
struct netconsole_part *parts_oldest(struct netconsole_parts *p);

/* How much of its text is there from the beginning, without a hole. */
size_t parts_beginning(const struct netconsole_part *part);

void parts_drop(struct netconsole_part *part);
void parts_drop_all(struct netconsole_parts *p);

#endif
