/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The engine of relays that are USB HID devices. */
#include "watchdog/power/relay_hid.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "watchdog/power/relay_at_once.h"

struct hid_relay {
	struct relay_at_once r;
	const struct hid_relay_protocol *protocol;
	hid_device *dev; /* NULL: closed */
};

static bool is_named(const struct hid_relay_protocol *p, hid_device *dev, const wchar_t *serial,
		     const char *name)
{
	char own[64] = "";

	if (!strcmp(name, "any"))
		return true;
	if (p->name)
		return !p->name(dev, own, sizeof(own)) && !strcmp(own, name);
	if (serial && wcstombs(own, serial, sizeof(own) - 1) == (size_t)-1)
		return false;
	return !strcmp(own, name);
}

static hid_device *find(const struct hid_relay_protocol *p, const char *name)
{
	struct hid_device_info *all = hid_enumerate(p->vendor, p->product);
	hid_device *dev = NULL;

	for (struct hid_device_info *i = all; i && !dev; i = i->next) {
		dev = hid_open_path(i->path);
		if (dev && !is_named(p, dev, i->serial_number, name)) {
			hid_close(dev);
			dev = NULL;
		}
	}
	hid_free_enumeration(all);
	return dev;
}

static hid_device *open_path(const char *where)
{
	char *real = realpath(where, NULL);
	hid_device *dev = real ? hid_open_path(real) : NULL;

	free(real);
	return dev;
}

static int ensure_open(struct hid_relay *h, char *why, size_t size)
{
	const char *where = h->r.where;

	if (h->dev)
		return 0;
	h->dev = *where == '/' ? open_path(where) : find(h->protocol, where);
	if (h->dev)
		return 0;
	snprintf(why, size, "no such device, or no permission (USB %04x:%04x): is it plugged in?",
		 h->protocol->vendor, h->protocol->product);
	return -ENODEV;
}

static void shut(struct hid_relay *h)
{
	if (h->dev)
		hid_close(h->dev);
	h->dev = NULL;
}

/* A device that fails is opened anew the next time: it may have been unplugged. */
static int tell_failure(struct hid_relay *h, unsigned channel)
{
	const wchar_t *text = hid_error(h->dev);
	char why[128];

	if (!text || wcstombs(why, text, sizeof(why) - 1) == (size_t)-1)
		snprintf(why, sizeof(why), "it takes no command");
	why[sizeof(why) - 1] = 0;
	for (char *p = why; *p; p++) {
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = '?';
	}
	shut(h);
	return relay_at_once_tell(&h->r, channel, -EIO, -1, why);
}

int hid_relay_set(struct relay *r, unsigned channel, bool closed, relay_done_fn done, void *arg)
{
	struct hid_relay *h = (struct hid_relay *)r;
	int err = relay_at_once_take(&h->r, done, arg), is = -1;
	char why[128];

	if (err)
		return err;
	err = ensure_open(h, why, sizeof(why));
	if (err)
		return relay_at_once_tell(&h->r, channel, err, -1, why);
	if (h->protocol->set(h->dev, channel, closed))
		return tell_failure(h, channel);
	if (!h->protocol->get)
		return relay_at_once_tell(&h->r, channel, 0, -1, NULL);
	is = h->protocol->get(h->dev, channel);
	if (is < 0)
		return tell_failure(h, channel);
	if (is != (int)closed)
		return relay_at_once_tell(
			&h->r, channel, -EIO, -1,
			closed ? "it was told to close, and says that it is open"
			       : "it was told to open, and says that it is closed");
	return relay_at_once_tell(&h->r, channel, 0, is, NULL);
}

int hid_relay_get(struct relay *r, unsigned channel, relay_done_fn done, void *arg)
{
	struct hid_relay *h = (struct hid_relay *)r;
	char why[128];
	int err, is;

	if (!h->protocol->get)
		return -EOPNOTSUPP;
	err = relay_at_once_take(&h->r, done, arg);
	if (err)
		return err;
	err = ensure_open(h, why, sizeof(why));
	if (err)
		return relay_at_once_tell(&h->r, channel, err, -1, why);
	is = h->protocol->get(h->dev, channel);
	if (is < 0)
		return tell_failure(h, channel);
	return relay_at_once_tell(&h->r, channel, 0, is, NULL);
}

int hid_relay_force(struct relay *r, unsigned channel, bool closed)
{
	struct hid_relay *h = (struct hid_relay *)r;

	if (!h->dev)
		return -ENODEV;
	return h->protocol->set(h->dev, channel, closed) ? -EIO : 0;
}

void hid_relay_close(struct relay *r)
{
	struct hid_relay *h = (struct hid_relay *)r;

	if (!h)
		return;
	shut(h);
	relay_at_once_end(&h->r);
}

int hid_relay_open(const struct relay_driver *d, uv_loop_t *loop, const char *where,
		   struct relay **out)
{
	struct hid_relay *h = calloc(1, sizeof(*h));
	int err;

	if (!h)
		return -ENOMEM;
	h->protocol = d->protocol;
	err = relay_at_once_begin(&h->r, d, loop, where);
	if (err) {
		free(h);
		return err;
	}
	*out = &h->r.base;
	return 0;
}
