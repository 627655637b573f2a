/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Everything that needs root while boards run, in one narrow interface: a network namespace with a
 * bridge and a tap, sockets inside it, and services started in it. (Making a root file system
 * needs root too: netboot/setup.h.)
 *
 * Root does it itself (privileged_local.h). Another user asks kdev-privileged (harness/privileged),
 * which does it for him if it may (privileged_remote.c). There is no third way.
 *
 * Synchronous: each call runs iproute2 or a few system calls and takes milliseconds.
 * Nothing is given to a shell. On failure: a negative errno, one line for people in err.
 */
#ifndef KDEV_HARNESS_NETBOOT_PRIVILEGED_H
#define KDEV_HARNESS_NETBOOT_PRIVILEGED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "harness/config/config.h"

/* Do we ask kdev-privileged? It starts rpcbind, nfs and dnsmasq by itself. What else a board has
 * runs as the user, outside of the namespace, and is given the end of it that it needs. */
bool priv_is_remote(void);

/* Can it be asked? 0 or a negative errno with a line in err. */
int priv_ready(char *err, size_t err_len);

/* Make the board's network: namespace "kdev-NAME" with lo up, bridge "br0" holding the
 * server's address (and fd77::1/64 for router advertisements), tap "tap0" for QEMU in
 * the bridge. Idempotent: what is there already and right is left alone. */
int priv_network_up(const struct board_config *b, char *err, size_t err_len);

/* Remove all of it, and what kdev-privileged has started there. What is not there is no error. */
int priv_network_down(const struct board_config *b, char *err, size_t err_len);

/* Which network of all there ever were it is; 0: there is none. */
uint64_t priv_network_id(const struct board_config *b);

/* A new socket that lives in the board's namespace, O_CLOEXEC and non-blocking. The
 * calling thread is back in its own namespace when this returns. Returns the fd
 * or a negative errno. */
int priv_socket(const struct board_config *b, int domain, int type, int protocol);

/* A service's end of the namespace, when kdev-privileged is asked. */
enum priv_end {
	PRIV_NO_END,
	PRIV_TAP,  /* tap0, opened */
	PRIV_HTTP, /* a TCP socket on the server's port 80 */
};
#define PRIV_END_FD 3 /* where the service finds it */

struct priv_spawn {
	const char *name;        /* "dnsmasq" */
	const char *const *argv; /* argv[0] is searched in the system's directories alone */
	const char *log_path;    /* stdout and stderr are appended here */
	const char *dir;         /* working directory, or NULL: ours */
	const char *rootfs;      /* what "nfs" exports */
	bool private_run;        /* own mount namespace with an empty tmpfs on /run */
	pid_t share_run;         /* or: the mount namespace of this process; 0: no */
	int share_run_pidfd;     /* by which it is known to be that process still */
	enum priv_end end;       /* with kdev-privileged */
	/* Called when the process exists and before it becomes the service. When it returns an
	 * error, or we die in it, nothing was started: so no service is without a record. */
	int (*record)(void *arg, pid_t pid);
	void *arg;
};

/* Start a service in the board's namespace: own session, stdin /dev/null, all other fds
 * closed. It survives the caller; while the caller lives it is its child, to be reaped with
 * priv_reap(). Returns its pid, or a negative errno (also when exec failed). */
pid_t priv_spawn(const struct board_config *b, const struct priv_spawn *s, char *err,
		 size_t err_len);

/* Signal a service, by pidfd: a pid may be another's by now. Returns 0 or a negative errno. */
int priv_kill(const struct board_config *b, const char *name, int pidfd, int sig);

/* After its end. 0 with the status as waitpid() gives it; -ECHILD when it was no child of ours: an
 * earlier process or kdev-privileged had started it, so that nobody can know; another negative
 * errno. */
int priv_reap(pid_t pid, int *status);

/* Does this process live in the board's present namespace, as far as that can be asked? */
bool priv_in_network(const struct board_config *b, pid_t pid);

#endif
