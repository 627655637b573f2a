/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commands as channels of the session. libssh2 keeps a half-sent packet inside the session and
 * wants the same call again: until that is through, no other channel may send. It keeps the state
 * of opening a channel there too, so channels open one after the other.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness/ssh_internal.h"

#define WINDOW (2u << 20) /* what the board may send before we read */
#define PACKET 32768u

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
	bool cancelled;
	bool reported; /* ops.exit was called */
};

static void report(struct ssh_exec *x, int status, int err)
{
	if (x->reported)
		return;
	x->reported = true;
	x->ops.exit(x->arg, status, err);
}

static void exec_free(struct ssh_exec *x)
{
	free(x->command);
	free(x->input);
	free(x);
}

/* A session error ends everything; EAGAIN and success (0) pass. */
static int check(struct ssh_exec *x, int rc, const char *what)
{
	char why[160];

	if (rc >= 0 || rc == LIBSSH2_ERROR_EAGAIN)
		return rc;
	switch (rc) {
	case LIBSSH2_ERROR_CHANNEL_FAILURE:
	case LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED:
	case LIBSSH2_ERROR_CHANNEL_CLOSED:
	case LIBSSH2_ERROR_CHANNEL_EOF_SENT:
		/* This channel alone is at its end. */
		report(x, -1, -EPROTO);
		x->state = EXEC_CLOSING;
		break;
	default: ssh_break(x->ssh, -EPIPE, ssh_error(x->ssh, what, why, sizeof(why)));
	}
	return rc;
}

static int do_open(struct ssh_exec *x)
{
	LIBSSH2_SESSION *session = x->ssh->session;
	int rc;

	x->channel = libssh2_channel_open_ex(session, "session", 7, WINDOW, PACKET, NULL, 0);
	if (x->channel) {
		x->state = EXEC_STARTING;
		return 1;
	}
	rc = libssh2_session_last_errno(session);
	if (rc == LIBSSH2_ERROR_CHANNEL_FAILURE) {
		report(x, -1, -EAGAIN); /* the server has no more channels to give */
		x->state = EXEC_GONE;
		return 1;
	}
	return check(x, rc ? rc : LIBSSH2_ERROR_EAGAIN, "opening a channel");
}

static int do_start(struct ssh_exec *x)
{
	int rc = libssh2_channel_process_startup(x->channel, "exec", 4, x->command,
						 (unsigned)strlen(x->command));

	if (rc == 0) {
		x->state = EXEC_RUNNING;
		return 1;
	}
	return check(x, rc, "starting a command");
}

static int do_input(struct ssh_exec *x)
{
	ssize_t n;

	if (x->eof_sent)
		return 0;
	if (x->input_done < x->input_len) {
		n = libssh2_channel_write(x->channel, x->input + x->input_done,
					  x->input_len - x->input_done);
		if (n > 0)
			x->input_done += (size_t)n;
		/* A command that does not read its stdin to the end has ended it. */
		if (n == LIBSSH2_ERROR_CHANNEL_CLOSED || n == LIBSSH2_ERROR_CHANNEL_EOF_SENT) {
			x->eof_sent = true;
			return 1;
		}
		return n > 0 ? 1 : check(x, (int)n, "writing");
	}
	if (libssh2_channel_send_eof(x->channel) == LIBSSH2_ERROR_EAGAIN)
		return LIBSSH2_ERROR_EAGAIN;
	x->eof_sent = true;
	return 1;
}

static int do_output(struct ssh_exec *x, int stream)
{
	char buf[32768];
	ssize_t n = libssh2_channel_read_ex(x->channel, stream, buf, sizeof(buf));

	if (n > 0) {
		if (!x->reported)
			x->ops.output(x->arg, stream ? 2 : 1, buf, (size_t)n);
		return 1;
	}
	return check(x, (int)n, "reading");
}

static int do_run(struct ssh_exec *x)
{
	int rc, moved = 0;

	for (int stream = 0; stream < 2; stream++) {
		rc = do_output(x, stream ? SSH_EXTENDED_DATA_STDERR : 0);
		if (x->state != EXEC_RUNNING || x->ssh->drop)
			return 1;
		if (rc > 0)
			moved = 1;
		if (x->ssh->blocked)
			return rc;
	}
	if (!moved && libssh2_channel_eof(x->channel) == 1) {
		x->state = EXEC_WAITING;
		return 1;
	}
	rc = do_input(x);
	return moved ? 1 : rc;
}

/* RFC 4254, 6.10: the names of signals. As a shell says it: 128 + its number. */
static int signal_status(const char *name)
{
	static const struct {
		const char *name;
		int number;
	} signals[] = {
		{"HUP", 1},   {"INT", 2},   {"QUIT", 3},  {"ILL", 4},   {"ABRT", 6},
		{"FPE", 8},   {"KILL", 9},  {"USR1", 10}, {"SEGV", 11}, {"USR2", 12},
		{"PIPE", 13}, {"ALRM", 14}, {"TERM", 15},
	};

	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		if (!strcmp(name, signals[i].name))
			return 128 + signals[i].number;
	return 128;
}

