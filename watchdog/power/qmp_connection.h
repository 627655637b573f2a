/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One connection to a QMP socket: lines of JSON in and out, and nothing of what they
 * mean. It is not made again when it breaks: qmp_client.h does that.
 */
#ifndef KDEV_WATCHDOG_POWER_QMP_CONNECTION_H
#define KDEV_WATCHDOG_POWER_QMP_CONNECTION_H

#include <jansson.h>
#include <uv.h>

/* Longer lines break the connection. */
#define QMP_LINE_MAX 65536

struct qmp_connection;

struct qmp_connection_ops {
	void (*up)(void *arg);
	/* One JSON object, borrowed. The connection may be dropped from inside. */
	void (*message)(void *arg, json_t *msg);
	/* It can't be made, has ended or says what is no QMP; still to be dropped. Once at most:
	 * err is a negative errno, `why` follows the socket's name in a line for people. */
	void (*broken)(void *arg, int err, const char *why);
};

/* `path` is one that fits a sockaddr_un; ops live as long as the connection.
 * 0 or -ENOMEM; everything else comes by the operations, from the loop. */
int qmp_connection_open(uv_loop_t *loop, const char *path, const struct qmp_connection_ops *ops,
			void *arg, struct qmp_connection **out);

/* Steals msg (NULL is -ENOMEM). 0 or a negative errno; a failure that comes later is one that
 * `broken` tells. */
int qmp_connection_send(struct qmp_connection *c, json_t *msg);

/* No operation is called any more; memory goes when libuv has closed. Accepts NULL. */
void qmp_connection_drop(struct qmp_connection *c);

#endif
