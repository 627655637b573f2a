/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One client of a QEMU Machine Protocol socket (docs/interop/qmp-spec.txt in QEMU's source): JSON
 * objects, one a line; QEMU greets, we negotiate, then each command gets one return or
 * error, with events in between.
 *
 * QEMU serves one client at a time, so the connection is made when it is first needed and kept.
 * If it breaks, the next command makes a new one. The program must ignore SIGPIPE.
 */
#ifndef KDEV_WATCHDOG_POWER_QMP_CLIENT_H
#define KDEV_WATCHDOG_POWER_QMP_CLIENT_H

#include <jansson.h>
#include <stdbool.h>
#include <uv.h>

/* How long QEMU may take to greet and negotiate, and to answer each command. QEMU's main thread
 * answers, which a loaded host may keep waiting for seconds; one that hangs needs no haste. */
#define QMP_REPLY_MS 10000

struct qmp;

struct qmp_command {
	const char *name;  /* "system_reset"; must live until done */
	json_t *args;      /* NULL: none; stolen, also on failure */
	const char *event; /* if not NULL, the command is done when this event came too */
};

/* err is 0 and `ret` the returned value (borrowed), or err is a negative errno and `why` one
 * line for people, without control characters. */
typedef void (*qmp_done_fn)(void *arg, int err, const json_t *ret, const char *why);

/* `path` is copied. 0, -ENOMEM, or -ENAMETOOLONG if it is no path for a unix socket. */
int qmp_new(uv_loop_t *loop, const char *path, struct qmp **out);

/* Begin; done follows from the loop. One at a time: else -EBUSY. */
int qmp_execute(struct qmp *q, const struct qmp_command *c, qmp_done_fn done, void *arg);

/* A command under way is done with -ECANCELED from inside. Memory goes when libuv has closed
 * the handles. Accepts NULL. */
void qmp_close(struct qmp *q);

#endif
