/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lets libserialport take a pty for a serial port. Linked into a test, these definitions of
 * readlink(), __lxstat() and ioctl() come before the C library's, for libserialport too: sysfs then
 * knows each pty, and a pty has modem lines and BREAK, which are recorded here.
 */
#ifndef KDEV_TESTS_FAKES_PTY_PORT_H
#define KDEV_TESTS_FAKES_PTY_PORT_H

#include <stdbool.h>

struct pty_port {
	int lines; /* TIOCM_* of <termios.h>: what the port drives, and what it hears */
	bool in_break;
	unsigned breaks; /* begun */
	unsigned line_changes;
};

/* Of /dev/pts/N. */
struct pty_port *pty_port(unsigned n);

#endif
