/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One board's netconsole: datagrams in, records out, in their order, each once.
 *
 * Basic datagrams are pieces of console text and go to `text` as they are. Extended ones
 * (console/pipeline/netconsole_header.h) have a sequence number: fragments are put together, small
 * disorder is put right, copies are dropped. Sequence numbers have gaps for two reasons that look
 * alike: a datagram was lost, or the message was below the console's log level.
 *
 * Pure: bytes and `now` in, callbacks out. Memory is bounded by NETCONSOLE_* below.
 */
#ifndef KDEV_CONSOLE_NETCONSOLE_H
#define KDEV_CONSOLE_NETCONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console/monotime.h"

/* Longest message with its dictionary and the user data of newer kernels, in bytes (the kernel
 * has 8 KiB and 2 to 4 KiB); of how many messages fragments are kept at a time, and how long. */
#define NETCONSOLE_TEXT_MAX  16384
#define NETCONSOLE_PARTS     4
#define NETCONSOLE_PART_WAIT MONO_MS(500)

/* How many messages wait, and how long, for one before them that may only be late. The wait
 * delays what comes after a gap, so it is short: a board and its host are one switch apart. */
#define NETCONSOLE_AHEAD      16
#define NETCONSOLE_AHEAD_WAIT MONO_MS(5)

/* So many sequence numbers are remembered to know copies and late ones. */
#define NETCONSOLE_HISTORY 64

struct netconsole_record {
	const char *text; /* unescaped, without dictionary; can hold '\n' and any other byte;
			   * valid during the call */
	size_t len;
	uint64_t seq;
	int64_t us; /* printk timestamp */
	int level;  /* 0 to 7 */
	char caller[16];
	bool torn; /* fragments are missing at the end */
	struct monotime at;
};

struct netconsole_ops {
	void (*record)(void *arg, const struct netconsole_record *rec);
	/* Basic format: console text, with any part of lines. */
	void (*text)(void *arg, const char *text, size_t n, struct monotime at);
	/* `n` sequence numbers before the next record did not come. */
	void (*gap)(void *arg, uint64_t n);
	/* Sequence and time begin anew: the board booted, or the module was loaded again. */
	void (*restart)(void *arg);
};

struct netconsole;

/* NULL when out of memory. `ops` is copied; all callbacks must be set. */
struct netconsole *netconsole_new(const struct netconsole_ops *ops, void *arg);
void netconsole_free(struct netconsole *nc);

/* 0 or -ENOMEM: the datagram was dropped, which the next gap will tell. */
int netconsole_feed(struct netconsole *nc, const void *datagram, size_t n, struct monotime now);

struct monotime netconsole_wakeup(const struct netconsole *nc);
void netconsole_tick(struct netconsole *nc, struct monotime now);

/* Another source is at this printk timestamp already: what waits and is older waits no longer. */
void netconsole_release_before(struct netconsole *nc, int64_t us);

/* Give out all that waits, complete or not. */
void netconsole_flush(struct netconsole *nc);

#endif
