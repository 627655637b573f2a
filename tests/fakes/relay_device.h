/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Relays that exist only as the far end of a pty: each speaks its device's protocol, as its data
 * sheet has it and not as our driver does, and can be made to fail in the ways that devices do.
 */
#ifndef KDEV_TESTS_FAKES_RELAY_DEVICE_H
#define KDEV_TESTS_FAKES_RELAY_DEVICE_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "console/monotime.h"

enum device_model { DEVICE_LCUS, DEVICE_NUMATO, DEVICE_KMTRONIC2, DEVICE_KMTRONIC8, DEVICE_RLY16 };

enum device_fault {
	DEVICE_WORKS,
	DEVICE_SILENT,  /* takes everything, answers nothing */
	DEVICE_BABBLES, /* answers with something else */
	DEVICE_STICKS,  /* answers, but the contacts stay as they are */
	DEVICE_LEAVES,  /* is unplugged when a command comes */
};

struct relay_device {
	enum device_model model;
	enum device_fault fault;
	int master, slave; /* the slave is kept open so that the pty lives on */
	unsigned number;   /* of its /dev/pts */
	char path[64];     /* a link to it, as /dev/serial/by-id has */
	uv_poll_t poll;
	bool polling;

	bool closed[32];
	struct monotime since[32]; /* when it was closed last */
	int64_t longest_us[32];    /* that it ever was closed, a time that still lasts included */
	unsigned closings;

	uint8_t got[4096]; /* every byte that came */
	size_t n;
	uint8_t command[64]; /* the one that is coming in */
	size_t command_n;
};

/* `path`: where the link is made. */
void relay_device_plug(struct relay_device *d, uv_loop_t *loop, enum device_model model,
		       const char *path);
void relay_device_unplug(struct relay_device *d);

/* Brings longest_us up to now. */
int64_t relay_device_longest(struct relay_device *d, unsigned channel);

#endif
