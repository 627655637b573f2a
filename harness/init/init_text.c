/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The beginning of a kdev.conf. */
#include "harness/init/init_text.h"

#include <string.h>

/* A file's name may have any byte; a configuration's value may not. */
static bool fits(const char *s)
{
	for (; *s; s++)
		if (*s <= ' ' || *s > '~' || *s == ';' || *s == '#' || *s == ',')
			return false;
	return true;
}

static void add_cards(struct strbuf *b, const struct host *h)
{
	size_t shown = 0;

	for (size_t i = 0; i < h->n_cards; i++) {
		const struct host_card *c = &h->cards[i];

		if (!fits(c->name) || strchr(c->name, ':'))
			continue;
		strbuf_addf(b, "%sinterface = %s%s\n", shown++ ? "; " : "",
			    c->default_route ? "macvlan:" : "", c->name);
		strbuf_addf(
			b, ";   %s%s\n", c->carrier ? "has a cable" : "has no cable, or is down",
			c->default_route ? "; this machine's default route goes by it, so shared"
					 : "");
	}
	if (!shown)
		strbuf_adds(b, "; interface = \n;   no network card was found: ip link\n");
}

/* The first port that is no relay, and those that could be one too. */
static void add_console(struct strbuf *b, const struct host *h, const struct host_port *relay)
{
	size_t shown = 0;

	for (size_t i = 0; i < h->n_ports; i++) {
		const struct host_port *p = &h->ports[i];

		if (p != relay && !p->certain && fits(p->path))
			strbuf_addf(b, "%sconsole = serial:%s\n", shown++ ? "; " : "", p->path);
	}
	if (!shown)
		strbuf_adds(b, "; console = serial:/dev/serial/by-id/\n"
			       ";   no serial port was found: plug it in, ls /dev/serial/by-id\n");
}

/* One that names itself, before one that only has the chip of one. */
static const struct host_port *find_relay(const struct host *h)
{
	const struct host_port *found = NULL;

	for (size_t i = 0; i < h->n_ports; i++) {
		const struct host_port *p = &h->ports[i];

		if (p->relay && fits(p->path) && (!found || (p->certain && !found->certain)))
			found = p;
	}
	return found;
}

static void add_power(struct strbuf *b, const struct host_port *relay)
{
	if (!relay)
		strbuf_adds(b, "; power = lcus\n; power_device = /dev/serial/by-id/\n"
			       ";   no relay was found: docs/relays.md has those that are known\n");
	else
		strbuf_addf(b, "power = %s\npower_device = %s\n%s", relay->relay, relay->path,
			    relay->certain ? "" : ";   by its chip alone: is it the relay?\n");
	strbuf_adds(b, "power_button = 1\nreset_button = 2\n"
		       ";   the relay's channels; `kdev power learn` finds the times\n");
}

int init_text(struct strbuf *b, const char *board, const char *mac, const struct host *h)
{
	const struct host_port *relay = find_relay(h);

	strbuf_addf(b,
		    "; kdev.conf(5) explains each key. What begins with ; is not in force.\n"
		    "; Then: kdev setup, kdev doctor, kdev up.\n\n"
		    "[board %s]\ntype = bare\n\n",
		    board);
	strbuf_adds(b, "; The host's network card that leads to the board.\n");
	add_cards(b, h);
	strbuf_adds(
		b,
		"\n; The board's own, as its firmware shows it when it boots from the network.\n");
	strbuf_addf(b, "%smac = %s\n", mac ? "" : "; ", mac ? mac : "");
	strbuf_adds(b, "\n; Its serial line.\n");
	add_console(b, h, relay);
	strbuf_adds(b, "\n; What presses its buttons.\n");
	add_power(b, relay);
	return b->err;
}
