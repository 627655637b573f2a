/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One lasting ssh session to a board: libssh2, non-blocking, on the caller's
 * libuv loop. Commands run as channels of the one session.
 *
 * Authentication is by the board's key pair alone, and the host key must be
 * the one that was made at set-up: a board that shows another key is refused.
 * Every wait has a deadline: a board that was reset leaves TCP connections that
 * never answer (RFC 793 says nothing else can be expected).
 */
#ifndef KDEV_HARNESS_SSH_H
#define KDEV_HARNESS_SSH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

struct ssh;
struct ssh_exec;

struct ssh_config {
	/* A new, non-blocking, unconnected TCP socket (made in the right network
	 * namespace), or a negative errno. Called for each try to connect. */
	int (*socket)(void *arg);
	const char *address; /* dotted quad */
	unsigned port;
	const char *user;
	const char *private_key; /* paths; read at each connect */
	const char *public_key;
	const char *host_key; /* file with one known line: "ssh-ed25519 BASE64 [comment]" */
	int64_t connect_us;   /* the whole of connect, handshake and login; 0: 10 s */
	int64_t keepalive_us; /* of TCP's probes on an idle connection; 0: 5 s */
};

struct ssh_ops {
	/* The session is ready for ssh_exec(). */
	void (*up)(void *arg);
	/* The try failed, or the session broke. `why` is one line for people. All its
	 * executions have been ended (exit with status -1) before. ssh_connect() may be
	 * called again, also from inside. err: -ETIMEDOUT, -ECONNREFUSED, -EKEYREJECTED (host
	 * key), -EACCES (ours), -EPROTO, -EPIPE (closed by the server), -ECONNRESET … */
	void (*down)(void *arg, int err, const char *why);
};

struct ssh_exec_ops {
	/* Bytes of the command's stdout (stream 1) or stderr (2). */
	void (*output)(void *arg, int stream, const void *bytes, size_t n);
	/* The command ended. status: its exit status, 128 + N when signal N killed it
	 * (as a shell says it), or -1 when the session broke or it was cancelled; err
	 * then tells why (-ECANCELED, -EPIPE, -ETIMEDOUT …; -EPROTO: the server did not take
	 * the command, -EAGAIN: it has no more channels), else it is 0. Called
	 * exactly once; the handle is gone afterwards. */
	void (*exit)(void *arg, int status, int err);
};

/* Copies cfg's strings. Returns 0 or -ENOMEM. Nothing is connected yet. */
int ssh_new(uv_loop_t *loop, const struct ssh_config *cfg, const struct ssh_ops *ops, void *arg,
	    struct ssh **out);

/* Begin to connect; ops->up or ops->down follows, never from inside this call. A call
 * while connecting or connected is ignored. Returns 0 or a negative errno. */
int ssh_connect(struct ssh *s);

bool ssh_is_up(const struct ssh *s);

/*
 * Run `command` (given to the user's shell on the board; quote with
 * ssh_quote(); at most 8192 bytes). `input` (copied, may be NULL) is its stdin, followed by
 * EOF. Any number may run at once. Returns 0, -ENOTCONN, -E2BIG or -ENOMEM.
 *
 * Servers before dropbear 2024.86 end the session if a command ends in the moment in which
 * another is being started (https://github.com/mkj/dropbear/issues/321): wait for a command's
 * end before the next where both are short.
 */
int ssh_exec(struct ssh *s, const char *command, const void *input, size_t input_len,
	     const struct ssh_exec_ops *ops, void *arg, struct ssh_exec **out);

/* End it from our side: exit(-1, -ECANCELED) follows from the loop's next turn; what runs on
 * the board gets a closed channel. */
void ssh_exec_cancel(struct ssh_exec *x);

/* The board was reset or is known to be dead: drop everything at once, send nothing
 * and wait for nothing. down(-ECONNRESET, why) is called from the loop's next turn. */
void ssh_drop(struct ssh *s, const char *why);

/* Drop and free: exit(-1, -ECANCELED) of all that runs comes before this returns, and no other
 * callback ever. From inside a callback it is allowed too; those exits come when that has
 * returned. The memory goes when libuv has closed its handles, so the loop must turn once more.
 * Accepts NULL. */
void ssh_free(struct ssh *s);

/* One word for a POSIX shell: 'it'\''s'. New string, the caller frees; NULL: no memory. */
char *ssh_quote(const char *word);

#endif
