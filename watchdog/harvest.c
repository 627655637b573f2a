/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a hung board is asked, one question after the other. */
#include "watchdog/harvest.h"

#include <string.h>

#include "watchdog/harvest_text.h"

#define ASK_US     MONO_SEC(2)  /* for the agent to have been reached */
#define ANSWER_US  MONO_SEC(2)  /* from the question to its first line */
#define QUIET_US   MONO_MS(700) /* nothing comes any more, though no end was seen */
#define ENDED_US   MONO_MS(150) /* the end was seen: is there a line of its own after it? */
#define CPUS_US    MONO_SEC(11) /* the kernel waits 10 s for a CPU that does not answer */
#define PART_US    MONO_SEC(30) /* 300 kB at 115200 baud */
#define NMI_US     MONO_SEC(7)  /* from the NMI to the panic's end */
#define REPORT_US  MONO_MS(300) /* after a report's end: is there another? */
#define PART_BYTES (1u << 20)

static const struct {
	char key;
	const char *what, *file;
} parts[] = {
	[HARVEST_CPUS] = {'l', "backtraces of all CPUs", "hang/all-cpus.txt"},
	[HARVEST_BLOCKED] = {'w', "blocked tasks", "hang/blocked-tasks.txt"},
	[HARVEST_LOCKS] = {'d', "held locks", "hang/held-locks.txt"},
	[HARVEST_MEMORY] = {'m', "memory", "hang/memory.txt"},
	[HARVEST_NMI] = {0, "answer to an NMI", "hang/nmi.txt"},
};

static const char *const ways[] = {"agent", "break", "nmi"};
static const char *const results[] = {
	"not-asked", "silent", "not-in-this-kernel", "cut", "whole",
};

char harvest_key(enum harvest_part p)
{
	return parts[p].key;
}

const char *harvest_what(enum harvest_part p)
{
	return parts[p].what;
}

const char *harvest_file(enum harvest_part p)
{
	return parts[p].file;
}

const char *harvest_way_name(enum harvest_way w)
{
	return ways[w];
}

const char *harvest_result_name(enum harvest_result r)
{
	return results[r];
}

static struct harvest_action action(const struct harvest *h)
{
	return (struct harvest_action){h->now, h->part, h->way, h->until};
}

static struct harvest_action done(struct harvest *h)
{
	h->now = HARVEST_DONE;
	h->until = MONO_NEVER;
	return action(h);
}

static struct harvest_action ask(struct harvest *h, enum harvest_way way, struct monotime now)
{
	h->now = HARVEST_ASK;
	h->way = way;
	h->open = h->ends = false;
	h->cpus = 0;
	h->limit = mono_add(now, way == HARVEST_BY_NMI ? NMI_US : PART_US);
	/* An NMI is perhaps sent by a program over a network. */
	h->until = way == HARVEST_BY_NMI ? h->limit : mono_add(now, ASK_US);
	h->parts[h->part].result = HARVEST_SILENT;
	h->parts[h->part].way = way;
	return action(h);
}

static struct harvest_action ask_for(struct harvest *h, enum harvest_part part, struct monotime now)
{
	h->part = part;
	if (part < HARVEST_NMI && h->can.agent)
		return ask(h, HARVEST_BY_AGENT, now);
	if (part < HARVEST_NMI && h->can.brk)
		return ask(h, HARVEST_BY_BREAK, now);
	/* Who has told something would only be killed by it. */
	h->part = HARVEST_NMI;
	if (h->can.nmi && !h->heard) {
		h->can.nmi = false;
		return ask(h, HARVEST_BY_NMI, now);
	}
	return done(h);
}

static struct harvest_action next(struct harvest *h, struct monotime now)
{
	if (h->part == HARVEST_NMI)
		return done(h);
	return ask_for(h, h->part + 1, now);
}

/* This way leads nowhere: the other one, or on. */
static struct harvest_action no_answer(struct harvest *h, struct monotime now)
{
	if (h->way == HARVEST_BY_AGENT)
		h->can.agent = false;
	else if (h->way == HARVEST_BY_BREAK)
		h->can.brk = false;
	else
		return done(h);
	return ask_for(h, h->part, now);
}

