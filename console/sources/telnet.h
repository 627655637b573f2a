/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The telnet protocol as terminal servers speak it (RFC 854, 855, 856, 858) with the COM-PORT
 * option (RFC 2217): bytes and commands told apart, options agreed upon without loops (as RFC 1143
 * asks: an answer only to what changes something). Pure: no I/O; what is to be sent comes by
 * an operation.
 */
#ifndef KDEV_CONSOLE_TELNET_H
#define KDEV_CONSOLE_TELNET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct telnet_ops {
	/* Bytes of the line, and bytes for the other side. */
	void (*data)(void *arg, const uint8_t *bytes, size_t n);
	void (*send)(void *arg, const uint8_t *bytes, size_t n);
};

enum telnet_state {
	TELNET_DATA,
	TELNET_IAC,
	TELNET_OPTION, /* of `command` */
	TELNET_SB,     /* a subnegotiation: nothing in it is for us */
	TELNET_SB_IAC,
};

struct telnet {
	const struct telnet_ops *ops;
	void *arg;
	unsigned baud;
	enum telnet_state state;
	uint8_t command;
	bool after_cr;
	bool binary_in, binary_out; /* agreed: bytes as they are, no NUL after CR */
	bool com_port;              /* agreed: settings and BREAK by RFC 2217 */
	uint8_t ours, theirs;       /* options that are on, a bit each */
	uint8_t asked_ours, asked_theirs;
};

/* Begin, with a new connection: asks for what we want. */
void telnet_begin(struct telnet *t, const struct telnet_ops *ops, void *arg, unsigned baud);

/* What came in. data() may be called several times. */
void telnet_take(struct telnet *t, const uint8_t *bytes, size_t n);

/* Send bytes of the line. */
void telnet_write(struct telnet *t, const uint8_t *bytes, size_t n);

/* Begin or end a BREAK. Where the COM-PORT option was not agreed upon, telnet's own BRK is sent
 * when it begins: its length is then the other side's affair. */
void telnet_break(struct telnet *t, bool begin);

#endif
