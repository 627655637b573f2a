/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Puts a board's netconsole messages in order, drops copies, tells gaps and restarts. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "console/pipeline/netconsole_state.h"

/* Printk timestamps of neighbours can be out of order by what it takes two CPUs to store a
 * message; a clock that goes back by more has been restarted. */
#define CLOCK_SLACK MONO_SEC(1)

void netconsole_forget(struct netconsole *nc)
{
	for (size_t i = 0; i < NETCONSOLE_HISTORY; i++)
		nc->history[i].us = -1;
	nc->last_us = 0;
	nc->started = false;
}

void netconsole_waiting_drop(struct netconsole_waiting *w)
{
	free(w->copy);
	w->copy = NULL;
}

bool netconsole_is_copy(const struct netconsole *nc, const struct netconsole_header *h)
{
	size_t i = h->seq % NETCONSOLE_HISTORY;

	return nc->history[i].us == h->us && nc->history[i].seq == h->seq;
}

/* Is this of another boot (or load of the module) than what came before? */
static bool is_restart(const struct netconsole *nc, const struct netconsole_header *h)
{
	size_t i = h->seq % NETCONSOLE_HISTORY;

	if (!nc->started)
		return false;
	if (nc->history[i].us >= 0 && nc->history[i].seq == h->seq)
		return nc->history[i].us != h->us;
	if (h->seq < nc->next && nc->next - h->seq > NETCONSOLE_HISTORY)
		return true;
	/* The very next number at an earlier time is of a CPU whose interrupts are off, and its
	 * clock not set right by any. */
	return h->seq != nc->next && h->us < nc->last_us - CLOCK_SLACK;
}

/* To the user: without the dictionary, which begins on the text's second line (a '\n' of the
 * text itself is escaped), and without escapes. */
static void give(struct netconsole *nc, const struct netconsole_message *m)
{
	const char *end = m->len ? memchr(m->text, '\n', m->len) : NULL;
	size_t len = end ? (size_t)(end - m->text) : m->len;
	size_t i = m->h.seq % NETCONSOLE_HISTORY;
	struct netconsole_record rec = {
		.text = nc->text,
		.seq = m->h.seq,
		.us = m->h.us,
		.level = m->h.level,
		.torn = m->torn && !end,
		.at = m->at,
	};

	memcpy(rec.caller, m->h.caller, sizeof(rec.caller));
	rec.len = netconsole_unescape(m->text, len < sizeof(nc->text) ? len : sizeof(nc->text),
				      nc->text);
	nc->history[i].seq = m->h.seq;
	nc->history[i].us = m->h.us;
	if (m->h.us > nc->last_us)
		nc->last_us = m->h.us;
	nc->ops.record(nc->arg, &rec);
}

struct netconsole_waiting *netconsole_first_waiting(struct netconsole *nc)
{
	struct netconsole_waiting *first = NULL;

	for (size_t i = 0; i < NETCONSOLE_AHEAD; i++) {
		struct netconsole_waiting *w = &nc->ahead[i];

		if (w->copy && (!first || w->m.h.seq < first->m.h.seq))
			first = w;
	}
	return first;
}

/* Give out a message of the due number and all that waited for it. */
static void give_due(struct netconsole *nc, const struct netconsole_message *m)
{
	struct netconsole_waiting *w;

	give(nc, m);
	nc->next = m->h.seq + 1;
	while ((w = netconsole_first_waiting(nc)) && w->m.h.seq <= nc->next) {
		if (w->m.h.seq == nc->next) {
			give(nc, &w->m);
			nc->next++;
		}
		netconsole_waiting_drop(w);
	}
}

/* Wait no longer for what should stand before this message. */
static void give_after_gap(struct netconsole *nc, const struct netconsole_message *m)
{
	if (m->h.seq > nc->next)
		nc->ops.gap(nc->arg, m->h.seq - nc->next);
	give_due(nc, m);
}

void netconsole_release_first(struct netconsole *nc)
{
	struct netconsole_waiting *w = netconsole_first_waiting(nc);
	struct netconsole_waiting own = *w;

	w->copy = NULL;
	give_after_gap(nc, &own.m);
	netconsole_waiting_drop(&own);
}

static int wait_for_earlier(struct netconsole *nc, const struct netconsole_message *m)
{
	struct netconsole_waiting *room = NULL;

	for (size_t i = 0; i < NETCONSOLE_AHEAD; i++) {
		struct netconsole_waiting *w = &nc->ahead[i];

		if (w->copy && w->m.h.seq == m->h.seq)
			return 0;
		if (!w->copy)
			room = w;
	}
	if (!room) {
		netconsole_release_first(nc);
		/* Now it may be due itself, or late. */
		return -EAGAIN;
	}
	room->copy = malloc(m->len + 1);
	if (!room->copy)
		return -ENOMEM;
	memcpy(room->copy, m->text, m->len);
	room->m = *m;
	room->m.text = room->copy;
	return 0;
}

static void restart(struct netconsole *nc)
{
	while (netconsole_first_waiting(nc))
		netconsole_release_first(nc);
	netconsole_forget(nc);
	nc->ops.restart(nc->arg);
}

int netconsole_take(struct netconsole *nc, const struct netconsole_message *m)
{
	int err = -EAGAIN;

	if (is_restart(nc, &m->h))
		restart(nc);
	if (!nc->started) {
		nc->started = true;
		nc->next = m->h.seq;
	}
	while (err == -EAGAIN) {
		if (netconsole_is_copy(nc, &m->h))
			return 0;
		if (m->h.seq < nc->next) {
			give(nc, m); /* late: its gap was told already */
			return 0;
		}
		if (m->h.seq == nc->next) {
			give_due(nc, m);
			return 0;
		}
		err = wait_for_earlier(nc, m);
	}
	return err;
}
