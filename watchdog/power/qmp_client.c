/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The QMP client: connect, greet, negotiate, then commands and their answers. */
#include "watchdog/power/qmp_client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#define WHY_MAX 256

enum phase {
	PHASE_CONNECTING,
	PHASE_GREETING,
	PHASE_NEGOTIATING,
	PHASE_READY,
};

/* One connection; outlives its client until libuv has closed it. */
struct connection {
	uv_pipe_t pipe;
	uv_connect_t connect;
	struct qmp *owner; /* NULL: let go */
	enum phase phase;
	size_t used;
	char line[QMP_LINE_MAX];
};

struct qmp {
	uv_timer_t deadline;
	struct connection *conn; /* NULL: none */
	char *path;
	struct qmp_command command; /* under way if done is set */
	qmp_done_fn done;
	void *arg;
	json_int_t id;  /* of the command */
	bool reused;    /* it was sent on a connection that an earlier one used */
	bool event_due; /* command.event is still to come */
	json_t *result; /* what was returned while the event is due */
};

struct outgoing {
	uv_write_t req;
	char *text;
};

static int begin_connect(struct qmp *q);

static void on_conn_closed(uv_handle_t *h)
{
	free(h->data);
}

static void drop(struct qmp *q)
{
	if (!q->conn)
		return;
	q->conn->owner = NULL;
	uv_close((uv_handle_t *)&q->conn->pipe, on_conn_closed);
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
			 q->path, missing[q->conn ? q->conn->phase : PHASE_CONNECTING],
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

static void on_written(uv_write_t *req, int status)
{
	struct outgoing *o = (struct outgoing *)req;

	/* If it failed, the reader sees the end of the connection too. */
	free(o->text);
	free(o);
}

/* Steals msg. */
static int send_message(struct connection *conn, json_t *msg)
{
	struct outgoing *o = calloc(1, sizeof(*o));
	uv_buf_t bufs[2];
	int err = -ENOMEM;

	if (o && msg)
		o->text = json_dumps(msg, JSON_COMPACT);
	json_decref(msg);
	if (o && o->text) {
		bufs[0] = uv_buf_init(o->text, (unsigned)strlen(o->text));
		bufs[1] = uv_buf_init((char *)"\n", 1);
		err = uv_write(&o->req, (uv_stream_t *)&conn->pipe, bufs, 2, on_written);
		if (!err)
			return 0;
	}
	if (o)
		free(o->text);
	free(o);
	return err;
}

static int send_command(struct qmp *q)
{
	arm(q);
	q->event_due = q->command.event;
	return send_message(q->conn, json_pack("{s:s, s:O*, s:I}", "execute", q->command.name,
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
	q->conn->phase = PHASE_NEGOTIATING;
	err = send_message(q->conn, json_pack("{s:s}", "execute", "qmp_capabilities"));
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

	if (q->conn->phase == PHASE_NEGOTIATING) {
		if (!value) {
			broken(q, -EPROTO, "it refuses to negotiate");
			return;
		}
		q->conn->phase = PHASE_READY;
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

/* One line of QEMU's. The connection may be gone afterwards. */
static void on_line(struct qmp *q, const char *line, size_t len)
{
	const char *event;
	json_t *msg;

	if (len && line[len - 1] == '\r')
		len--;
	if (!len)
		return;
	msg = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
	event = json_string_value(json_object_get(msg, "event"));
	if (!json_is_object(msg))
		broken(q, -EPROTO, "it sent something else than QMP");
	else if (q->conn->phase == PHASE_GREETING)
		on_greeting(q, msg);
	else if (event)
		on_event(q, event);
	else
		on_answer(q, msg);
	json_decref(msg);
}

static void on_alloc(uv_handle_t *h, size_t hint, uv_buf_t *buf)
{
	struct connection *conn = h->data;

	*buf = uv_buf_init(conn->line + conn->used, (unsigned)(sizeof(conn->line) - conn->used));
}

static void on_read(uv_stream_t *h, ssize_t n, const uv_buf_t *buf)
{
	struct connection *conn = h->data;
	char *line = conn->line, *nl;

	if (!conn->owner || n == 0)
		return;
	if (n == UV_ENOBUFS) {
		broken(conn->owner, -EPROTO, "it sent a line that is too long");
		return;
	}
	if (n < 0) {
		broken(conn->owner, n == UV_EOF ? -EPIPE : (int)n,
		       n == UV_EOF ? "QEMU closed it" : uv_strerror((int)n));
		return;
	}
	conn->used += (size_t)n;
	while (conn->owner && (nl = memchr(line, '\n', conn->used - (size_t)(line - conn->line)))) {
		on_line(conn->owner, line, (size_t)(nl - line));
		line = nl + 1;
	}
	conn->used -= (size_t)(line - conn->line);
	memmove(conn->line, line, conn->used);
}

static void on_connect(uv_connect_t *req, int status)
{
	struct connection *conn = req->data;

	if (!conn->owner)
		return;
	if (!status)
		status = uv_read_start((uv_stream_t *)&conn->pipe, on_alloc, on_read);
	conn->phase = PHASE_GREETING;
	if (status)
		broken(conn->owner, status, uv_strerror(status));
}

static int begin_connect(struct qmp *q)
{
	struct connection *conn = calloc(1, sizeof(*conn));

	if (!conn)
		return -ENOMEM;
	conn->owner = q;
	conn->connect.data = conn->pipe.data = conn;
	uv_pipe_init(q->deadline.loop, &conn->pipe, 0);
	q->conn = conn;
	q->reused = false;
	arm(q);
	uv_pipe_connect(&conn->connect, &conn->pipe, q->path, on_connect);
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
