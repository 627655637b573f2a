/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Run other programs to their end: set-up's helpers, the build of a module. Synchronous, several
 * at a time if need be, never by a shell. (What lasts is a service: netboot/services.h.)
 */
#ifndef KDEV_HARNESS_PROCESS_H
#define KDEV_HARNESS_PROCESS_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * While one of these is open, SIGINT, SIGTERM and SIGHUP do not end us: process_wait() sees
 * them, ends the program it waits for with all its children, and returns -EINTR.
 */
struct process_signals {
	int fd; /* a signalfd */
	sigset_t before;
};

/* 0 or a negative errno. */
int process_signals_open(struct process_signals *s);
/* A signal that came and was not seen by a wait takes effect now. */
void process_signals_close(struct process_signals *s);

struct process_spec {
	const char *const *argv; /* NULL-terminated; argv[0] is searched in PATH and in sbin */
	const char *log;         /* file that stdout and stderr are appended to; NULL: nowhere */
	const char *output;      /* file that stdout alone goes to instead, truncated; or NULL */
	const char *dir;         /* working directory; NULL: ours */
	bool inherit;            /* stdout and stderr are ours, unless `output` is given */
	bool own_mounts;         /* what it mounts, it alone sees, and is gone with it (root) */
};

/* A started program, in a process group of its own. {0} is none. */
struct process {
	pid_t pid;
	int pidfd;
};

/* Start it, with stdin from /dev/null. If our thread dies, it and all that it started are killed. 0
 * or a negative errno; -ENOENT: there is no such program. */
int process_start(const struct process_spec *spec, struct process *p);

/* Wait for its end; then *p is {0}. *status is as waitpid() gives it. 0, or -EINTR
 * when we were told to end. */
int process_wait(struct process *p, struct process_signals *s, int *status);

/* The same for a program that ends in good order when it is interrupted: when we are told to end,
 * it is, each time, and waited for. -EINTR: it was. */
int process_wait_interrupt(struct process *p, struct process_signals *s, int *status);

/* End it and its group (TERM, after 2 s KILL) and wait. Accepts {0}. */
void process_kill(struct process *p);

/* Start and wait. 0, -EINTR, -ECHILD when it ran and failed, or what process_start() says;
 * err (may be NULL) then holds one line: "apt-get: exit status 100: last line of the log". */
int process_run(const struct process_spec *spec, struct process_signals *s, char *err,
		size_t err_len);

/* The line that process_run() makes, for those who start and wait themselves. */
void process_describe(const struct process_spec *spec, int start_err, int status, char *err,
		      size_t err_len);

#endif
