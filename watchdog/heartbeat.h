/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The heartbeat that kdev-agent sends from the board: one UDP datagram each second to
 * HEARTBEAT_PORT of the server. Text, so that tcpdump -A shows it:
 *
 *   kdev1 boot=0b1f…(32 hex digits) seq=17 uptime_ms=18250 ready=1 nfs_ms=12 crash=1
 *
 * boot      /proc/sys/kernel/random/boot_id without dashes: another value is another boot
 * seq       from 0, one more each second
 * uptime_ms CLOCK_BOOTTIME
 * ready     1 when the ssh server accepts connections
 * nfs_ms    how long ago the NFS root last answered a probe
 * crash     1 when a kernel is loaded that a panic starts; else it is missing
 * stale     1 when the server answers, but that it knows of no such root (ESTALE); else missing
 *
 * Unknown keys are ignored, so that newer agents may say more. Shared by the agent
 * (format) and the watchdog (parse); no I/O here.
 */
#ifndef KDEV_WATCHDOG_HEARTBEAT_H
#define KDEV_WATCHDOG_HEARTBEAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HEARTBEAT_PORT    6665
#define NETCONSOLE_PORT   6666
#define VMCORE_PORT       6667 /* TCP: a crash kernel sends the memory */
#define HEARTBEAT_MAX     512  /* bytes in a datagram */
#define HEARTBEAT_BOOT_ID 32

struct heartbeat {
	char boot_id[HEARTBEAT_BOOT_ID + 1];
	uint64_t seq;
	uint64_t uptime_ms;
	bool ready;
	uint64_t nfs_ms;
	bool crash; /* a crash kernel is loaded */
	bool stale; /* since nfs_ms the server has answered that it knows of no such root */
};

/* Returns the length written (no NUL counted), or -EINVAL / -ENOSPC. */
int heartbeat_format(const struct heartbeat *hb, char *buf, size_t size);

/* Parse one datagram, hostile as all that comes from a network. 0 or -EINVAL; *hb is
 * written only on success. */
int heartbeat_parse(const void *datagram, size_t n, struct heartbeat *hb);

#endif
