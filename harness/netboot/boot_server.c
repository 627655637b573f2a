/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kernel and initrd by HTTP, for boot loaders. */
#include "harness/netboot/boot_server.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <uv.h>

#include "harness/log.h"
#include "harness/netboot/http_request.h"
#include "harness/paths.h"

#define FILE_MAX  (256u << 20)
#define CLIENT_MS 60000
#define BACKLOG   8

/* What may be under way: the receive ring of a boot ROM's driver has a handful of places, and
 * a packet that is lost costs a second. */
#define SEND_BUFFER 8192

/*
 * A board that was reset opens its connections with the same ports and sequence numbers again,
 * 4 s later at the least. One that still holds unacknowledged data of the boot before would
 * turn the new one away, for half a minute.
 */
#define SILENCE_MS 3000

struct server {
	uv_loop_t loop;
	uv_tcp_t listener;
	const char *dir;
};

/* One connection and its one request. Freed when both handles are closed. */
struct client {
	uv_tcp_t tcp;
	uv_timer_t timer; /* a board that was reset never closes */
	int open_handles;
	const char *dir;
	char head[HTTP_REQUEST_MAX];
	size_t head_len;
	bool answered;
	char status[160];
	char *body; /* NULL: none */
	uv_write_t write;
	uv_shutdown_t shutdown;
};

static void on_closed(uv_handle_t *h)
{
	struct client *c = h->data;

	if (--c->open_handles)
		return;
	free(c->body);
	free(c);
}

static void drop(struct client *c)
{
	if (uv_is_closing((uv_handle_t *)&c->tcp))
		return;
	uv_close((uv_handle_t *)&c->tcp, on_closed);
	uv_close((uv_handle_t *)&c->timer, on_closed);
}

static void on_timeout(uv_timer_t *t)
{
	drop(t->data);
}

static void on_shutdown(uv_shutdown_t *req, int err)
{
	if (err)
		drop(req->handle->data);
	/* Else on_read() sees the other side's end. */
}

static void on_written(uv_write_t *req, int err)
{
	struct client *c = req->handle->data;

	if (err || uv_shutdown(&c->shutdown, (uv_stream_t *)&c->tcp, on_shutdown))
		drop(c);
}

static void answer(struct client *c, const char *status, size_t length, bool with_body)
{
	uv_buf_t bufs[2];
	int n;

	n = snprintf(c->status, sizeof(c->status),
		     "HTTP/1.0 %s\r\nContent-Type: application/octet-stream\r\n"
		     "Content-Length: %zu\r\nConnection: close\r\n\r\n",
		     status, length);
	c->answered = true;
	bufs[0] = uv_buf_init(c->status, (unsigned)n);
	bufs[1] = uv_buf_init(c->body, (unsigned)length);
	if (uv_write(&c->write, (uv_stream_t *)&c->tcp, bufs, with_body ? 2 : 1, on_written))
		drop(c);
}

static void serve(struct client *c, const struct http_request *r)
{
	char *path = r->name[0] ? path_format("%s/%s", c->dir, r->name) : NULL;
	size_t length = 0;

	if (path)
		c->body = path_read(path, FILE_MAX, &length);
	log_info("%s %s: %s", r->head ? "HEAD" : "GET", r->name, c->body ? "200" : "404");
	if (c->body)
		answer(c, "200 OK", length, !r->head);
	else
		answer(c, "404 Not Found", 0, false);
	free(path);
}

static void on_alloc(uv_handle_t *h, size_t suggested, uv_buf_t *buf)
{
	struct client *c = h->data;

	/* After the request nothing of interest comes: it goes where the request was. */
	if (c->answered)
		c->head_len = 0;
	*buf = uv_buf_init(c->head + c->head_len, (unsigned)(sizeof(c->head) - c->head_len));
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
	struct client *c = stream->data;
	struct http_request r;
	int complete;

	if (n < 0) {
		drop(c);
		return;
	}
	if (c->answered)
		return;
	c->head_len += (size_t)n;
	complete = http_request_parse(c->head, c->head_len, &r);
	if (complete < 0)
		answer(c, "400 Bad Request", 0, false);
	else if (complete)
		serve(c, &r);
}

static void tune(uv_tcp_t *tcp)
{
	unsigned silence = SILENCE_MS;
	int size = SEND_BUFFER, fd;

	/* Without these it is only slower. */
	uv_send_buffer_size((uv_handle_t *)tcp, &size);
	if (!uv_fileno((uv_handle_t *)tcp, &fd))
		setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &silence, sizeof(silence));
}

static void on_connection(uv_stream_t *listener, int err)
{
	struct server *s = listener->data;
	struct client *c = err ? NULL : calloc(1, sizeof(*c));

	if (!c)
		return;
	c->dir = s->dir;
	c->open_handles = 2;
	uv_tcp_init(&s->loop, &c->tcp);
	uv_timer_init(&s->loop, &c->timer);
	c->tcp.data = c->timer.data = c;
	if (uv_accept(listener, (uv_stream_t *)&c->tcp) ||
	    uv_read_start((uv_stream_t *)&c->tcp, on_alloc, on_read) ||
	    uv_timer_start(&c->timer, on_timeout, CLIENT_MS, 0))
		drop(c);
	else
		tune(&c->tcp);
}

int boot_server_run(const char *dir, const char *address, unsigned port, int fd)
{
	struct server s = {.dir = dir};
	struct sockaddr_in sa;
	int err;

	err = uv_ip4_addr(address, (int)port, &sa);
	if (!err)
		err = uv_loop_init(&s.loop);
	if (err)
		return err;
	uv_tcp_init(&s.loop, &s.listener);
	s.listener.data = &s;
	err = fd >= 0 ? uv_tcp_open(&s.listener, fd)
		      : uv_tcp_bind(&s.listener, (struct sockaddr *)&sa, 0);
	if (!err)
		err = uv_listen((uv_stream_t *)&s.listener, BACKLOG, on_connection);
	if (!err)
		uv_run(&s.loop, UV_RUN_DEFAULT);
	uv_close((uv_handle_t *)&s.listener, NULL);
	uv_run(&s.loop, UV_RUN_DEFAULT);
	uv_loop_close(&s.loop);
	return err;
}
