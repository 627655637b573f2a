/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A serial port by libserialport, for consoles and for relays: opened by any name (a by-id link
 * too), raw, 8N1, without flow control, exclusively (TIOCEXCL and a lock). Nothing here waits.
 * libserialport's errors become negative errnos.
 */
#ifndef KDEV_CONSOLE_SERIAL_PORT_H
#define KDEV_CONSOLE_SERIAL_PORT_H

#include <libserialport.h>
#include <stdbool.h>
#include <stddef.h>

/* What the lines to the other side are to be after the port was opened. */
enum serial_lines {
	SERIAL_LINES_READY, /* DTR and RTS raised, as a terminal has them */
	SERIAL_LINES_LOW,   /* both low, and lowered by the kernel when the last user is gone */
};

struct serial_port {
	struct sp_port *port; /* NULL: closed */
	int fd;               /* for polling; belongs to the port */
};

/*
 * 0, or a negative errno with one line for people in err, which names the path: -ENOENT for a
 * device that is not plugged in, -EBUSY for one that another program has.
 */
int serial_port_open(struct serial_port *p, const char *path, unsigned baud,
		     enum serial_lines lines, char *err, size_t err_len);

/* Accepts a closed one, and {0}. */
void serial_port_close(struct serial_port *p);

/* Bytes read or taken, 0 for "not now", or a negative errno. */
int serial_port_read(struct serial_port *p, void *buf, size_t size);
int serial_port_write(struct serial_port *p, const void *bytes, size_t n);

enum serial_output { SERIAL_DTR, SERIAL_RTS };

/* 0 or a negative errno. */
int serial_port_set_line(struct serial_port *p, enum serial_output line, bool raised);

/* SP_SIG_CTS, DSR, DCD, RI as bits. 0 or a negative errno. */
int serial_port_inputs(struct serial_port *p, unsigned *bits);

/* Begin or end a BREAK: the caller has the time between them. 0 or a negative errno. */
int serial_port_break(struct serial_port *p, bool begin);

#endif
