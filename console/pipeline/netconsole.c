/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A board's netconsole: from datagrams to messages, which netconsole_order.c puts in order. */
#include "console/pipeline/netconsole.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "console/pipeline/netconsole_state.h"

struct netconsole *netconsole_new(const struct netconsole_ops *ops, void *arg)
{
	struct netconsole *nc = calloc(1, sizeof(*nc));

	if (!nc)
		return NULL;
	nc->ops = *ops;
	nc->arg = arg;
	netconsole_forget(nc);
	return nc;
}

void netconsole_free(struct netconsole *nc)
{
	if (!nc)
		return;
	for (size_t i = 0; i < NETCONSOLE_AHEAD; i++)
		netconsole_waiting_drop(&nc->ahead[i]);
	parts_drop_all(&nc->parts);
	free(nc);
}

/* A fragment's message is complete, or will not be: what is there of it is taken. */
static int take_part(struct netconsole *nc, struct netconsole_part *part)
{
	struct netconsole_message m = {
		.h = part->h,
		.text = part->text,
		.len = parts_beginning(part),
		.at = mono_add(part->deadline, -NETCONSOLE_PART_WAIT),
	};
	int err = 0;

	m.torn = m.len < part->h.total;
	if (m.len)
		err = netconsole_take(nc, &m);
	parts_drop(part);
	return err;
}

static int feed_fragment(struct netconsole *nc, const struct netconsole_header *h, const char *text,
			 size_t n, struct monotime now)
{
	struct netconsole_part *part;
	int err;

	if (netconsole_is_copy(nc, h))
		return 0;
	err = parts_add(&nc->parts, h, text, n, now, &part);
	if (err == -ENOSPC) {
		take_part(nc, parts_oldest(&nc->parts));
		err = parts_add(&nc->parts, h, text, n, now, &part);
	}
	/* One that does not fit is damaged or forged: nothing is lost with it. */
	if (err)
		return err == -EINVAL ? 0 : err;
	return part ? take_part(nc, part) : 0;
}

int netconsole_feed(struct netconsole *nc, const void *datagram, size_t n, struct monotime now)
{
	struct netconsole_header h;
	const char *text = datagram;

	if (!n)
		return 0;
	if (!netconsole_header_parse(text, n, &h)) {
		nc->ops.text(nc->arg, text, n, now);
		return 0;
	}
	text += h.length;
	n -= h.length;
	if (h.fragment)
		return feed_fragment(nc, &h, text, n, now);
	return netconsole_take(
		nc, &(struct netconsole_message){.h = h, .text = text, .len = n, .at = now});
}

struct monotime netconsole_wakeup(const struct netconsole *nc)
{
	struct monotime t = MONO_NEVER;

	for (size_t i = 0; i < NETCONSOLE_PARTS; i++)
		if (nc->parts.part[i].have)
			t = mono_min(t, nc->parts.part[i].deadline);
	for (size_t i = 0; i < NETCONSOLE_AHEAD; i++)
		if (nc->ahead[i].copy)
			t = mono_min(t, mono_add(nc->ahead[i].m.at, NETCONSOLE_AHEAD_WAIT));
	return t;
}

void netconsole_tick(struct netconsole *nc, struct monotime now)
{
	struct netconsole_part *part;

	while ((part = parts_oldest(&nc->parts)) && mono_due(part->deadline, now))
		take_part(nc, part);
	/* Only messages are left that can be due; the lowest blocks them all. */
	while (netconsole_first_waiting(nc)) {
		bool due = false;

		for (size_t i = 0; i < NETCONSOLE_AHEAD; i++)
			due |= nc->ahead[i].copy &&
			       mono_due(mono_add(nc->ahead[i].m.at, NETCONSOLE_AHEAD_WAIT), now);
		if (!due)
			return;
		netconsole_release_first(nc);
	}
}

void netconsole_release_before(struct netconsole *nc, int64_t us)
{
	struct netconsole_waiting *w;

	while ((w = netconsole_first_waiting(nc)) && w->m.h.us < us)
		netconsole_release_first(nc);
}

void netconsole_flush(struct netconsole *nc)
{
	struct netconsole_part *part;

	while ((part = parts_oldest(&nc->parts)))
		take_part(nc, part);
	while (netconsole_first_waiting(nc))
		netconsole_release_first(nc);
}
