/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Power driver of outlets behind pdudaemon (github.com/pdudaemon/pdudaemon, README): GET
 * /power/control/on|off|reboot?hostname=PDU&port=OUTLET on port 16421; 200 says that the request
 * was queued. Whether the outlet has power can't be asked. It only has mains: no button, so hold
 * and press are not supported.
 *
 * Where: HOST[:PORT]/PDU/OUTLET, such as lab.example:16421/apc1/7.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "watchdog/power/pdu_outlet.h"
#include "watchdog/power/power.h"

#define DEADLINE_MS 5000
#define ANSWER_MAX  1024

/* One request; outlives its owner until libuv has closed it. */
struct request {
	uv_tcp_t tcp;
	uv_getaddrinfo_t lookup;
	uv_connect_t connect;
	uv_write_t write;
	struct pdu_power *owner; /* NULL: let go */
	bool looking_up, closed;
	size_t n;
	char answer[ANSWER_MAX];
	char text[512];
};

struct pdu_power {
	struct power base;
	uv_timer_t deadline;
	struct pdu_outlet where;
	int (*board_on)(void *arg);
	void *board_arg;
	enum power_verb verb;
	struct request *request;
	power_done_fn done; /* set while an operation is under way */
	void *arg;
};

static void free_if_over(struct request *r)
{
	if (r->closed && !r->looking_up)
		free(r);
}

static void on_request_closed(uv_handle_t *h)
{
	struct request *r = h->data;

	r->closed = true;
	free_if_over(r);
}

static void drop(struct pdu_power *p)
{
	struct request *r = p->request;

	if (!r)
		return;
	p->request = NULL;
	r->owner = NULL;
	if (r->looking_up)
		uv_cancel((uv_req_t *)&r->lookup);
	uv_close((uv_handle_t *)&r->tcp, on_request_closed);
}

static void finish(struct pdu_power *p, int err, int on, const char *what)
{
	power_done_fn done = p->done;
	char why[256] = "";

	drop(p);
	uv_timer_stop(&p->deadline);
	p->done = NULL;
	if (err)
		snprintf(why, sizeof(why), "pdudaemon at %s:%s: %s", p->where.host, p->where.port,
			 what);
	if (done)
		done(p->arg, err, on, why);
}

static void fail(struct request *r, int err)
{
	if (r->owner)
		finish(r->owner, err, -1, uv_strerror(err));
}

/* "HTTP/1.0 200 OK" … */
static void judge(struct pdu_power *p, char *answer)
{
	long status;
	char why[160];

	answer[strcspn(answer, "\r\n")] = 0;
	for (char *c = answer; *c; c++) {
		if (*c < ' ' || *c > '~')
			*c = '?';
	}
	/* Behind "HTTP/1.0 ". */
	status = strncmp(answer, "HTTP/1.", 7) == 0 && strlen(answer) > 9
			 ? strtol(answer + 9, NULL, 10)
			 : 0;
	if (!status) {
		finish(p, -EPROTO, -1, "its answer is no HTTP");
	} else if (status != 200) {
		snprintf(why, sizeof(why), "it refused: %.100s", answer);
		finish(p, -EIO, -1, why);
	} else {
		finish(p, 0, p->verb != POWER_OFF, "");
	}
}

static void on_alloc(uv_handle_t *h, size_t hint, uv_buf_t *buf)
{
	struct request *r = h->data;

	*buf = uv_buf_init(r->answer + r->n, (unsigned)(sizeof(r->answer) - 1 - r->n));
}

static void on_answer(uv_stream_t *s, ssize_t n, const uv_buf_t *buf)
{
	struct request *r = s->data;

	if (!r->owner || !n)
		return;
	if (n > 0)
		r->n += (size_t)n;
	r->answer[r->n] = 0;
	if (n < 0 && n != UV_EOF)
		fail(r, (int)n);
	else if (n < 0 || strchr(r->answer, '\n') || r->n == sizeof(r->answer) - 1)
		judge(r->owner, r->answer);
}

static void on_written(uv_write_t *w, int status)
{
	struct request *r = w->data;

	if (status)
		fail(r, status);
}

