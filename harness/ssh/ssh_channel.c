/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A command's channel, step by step. libssh2 keeps the state of opening a channel in the
 * session, and takes the answer to another channel's request for the failure of its own: so
 * channels open and start one after the other; all else goes on side by side.
 */
#include <errno.h>
#include <string.h>

#include "harness/ssh/ssh_internal.h"

#define WINDOW (2u << 20) /* what the board may send before we read */
#define PACKET 32768u

/* Input waits where it is while so much is not sent yet. */
#define UNSENT_MAX (64u << 10)

/* A session error ends everything; EAGAIN and success (0) pass. */
static int check(struct ssh_exec *x, int rc, const char *what)
{
	if (rc >= 0 || rc == LIBSSH2_ERROR_EAGAIN)
		return rc;
	switch (rc) {
	case LIBSSH2_ERROR_CHANNEL_FAILURE:
	case LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED:
	case LIBSSH2_ERROR_CHANNEL_CLOSED:
	case LIBSSH2_ERROR_CHANNEL_EOF_SENT:
		/* This channel alone is at its end. */
		ssh_exec_report(x, -1, -EPROTO);
		x->state = EXEC_CLOSING;
		break;
	default: ssh_break_session(x->ssh, -EPIPE, what);
	}
	return rc;
}

static int do_open(struct ssh_exec *x)
{
	LIBSSH2_SESSION *session = x->ssh->session;
	int rc;

	x->asked = true;
	x->channel = libssh2_channel_open_ex(session, "session", 7, WINDOW, PACKET, NULL, 0);
	if (x->channel) {
		x->asked = false;
		x->state = EXEC_STARTING;
		return 1;
	}
	rc = libssh2_session_last_errno(session);
	if (rc == LIBSSH2_ERROR_CHANNEL_FAILURE) {
		ssh_exec_report(x, -1, -EAGAIN); /* the server has no more channels to give */
		x->state = EXEC_GONE;
		return 1;
	}
	return check(x, rc ? rc : LIBSSH2_ERROR_EAGAIN, "opening a channel");
}

static int do_start(struct ssh_exec *x)
{
	int rc;

	x->asked = true;
	rc = libssh2_channel_process_startup(x->channel, "exec", 4, x->command,
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

	if (x->eof_sent || x->ssh->out.len > UNSENT_MAX)
		return 0;
	if (x->input_done < x->input_len) {
		n = libssh2_channel_write(x->channel, x->input + x->input_done,
					  x->input_len - x->input_done);
		if (n < 0)
			return check(x, (int)n, "writing");
		x->input_done += (size_t)n;
		return n > 0;
	}
	if (libssh2_channel_send_eof(x->channel) == LIBSSH2_ERROR_EAGAIN)
		return 0;
	x->eof_sent = true;
	return 1;
}

static int do_output(struct ssh_exec *x, int stream)
{
	char buf[32768];
	ssize_t n = libssh2_channel_read_ex(x->channel, stream, buf, sizeof(buf));

	if (n > 0) {
		if (!x->cancelled)
			x->ops.output(x->arg, stream ? 2 : 1, buf, (size_t)n);
		return 1;
	}
	return check(x, (int)n, "reading");
}

static int do_run(struct ssh_exec *x)
{
	int moved = 0;

	for (int stream = 0; stream < 2; stream++) {
		if (do_output(x, stream ? SSH_EXTENDED_DATA_STDERR : 0) > 0)
			moved = 1;
		if (x->state != EXEC_RUNNING || x->cancelled || x->ssh->drop)
			return 1;
	}
	if (!moved && libssh2_channel_eof(x->channel) == 1) {
		x->state = EXEC_WAITING;
		return 1;
	}
	return do_input(x) > 0 || moved;
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

/* Its output is at its end; it may still read. */
static int do_wait(struct ssh_exec *x)
{
	char *name = NULL;
	int status, rc = libssh2_channel_wait_closed(x->channel);

	if (rc == LIBSSH2_ERROR_EAGAIN)
		return do_input(x);
	if (rc)
		return check(x, rc, "waiting for the exit status");
	status = libssh2_channel_get_exit_status(x->channel);
	if (libssh2_channel_get_exit_signal(x->channel, &name, NULL, NULL, NULL, NULL, NULL))
		status = 128;
	if (name) {
		status = signal_status(name);
		libssh2_free(x->ssh->session, name);
	}
	x->state = EXEC_CLOSING;
	ssh_exec_report(x, status, 0);
	return 1;
}

/*
 * libssh2 would give the channel back, and its number to the next, before the server has closed
 * it: what then came for the old one would be taken for the new one's. Its output is not read any
 * more, so a command that writes without end stands still once the window is full.
 */
static int do_close(struct ssh_exec *x)
{
	if (!x->close_sent && libssh2_channel_close(x->channel) == LIBSSH2_ERROR_EAGAIN)
		return 0;
	x->close_sent = true;
	if (libssh2_channel_wait_eof(x->channel) == LIBSSH2_ERROR_EAGAIN ||
	    libssh2_channel_wait_closed(x->channel) == LIBSSH2_ERROR_EAGAIN ||
	    libssh2_channel_free(x->channel) == LIBSSH2_ERROR_EAGAIN)
		return 0;
	x->channel = NULL;
	x->state = EXEC_GONE;
	return 1;
}

static bool another_starts(const struct ssh_exec *x)
{
	for (const struct ssh_exec *y = x->ssh->execs; y && y != x; y = y->next)
		if (y->state == EXEC_OPENING || y->state == EXEC_STARTING)
			return true;
	return false;
}

/* Nobody waits for it any more. What was asked for is waited for, lest the answer be taken
 * for another's. */
static void withdraw(struct ssh_exec *x)
{
	ssh_exec_report(x, -1, -ECANCELED);
	if (x->state == EXEC_OPENING && !x->asked)
		x->state = EXEC_GONE;
	else if (x->state == EXEC_RUNNING || x->state == EXEC_WAITING ||
		 (x->state == EXEC_STARTING && !x->asked))
		x->state = EXEC_CLOSING;
}

int ssh_channel_step(struct ssh_exec *x)
{
	if (x->cancelled)
		withdraw(x);
	switch (x->state) {
	case EXEC_OPENING: return another_starts(x) ? 0 : do_open(x);
	case EXEC_STARTING: return do_start(x);
	case EXEC_RUNNING: return do_run(x);
	case EXEC_WAITING: return do_wait(x);
	case EXEC_CLOSING: return do_close(x);
	default: return 0;
	}
}
