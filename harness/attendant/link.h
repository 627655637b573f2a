/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A command's connection to its board's attendant, which is started if there is none. */
#ifndef KDEV_HARNESS_LINK_H
#define KDEV_HARNESS_LINK_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "harness/commands/command.h"
#include "harness/config/config.h"

struct link;

struct link_ops {
	/* An event ("ev" …). Borrowed. May be NULL. */
	void (*event)(void *arg, json_t *ev);
	/* The attendant is gone. Every request that waited has been answered with
	 * "ok": false before. May be NULL. Not called after link_close(). */
	void (*lost)(void *arg);
	/* Bytes, once the connection went raw. May be NULL. */
	void (*raw)(void *arg, const void *bytes, size_t n);
	/* This command has a link to it already, which has told if it is of another build. */
	bool second;
};

/* The answer to a request: has "ok", and "error" when that is false. Borrowed. */
typedef void (*link_reply_fn)(void *arg, json_t *reply);

/*
 * Connect to the attendant of `cfg`'s board. If there is none: start one when `start` is set
 * (it inherits --config from flags), else -ENOENT. On failure one line in err.
 */
int link_open(uv_loop_t *loop, const struct board_config *cfg, const struct common_flags *flags,
	      bool start, const struct link_ops *ops, void *arg, struct link **out, char *err,
	      size_t err_len);

/* Send {"op": op, …fields}; steals fields (may be NULL). `fn` (may be NULL) gets the answer.
 * Returns the request's id, or 0 when it could not be sent (fn is not called). */
json_int_t link_request(struct link *l, const char *op, json_t *fields, link_reply_fn fn,
			void *arg);

/* The same, turning the loop until the answer is there. A new reference, never NULL but
 * for lack of memory: a lost attendant answers with "ok": false. */
json_t *link_call(struct link *l, const char *op, json_t *fields);

/* The same for a request after whose answer the connection carries plain bytes, to ops.raw
 * (they may come from inside). A refusal leaves it as it was. */
json_t *link_call_raw(struct link *l, const char *op);
int link_send_raw(struct link *l, const void *bytes, size_t n);

/* Close. Requests that wait are forgotten. The loop must turn once more. Accepts NULL. */
void link_close(struct link *l);

/* What commands do with the answer: print the error, if it is one. True when ok. */
bool link_ok(const char *what, const json_t *reply);

#endif
