/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The servers that kdev-privileged starts: rpcbind, nfs-ganesha and dnsmasq, with arguments and
 * files of its own making, each with the capabilities it needs. Each has a record below STATE,
 * where root alone writes: only what is recorded there is ever signalled.
 */
#ifndef KDEV_HARNESS_PRIVILEGED_STARTED_H
#define KDEV_HARNESS_PRIVILEGED_STARTED_H

#include <stdbool.h>
#include <sys/types.h>

#include "harness/config/config.h"
#include "harness/netboot/privileged_wire.h"

struct started {
	const struct board_config *board; /* looked through */
	const char *dir;                  /* STATE/OWNER.BOARD */
	const char *path;                 /* as request_path() has found good */
	uid_t uid;                        /* the user */
	gid_t gid;
	bool fresh; /* the log begins anew */
	/* The process exists, and becomes the server when this returns 0. */
	int (*wait)(void *arg, pid_t pid, const char *log);
	void *arg;
};

/* What is recorded of it before is ended. Its pid, or a negative errno with a line in err. */
pid_t started_begin(const struct started *s, enum priv_service which, char *err, size_t err_len);

/* -ESRCH: it does not run. */
int started_signal(const char *dir, enum priv_service which, int sig);

/* End all there are. */
void started_end_all(const char *dir);

#endif
