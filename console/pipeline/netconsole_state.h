/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The inside of netconsole, for netconsole*.c alone. */
#ifndef KDEV_CONSOLE_NETCONSOLE_STATE_H
#define KDEV_CONSOLE_NETCONSOLE_STATE_H

#include "console/pipeline/netconsole.h"
#include "console/pipeline/netconsole_parts.h"

/* A whole message; text is still escaped. */
struct netconsole_message {
	struct netconsole_header h;
	const char *text;
	size_t len;
	bool torn;
	struct monotime at;
};

struct netconsole_waiting {
	struct netconsole_message m;
	char *copy; /* NULL: this place is free */
};

struct netconsole {
	struct netconsole_ops ops;
	void *arg;
	bool started;
	uint64_t next;   /* the sequence number that is due */
	int64_t last_us; /* of the newest that was given out */
	struct {
		uint64_t seq;
		int64_t us; /* -1: empty */
	} history[NETCONSOLE_HISTORY];
	struct netconsole_waiting ahead[NETCONSOLE_AHEAD];
	struct netconsole_parts parts;
	char text[NETCONSOLE_TEXT_MAX];
};

/* ---- netconsole_order.c ---- */

/* A whole message came: it goes on, or waits for those before it. 0 or -ENOMEM. */
int netconsole_take(struct netconsole *nc, const struct netconsole_message *m);

/* Was the message of this header given out before? */
bool netconsole_is_copy(const struct netconsole *nc, const struct netconsole_header *h);

/* The waiting message with the lowest number, NULL if none waits. */
struct netconsole_waiting *netconsole_first_waiting(struct netconsole *nc);

/* It waits no longer. There must be one. */
void netconsole_release_first(struct netconsole *nc);

void netconsole_waiting_drop(struct netconsole_waiting *w);

/* What comes next is the first that is known. */
void netconsole_forget(struct netconsole *nc);

#endif
