/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The QMP client: connect, greet, negotiate, then commands and their answers. */
#include "watchdog/power/qmp_client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "watchdog/power/qmp_connection.h"

#define WHY_MAX 256

enum phase {
	PHASE_CONNECTING,
	PHASE_GREETING,
	PHASE_NEGOTIATING,
	PHASE_READY,
};

struct qmp {
	uv_timer_t deadline;
	struct qmp_connection *conn; /* NULL: none */
	enum phase phase;            /* of the connection */
	char *path;
	struct qmp_command command; /* under way if done is set */
	qmp_done_fn done;
	void *arg;
	json_int_t id;  /* of the command */
	bool reused;    /* it was sent on a connection that an earlier one used */
	bool event_due; /* command.event is still to come */
	json_t *result; /* what was returned while the event is due */
};

static int begin_connect(struct qmp *q);

static void drop(struct qmp *q)
{
	qmp_connection_drop(q->conn);
	q->conn = NULL;
}

/* The only place where a command ends. */
static void finish(struct qmp *q, int err, const json_t *ret, const char *why)
{
	qmp_done_fn done = q->done;
	json_t *args = q->command.args, *result = q->result;
	char text[WHY_MAX];

	if (!done)
		return;
	snprintf(text, sizeof(text), "%s", why);
	for (char *p = text; *p; p++) {
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = '?';
	}
	uv_timer_stop(&q->deadline);
	q->done = NULL;
	q->command.args = NULL;
	q->result = NULL;
	done(q->arg, err, ret, text);
	json_decref(args);
	json_decref(result);
}

static void broken(struct qmp *q, int err, const char *why)
{
	char text[WHY_MAX];

	drop(q);
	if (!q->done)
		return;
	/* QEMU may have been started again since the connection was last used: it did not get
	 * the command, the new one shall. */
	if (q->reused && !q->result) {
		err = begin_connect(q);
		if (!err)
			return;
		why = strerror(-err);
	}
	snprintf(text, sizeof(text), "QEMU's control socket %s: %s", q->path, why);
	finish(q, err, NULL, text);
}

static void on_deadline(uv_timer_t *t)
{
	static const char *const missing[] = {
		[PHASE_CONNECTING] = "no connection",
		[PHASE_GREETING] = "no greeting (has another client the socket?)",
		[PHASE_NEGOTIATING] = "no answer to qmp_capabilities",
		[PHASE_READY] = "no answer",
	};
	struct qmp *q = t->data;
	char text[WHY_MAX];

	if (q->result)
		snprintf(text, sizeof(text), "%s: QEMU sent no %s within %d s", q->command.name,
			 q->command.event, QMP_REPLY_MS / 1000);
	else
		snprintf(text, sizeof(text), "%s: QEMU at %s: %s within %d s", q->command.name,
			 q->path, missing[q->conn ? q->phase : PHASE_CONNECTING],
			 QMP_REPLY_MS / 1000);
	/* Whatever comes on this connection now would be the answer to a question long past. */
	drop(q);
	finish(q, -ETIMEDOUT, NULL, text);
}

static void arm(struct qmp *q)
{
	uv_update_time(q->deadline.loop);
	uv_timer_start(&q->deadline, on_deadline, QMP_REPLY_MS, 0);
}

static int send_command(struct qmp *q)
{
	arm(q);
	q->event_due = q->command.event;
	return qmp_connection_send(q->conn,
				   json_pack("{s:s, s:O*, s:I}", "execute", q->command.name,
					     "arguments", q->command.args, "id", ++q->id));
}

static void on_greeting(struct qmp *q, const json_t *msg)
{
	int err;

	if (!json_is_object(json_object_get(msg, "QMP"))) {
		q->reused = false;
		broken(q, -EPROTO, "it does not speak QMP");
		return;
	}
	q->phase = PHASE_NEGOTIATING;
	err = qmp_connection_send(q->conn, json_pack("{s:s}", "execute", "qmp_capabilities"));
	if (err)
		broken(q, err, strerror(-err));
}

