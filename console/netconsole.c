/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Puts a board's netconsole messages in order, drops copies, tells gaps and restarts. */
#include "console/netconsole.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "console/netconsole_parts.h"

/* Printk timestamps of neighbours can be out of order by what it takes two CPUs to store a
 * message; a clock that goes back by more has been restarted. */
#define CLOCK_SLACK MONO_SEC(1)

/* A whole message; text is still escaped. */
struct message {
	struct netconsole_header h;
	const char *text;
	size_t len;
	bool torn;
	struct monotime at;
};

struct waiting {
	struct message m;
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
	struct waiting ahead[NETCONSOLE_AHEAD];
	struct netconsole_parts parts;
	char text[NETCONSOLE_TEXT_MAX];
};

static void forget(struct netconsole *nc)
{
	for (size_t i = 0; i < NETCONSOLE_HISTORY; i++)
		nc->history[i].us = -1;
	nc->last_us = 0;
	nc->started = false;
}

struct netconsole *netconsole_new(const struct netconsole_ops *ops, void *arg)
{
	struct netconsole *nc = calloc(1, sizeof(*nc));

	if (!nc)
		return NULL;
	nc->ops = *ops;
	nc->arg = arg;
	forget(nc);
	return nc;
}

static void waiting_drop(struct waiting *w)
{
	free(w->copy);
	w->copy = NULL;
}

void netconsole_free(struct netconsole *nc)
{
	if (!nc)
		return;
	for (size_t i = 0; i < NETCONSOLE_AHEAD; i++)
		waiting_drop(&nc->ahead[i]);
	parts_drop_all(&nc->parts);
	free(nc);
}

static bool is_copy(const struct netconsole *nc, const struct netconsole_header *h)
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
	return h->us < nc->last_us - CLOCK_SLACK;
}

/* To the user: without the dictionary, which begins on the text's second line (a '\n' of the
 * text itself is escaped), and without escapes. */
static void give(struct netconsole *nc, const struct message *m)
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

/* The waiting message with the lowest number, NULL if none waits. */
static struct waiting *first_waiting(struct netconsole *nc)
{
	struct waiting *first = NULL;

	for (size_t i = 0; i < NETCONSOLE_AHEAD; i++) {
		struct waiting *w = &nc->ahead[i];

		if (w->copy && (!first || w->m.h.seq < first->m.h.seq))
			first = w;
	}
	return first;
}

/* Give out a message of the due number and all that waited for it. */
static void give_due(struct netconsole *nc, const struct message *m)
{
	struct waiting *w;

	give(nc, m);
	nc->next = m->h.seq + 1;
	while ((w = first_waiting(nc)) && w->m.h.seq <= nc->next) {
		if (w->m.h.seq == nc->next) {
			give(nc, &w->m);
			nc->next++;
		}
		waiting_drop(w);
	}
}

/* Wait no longer for what should stand before this message. */
static void give_after_gap(struct netconsole *nc, const struct message *m)
{
	if (m->h.seq > nc->next)
		nc->ops.gap(nc->arg, m->h.seq - nc->next);
	give_due(nc, m);
}

static void release_first(struct netconsole *nc)
{
	struct waiting *w = first_waiting(nc);
	struct waiting own = *w;

	w->copy = NULL;
	give_after_gap(nc, &own.m);
	waiting_drop(&own);
}

static int wait_for_earlier(struct netconsole *nc, const struct message *m)
{
	struct waiting *room = NULL;

	for (size_t i = 0; i < NETCONSOLE_AHEAD; i++) {
		struct waiting *w = &nc->ahead[i];

		if (w->copy && w->m.h.seq == m->h.seq)
			return 0;
		if (!w->copy)
			room = w;
	}
	if (!room) {
		release_first(nc);
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
	while (first_waiting(nc))
		release_first(nc);
	forget(nc);
	nc->ops.restart(nc->arg);
}

/* A whole message came. */
static int take(struct netconsole *nc, const struct message *m)
{
	int err = -EAGAIN;

	if (is_restart(nc, &m->h))
		restart(nc);
	if (!nc->started) {
		nc->started = true;
		nc->next = m->h.seq;
	}
	while (err == -EAGAIN) {
		if (is_copy(nc, &m->h))
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

/* A fragment's message is complete, or will not be: what is there of it is taken. */
static int take_part(struct netconsole *nc, struct netconsole_part *part)
{
	struct message m = {
		.h = part->h,
		.text = part->text,
		.len = parts_beginning(part),
		.at = mono_add(part->deadline, -NETCONSOLE_PART_WAIT),
	};
	int err = 0;

	m.torn = m.len < part->h.total;
	if (m.len)
		err = take(nc, &m);
	parts_drop(part);
	return err;
}

static int feed_fragment(struct netconsole *nc, const struct netconsole_header *h, const char *text,
			 size_t n, struct monotime now)
{
	struct netconsole_part *part;
	int err;

	if (is_copy(nc, h))
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
	return take(nc, &(struct message){.h = h, .text = text, .len = n, .at = now});
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
	while (first_waiting(nc)) {
		bool due = false;

		for (size_t i = 0; i < NETCONSOLE_AHEAD; i++)
			due |= nc->ahead[i].copy &&
			       mono_due(mono_add(nc->ahead[i].m.at, NETCONSOLE_AHEAD_WAIT), now);
		if (!due)
			return;
		release_first(nc);
	}
}

void netconsole_release_before(struct netconsole *nc, int64_t us)
{
	struct waiting *w;

	while ((w = first_waiting(nc)) && w->m.h.us < us)
		release_first(nc);
}

void netconsole_flush(struct netconsole *nc)
{
	struct netconsole_part *part;

	while ((part = parts_oldest(&nc->parts)))
		take_part(nc, part);
	while (first_waiting(nc))
		release_first(nc);
}
