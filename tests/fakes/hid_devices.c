/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HID relays behind hidapi's functions. */
#include "tests/fakes/hid_devices.h"

#include <hidapi.h>
#include <stdlib.h>
#include <string.h>

static struct fake_hid *all[4];

void fake_hid_devices(struct fake_hid *const *devices)
{
	memset(all, 0, sizeof(all));
	for (unsigned i = 0; i < 4 && devices[i]; i++)
		all[i] = devices[i];
}

struct hid_device_info *hid_enumerate(unsigned short vendor, unsigned short product)
{
	struct hid_device_info *list = NULL, *info;

	for (int i = 3; i >= 0; i--) {
		if (!all[i] || all[i]->absent || all[i]->vendor != vendor ||
		    all[i]->product != product)
			continue;
		info = calloc(1, sizeof(*info));
		if (!info)
			abort();
		info->path = (char *)all[i]->path;
		info->serial_number = (wchar_t *)all[i]->serial;
		info->next = list;
		list = info;
	}
	return list;
}

void hid_free_enumeration(struct hid_device_info *list)
{
	while (list) {
		struct hid_device_info *next = list->next;

		free(list);
		list = next;
	}
}

hid_device *hid_open_path(const char *path)
{
	for (int i = 0; i < 4 && all[i]; i++) {
		if (!strcmp(all[i]->path, path) && !all[i]->absent) {
			all[i]->opens++;
			return (hid_device *)all[i];
		}
	}
	return NULL;
}

void hid_close(hid_device *dev)
{
	((struct fake_hid *)dev)->closes++;
}

const wchar_t *hid_error(hid_device *dev)
{
	return L"Protocol\nerror";
}

static int keep(struct fake_hid *d, const unsigned char *data, size_t n, bool feature)
{
	if (d->fails || d->absent || n > sizeof(d->got))
		return -1;
	memcpy(d->got, data, n);
	d->got_n = (unsigned)n;
	d->feature = feature;
	return 0;
}

static void switch_to(struct fake_hid *d, unsigned channel, bool closed)
{
	uint8_t bit = (uint8_t)(1U << (channel - 1));

	if (!d->sticks)
		d->states = closed ? d->states | bit : d->states & (uint8_t)~bit;
}

int hid_send_feature_report(hid_device *dev, const unsigned char *data, size_t n)
{
	struct fake_hid *d = (struct fake_hid *)dev;

	if (keep(d, data, n, true) || n != 9)
		return -1;
	if (d->product == 0x05df && (data[1] == 0xff || data[1] == 0xfd))
		switch_to(d, data[2], data[1] == 0xff);
	return (int)n;
}

int hid_get_feature_report(hid_device *dev, unsigned char *data, size_t n)
{
	struct fake_hid *d = (struct fake_hid *)dev;

	if (d->fails || d->absent || n < 8)
		return -1;
	memset(data, 0, n);
	memcpy(data, d->id, 5);
	data[7] = d->states;
	return 8;
}

int hid_write(hid_device *dev, const unsigned char *data, size_t n)
{
	struct fake_hid *d = (struct fake_hid *)dev;

	if (keep(d, data, n, false))
		return -1;
	if (n == 5 && data[1] == 0xa0 && data[4] == (uint8_t)(data[1] + data[2] + data[3]))
		switch_to(d, data[2], data[3]);
	return (int)n;
}
