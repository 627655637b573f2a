/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands: started, driven in turn, ended. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/ssh/ssh_internal.h"

/* Then the loop's other work has its turn. */
#define PASSES 8

/* dropbear ends the whole session at a string longer than 9000 (its MAX_CMD_LEN). */
#define COMMAND_MAX 8192

void ssh_exec_report(struct ssh_exec *x, int status, int err)
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

static void reap(struct ssh *s)
{
	struct ssh_exec **p = &s->execs, *x;

	while ((x = *p)) {
		if (x->state == EXEC_GONE) {
			*p = x->next;
			exec_free(x);
		} else {
			p = &x->next;
		}
	}
}

bool ssh_execs_drive(struct ssh *s)
{
	for (int pass = 0; pass < PASSES; pass++) {
		uint64_t received = s->received;
		bool moved = false;

		for (struct ssh_exec *x = s->execs; x && !s->drop; x = x->next)
			if (ssh_channel_step(x) > 0)
				moved = true;
		if (s->drop)
			return false;
		reap(s);
		/* What libssh2 read for one may be for another that had its turn before. */
		if (!moved && s->received == received)
			return false;
	}
	return true;
}

void ssh_execs_end(struct ssh *s, int err)
{
	struct ssh_exec *x = s->execs;

	/* Taken off the list first: a callback may start new ones on the next session. */
	s->execs = NULL;
	while (x) {
		struct ssh_exec *next = x->next;

		ssh_exec_report(x, -1, x->cancelled ? -ECANCELED : err);
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
	if (strlen(command) > COMMAND_MAX)
		return -E2BIG;
	x = calloc(1, sizeof(*x));
	if (!x)
		return -ENOMEM;
	x->ssh = s;
	x->ops = *ops;
	x->arg = arg;
	/* For a command killed by a signal that RFC 4254 has no name for (SIGBUS), dropbear sends
	 * no status at all, and that reads as 0: so let the shell live to tell it. */
	if (asprintf(&x->command, "%s\nexit $?", command) < 0)
		x->command = NULL;
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
