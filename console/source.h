/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a board's console bytes come from: one driver a kind, behind one interface. A source is
 * opened once and never closed while its board is held: it reconnects by itself.
 */
#ifndef KDEV_CONSOLE_SOURCE_H
#define KDEV_CONSOLE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

struct source;

struct source_ops {
	/* Bytes as they came. For a datagram source: one whole datagram. */
	void (*bytes)(void *arg, const void *bytes, size_t n);
	/* The line was opened (why is "") or lost. */
	void (*state)(void *arg, bool up, const char *why);
};

struct source_driver {
	const char *name; /* as in the configuration */
	/* `where` is the driver's own: a path, HOST:PORT … Copied. The first state()
	 * follows from the loop. Returns 0 or a negative errno. */
	int (*open)(uv_loop_t *loop, const char *where, const struct source_ops *ops, void *arg,
		    struct source **out);
	/* Type to the board: copied, sent in order. -ENOTCONN while it is lost, -ENOBUFS
	 * while it does not read. */
	int (*write)(struct source *s, const void *bytes, size_t n);
	/* No callback comes any more; memory goes when libuv has closed. Accepts NULL. */
	void (*close)(struct source *s);
};

/* A stream socket in the file system: QEMU's chardev. */
extern const struct source_driver source_unix;

/* A bound UDP socket, taken over: netconsole, heartbeats. Same life as above. */
int source_udp_open(uv_loop_t *loop, int fd, const struct source_ops *ops, void *arg,
		    struct source **out);
void source_udp_close(struct source *s);

#endif