static void on_connected(uv_connect_t *c, int status)
{
	struct request *r = c->data;
	uv_buf_t buf = uv_buf_init(r->text, (unsigned)strlen(r->text));

	if (!r->owner)
		return;
	r->write.data = r;
	if (!status)
		status = uv_read_start((uv_stream_t *)&r->tcp, on_alloc, on_answer);
	if (!status)
		status = uv_write(&r->write, (uv_stream_t *)&r->tcp, &buf, 1, on_written);
	if (status)
		fail(r, status);
}

static void on_looked_up(uv_getaddrinfo_t *g, int status, struct addrinfo *found)
{
	struct request *r = g->data;

	r->looking_up = false;
	if (!r->owner) {
		uv_freeaddrinfo(found);
		free_if_over(r);
		return;
	}
	r->connect.data = r;
	if (!status)
		status = uv_tcp_connect(&r->connect, &r->tcp, found->ai_addr, on_connected);
	uv_freeaddrinfo(found);
	if (status)
		fail(r, status);
}

static void on_deadline(uv_timer_t *t)
{
	struct pdu_power *p = t->data;

	if (p->request)
		finish(p, -ETIMEDOUT, -1, "no answer within 5 s");
	else
		finish(p, 0, p->board_on ? p->board_on(p->board_arg) : -1, "");
}

static const char *word(enum power_verb verb)
{
	switch (verb) {
	case POWER_ON: return "on";
	case POWER_OFF: return "off";
	case POWER_CYCLE: return "reboot";
	default: return NULL;
	}
}

static int send_request(struct pdu_power *p)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct request *r = calloc(1, sizeof(*r));
	int err;

	if (!r)
		return -ENOMEM;
	snprintf(r->text, sizeof(r->text),
		 "GET /power/control/%s?hostname=%s&port=%s HTTP/1.0\r\nHost: %s\r\n\r\n",
		 word(p->verb), p->where.pdu, p->where.outlet, p->where.host);
	uv_tcp_init(p->deadline.loop, &r->tcp);
	r->tcp.data = r->lookup.data = r;
	r->owner = p;
	p->request = r;
	r->looking_up = true;
	err = uv_getaddrinfo(p->deadline.loop, &r->lookup, on_looked_up, p->where.host,
			     p->where.port, &hints);
	if (err) {
		r->looking_up = false;
		drop(p);
		return err;
	}
	uv_update_time(p->deadline.loop);
	return uv_timer_start(&p->deadline, on_deadline, DEADLINE_MS, 0);
}

static int pdu_act(struct power *base, enum power_verb verb, power_done_fn done, void *arg)
{
	struct pdu_power *p = (struct pdu_power *)base;
	int err;

	if (p->done)
		return -EBUSY;
	if (verb != POWER_STATUS && !word(verb))
		return -EOPNOTSUPP;
	p->verb = verb;
	err = verb == POWER_STATUS ? uv_timer_start(&p->deadline, on_deadline, 0, 0)
				   : send_request(p);
	if (err)
		return err;
	p->done = done;
	p->arg = arg;
	return 0;
}

static void on_closed(uv_handle_t *h)
{
	free(h->data);
}

static void pdu_close(struct power *base)
{
	struct pdu_power *p = (struct pdu_power *)base;

	if (!p)
		return;
	finish(p, -ECANCELED, -1, "cancelled");
	uv_close((uv_handle_t *)&p->deadline, on_closed);
}

static int pdu_open(uv_loop_t *loop, const struct power_settings *s, struct power **out, char *err,
		    size_t err_len)
{
	struct pdu_power *p = calloc(1, sizeof(*p));

	if (!p) {
		snprintf(err, err_len, "out of memory");
		return -ENOMEM;
	}
	if (!pdu_outlet_parse(&p->where, s->device)) {
		snprintf(err, err_len,
			 "power_device: `%s`: expected HOST[:PORT]/PDU/OUTLET for pdudaemon",
			 s->device);
		free(p);
		return -EINVAL;
	}
	p->base.driver = &power_driver_pdudaemon;
	p->board_on = s->board_on;
	p->board_arg = s->board_arg;
	uv_timer_init(loop, &p->deadline);
	p->deadline.data = p;
	*out = &p->base;
	return 0;
}

const struct power_driver power_driver_pdudaemon = {
	.name = "pdudaemon",
	.open = pdu_open,
	.act = pdu_act,
	.close = pdu_close,
};
