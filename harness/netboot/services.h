/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The services a board needs while it is up: network, DHCP and TFTP (dnsmasq), NFS (the kernel's
 * nfsd where there is one, else nfs-ganesha with rpcbind), and for a virtual board QEMU.
 * Held by the attendant; they outlive it and are adopted by the next one: each has a
 * record STATE/boards/NAME/services/WHAT.json with pid and start time (so that a
 * reused pid is never taken for ours).
 *
 * services.c       begun, adopted, kept alive, ended
 * services_new.c   made and freed
 * services_dhcp.c  ours, where nobody else serves DHCP
 * services_wait.c  the short waits for a service that was just started
 */
#ifndef KDEV_HARNESS_NETBOOT_SERVICES_H
#define KDEV_HARNESS_NETBOOT_SERVICES_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "harness/config/config.h"

struct services;

struct services_ops {
	/* A service ended by itself, and was started again. */
	void (*died)(void *arg, const char *what, const char *why);
	/* It ended, again and again, or another on the segment does its job: it is given up until
	 * the next services_start(). why: one line for people, with its name. */
	void (*lost)(void *arg, const char *why);
	/* The virtual board itself lost its power: QEMU ended. To be started again with
	 * services_start_board(). */
	void (*board_died)(void *arg, const char *why);
};

int services_new(uv_loop_t *loop, const struct board_config *b, const struct services_ops *ops,
		 void *arg, struct services **out);

/* Start what does not run, adopt what does (checked: pid, start time, and that it was
 * started with the arguments that are wanted now; else it is restarted). A bare board's DHCP
 * follows after some seconds, or `lost` is called: see services_dhcp.c. QEMU is
 * started paused-free, so the board powers on. Synchronous, well under a second.
 * `adopted` tells whether QEMU was running already;
 * for a bare board, the last of its services. 0 or a negative errno with a line in err. */
int services_start(struct services *s, bool *adopted, char *err, size_t err_len);

/* Is any of them given up? Then `lost` was called. */
bool services_any_lost(const struct services *s);

/* QEMU alone: start it again after it died. */
int services_start_board(struct services *s, char *err, size_t err_len);

/* End all (TERM, then KILL after 2 s), remove network, records and sockets. Synchronous. */
void services_stop(struct services *s);

/* Let go without stopping anything (the attendant ends, a later one adopts). */
void services_free(struct services *s);

/* Unix sockets of the running QEMU; valid after services_start(). Owned by s. */
const char *services_serial_socket(const struct services *s);
const char *services_qmp_socket(const struct services *s);

/* Call fn for each: name, pid (0: not running), for `kdev status`. */
void services_each(struct services *s, void (*fn)(void *arg, const char *name, int pid), void *arg);

#endif
