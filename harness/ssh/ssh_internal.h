/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the ssh session share. */
#ifndef KDEV_HARNESS_SSH_INTERNAL_H
#define KDEV_HARNESS_SSH_INTERNAL_H

#include <libssh2.h>

#include "harness/ssh/ssh.h"

enum ssh_state {
	SSH_IDLE,
	SSH_CONNECTING, /* TCP */
	SSH_HANDSHAKE,
	SSH_AUTH,
	SSH_UP,
};

/* A queue of bytes. */
struct ssh_bytes {
	char *p;
	size_t at, len, size; /* they are p[at] to p[at + len - 1] */
};

/* Outlives the session until libuv lets go of the fd. */
struct ssh_poll {
	uv_poll_t handle;
	int fd;
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
	uv_timer_t deadline; /* of the whole connecting */
	uv_timer_t turn;     /* zero: "in the loop's next turn" */
	unsigned handles;    /* what libuv has to close before we can be freed */
	bool drop;           /* in the next turn: down with drop_err, drop_why */
	int drop_err;
	char drop_why[160];
	unsigned depth; /* > 0: inside of a call that may call back; no nesting, no freeing */
	bool freed;

	/* ssh_socket.c */
	int fd;
	struct ssh_poll *poll; /* of fd; NULL: none */
	struct ssh_bytes in, out;
	uint64_t received; /* bytes that libssh2 took, ever: something may have come for others */
	int gone;          /* why the connection ended: a negative errno */
	bool silent;       /* it is being closed: no more input or output */

	struct ssh_exec *execs; /* in the order of their start */
};

/* Drive whatever can go on; called when the socket is ready. */
void ssh_drive(struct ssh *s);
/* Ask for a turn of the loop, as soon as possible. */
void ssh_kick(struct ssh *s);
/* Mark the session to go down in the loop's next turn. The first reason stays. */
void ssh_break(struct ssh *s, int err, const char *why);
/* "what: libssh2's words" as the reason. */
void ssh_break_session(struct ssh *s, int err, const char *what);

/* ssh_login.c: a step of coming up. 0: s->state went on; -EAGAIN: not now; else s is broken. */
int ssh_login_step(struct ssh *s);

/*
 * ssh_socket.c. libssh2 keeps a packet that it could send only in part, and for a different one
 * before the rest is through it fails. So it never is told "in part": what the socket does not
 * take is queued here.
 */

/* Make the socket and begin to connect. 0 or a negative errno; close it in any case. */
int ssh_socket_open(struct ssh *s);
/* Has connect() come through? 0 or a negative errno. */
int ssh_socket_connected(struct ssh *s);
/* Let s->session use it. */
void ssh_socket_attach(struct ssh *s);
/* Send what is queued as far as it goes. */
void ssh_socket_flush(struct ssh *s);
/* Take in what came while nobody reads: libssh2 reads only on behalf of a channel. */
void ssh_socket_fetch(struct ssh *s);
/* Watch for what is waited for. */
void ssh_socket_rearm(struct ssh *s);
/* End session and connection without a word to the other side, which may be long dead. */
void ssh_socket_close(struct ssh *s);

/* ssh_exec.c */
enum exec_state {
	EXEC_OPENING,
	EXEC_STARTING,
	EXEC_RUNNING,
	EXEC_WAITING, /* for the exit status that follows EOF */
	EXEC_CLOSING, /* nobody waits any more; give the channel back */
	EXEC_GONE,
};

struct ssh_exec {
	struct ssh_exec *next;
	struct ssh *ssh;
	struct ssh_exec_ops ops;
	void *arg;
	enum exec_state state;
	LIBSSH2_CHANNEL *channel;
	char *command;
	char *input;
	size_t input_len, input_done;
	bool eof_sent;
	bool asked; /* libssh2 is in the middle of opening or starting it */
	bool close_sent;
	bool cancelled;
	bool reported; /* ops.exit was called */
};

/* Call ops.exit, if that was not done yet. */
void ssh_exec_report(struct ssh_exec *x, int status, int err);

/* ssh_channel.c: one step as its state asks for. > 0: something moved; else nothing can now. */
int ssh_channel_step(struct ssh_exec *x);

/* Drive all as far as they go. True: there is more to do at once. */
bool ssh_execs_drive(struct ssh *s);
/* The session is gone, and libssh2's channels with it: end them all. */
void ssh_execs_end(struct ssh *s, int err);

#endif