static void quiet_from(struct harvest *h, struct monotime now)
{
	int64_t us = QUIET_US;

	if (h->ends)
		us = h->way == HARVEST_BY_NMI ? REPORT_US : ENDED_US;
	else if (h->cpus)
		us = CPUS_US;
	else if (h->way == HARVEST_BY_NMI)
		us = NMI_US; /* a long trace over a slow line; its end is seen */
	h->until = mono_min(mono_add(now, us), h->limit);
}

struct harvest_action harvest_begin(struct harvest *h, const struct harvest_config *can,
				    struct monotime now)
{
	*h = (struct harvest){.can = *can};
	return ask_for(h, HARVEST_CPUS, now);
}

struct harvest_action harvest_asked(struct harvest *h, int err, struct monotime now)
{
	if (h->now != HARVEST_ASK)
		return action(h);
	if (err && !h->open)
		return no_answer(h, now);
	h->now = HARVEST_WAIT;
	if (h->way == HARVEST_BY_NMI)
		h->until = h->limit = mono_add(now, NMI_US);
	else if (!h->open)
		h->until = mono_add(now, ANSWER_US);
	return action(h);
}

static void take(struct harvest *h, const char *text, size_t len)
{
	struct strbuf *b = &h->parts[h->part].text;

	if (b->len + len >= PART_BYTES) {
		h->parts[h->part].result = HARVEST_CUT;
		return;
	}
	strbuf_add(b, text, len);
	strbuf_addc(b, '\n');
}

/* The first line of an answer. */
static struct harvest_action begins(struct harvest *h, enum harvest_said said, const char *text,
				    size_t len, struct monotime now)
{
	h->heard = true;
	if (said == HARVEST_SAID_NO) {
		h->parts[h->part].result = HARVEST_LACKS;
		return next(h, now);
	}
	h->open = true;
	h->now = HARVEST_WAIT;
	h->parts[h->part].result = HARVEST_WHOLE;
	take(h, text, len);
	quiet_from(h, now);
	return action(h);
}

struct harvest_action harvest_line(struct harvest *h, const char *text, size_t len,
				   struct monotime now)
{
	enum harvest_said said;

	if (h->now == HARVEST_DONE)
		return action(h);
	if (h->way == HARVEST_BY_NMI) {
		h->parts[h->part].result = HARVEST_WHOLE;
		take(h, text, len);
		h->ends = h->ends || harvest_text_panic_ends(text, len);
		quiet_from(h, now);
		return action(h);
	}
	said = harvest_text_said(text, len);
	if (!h->open)
		return said == HARVEST_SAID_TITLE || said == HARVEST_SAID_NO
			       ? begins(h, said, text, len, now)
			       : action(h);
	if (said == HARVEST_SAID_END)
		return h->way == HARVEST_BY_AGENT ? next(h, now) : action(h);
	take(h, text, len);
	if (h->part == HARVEST_CPUS)
		harvest_text_cpus(text, len, &h->cpus);
	else if (harvest_text_ends(h->part, text, len))
		h->ends = true;
	quiet_from(h, now);
	return action(h);
}

struct harvest_action harvest_report(struct harvest *h, struct monotime now)
{
	if (h->now != HARVEST_DONE && h->way == HARVEST_BY_NMI) {
		h->ends = true;
		quiet_from(h, now);
	}
	return action(h);
}

struct harvest_action harvest_time(struct harvest *h, struct monotime now)
{
	if (h->now == HARVEST_DONE || !mono_due(h->until, now))
		return action(h);
	if (!h->open && h->way != HARVEST_BY_NMI)
		return no_answer(h, now);
	if (mono_due(h->limit, now) && !h->ends && h->parts[h->part].text.len)
		h->parts[h->part].result = HARVEST_CUT;
	return next(h, now);
}

void harvest_end(struct harvest *h)
{
	for (int i = 0; i < HARVEST_PARTS; i++)
		strbuf_free(&h->parts[i].text);
	h->now = HARVEST_DONE;
}
