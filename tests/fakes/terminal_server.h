/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A terminal server with one port: a TCP listener on the test's own loop that speaks raw bytes or,
 * as ser2net's "telnet(rfc2217=true)" does, telnet with the COM-PORT option. It records what
 * the port was told.
 */
#ifndef KDEV_TESTS_FAKES_TERMINAL_SERVER_H
#define KDEV_TESTS_FAKES_TERMINAL_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

enum terminal_kind {
	TERMINAL_RAW,
	TERMINAL_RFC2217,
	TERMINAL_TELNET, /* without the COM-PORT option */
};

struct terminal_server {
	enum terminal_kind kind;
	uv_tcp_t listener, client;
	bool listening, connected;
	unsigned port, connections;

	uint8_t typed[65536]; /* what the serial port would send */
	size_t n;
	uint32_t baud; /* as set by the client; 0: not */
	unsigned datasize, parity, stopsize;
	bool dtr, rts, in_break;
	unsigned breaks;       /* begun */
	size_t typed_at_break; /* n when the last one began */
	bool byte_by_byte;     /* it sends so */

	unsigned state; /* of the telnet stream's reader */
	uint8_t command, sub[64];
	size_t sub_n;
	char buf[4096];
};

/* `port` 0: any that is free. Say what it has in t->port. */
void terminal_server_start(struct terminal_server *t, uv_loop_t *loop, enum terminal_kind kind,
			   unsigned port);
/* Bytes of the board. */
void terminal_server_say(struct terminal_server *t, const void *bytes, size_t n);
void terminal_server_hang_up(struct terminal_server *t);
/* Hang up and listen no more; memory may go when the loop has turned. */
void terminal_server_stop(struct terminal_server *t);

#endif