static void on_error(struct qmp *q, const json_t *error)
{
	const char *desc = json_string_value(json_object_get(error, "desc"));
	char text[WHY_MAX];

	snprintf(text, sizeof(text), "%s: QEMU says: %s", q->command.name,
		 desc ? desc : "an error without a description");
	finish(q, -EIO, NULL, text);
}

static void on_event(struct qmp *q, const char *name)
{
	if (!q->event_due || strcmp(name, q->command.event) != 0)
		return;
	q->event_due = false;
	if (q->result)
		finish(q, 0, q->result, "");
}

static void on_return(struct qmp *q, json_t *value)
{
	if (q->event_due)
		q->result = json_incref(value);
	else
		finish(q, 0, value, "");
}

static void on_answer(struct qmp *q, const json_t *msg)
{
	json_t *value = json_object_get(msg, "return"), *error = json_object_get(msg, "error");
	const json_t *id = json_object_get(msg, "id");
	int err;

	if (q->phase == PHASE_NEGOTIATING) {
		if (!value) {
			broken(q, -EPROTO, "it refuses to negotiate");
			return;
		}
		q->phase = PHASE_READY;
		err = q->done ? send_command(q) : 0;
		if (err)
			broken(q, err, strerror(-err));
		return;
	}
	/* QEMU answers without an id to what it could not parse. */
	if (!q->done || q->result || (id && json_integer_value(id) != q->id))
		return;
	if (error)
		on_error(q, error);
	else if (value)
		on_return(q, value);
}

/* The connection may be gone afterwards. */
static void on_message(void *arg, json_t *msg)
{
	struct qmp *q = arg;
	const char *event = json_string_value(json_object_get(msg, "event"));

	if (q->phase == PHASE_GREETING)
		on_greeting(q, msg);
	else if (event)
		on_event(q, event);
	else
		on_answer(q, msg);
}

static void on_up(void *arg)
{
	struct qmp *q = arg;

	q->phase = PHASE_GREETING;
}

static void on_broken(void *arg, int err, const char *why)
{
	broken(arg, err, why);
}

static const struct qmp_connection_ops connection_ops = {
	.up = on_up,
	.message = on_message,
	.broken = on_broken,
};

static int begin_connect(struct qmp *q)
{
	int err = qmp_connection_open(q->deadline.loop, q->path, &connection_ops, q, &q->conn);

	if (err)
		return err;
	q->phase = PHASE_CONNECTING;
	q->reused = false;
	arm(q);
	return 0;
}

int qmp_new(uv_loop_t *loop, const char *path, struct qmp **out)
{
	struct qmp *q;

	/* libuv would cut it silently. */
	if (!*path || strlen(path) >= sizeof(((struct sockaddr_un *)0)->sun_path))
		return -ENAMETOOLONG;
	q = calloc(1, sizeof(*q));
	if (!q)
		return -ENOMEM;
	q->path = strdup(path);
	if (!q->path) {
		free(q);
		return -ENOMEM;
	}
	uv_timer_init(loop, &q->deadline);
	q->deadline.data = q;
	*out = q;
	return 0;
}

int qmp_execute(struct qmp *q, const struct qmp_command *c, qmp_done_fn done, void *arg)
{
	int err;

	if (q->done) {
		json_decref(c->args);
		return -EBUSY;
	}
	q->command = *c;
	q->done = done;
	q->arg = arg;
	q->reused = q->conn;
	err = q->conn ? send_command(q) : begin_connect(q);
	if (err) {
		uv_timer_stop(&q->deadline);
		drop(q);
		q->done = NULL;
		q->command.args = NULL;
		json_decref(c->args);
	}
	return err;
}

static void on_closed(uv_handle_t *h)
{
	struct qmp *q = h->data;

	free(q->path);
	free(q);
}

void qmp_close(struct qmp *q)
{
	if (!q)
		return;
	drop(q);
	finish(q, -ECANCELED, NULL, "cancelled");
	uv_close((uv_handle_t *)&q->deadline, on_closed);
}
