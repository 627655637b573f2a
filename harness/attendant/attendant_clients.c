/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands that are connected. What they ask is in attendant_requests.c. */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/attendant/attendant_client.h"
#include "harness/log.h"
#include "harness/output/text_json.h"
#include "harness/paths.h"

struct step_job **client_jobs(struct client *c)
{
	return &c->jobs;
}

void client_send(struct client *c, json_t *msg)
{
	if (c->dead) {
		json_decref(msg);
		return;
	}
	if (wire_send(c->wire, msg))
		log_debug("a client does not take its messages");
}

void client_reply(struct client *c, json_int_t id, const char *error)
{
	if (error)
		client_send(c, json_pack("{s:I, s:b, s:o}", "id", id, "ok", 0, "error",
					 text_json(error)));
	else
		client_send(c, json_pack("{s:I, s:b}", "id", id, "ok", 1));
}

void attendant_broadcast(struct attendant *a, json_t *event)
{
	struct client *c;

	for (c = a->clients; event && c; c = c->next)
		if (c->watching && !c->console)
			client_send(c, json_incref(event));
	json_decref(event);
}

void attendant_console_bytes(struct attendant *a, const void *bytes, size_t n)
{
	struct client *c;

	/* A terminal that does not read loses its own copy, and nobody else's. */
	for (c = a->clients; c; c = c->next)
		if (c->console && !c->dead)
			wire_send_raw(c->wire, bytes, n);
}

/* ---- connections ---- */

static void on_message(void *arg, json_t *msg)
{
	attendant_request(arg, msg);
}

static void on_raw(void *arg, const void *bytes, size_t n)
{
	struct client *c = arg;

	attendant_type(c->a, bytes, n);
}

static void on_closed(void *arg, int err)
{
	struct client *c = arg;
	struct attendant *a = c->a;
	struct client **p;

	c->dead = true;
	attendant_jobs_drop(c);
	attendant_power_forget(a, c);
	attendant_recovery_forget(a, c);
	attendant_crash_kernel_forget(a, c);
	attendant_stuck_forget(a, c);
	attendant_harvest_forget(a, c);
	if (a->owner == c) {
		log_info("the run's command is gone: the board is free%s%s",
			 a->dirty[0] ? ", to be reset before its next use: " : "", a->dirty);
		attendant_release(a);
	}
	for (p = &a->clients; *p != c; p = &(*p)->next)
		;
	*p = c->next;
	wire_close(c->wire);
	free(c);
}

static const struct wire_ops wire_ops = {
	.message = on_message,
	.raw = on_raw,
	.closed = on_closed,
};

static void on_connection(uv_poll_t *h, int status, int events)
{
	struct attendant *a = h->data;
	int fd = accept4(a->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct client *c;

	if (fd < 0)
		return;
	c = calloc(1, sizeof(*c));
	if (!c) {
		close(fd);
		return;
	}
	c->a = a;
	if (wire_open(&a->loop, fd, &wire_ops, c, &c->wire)) {
		free(c);
		return;
	}
	c->next = a->clients;
	a->clients = c;
}

int attendant_listen(struct attendant *a)
{
	char *path = path_format("%s/attendant.sock", a->dir);

	a->listen_fd = path ? wire_socket_listen(path) : -ENOMEM;
	free(path);
	if (a->listen_fd < 0)
		return a->listen_fd;
	uv_poll_init(&a->loop, &a->listener, a->listen_fd);
	a->listener.data = a;
	return uv_poll_start(&a->listener, UV_READABLE, on_connection);
}

void attendant_clients_close(struct attendant *a)
{
	char *path = path_format("%s/attendant.sock", a->dir ? a->dir : "");

	if (path && a->listen_fd >= 0)
		unlink(path);
	free(path);
	while (a->clients) {
		struct client *c = a->clients;

		a->clients = c->next;
		attendant_jobs_drop(c);
		attendant_power_forget(a, c);
		attendant_recovery_forget(a, c);
		attendant_crash_kernel_forget(a, c);
		attendant_stuck_forget(a, c);
		attendant_harvest_forget(a, c);
		wire_close(c->wire);
		free(c);
	}
	a->owner = NULL;
}
