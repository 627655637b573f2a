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
	/*
	 * The line was opened (why is "") or lost. That it can't be opened, which may be told
	 * too, comes once for each reason and not for each attempt. Of why no byte is a control
	 * character, and it lives as long as the call.
	 */
	void (*state)(void *arg, bool up, const char *why);
};

struct source_driver {
	const char *name; /* as in the configuration */
	/* `where` is the driver's own: a path, HOST:PORT …, printable ASCII. Copied. The first
	 * state() follows from the loop. Returns 0 or a negative errno. */
	int (*open)(uv_loop_t *loop, const char *where, const struct source_ops *ops, void *arg,
		    struct source **out);
	/* Type to the board: copied, sent in order. -ENOTCONN while it is lost, -ENOBUFS
	 * while it does not read. */
	int (*write)(struct source *s, const void *bytes, size_t n);
	/*
	 * Send a BREAK, as long as SOURCE_BREAK_MS where its length is ours: after what was
	 * written, and before what is written now. NULL: the line carries none. -ENOTCONN while
	 * it is lost, -EBUSY in a BREAK.
	 */
	int (*send_break)(struct source *s);
	/* No callback comes any more; memory goes when libuv has closed. Accepts NULL. */
	void (*close)(struct source *s);
};

/* Of the 250 to 500 ms that POSIX's tcsendbreak() takes. */
#define SOURCE_BREAK_MS 300

/* unix:PATH. A stream socket in the file system: QEMU's chardev. */
extern const struct source_driver source_unix;
/* serial:PATH[,BAUD]. A port of this machine, best by its /dev/serial/by-id name: it may be
 * unplugged and come back. */
extern const struct source_driver source_serial;
/* tcp:HOST:PORT. A serial port behind a terminal server, its bytes as they are. */
extern const struct source_driver source_tcp;
/* rfc2217:HOST:PORT[,BAUD]. The same with its settings and BREAK: ser2net and others. */
extern const struct source_driver source_rfc2217;
/* command:PROGRAM [ARGUMENT…]. A program's standard input and output, started again when
 * it ends: IPMI's serial-over-LAN, ssh to another host. No shell sees the words. */
extern const struct source_driver source_command;

/* The driver that a KIND:WHERE as above names, and where its own part begins. NULL: none. */
const struct source_driver *source_driver_find(const char *spec, const char **where);

/* Split "PATH,115200" or "HOST:PORT,9600". *path is malloc()ed. 0, -ENOMEM, or -EINVAL for what is
 * no speed or no path. Without one the speed is 115200. */
int source_speed_split(const char *where, char **path, unsigned *baud);

/* A bound UDP socket, taken over: netconsole, heartbeats. Same life as above. */
int source_udp_open(uv_loop_t *loop, int fd, const struct source_ops *ops, void *arg,
		    struct source **out);
void source_udp_close(struct source *s);

#endif
