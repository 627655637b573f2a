/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What ssh_session.c and ssh_exec.c share. */
#ifndef KDEV_HARNESS_SSH_INTERNAL_H
#define KDEV_HARNESS_SSH_INTERNAL_H

#include <libssh2.h>

#include "harness/ssh.h"

enum ssh_state {
	SSH_IDLE,
	SSH_CONNECTING, /* TCP */
	SSH_HANDSHAKE,
	SSH_AUTH,
	SSH_LISTEN, /* the idle channel opens */
	SSH_UP,
};

struct ssh {
	uv_loop_t *loop;
	struct ssh_ops ops;
	void *arg;
	int (*socket)(void *arg);
	char *address, *user, *private_key, *public_key, *host_key;
	unsigned port;
	int64_t connect_us, keepalive_us;

	enum ssh_state state;
	LIBSSH2_SESSION *session;
	/* A channel that runs nothing: libssh2 reads the connection only on behalf of a channel,
	 * and keepalive answers and a server's farewell come when no command runs. */
	LIBSSH2_CHANNEL *idle;
	int fd;
	uv_poll_t *poll;   /* of fd; NULL: none */
	uv_timer_t *timer; /* connect deadline, then keepalive, and "the next turn" */
	bool drop;         /* in the next turn: down with drop_err, drop_why */
	int drop_err;
	char drop_why[160];
	bool driving; /* inside ssh_drive(): no nesting */

	struct ssh_exec *execs;   /* in the order of their start */
	struct ssh_exec *blocked; /* its packet is half sent: nobody else may send */
};

/* Drive whatever can go on; called when the socket is ready. */
void ssh_drive(struct ssh *s);
/* Ask for a turn of the loop, as soon as possible. */
void ssh_kick(struct ssh *s);
/* Mark the session to go down in the loop's next turn. The first reason stays. */
void ssh_break(struct ssh *s, int err, const char *why);
/* "what: libssh2's words" into buf. */
const char *ssh_error(const struct ssh *s, const char *what, char *buf, size_t size);

/* ssh_exec.c: drive all execs as far as they go. */
void ssh_execs_drive(struct ssh *s);
/* The session is gone: end them all; libssh2's channels are freed with it. */
void ssh_execs_end(struct ssh *s, int err, bool callbacks);

#endif
