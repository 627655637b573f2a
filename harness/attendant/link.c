/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests and answers between a command and the attendant. */
#include "harness/attendant/link.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/attendant/link_hello.h"
#include "harness/attendant/link_start.h"
#include "harness/attendant/wire.h"
#include "harness/log.h"
#include "harness/paths.h"

struct request {
	struct request *next;
	json_int_t id;
	link_reply_fn fn;
	void *arg;
};

struct link {
	uv_loop_t *loop;
	struct wire *wire; /* NULL: lost */
	struct link_ops ops;
	void *arg;
	struct request *waiting;
	json_int_t last_id;
};

static void answer(struct link *l, json_int_t id, json_t *reply)
{
	struct request **p, *req;

	for (p = &l->waiting; *p && (*p)->id != id; p = &(*p)->next)
		;
	req = *p;
	if (!req)
		return;
	*p = req->next;
	if (req->fn)
		req->fn(req->arg, reply);
	free(req);
}

static void on_message(void *arg, json_t *msg)
{
	struct link *l = arg;
	json_t *id = json_object_get(msg, "id");

	if (json_object_get(msg, "ev")) {
		if (l->ops.event)
			l->ops.event(l->arg, msg);
	} else if (json_is_integer(id)) {
		answer(l, json_integer_value(id), msg);
	}
}

static void on_raw(void *arg, const void *bytes, size_t n)
{
	struct link *l = arg;

	if (l->ops.raw)
		l->ops.raw(l->arg, bytes, n);
}

static json_t *lost_reply(void)
{
	return json_pack("{s:b, s:b, s:s}", "ok", 0, "lost", 1, "error",
			 "the attendant is gone (its log: kdev status)");
}

static void on_closed(void *arg, int err)
{
	struct link *l = arg;
	json_t *reply = lost_reply();

	wire_close(l->wire);
	l->wire = NULL;
	while (l->waiting)
		answer(l, l->waiting->id, reply);
	json_decref(reply);
	if (l->ops.lost)
		l->ops.lost(l->arg);
}

static const struct wire_ops wire_ops = {
	.message = on_message,
	.raw = on_raw,
	.closed = on_closed,
};

static int open_once(uv_loop_t *loop, const struct board_config *cfg,
		     const struct common_flags *flags, bool start, struct link **out, char *err,
		     size_t err_len)
{
	struct link *l;
	int fd = link_connect(cfg, flags, start, err, err_len);
	int rc;

	if (fd < 0)
		return fd;
	l = calloc(1, sizeof(*l));
	if (!l) {
		snprintf(err, err_len, "out of memory");
		return -ENOMEM;
	}
	l->loop = loop;
	rc = wire_open(loop, fd, &wire_ops, l, &l->wire);
	if (rc) {
		snprintf(err, err_len, "the attendant's socket: %s", strerror(-rc));
		free(l);
		return rc;
	}
	*out = l;
	return 0;
}

int link_open(uv_loop_t *loop, const struct board_config *cfg, const struct common_flags *flags,
	      bool start, const struct link_ops *ops, void *arg, struct link **out, char *err,
	      size_t err_len)
{
	int rc = open_once(loop, cfg, flags, start, out, err, err_len);

	if (!rc && !ops->second && link_hello(*out, cfg, start)) {
		link_close(*out);
		rc = open_once(loop, cfg, flags, start, out, err, err_len);
	}
	if (rc)
		return rc;
	/* Not before: that an attendant was replaced is nobody's loss. */
	(*out)->ops = *ops;
	(*out)->arg = arg;
	return 0;
}

json_int_t link_request(struct link *l, const char *op, json_t *fields, link_reply_fn fn, void *arg)
{
	struct request *req = malloc(sizeof(*req));
	json_t *msg = fields ? fields : json_object();

	if (!req || !msg || !l->wire || json_object_set_new(msg, "op", json_string(op)) ||
	    json_object_set_new(msg, "id", json_integer(++l->last_id))) {
		json_decref(msg);
		free(req);
		return 0;
	}
	*req = (struct request){l->waiting, l->last_id, fn, arg};
	if (wire_send(l->wire, msg)) {
		free(req);
		return 0;
	}
	l->waiting = req;
	return req->id;
}

static void keep_reply(void *arg, json_t *reply)
{
	*(json_t **)arg = json_incref(reply);
}

json_t *link_call(struct link *l, const char *op, json_t *fields)
{
	json_t *reply = NULL;

	if (!link_request(l, op, fields, keep_reply, &reply))
		return lost_reply();
	while (!reply)
		uv_run(l->loop, UV_RUN_ONCE);
	return reply;
}

struct raw_call {
	struct link *link;
	json_t *reply;
};

/* From inside the answer: what follows it in the same packet is plain bytes already. */
static void raw_reply(void *arg, json_t *reply)
{
	struct raw_call *call = arg;

	call->reply = json_incref(reply);
	if (call->link->wire && json_is_true(json_object_get(reply, "ok")))
		wire_go_raw(call->link->wire);
}

json_t *link_call_raw(struct link *l, const char *op)
{
	struct raw_call call = {l, NULL};

	if (!link_request(l, op, NULL, raw_reply, &call))
		return lost_reply();
	while (!call.reply)
		uv_run(l->loop, UV_RUN_ONCE);
	return call.reply;
}

int link_send_raw(struct link *l, const void *bytes, size_t n)
{
	return l->wire ? wire_send_raw(l->wire, bytes, n) : -EPIPE;
}

void link_close(struct link *l)
{
	if (!l)
		return;
	wire_close(l->wire);
	while (l->waiting) {
		struct request *req = l->waiting;

		l->waiting = req->next;
		free(req);
	}
	free(l);
}

bool link_ok(const char *what, const json_t *reply)
{
	const char *error = json_string_value(json_object_get(reply, "error"));

	if (json_is_true(json_object_get(reply, "ok")))
		return true;
	log_error("%s: %s", what, error ? error : "failed");
	return false;
}
