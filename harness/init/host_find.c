/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Network cards, serial ports and relays of this host. */
#include "harness/init/host_find.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/netboot/card.h"
#include "harness/paths.h"

#define FILE_MAX (64 << 10)

/* How udev's names begin (60-serial.rules: ID_VENDOR, else the number); a CH340 is in every other
 * cheap thing. */
static const struct {
	const char *vendor, *relay;
	bool certain;
} serial_relays[] = {
	{"usb-Numato", "numato", true},     {"usb-Devantech", "devantech", true},
	{"usb-KMTronic", "kmtronic", true}, {"usb-1a86_", "lcus", false},
	{"usb-QinHeng", "lcus", false},
};

/* Each entry of a directory but the hidden ones, by name. */
static void each(const char *root, const char *dir,
		 void (*fn)(struct host *h, const char *root, const char *name), struct host *h)
{
	char *path = path_format("%s%s", root, dir);
	struct dirent **names = NULL;
	int n = path ? scandir(path, &names, NULL, alphasort) : -1;

	for (int i = 0; i < n; i++) {
		if (names[i]->d_name[0] != '.')
			fn(h, root, names[i]->d_name);
		free(names[i]);
	}
	free(names);
	free(path);
}

static char *read_of(const char *root, const char *dir, const char *name, const char *leaf)
{
	char *path = path_format("%s%s/%s/%s", root, dir, name, leaf);
	char *text = path ? path_read(path, FILE_MAX, NULL) : NULL;

	free(path);
	return text;
}

/* A card is what has a device behind it, and is not a radio: that can't be in a bridge. */
static void add_card(struct host *h, const char *root, const char *name)
{
	struct host_card *c = &h->cards[h->n_cards];
	struct card card;

	card_read(root, name, &card);
	if (h->n_cards == HOST_MAX || strlen(name) >= sizeof(c->name) || !card.device ||
	    card.wireless)
		return;
	snprintf(c->name, sizeof(c->name), "%s", name);
	c->carrier = card.carrier;
	c->default_route = card.default_route;
	h->n_cards++;
}

static void add_serial(struct host *h, const char *root, const char *name)
{
	struct host_port *p = &h->ports[h->n_ports];

	if (h->n_ports == HOST_MAX || strlen(name) > 250)
		return;
	*p = (struct host_port){0};
	snprintf(p->path, sizeof(p->path), "/dev/serial/by-id/%s", name);
	for (size_t i = 0; i < sizeof(serial_relays) / sizeof(serial_relays[0]); i++) {
		if (strncmp(name, serial_relays[i].vendor, strlen(serial_relays[i].vendor)) != 0)
			continue;
		p->relay = serial_relays[i].relay;
		p->certain = serial_relays[i].certain;
	}
	h->n_ports++;
}

/* "HID_ID=0003:000016C0:000005DF": van Ooijen's number, of which only "USBRelayN" is a relay. */
static void add_hid(struct host *h, const char *root, const char *name)
{
	char *leaf = path_format("%s/device", name);
	char *text = leaf ? read_of(root, "/sys/class/hidraw", leaf, "uevent") : NULL;
	struct host_port *p = &h->ports[h->n_ports];

	if (h->n_ports < HOST_MAX && strlen(name) < 32 && text &&
	    strstr(text, "000016C0:000005DF") && strstr(text, "USBRelay")) {
		*p = (struct host_port){.relay = "dcttech", .certain = true};
		snprintf(p->path, sizeof(p->path), "/dev/%s", name);
		h->n_ports++;
	}
	free(text);
	free(leaf);
}

static int by_use(const void *a, const void *b)
{
	const struct host_card *x = a, *y = b;

	if (x->default_route != y->default_route)
		return x->default_route ? 1 : -1;
	if (x->carrier != y->carrier)
		return x->carrier ? -1 : 1;
	return strcmp(x->name, y->name);
}

void host_find(const char *root, struct host *out)
{
	*out = (struct host){0};
	each(root, "/sys/class/net", add_card, out);
	qsort(out->cards, out->n_cards, sizeof(out->cards[0]), by_use);
	each(root, "/dev/serial/by-id", add_serial, out);
	each(root, "/sys/class/hidraw", add_hid, out);
}
