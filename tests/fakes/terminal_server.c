/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A terminal server with one port. */
#include "tests/fakes/terminal_server.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

/* The server's side of RFC 2217, by the RFC's own tables: answers are 100 above the commands. */
enum { S_DATA, S_IAC, S_OPTION, S_SUB, S_SUB_IAC };

static void raw(struct terminal_server *t, const void *bytes, size_t n)
{
	const char *p = bytes;
	size_t step = t->byte_by_byte ? 1 : n;

	for (size_t at = 0; at < n; at += step) {
		uv_buf_t buf = uv_buf_init((char *)p + at, (unsigned)step);

		/* It may have hung up before it was answered. */
		if (uv_try_write((uv_stream_t *)&t->client, &buf, 1) != (int)step)
			return;
	}
}

static void answer_option(struct terminal_server *t, uint8_t option)
{
	bool known = option == 0 || option == 3 || (option == 44 && t->kind == TERMINAL_RFC2217);
	uint8_t reply[3] = {255, 0, option};

	switch (t->command) {
	case 251: reply[1] = known ? 253 : 254; break; /* WILL: DO or DONT */
	case 253: reply[1] = known ? 251 : 252; break; /* DO: WILL or WONT */
	default: return;
	}
	raw(t, reply, sizeof(reply));
}

static void control(struct terminal_server *t, uint8_t value)
{
	switch (value) {
	case 5:
		t->in_break = true;
		t->breaks++;
		t->typed_at_break = t->n;
		break;
	case 6: t->in_break = false; break;
	case 8: t->dtr = true; break;
	case 11: t->rts = true; break;
	default: break;
	}
}

static void com_port(struct terminal_server *t)
{
	uint8_t reply[32] = {255, 250, 44};
	size_t n = 3;

	if (t->sub_n < 3 || t->sub[0] != 44)
		return;
	switch (t->sub[1]) {
	case 1:
		if (t->sub_n != 6)
			abort();
		t->baud = (uint32_t)t->sub[2] << 24 | (uint32_t)t->sub[3] << 16 |
			  (uint32_t)t->sub[4] << 8 | t->sub[5];
		break;
	case 2: t->datasize = t->sub[2]; break;
	case 3: t->parity = t->sub[2]; break;
	case 4: t->stopsize = t->sub[2]; break;
	case 5: control(t, t->sub[2]); break;
	default: break;
	}
	reply[n++] = (uint8_t)(t->sub[1] + 100);
	for (size_t i = 2; i < t->sub_n && n < sizeof(reply) - 3; i++) {
		reply[n++] = t->sub[i];
		if (t->sub[i] == 255)
			reply[n++] = 255;
	}
	reply[n++] = 255;
	reply[n++] = 240;
	raw(t, reply, n);
}

static void type(struct terminal_server *t, uint8_t c)
{
	if (t->n < sizeof(t->typed))
		t->typed[t->n++] = c;
}

static void after_iac(struct terminal_server *t, uint8_t c)
{
	t->state = S_DATA;
	if (c == 255) {
		type(t, c);
	} else if (c == 243) {
		t->breaks++;
		t->typed_at_break = t->n;
	} else if (c == 250) {
		t->sub_n = 0;
		t->state = S_SUB;
	} else if (c >= 251) {
		t->command = c;
		t->state = S_OPTION;
	}
}

static void take(struct terminal_server *t, uint8_t c)
{
	if (t->kind == TERMINAL_RAW) {
		type(t, c);
		return;
	}
	switch (t->state) {
	case S_DATA:
		if (c == 255)
			t->state = S_IAC;
		else
			type(t, c);
		break;
	case S_IAC: after_iac(t, c); break;
	case S_OPTION:
		t->state = S_DATA;
		answer_option(t, c);
		break;
	case S_SUB:
		if (c == 255)
			t->state = S_SUB_IAC;
		else if (t->sub_n < sizeof(t->sub))
			t->sub[t->sub_n++] = c;
		break;
	default:
		t->state = c == 255 ? S_SUB : S_DATA;
		if (c == 255 && t->sub_n < sizeof(t->sub))
			t->sub[t->sub_n++] = c;
		if (c == 240)
			com_port(t);
		break;
	}
}

static void on_alloc(uv_handle_t *h, size_t hint, uv_buf_t *buf)
{
	struct terminal_server *t = h->data;

	*buf = uv_buf_init(t->buf, sizeof(t->buf));
}

static void on_read(uv_stream_t *h, ssize_t n, const uv_buf_t *buf)
{
	struct terminal_server *t = h->data;

	if (n < 0)
		terminal_server_hang_up(t);
	for (ssize_t i = 0; i < n && t->connected; i++)
		take(t, (uint8_t)buf->base[i]);
}

static void on_connection(uv_stream_t *listener, int status)
{
	struct terminal_server *t = listener->data;

	if (status || t->connected)
		abort();
	uv_tcp_init(listener->loop, &t->client);
	t->client.data = t;
	if (uv_accept(listener, (uv_stream_t *)&t->client))
		abort();
	t->connected = true;
	t->connections++;
	t->state = S_DATA;
	uv_read_start((uv_stream_t *)&t->client, on_alloc, on_read);
}

void terminal_server_start(struct terminal_server *t, uv_loop_t *loop, enum terminal_kind kind,
			   unsigned port)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)},
	};
	int len = sizeof(sin);

	t->kind = kind;
	uv_tcp_init(loop, &t->listener);
	t->listener.data = t;
	if (uv_tcp_bind(&t->listener, (struct sockaddr *)&sin, 0) ||
	    uv_listen((uv_stream_t *)&t->listener, 4, on_connection) ||
	    uv_tcp_getsockname(&t->listener, (struct sockaddr *)&sin, &len))
		abort();
	t->port = ntohs(sin.sin_port);
	t->listening = true;
}

void terminal_server_say(struct terminal_server *t, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < n; i++) {
		if (t->kind != TERMINAL_RAW && p[i] == 255)
			raw(t, "\xff", 1);
		raw(t, p + i, 1);
	}
}

void terminal_server_hang_up(struct terminal_server *t)
{
	if (!t->connected)
		return;
	t->connected = false;
	/* As when a connection to ser2net ends. */
	t->in_break = false;
	uv_close((uv_handle_t *)&t->client, NULL);
}

void terminal_server_stop(struct terminal_server *t)
{
	terminal_server_hang_up(t);
	if (t->listening)
		uv_close((uv_handle_t *)&t->listener, NULL);
	t->listening = false;
}