static int do_wait(struct ssh_exec *x)
{
	char *name = NULL;
	int status, rc = libssh2_channel_wait_closed(x->channel);

	if (rc)
		return check(x, rc, "waiting for the exit status");
	status = libssh2_channel_get_exit_status(x->channel);
	libssh2_channel_get_exit_signal(x->channel, &name, NULL, NULL, NULL, NULL, NULL);
	if (name) {
		status = signal_status(name);
		libssh2_free(x->ssh->session, name);
	}
	x->state = EXEC_CLOSING;
	report(x, status, 0);
	return 1;
}

static int do_close(struct ssh_exec *x)
{
	if (x->channel && libssh2_channel_free(x->channel) == LIBSSH2_ERROR_EAGAIN)
		return LIBSSH2_ERROR_EAGAIN;
	x->channel = NULL;
	x->state = EXEC_GONE;
	return 1;
}

static bool another_opens(const struct ssh_exec *x)
{
	for (const struct ssh_exec *y = x->ssh->execs; y && y != x; y = y->next)
		if (y->state == EXEC_OPENING)
			return true;
	return false;
}

/* One step. > 0: something moved; else nothing can for now. */
static int drive_one(struct ssh_exec *x)
{
	if (x->cancelled && !x->reported) {
		report(x, -1, -ECANCELED);
		return 1;
	}
	if (x->cancelled && x->state > EXEC_OPENING && x->state < EXEC_CLOSING &&
	    x->ssh->blocked != x)
		x->state = EXEC_CLOSING;
	switch (x->state) {
	case EXEC_OPENING: return another_opens(x) ? 0 : do_open(x);
	case EXEC_STARTING: return do_start(x);
	case EXEC_RUNNING: return do_run(x);
	case EXEC_WAITING: return do_wait(x);
	case EXEC_CLOSING: return do_close(x);
	default: return 0;
	}
}

static bool half_sent(const struct ssh *s)
{
	return libssh2_session_block_directions(s->session) & LIBSSH2_SESSION_BLOCK_OUTBOUND;
}

static void reap(struct ssh *s)
{
	struct ssh_exec **p = &s->execs, *x;

	while ((x = *p)) {
		if (x->state == EXEC_GONE && x->reported) {
			*p = x->next;
			if (s->blocked == x)
				s->blocked = NULL;
			exec_free(x);
		} else {
			p = &x->next;
		}
	}
}

/* Take in what came for no command; a connection that ended shows here. */
static void read_idle(struct ssh *s)
{
	char buf[256], why[160];
	ssize_t n;

	do {
		n = libssh2_channel_read(s->idle, buf, sizeof(buf));
	} while (n > 0);
	/* Its own end means nothing: dropbear closes it with the first command that ends. */
	if (n < 0 && n != LIBSSH2_ERROR_EAGAIN)
		ssh_break(s, -EPIPE, ssh_error(s, "ssh", why, sizeof(why)));
}

void ssh_execs_drive(struct ssh *s)
{
	bool moved = true;

	if (!s->blocked)
		read_idle(s);

	while (moved && !s->drop) {
		moved = false;
		for (struct ssh_exec *x = s->execs; x && !s->drop; x = x->next) {
			int rc;

			if (s->blocked && s->blocked != x)
				continue;
			s->blocked = NULL;
			rc = drive_one(x);
			if (rc > 0)
				moved = true;
			else if (rc == LIBSSH2_ERROR_EAGAIN && half_sent(s))
				s->blocked = x;
		}
		reap(s);
		if (s->blocked)
			return;
	}
}

void ssh_execs_end(struct ssh *s, int err, bool callbacks)
{
	struct ssh_exec *x = s->execs;

	/* Taken off the list first: a callback may start new ones on the next session. */
	s->execs = NULL;
	s->blocked = NULL;
	while (x) {
		struct ssh_exec *next = x->next;

		if (callbacks)
			report(x, -1, x->cancelled ? -ECANCELED : err);
		exec_free(x); /* its channel goes with the session */
		x = next;
	}
}

int ssh_exec(struct ssh *s, const char *command, const void *input, size_t input_len,
	     const struct ssh_exec_ops *ops, void *arg, struct ssh_exec **out)
{
	struct ssh_exec *x, **p;

	if (!ssh_is_up(s))
		return -ENOTCONN;
	x = calloc(1, sizeof(*x));
	if (!x)
		return -ENOMEM;
	x->ssh = s;
	x->ops = *ops;
	x->arg = arg;
	x->command = strdup(command);
	x->input = input_len ? malloc(input_len) : NULL;
	if (!x->command || (input_len && !x->input)) {
		exec_free(x);
		return -ENOMEM;
	}
	if (input_len)
		memcpy(x->input, input, input_len);
	x->input_len = input_len;
	for (p = &s->execs; *p; p = &(*p)->next)
		;
	*p = x;
	if (out)
		*out = x;
	ssh_kick(s);
	return 0;
}

void ssh_exec_cancel(struct ssh_exec *x)
{
	x->cancelled = true;
	ssh_kick(x->ssh);
}
