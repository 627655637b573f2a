/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A real ssh server (dropbear, as on the boards) on a free port of 127.0.0.1, with keys of its
 * own. It looks for authorized keys in the user's home directory only, so it runs in a mount
 * namespace where that is a directory of the test's: root is needed.
 */
#ifndef KDEV_TESTS_SSH_SERVER_H
#define KDEV_TESTS_SSH_SERVER_H

#include <stdbool.h>
#include <sys/types.h>

struct ssh_server {
	char dir[64]; /* keys, log, the home directory */
	char user[64];
	unsigned port;
	pid_t pid; /* 0: not running */
	char key[96], public_key[96], host_key[96];
	char other_key[96], other_public_key[96]; /* a pair that it does not know */
	char log[96];
};

/* Why it can't be had on this machine; NULL: it can. */
const char *ssh_server_missing(void);

/* Make the keys. False: that failed. */
bool ssh_server_prepare(struct ssh_server *s);

/* Start it, and wait until it listens. Every time at the same port. */
bool ssh_server_start(struct ssh_server *s);

/* A signal to it and to what serves the sessions. SIGKILL also forgets it. */
void ssh_server_signal(struct ssh_server *s, int sig);

/* What it logged has `text`. */
bool ssh_server_logged(const struct ssh_server *s, const char *text);

/* Stop it, remove the directory. */
void ssh_server_remove(struct ssh_server *s);

#endif
