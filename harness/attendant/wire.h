/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The attendant's protocol: JSON objects, one a line, over a unix socket. Both ends use this.
 *
 * A request has "op" and "id"; its answer has the same "id" and "ok" (and "error", one
 * line for people, when it is false). What happens by itself has "ev".
 * docs/attendant.md lists them all.
 */
#ifndef KDEV_HARNESS_WIRE_H
#define KDEV_HARNESS_WIRE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

/* The longest line that is accepted, in bytes; a longer one ends the connection. */
#define WIRE_LINE_MAX (4u << 20)

/* How much may wait to be sent before a peer that does not read is cut off, in bytes. */
#define WIRE_QUEUE_MAX (16u << 20)

/* How long wire_close() waits for a peer to read what is queued, in milliseconds. */
#define WIRE_LINGER_MS 2000

struct wire;

struct wire_ops {
	/* A whole message. Borrowed: json_incref() to keep it. */
	void (*message)(void *arg, json_t *msg);
	/* Bytes, after wire_go_raw(). */
	void (*raw)(void *arg, const void *bytes, size_t n);
	/* The other side is gone, or broke the protocol (-EPROTO). Called once, never after
	 * wire_close(). The callee calls wire_close(). */
	void (*closed)(void *arg, int err);
};

/* Wrap a connected socket. Takes fd over, also on failure. Reading starts at once. */
int wire_open(uv_loop_t *loop, int fd, const struct wire_ops *ops, void *arg, struct wire **out);

/* Send an object; steals the reference, also on failure; NULL is -ENOMEM. */
int wire_send(struct wire *w, json_t *msg);

/* From the next byte on, both directions carry plain bytes. */
void wire_go_raw(struct wire *w);
int wire_send_raw(struct wire *w, const void *bytes, size_t n);

/* What still waits to be sent, in bytes. */
size_t wire_queued(const struct wire *w);

/* Send what is queued (a peer that does not read is left after WIRE_LINGER_MS), then close and
 * free; no callback comes any more. Accepts NULL. */
void wire_close(struct wire *w);

/* Bytes in a JSON string and back, lossless: byte N is code point U+00N. */
json_t *wire_bytes(const void *bytes, size_t n);
/* New buffer, the caller frees; NULL if it is no such string or there is no memory. */
void *wire_bytes_get(const json_t *s, size_t *n);

/* Connect to / listen on a unix socket whose path may be longer than sun_path holds.
 * Returns an fd (close-on-exec) or a negative errno. */
int wire_socket_connect(const char *path);
int wire_socket_listen(const char *path);

#endif
