/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LD_PRELOAD=pty_break.so for a QEMU whose guest's serial port is a pty: that carries no BREAK, but
 * the motherboard at its other end takes telnet's (RFC 854): IAC BRK.
 */
#include <termios.h>
#include <unistd.h>

#pragma GCC visibility push(default)

int tcsendbreak(int fd, int duration)
{
	static const unsigned char iac_brk[] = {255, 243};

	return write(fd, iac_brk, sizeof(iac_brk)) == sizeof(iac_brk) ? 0 : -1;
}
