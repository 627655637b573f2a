/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sessions and commands for the ssh tests. */
#include "ssh_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#define PATIENCE_MS 20000

static void on_up(void *arg)
{
	struct ssh_bench *b = arg;

	b->ups++;
	if (b->on_up)
		b->on_up(b);
}

static void on_down(void *arg, int err, const char *why)
{
	struct ssh_bench *b = arg;

	b->downs++;
	b->down_err = err;
	snprintf(b->why, sizeof(b->why), "%s", why);
	if (b->reconnect)
		ssh_connect(b->ssh);
}

static int make_socket(void *arg)
{
	struct ssh_bench *b = arg;

	b->tcp = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	return b->tcp;
}

static void on_prepare(uv_prepare_t *p)
{
	struct ssh_bench *b = p->data;

	b->turns++;
}

void ssh_bench_prepare(struct ssh_bench *b, const struct ssh_server *server)
{
	*b = (struct ssh_bench){
		.tcp = -1,
		.cfg = {.socket = make_socket,
			.address = "127.0.0.1",
			.port = server->port,
			.user = server->user,
			.private_key = server->key,
			.public_key = server->public_key,
			.host_key = server->host_key},
	};
	assert_int_equal(uv_loop_init(&b->loop), 0);
	uv_prepare_init(&b->loop, &b->count);
	b->count.data = b;
	uv_prepare_start(&b->count, on_prepare);
	uv_unref((uv_handle_t *)&b->count);
}

void ssh_bench_new(struct ssh_bench *b)
{
	static const struct ssh_ops ops = {.up = on_up, .down = on_down};

	assert_int_equal(ssh_new(&b->loop, &b->cfg, &ops, b, &b->ssh), 0);
}

void ssh_bench_up(struct ssh_bench *b, const struct ssh_server *server)
{
	ssh_bench_prepare(b, server);
	ssh_bench_new(b);
	assert_int_equal(ssh_connect(b->ssh), 0);
	assert_int_equal(b->ups, 0); /* never from inside */
	assert_true(ssh_bench_wait(b, &b->ups, 1, PATIENCE_MS));
	assert_true(ssh_is_up(b->ssh));
}

void ssh_bench_end(struct ssh_bench *b)
{
	ssh_free(b->ssh);
	uv_close((uv_handle_t *)&b->count, NULL);
	uv_run(&b->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&b->loop), 0);
}

static void on_output(void *arg, int stream, const void *bytes, size_t n)
{
	struct command *c = arg;
	size_t room = c->keep > c->n[stream] ? c->keep - c->n[stream] : 0;

	assert_true(stream == 1 || stream == 2);
	assert_int_equal(c->exits, 0);
	if (!c->said[stream])
		c->said[stream] = calloc(1, c->keep + 1);
	assert_non_null(c->said[stream]);
	memcpy(c->said[stream] + c->n[stream], bytes, n < room ? n : room);
	c->n[stream] += n;
}

static void on_exit_status(void *arg, int status, int err)
{
	struct command *c = arg;

	c->exits++;
	c->status = status;
	c->err = err;
	if (c->on_exit)
		c->on_exit(c);
}

void command_start(struct ssh_bench *b, struct command *c, const char *text, const void *input,
		   size_t n)
{
	static const struct ssh_exec_ops ops = {.output = on_output, .exit = on_exit_status};

	c->bench = b;
	if (!c->keep)
		c->keep = 4096;
	assert_int_equal(ssh_exec(b->ssh, text, input, n, &ops, c, &c->exec), 0);
	assert_int_equal(c->exits, 0); /* never from inside */
}

void command_run(struct ssh_bench *b, struct command *c, const char *text)
{
	command_start(b, c, text, NULL, 0);
	assert_true(ssh_bench_wait(b, &c->exits, 1, PATIENCE_MS));
}

void command_free(struct command *c)
{
	for (size_t i = 0; i < sizeof(c->said) / sizeof(*c->said); i++)
		free(c->said[i]);
}

static void on_late(uv_timer_t *t)
{
	*(bool *)t->data = true;
}

bool ssh_bench_wait(struct ssh_bench *b, const int *count, int n, int ms)
{
	bool late = false;
	uv_timer_t timer;

	uv_timer_init(&b->loop, &timer);
	timer.data = &late;
	uv_update_time(&b->loop);
	uv_timer_start(&timer, on_late, (uint64_t)ms, 0);
	while (!late && (!count || *count < n))
		uv_run(&b->loop, UV_RUN_ONCE);
	uv_close((uv_handle_t *)&timer, NULL);
	uv_run(&b->loop, UV_RUN_NOWAIT);
	return count && *count >= n;
}

void ssh_bench_idle(struct ssh_bench *b, int ms)
{
	ssh_bench_wait(b, NULL, 0, ms);
}
